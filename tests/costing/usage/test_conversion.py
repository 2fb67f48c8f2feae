"""Workbooks and Parquet become rows, in a process with bounds; what cannot be read says so."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from costing.usage import conversion, conversion_process
from costing.usage.conversion import converted
from costing.usage.records import LIMITS
from organizations.exceptions import Invalid


def workbook(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.create_sheet("Notes").append(["not this one"])
    book.save(path)
    return path


def text(path: Path, name: str = "usage.xlsx") -> list[str]:
    with converted(path, name) as rows:
        return rows.read().decode().splitlines()


def parquet(path: Path, query: str) -> Path:
    """The rows of a query as Parquet."""
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return path


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


def test_parquet_becomes_csv_with_every_digit(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "b801",
        """SELECT TIMESTAMPTZ '2026-11-02 13:10:00+01' AS time, DATE '2026-11-02' AS day,
        'large, 1' AS model, 9007199254740993::BIGINT AS calls, 1.50::DECIMAL(20, 2) AS cost,
        0.1::DOUBLE AS rate, NULL::VARCHAR AS note, MAP {'team': 'x'} AS tags""",
    )

    assert text(path, "USAGE.Parquet") == [
        "time,day,model,calls,cost,rate,note,tags",
        '2026-11-02 12:10:00+00,2026-11-02,"large, 1",9007199254740993,1.50,0.1,,{team=x}',
    ]


def test_parquet_that_is_none_or_takes_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none, half = tmp_path / "none", tmp_path / "half"
    none.write_bytes(b"PAR1" + b"\0" * 100)
    whole = parquet(tmp_path / "whole", "SELECT range AS time FROM range(10000)")
    half.write_bytes(whole.read_bytes()[:-100])
    # One value of 300 MB in 10 kB; then 12 MB of rows, where 10 are taken.
    wide = parquet(tmp_path / "wide", "SELECT repeat('x', 300000000) AS time")
    many = parquet(tmp_path / "many", "SELECT repeat('x', 400) AS time FROM range(30000)")
    monkeypatch.setattr(conversion, "LIMITS", replace(LIMITS, unpacked_bytes=10_000_000))

    for path in (none, half, wide, many):
        with pytest.raises(Invalid, match="cannot be read as Parquet"):
            text(path, "usage.parquet")
    assert {each.name for each in tmp_path.iterdir()} == {"none", "half", "whole", "wide", "many"}


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
    monkeypatch.setattr(conversion, "MAX_WORKBOOK_BYTES", 1000)

    with pytest.raises(Invalid, match="at most"):
        text(workbook(tmp_path / "usage.xlsx", ["time"]))


def test_the_process_has_bounds() -> None:
    assert conversion_process.MEMORY_BYTES < conversion_process.PARQUET_MEMORY_BYTES <= 2**30
    assert LIMITS.rows + 1 == conversion_process.MAX_ROWS
    assert conversion_process.CPU_SECONDS <= 60
