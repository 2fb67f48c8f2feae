"""The process that writes an XLSX workbook's first sheet, or a Parquet file, as CSV: bounds itself.

Imports nothing of the project. A small file of either kind can unpack to any size, and take any
time.
"""

import csv
import io
import resource
import sys
from datetime import date, datetime, time
from pathlib import Path

CPU_SECONDS = 30
PREVIEW_CPU_SECONDS = 5
MEGABYTE = 1024 * 1024
# Of addresses; what DuckDB holds at a time is bounded by its own limit.
MEMORY_BYTES = 512 * MEGABYTE
PARQUET_MEMORY_BYTES = 1024 * MEGABYTE
PARQUET_START = b"PAR1"
MAX_ROWS = 5_000_001  # one more than the reader takes


def main() -> None:
    """The file at the path in; its rows out, or so many of the first ones."""
    path, first = Path(sys.argv[1]), int(sys.argv[2])
    seconds = PREVIEW_CPU_SECONDS if first else CPU_SECONDS
    with path.open("rb") as file:
        is_parquet = file.read(len(PARQUET_START)) == PARQUET_START
    memory = PARQUET_MEMORY_BYTES if is_parquet else MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    (_write_parquet if is_parquet else _write_sheet)(path, first or MAX_ROWS)


def _write_parquet(path: Path, rows: int) -> None:
    import duckdb

    database = duckdb.connect(
        config={
            "memory_limit": "256MB",
            "threads": 1,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    database.execute(
        f"COPY (SELECT * FROM read_parquet($path) LIMIT {rows})"
        " TO '/dev/stdout' (FORMAT csv, HEADER)",
        {"path": str(path)},
    )


def _write_sheet(path: Path, rows: int) -> None:
    from openpyxl import load_workbook

    # Its bytes: a file without an ending would be refused by its name.
    content = io.BytesIO(path.read_bytes())
    workbook = load_workbook(content, read_only=True, data_only=True)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    writer, width = csv.writer(out), 0
    for row in workbook.worksheets[0].iter_rows(max_row=rows + 1, values_only=True):
        cells = [_text(value) for value in row]
        if not any(cells):
            continue
        # Rows may have cells beyond the header, or fewer: a sheet has no width of its own.
        width = width or max(at for at, cell in enumerate(cells, 1) if cell)
        writer.writerow((cells + [""] * width)[:width])
    out.flush()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    main()
