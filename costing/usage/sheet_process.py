"""The process that writes the first sheet of one XLSX workbook as CSV: bounds itself first.

Imports nothing of the project. A small workbook can unpack to any size, and take any time.
"""

import csv
import io
import resource
import sys
from datetime import date, datetime, time
from pathlib import Path

CPU_SECONDS = 30
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    """The workbook at the path in; its rows out."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from openpyxl import load_workbook

    # Its bytes: a file without an ending would be refused by its name.
    content = io.BytesIO(Path(sys.argv[1]).read_bytes())
    workbook = load_workbook(content, read_only=True, data_only=True)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    writer, width = csv.writer(out), 0
    for row in workbook.worksheets[0].iter_rows(values_only=True):
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
