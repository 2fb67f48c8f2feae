"""Recalculates workbooks by LibreOffice and reads their cells by name.

It writes the values of each sheet as CSV, in full precision: of a whole workbook it would write,
and a test read, every style and formula again. What is typed into a workbook is typed while it is
open: to write and to read a file for each took four times as long as to recalculate it.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.reports.workbook import macro

ALWAYS_RECALCULATE = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>'
)
CELL = re.compile(r'(?:"(?P<text>(?:[^"]|"")*)"|(?P<plain>[^",\n]*))(?P<end>[,\n]|\Z)')
FORMULA = re.compile(rb"</f>|<f[^>]*/>")
CACHED = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")
Value = str | int | float | None
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

    def delivered(self, name: str) -> bytes:
        """The workbook as it was before its values were taken out and computed again."""
        return (self.folder / "in" / f"{name}.xlsx").read_bytes()

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


def cached(content: bytes) -> dict[tuple[str, str], Value]:
    """The value that each formula of a workbook was delivered with, by sheet and place."""
    found: dict[tuple[str, str], Value] = {}
    with ZipFile(BytesIO(content)) as file:
        titles = ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        for number, sheet in enumerate(titles, 1):  # as the library that writes them numbers them
            part = file.read(f"xl/worksheets/sheet{number}.xml")
            before = len(found)
            for cell in ElementTree.fromstring(part).iter(f"{MAIN}c"):
                if cell.find(f"{MAIN}f") is not None:
                    found[sheet.attrib["name"], cell.attrib["r"]] = _delivered_value(cell)
            assert len(found) - before == len(FORMULA.findall(part))
    return found


def _delivered_value(cell: ElementTree.Element) -> Value:
    text = cell.findtext(f"{MAIN}v") or ""
    match cell.get("t", "n"):
        case "n":
            return float(text) if text else None
        case "b":
            return text == "1"
    return text


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


@dataclass(frozen=True)
class Typed:
    """What a person types into cells, by sheet and place, of one of the files; None empties it.

    Each is typed into the file as it was delivered: what was typed before it is taken back.
    """

    into: str
    cells: Mapping[tuple[str, str], Value]


def place_of(cell: Any) -> tuple[str, str]:
    """Where a cell stands: its sheet and its place in it."""
    return cell.parent.title, cell.coordinate


def recalculate(
    files: Mapping[str, bytes], folder: Path, typed: Mapping[str, Typed] | None = None
) -> Recalculated:
    """The workbooks by name as LibreOffice computes them, also typed into, in one run."""
    typed = typed or {}
    assert not files.keys() & typed
    profile, source, target = folder / "profile", folder / "in", folder / "out"
    macro.write_profile(profile, ALWAYS_RECALCULATE)
    bare = folder / "bare"
    for each in (source, bare, target):
        each.mkdir()
    plan = []
    for name, content in files.items():
        path, opened = source / f"{name}.xlsx", bare / f"{name}.xlsx"
        path.write_bytes(content)
        opened.write_bytes(without_values(content))
        plan += [("open", opened.as_uri()), ("write", (target / f"{name}.csv").as_uri())]
        for state, each in typed.items():
            if each.into == name:
                (source / f"{state}.xlsx").symlink_to(path)
                plan += [_typing(*place, value) for place, value in each.cells.items()]
                plan += [("calculate",), ("write", (target / f"{state}.csv").as_uri())]
                plan.append(("restore",))
        plan.append(("close",))
    macro.run(plan, profile, folder / "plan")
    assert all(any(target.glob(f"{name}-*.csv")) for name in (*files, *typed))
    return Recalculated(folder)


def _typing(sheet: str, place: str, value: Value) -> tuple[str, ...]:
    if value is None:
        return ("type", sheet, place, "empty")
    assert not isinstance(value, bool)
    kind = "text" if isinstance(value, str) else "number"
    return ("type", sheet, place, kind, str(value))


def recalculate_once(
    make: Callable[[], tuple[Mapping[str, bytes], Mapping[str, Typed]]],
    factory: pytest.TempPathFactory,
    name: str,
) -> Recalculated:
    """The same in a folder of all workers of a run: the first that asks makes the workbooks."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            files, typed = make()
            recalculate(files, folder, typed)
            (folder / "complete").touch()
    return Recalculated(folder)


def without_values(content: bytes) -> bytes:
    """The workbook with its formulas and no cached value: what is read later was computed."""
    stream, dropped = BytesIO(), 0
    with ZipFile(BytesIO(content)) as source, ZipFile(stream, "w", ZIP_STORED) as target:
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


def words_of(book: Workbook, source: str) -> list[Any]:
    """What a rule's list offers: the cells that it names."""
    place = book.defined_names[source].attr_text if source in book.defined_names else source
    sheet, _, area = place.partition("!")
    return [cell.value for row in book[sheet][area.replace("$", "")] for cell in row]
