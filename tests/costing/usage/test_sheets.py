"""A workbook's first sheet becomes rows, in a process with bounds; what cannot be read says so."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from costing.usage import sheet_process, sheets
from costing.usage.sheets import sheet_rows
from organizations.exceptions import Invalid


def workbook(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.create_sheet("Notes").append(["not this one"])
    book.save(path)
    return path


def text(path: Path) -> list[str]:
    return b"".join(sheet_rows(path)).decode().splitlines()


def test_the_first_sheet_becomes_csv(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a7f0",  # uploads lie under random names
        ["time", "model", "calls", "input_tokens", "output_tokens", "note"],
        [datetime.fromisoformat("2026-11-02T12:10:00"), "large, 1", 4, 1000.0, 200, None],
        [None, None, None, None, None, None],
        ["2026-11-02T13:00:00", "small", 1, 0.5, 20, "x", "beyond the header"],
    )

    assert text(path) == [
        "time,model,calls,input_tokens,output_tokens,note",
        '2026-11-02T12:10:00,"large, 1",4,1000,200,',
        "2026-11-02T13:00:00,small,1,0.5,20,x",
    ]


def bomb(path: Path) -> Path:
    """A workbook whose one sheet unpacks to one cell of 200 MB."""
    source = io.BytesIO()
    Workbook().save(source)
    with zipfile.ZipFile(source) as small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as big:
        for name in small.namelist():
            if name != "xl/worksheets/sheet1.xml":
                big.writestr(name, small.read(name))
        cell = '<c t="inlineStr"><is><t>' + "a" * 200_000_000 + "</t></is></c>"
        big.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData><row>{cell}</row></sheetData></worksheet>",
        )
    return path


def test_what_is_no_workbook_or_takes_too_much_is_refused(tmp_path: Path) -> None:
    none, half = tmp_path / "none.xlsx", tmp_path / "half.xlsx"
    none.write_bytes(b"time,model\n")
    half.write_bytes(workbook(tmp_path / "whole.xlsx", ["time"]).read_bytes()[:2000])

    for path in (none, half, bomb(tmp_path / "bomb.xlsx")):
        with pytest.raises(Invalid, match="cannot be read"):
            text(path)


def test_a_workbook_beyond_the_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_WORKBOOK_BYTES", 1000)

    with pytest.raises(Invalid, match="at most"):
        text(workbook(tmp_path / "usage.xlsx", ["time"]))


def test_the_process_has_bounds() -> None:
    assert sheet_process.MEMORY_BYTES <= 2**30
    assert sheet_process.CPU_SECONDS <= 60
