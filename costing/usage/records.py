"""Reads an uploaded file a piece at a time, unpacked and within limits."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from costing.usage.entries import BadRow
from organizations.exceptions import Invalid

MEGABYTE = 1024 * 1024
GZIP_START = b"\x1f\x8b"
BROKEN_GZIP = "This file is damaged or was cut off: it cannot be unpacked to its end."


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken; bytes are of what it unpacks to."""

    upload_bytes: int = 200 * MEGABYTE
    files: int = 20
    unpacked_bytes: int = 2048 * MEGABYTE
    packed_ratio: int = 200
    line_bytes: int = 8 * MEGABYTE
    header_bytes: int = 64 * 1024
    columns: int = 500
    rows: int = 5_000_000
    models: int = 200
    cells: int = 200_000
    bad_rows_listed: int = 100
    groups: int = 20
    group_names: int = 5_000


LIMITS = Limits()


def refusal(message: str) -> Invalid:
    """Return the error that refuses a file as a whole."""
    return Invalid.at("file", message)


class Unpacked(io.RawIOBase):
    """The content of a file from its start, plain or gzipped; raises Invalid beyond a limit."""

    def __init__(self, file: IO[bytes], limits: Limits = LIMITS) -> None:
        self._file, self._limits = file, limits
        file.seek(0)
        self._is_packed = file.read(2) == GZIP_START
        file.seek(0)
        self._source: IO[bytes] = gzip.GzipFile(fileobj=file) if self._is_packed else file  # type: ignore[assignment]
        self._unpacked = self.bytes_read = 0

    def buffered(self) -> io.BufferedReader:
        """The content, to be read in pieces."""
        return io.BufferedReader(self, MEGABYTE)

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
        self.bytes_read = self._file.tell()
        self._check()
        return len(piece)

    def _check(self) -> None:
        limit, ratio = self._limits.unpacked_bytes, self._limits.packed_ratio
        is_bomb = (
            self._is_packed
            and self._unpacked > 16 * MEGABYTE
            and self._unpacked > max(self.bytes_read, 1) * ratio
        )
        if self._unpacked > limit or is_bomb:
            raise refusal(
                f"This file unpacks to more than is allowed: at most {limit // MEGABYTE:,} MB,"
                f" and {ratio} times its own size."
            )


@dataclass(frozen=True)
class PageEnd:
    """The end of a page of a report, which says whether others follow."""

    has_more: bool


# A record with the line it begins in, or what is wrong with it.
Found = tuple[int, Any]
PIECE = MEGABYTE
MAX_DEPTH = 12
MAX_END = 400
UNNAMED = "\0"  # a column that no reader asks for: "" is a column that a person has not named
BROKEN_JSON = "This file is not JSON, or breaks off, at line {line}."
LONG_RECORD = "A record at line {line} is longer than {limit} MB."
NO_TEXT = "This file is not text in UTF-8. Save it as UTF-8 and try again."


def json_records(
    file: IO[bytes], within: Sequence[str], limits: Limits = LIMITS
) -> Iterator[Found]:
    """The records of a document: what lies in its lists, below the keys `within` in that order."""
    text = _JsonText(file, limits)
    while text.peek():
        yield from _values(text, tuple(within), 0)


def line_records(
    file: IO[bytes], within: Sequence[str], limits: Limits = LIMITS
) -> Iterator[Found]:
    """The records of a file with one JSON value a line; a broken line is one bad row."""
    for number, line in _lines(file, limits):
        if isinstance(line, BadRow):
            yield number, line
            continue
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield number, BadRow("The line is not JSON.")
            continue
        for record in inside_of(value, tuple(within)):
            yield number, record


def csv_records(file: IO[bytes], delimiter: str, limits: Limits = LIMITS) -> Iterator[Found]:
    """The rows of a CSV file by column name; a row of another length is one bad row."""
    rows = _CsvLines(file, limits)
    reader = csv.reader(rows, delimiter=delimiter)
    header = [name.strip() or UNNAMED for name in next((row for row in reader if row), [])]
    while True:
        rows.start = rows.line + 1
        try:
            row = next(reader, None)
        except csv.Error:
            yield rows.start, BadRow("The row is not CSV.")
            continue
        except BadRow as error:
            yield rows.line, error
            reader = csv.reader(rows, delimiter=delimiter)
            continue
        if row is None:
            return
        if len(row) == len(header):
            yield rows.start, dict(zip(header, row, strict=True))
        elif row:
            yield (
                rows.start,
                BadRow(f"The row has {len(row)} fields, the header has {len(header)}."),
            )


def inside_of(value: Any, within: tuple[str, ...], depth: int = 0) -> Iterator[Any]:
    """The records in a value that is in memory as a whole."""
    if isinstance(value, list) and depth < MAX_DEPTH:
        for item in value:
            yield from inside_of(item, within, depth + 1)
    elif within and isinstance(value, dict) and isinstance(value.get(within[0]), list):
        for record in inside_of(value[within[0]], within[1:], depth + 1):
            yield _of_resource(record, value)
        yield from _page_end(value)
    else:
        yield value


def _of_resource(record: Any, around: dict[str, Any]) -> Any:
    """A span with the resource that it is of, which stands beside the list that it is in."""
    resource = around.get("resource")
    if isinstance(resource, dict) and isinstance(record, dict):
        return {"resource": resource, **record}
    return record


def _page_end(page: dict[str, Any]) -> Iterator[PageEnd]:
    about = page.get("metadata")
    more = page.get("has_more", about.get("has_more") if isinstance(about, dict) else None)
    if isinstance(more, bool):
        yield PageEnd(more)


def _lines(file: IO[bytes], limits: Limits) -> Iterator[tuple[int, str | BadRow]]:
    number = 0
    while line := file.readline(limits.line_bytes):
        number += 1
        if len(line) == limits.line_bytes and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(limits.line_bytes)
            yield number, BadRow("The line is too long.")
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield number, BadRow("The line is not text in UTF-8.")


class _CsvLines:
    """Gives the CSV reader lines; raises BadRow for one that cannot be read, and goes on."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._lines = _lines(file, limits)
        self._limit = limits.line_bytes
        self.line, self.start, self._taken = 0, 1, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        self.line = number
        if isinstance(line, BadRow):
            raise line
        # A quoted field may hold line breaks; without its end it would swallow the file.
        self._taken = len(line) if number == self.start else self._taken + len(line)
        if self._taken > self._limit:
            self._taken = 0
            raise BadRow("The row is too long.")
        return line


class _JsonText:
    """A window that moves over the text of a JSON document."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._file, self._limit = file, limits.line_bytes
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._json = json.JSONDecoder()
        self._text, self._at, self._is_end = "", 0, False
        self._line, self._counted, self._passed = 1, 0, 0

    @property
    def passed(self) -> int:
        """How many characters the window has moved over."""
        return self._passed + self._at

    @property
    def line(self) -> int:
        """The line that the window begins in."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text) or not self._more(PIECE):
                return self._text[self._at : self._at + 1]

    def take(self, letter: str) -> None:
        """Pass over one character that must come next."""
        if self.peek() != letter:
            raise self.broken()
        self._at += 1

    def value(self) -> Any:
        """Read the next value as a whole; raises Invalid for one that is broken or too long."""
        self.peek()
        while True:
            value = self.value_at_hand()
            if value is not None:
                return value[0]
            self.check_size(len(self._text) - self._at)
            if not self._more(max(PIECE, len(self._text) - self._at)):
                raise self.broken()

    def value_at_hand(self) -> tuple[Any] | None:
        """Read the next value if the window holds all of it."""
        try:
            value, end = self._json.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None
        is_closed = isinstance(value, dict | list | str) or len(self._text) - end > MAX_END
        if not is_closed and not self._is_end:
            return None  # a number may go on: `0.` is read as 0
        self._at = end
        return (value,)

    def check_size(self, size: int) -> None:
        """Raise Invalid for a record of more characters than may be held."""
        if size > self._limit:
            limit = self._limit // MEGABYTE
            raise refusal(LONG_RECORD.format(line=self.line, limit=limit))

    def broken(self) -> Exception:
        """The error of a document that is none."""
        return refusal(BROKEN_JSON.format(line=self.line))

    def _more(self, size: int) -> bool:
        if self._is_end:
            return False
        self._line = self.line
        piece = self._file.read(size)
        self._is_end = not piece
        try:
            added = self._decode(piece, final=self._is_end)
        except UnicodeDecodeError:
            raise refusal(NO_TEXT) from None
        self._passed += self._at
        self._text = self._text[self._at :] + added
        self._at = self._counted = 0
        return True


def _values(text: _JsonText, within: tuple[str, ...], depth: int) -> Iterator[Found]:
    if depth > MAX_DEPTH:
        raise text.broken()
    begins = text.peek()
    if begins == "[":
        yield from _list(text, within, depth)
    elif begins == "{" and within:
        line = text.line
        value = text.value_at_hand()
        if value is None:
            yield from _object(text, within, depth)
        else:
            for record in inside_of(value[0], within):
                yield line, record
    else:
        line = text.line
        yield line, text.value()


def _list(text: _JsonText, within: tuple[str, ...], depth: int) -> Iterator[Found]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield from _values(text, within, depth + 1)
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


def _object(text: _JsonText, within: tuple[str, ...], depth: int) -> Iterator[Found]:
    """An object longer than the window: go down into its list, or gather it as one record."""
    gathered: dict[str, Any] = {}
    line, size, has_list = text.line, 0, False
    text.take("{")
    while text.peek() != "}":
        before, key = text.passed, text.value()
        text.take(":")
        if key == within[0] and text.peek() == "[":
            has_list = True
            for at, record in _list(text, within[1:], depth + 1):
                yield at, _of_resource(record, gathered)
        elif isinstance(key, str):
            gathered[key] = text.value()
            size += text.passed - before
        else:
            raise text.broken()
        text.check_size(size)
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    if not has_list:
        yield line, gathered
    else:
        for end in _page_end(gathered):
            yield line, end
