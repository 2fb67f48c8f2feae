"""Recalculates workbooks by LibreOffice and reads their cells by name."""

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculate(files: Mapping[str, bytes], folder: Path) -> dict[str, Workbook]:
    """The workbooks by name as LibreOffice computes them, in one run: values, no formulas."""
    profile, source, target = folder / "profile", folder / "in", folder / "out"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    source.mkdir()
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
    return {name: load_workbook(target / f"{name}.xlsx", data_only=True) for name in files}


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
