"""Recalculates workbooks by LibreOffice and reads their cells by name.

It writes the values of each sheet as CSV, in full precision: of a whole workbook it would write,
and a test read, every style and formula again.
"""

import fcntl
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# Commas, quotes, UTF-8, from the first line; texts are quoted, numbers not as shown; every sheet.
VALUES = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1"
CELL = re.compile(r'(?:"(?P<text>(?:[^"]|"")*)"|(?P<plain>[^",\n]*))(?P<end>[,\n]|\Z)')
FORMULA = re.compile(rb"</f>|<f[^>]*/>")
CACHED = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Recalculated(Mapping[str, Workbook]):
    """Workbooks by name as values, no formulas, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Workbook] = {}

    def __getitem__(self, name: str) -> Workbook:
        if name not in self._read:
            self._read[name] = self._values_of(name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in (self.folder / "in").glob("*.xlsx"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _values_of(self, name: str) -> Workbook:
        """The sheets and names of what was recalculated, with the values that came of it."""
        with ZipFile(self.folder / "in" / f"{name}.xlsx") as file:
            described = ElementTree.fromstring(file.read("xl/workbook.xml"))
        book = Workbook()
        del book[book.active.title]
        for sheet in described.iter(f"{MAIN}sheet"):
            title = sheet.attrib["name"]
            text = (self.folder / "out" / f"{name}-{title}.csv").read_text(encoding="utf-8")
            fill(book.create_sheet(title), text)
        for defined in described.iter(f"{MAIN}definedName"):
            if "localSheetId" not in defined.attrib:
                key = defined.attrib["name"]
                book.defined_names[key] = DefinedName(key, attr_text=defined.text)
        return book


def fill(sheet: Any, text: str) -> None:
    """Fill a sheet with the values of a CSV file."""
    row, column, place = 1, 1, 0
    while place < len(text):
        found = CELL.match(text, place)
        assert found, text[place : place + 60]
        place = found.end()
        if found["text"]:
            write_text(sheet.cell(row, column), found["text"].replace('""', '"'))
        elif found["plain"]:
            sheet.cell(row, column, value_of(found["plain"]))
        if found["end"] == ",":
            column += 1
        else:
            sheet.cell(row, column)  # as many columns as the file has
            row, column = row + 1, 1


def write_text(cell: Any, text: str) -> None:
    """Write a text, or an error: LibreOffice quotes both."""
    is_error = text in ERROR_CODES or re.fullmatch(r"Err:\d+", text)
    cell.value = text
    cell.data_type = "e" if is_error else "s"


def value_of(plain: str) -> int | float | bool:
    """What stands in a file without quotes: a number, or yes or no."""
    if plain in ("TRUE", "FALSE"):
        return plain == "TRUE"
    if plain.endswith("%"):
        return float(plain[:-1]) / 100
    return int(plain) if re.fullmatch(r"-?\d+", plain) else float(plain)


def recalculate(files: Mapping[str, bytes], folder: Path) -> Recalculated:
    """The workbooks by name as LibreOffice computes them, in one run."""
    profile, source, target = folder / "profile", folder / "in", folder / "out"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    source.mkdir(exist_ok=True)
    paths = []
    for name, content in files.items():
        path = source / f"{name}.xlsx"
        path.write_bytes(content)
        paths.append(str(path))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            VALUES,
            "--outdir",
            str(target),
            *paths,
        ],
        check=True,
        capture_output=True,
        timeout=200,
    )
    assert all(any(target.glob(f"{name}-*.csv")) for name in files)
    return Recalculated(folder)


def recalculate_once(
    make: Callable[[], Mapping[str, bytes]], factory: pytest.TempPathFactory, name: str
) -> Recalculated:
    """The same in a folder of all workers of a run: the first that asks makes the workbooks."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            recalculate(make(), folder)
            (folder / "complete").touch()
    return Recalculated(folder)


def without_values(content: bytes) -> bytes:
    """The workbook with its formulas and no cached value: what is read later was computed."""
    stream, dropped = BytesIO(), 0
    with ZipFile(BytesIO(content)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part, count = CACHED.subn(rb"\1", part)
                dropped += count
                assert len(FORMULA.findall(part)) == count, f"{name} has a formula without a value"
            target.writestr(name, part)
    assert dropped
    return stream.getvalue()


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def named(book: Workbook, name: str) -> Any:
    """The cell that a name stands for."""
    sheet, _, place = book.defined_names[name].attr_text.partition("!")
    return book[sheet.strip("'")][place.replace("$", "")]
