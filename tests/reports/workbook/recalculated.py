"""Recalculates workbooks by LibreOffice and reads their cells by name."""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Recalculated(Mapping[str, Workbook]):
    """The workbooks of a folder by name: values, no formulas, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Workbook] = {}

    def __getitem__(self, name: str) -> Workbook:
        if name not in self._read:
            self._read[name] = load_workbook(self.folder / f"{name}.xlsx", data_only=True)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in self.folder.glob("*.xlsx"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


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
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(target),
            *paths,
        ],
        check=True,
        capture_output=True,
        timeout=200,
    )
    assert {path.stem for path in target.glob("*.xlsx")} == set(files)
    return Recalculated(target)


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
    return Recalculated(folder / "out")


def without_values(content: bytes) -> bytes:
    """The workbook with its formulas and no cached value: what is read later was computed."""
    return saved(load_workbook(BytesIO(content)))


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def named(book: Workbook, name: str) -> Any:
    """The cell that a name stands for."""
    sheet, _, place = book.defined_names[name].attr_text.partition("!")
    return book[sheet.strip("'")][place.replace("$", "")]
