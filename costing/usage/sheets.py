"""Makes a CSV file of a workbook's first sheet, in a process that is bounded in memory and time."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from costing.usage import sheet_process
from costing.usage.records import LIMITS, MEGABYTE, refusal

MAX_SECONDS = 60
MAX_WORKBOOK_BYTES = 50 * MEGABYTE
UNREADABLE = (
    "This workbook cannot be read, or needs more memory or time than is given."
    " Save its sheet as CSV and send that."
)
TOO_LARGE = f"A workbook may have at most {MAX_WORKBOOK_BYTES // MEGABYTE} MB. Save it as CSV."


def sheet_rows(workbook: Path) -> Iterator[bytes]:
    """The rows of the first sheet as CSV, in pieces; raises Invalid where they cannot be read."""
    if workbook.stat().st_size > MAX_WORKBOOK_BYTES:
        raise refusal(TOO_LARGE)
    # Run as a file, so that the bounds are set before anything of the project is imported.
    command = [sys.executable, "-P", sheet_process.__file__, str(workbook)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            written = 0
            while piece := process.stdout.read(MEGABYTE):
                written += len(piece)
                if written > LIMITS.unpacked_bytes:
                    raise refusal(UNREADABLE)
                yield piece
            code = process.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise refusal(UNREADABLE) from None
        finally:
            process.kill()
    if code:
        raise refusal(UNREADABLE)
