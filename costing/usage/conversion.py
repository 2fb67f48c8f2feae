"""Workbooks and Parquet files as CSV, made in a process that is bounded in memory and time."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from costing.usage import conversion_process
from costing.usage.records import LIMITS, MEGABYTE, refusal

WORKBOOK, PARQUET = ".xlsx", ".parquet"
MAX_SECONDS = 60
MAX_WORKBOOK_BYTES = 50 * MEGABYTE
UNREADABLE = (
    "This file cannot be read as {kind}, or needs more memory or time than is given."
    " Save it as CSV and send that."
)
TOO_LARGE = f"A workbook may have at most {MAX_WORKBOOK_BYTES // MEGABYTE} MB. Save it as CSV."
NAMES = {WORKBOOK: "an XLSX workbook", PARQUET: "Parquet"}


def is_converted(filename: str) -> bool:
    """Whether files of this name are made CSV before they are read."""
    return Path(filename.lower()).suffix in NAMES


@contextmanager
def converted(
    path: Path, filename: str, *, first: int = 0, on_progress: Callable[[], None] = lambda: None
) -> Iterator[IO[bytes]]:
    """A file's rows as CSV, in a file that has no name; raises Invalid where they cannot be read.

    With `first`, so many of them, in much less time.
    `on_progress` is called with every piece; what it raises stops the process.
    """
    suffix = Path(filename.lower()).suffix
    if suffix == WORKBOOK and path.stat().st_size > MAX_WORKBOOK_BYTES:
        raise refusal(TOO_LARGE)
    with tempfile.TemporaryFile(dir=path.parent) as rows:
        for piece in _pieces(path, first, UNREADABLE.format(kind=NAMES[suffix])):
            rows.write(piece)
            on_progress()
        rows.seek(0)
        yield rows


def _pieces(path: Path, first: int, unreadable: str) -> Iterator[bytes]:
    # Run as a file, so that the bounds are set before anything of the project is imported.
    command = [sys.executable, "-P", conversion_process.__file__, str(path), str(first)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            written = 0
            while piece := process.stdout.read(MEGABYTE):
                written += len(piece)
                if written > LIMITS.unpacked_bytes:
                    raise refusal(unreadable)
                yield piece
            code = process.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise refusal(unreadable) from None
        finally:
            process.kill()
    if code:
        raise refusal(unreadable)
