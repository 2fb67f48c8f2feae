"""Reads an uploaded file a piece at a time, unpacked and within limits; must not import Django."""

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from organizations.exceptions import Invalid

MEGABYTE = 1024 * 1024
GZIP_START = b"\x1f\x8b"
BROKEN_GZIP = "This file is damaged or was cut off: it cannot be unpacked to its end."


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken; bytes are of what it unpacks to."""

    upload_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 2048 * MEGABYTE
    packed_ratio: int = 200
    line_bytes: int = 8 * MEGABYTE
    header_bytes: int = 64 * 1024
    columns: int = 500
    rows: int = 5_000_000
    models: int = 200
    cells: int = 200_000
    bad_rows_listed: int = 100


LIMITS = Limits()


def refusal(message: str) -> Invalid:
    """Return the error that refuses a file as a whole."""
    return Invalid(message, fields={"file": [message]})


class Unpacked(io.RawIOBase):
    """The content of a file, plain or gzipped; raises Invalid beyond a limit.

    `on_read` is told after each piece how many bytes of the file itself have been read.
    """

    def __init__(
        self, file: IO[bytes], limits: Limits, on_read: Callable[[int], None] | None = None
    ) -> None:
        self._file, self._limits, self._on_read = file, limits, on_read
        file.seek(0)
        self._is_packed = file.read(2) == GZIP_START
        file.seek(0)
        self._source: IO[bytes] = gzip.GzipFile(fileobj=file) if self._is_packed else file  # type: ignore[assignment]
        self._unpacked = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next piece."""
        try:
            piece = self._source.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise refusal(BROKEN_GZIP) from None
        buffer[: len(piece)] = piece
        self._unpacked += len(piece)
        self._check()
        if self._on_read is not None:
            self._on_read(self._file.tell())
        return len(piece)

    def _check(self) -> None:
        limit = self._limits.unpacked_bytes
        packed = max(self._file.tell(), 1)
        is_bomb = (
            self._is_packed
            and self._unpacked > 16 * MEGABYTE
            and self._unpacked > packed * self._limits.packed_ratio
        )
        if self._unpacked > limit or is_bomb:
            raise refusal(
                f"This file unpacks to more than can be taken: at most {limit // MEGABYTE:,} MB,"
                f" and {self._limits.packed_ratio} times its own size."
            )


def unpacked(
    file: IO[bytes], limits: Limits = LIMITS, on_read: Callable[[int], None] | None = None
) -> io.BufferedReader:
    """Return the file's content from its start, to be read in pieces."""
    return io.BufferedReader(Unpacked(file, limits, on_read), MEGABYTE)
