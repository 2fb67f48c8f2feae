"""Reads a usage file from its start to its end into compact cells.

Of what a row holds only its hour, its model, its counts and its cost are kept: prompts, answers,
people, keys and whatever else stands there is never stored, and no reason repeats it.
"""

import codecs
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import IO, NamedTuple

from costing.usage.columns import COLUMNS, NO_COLUMNS, REQUIRED_COLUMNS, Columns
from costing.usage.entries import (
    HOUR_SECONDS,
    BadRow,
    CachedBeyondInput,
    Entry,
    LeftOut,
    Record,
    Tokens,
    length_class,
    seconds,
)
from costing.usage.records import (
    LIMITS,
    NO_TEXT,
    Found,
    Limits,
    PageEnd,
    Unpacked,
    csv_records,
    json_records,
    line_records,
    refusal,
)
from costing.usage.sources import PLAIN, SOURCES, Source
from costing.usage.sources.tables import recognized_columns, usual_columns

HEAD_BYTES = 256 * 1024
DELIMITERS = ",;\t"
# A key of a JSON object; what a text quotes is escaped and does not look like one.
KEY = re.compile(r'(?<!\\)"([A-Za-z_][A-Za-z0-9_.]{0,60})"\s*:')
ATTRIBUTE = re.compile(r'(?<!\\)"(gen_ai\.usage\.[a-z_.]{1,40})"')
EMPTY = "This file is empty."
UNKNOWN = "This is none of the formats that are known. Choose which one it is."
NO_CSV = "This format is JSON, and the file is not."


@dataclass(frozen=True)
class Plan:
    """How a file is read: its shape (`csv`, `lines`, `document`), its format, and for a CSV file
    its header, its delimiter and, in a plain one, which column holds what.
    """

    shape: str
    source: Source
    header: tuple[str, ...] = ()
    delimiter: str = ","
    columns: Columns = NO_COLUMNS


def recognize(file: IO[bytes], *, chosen: str = "", limits: Limits = LIMITS) -> Plan:
    """Return what the file is; a format that a person has chosen stands.

    Raises Invalid (field `file`) for what is empty, no text, of no known format, or has a header
    beyond the limits.
    """
    text = _head(file, limits)
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, chosen)
    return _csv(text, chosen, limits)


def _head(file: IO[bytes], limits: Limits) -> str:
    head = Unpacked(file, limits).buffered().read(HEAD_BYTES)
    if not head.strip():
        raise refusal(EMPTY)
    try:
        # The last character may be cut; a decoder that is not final waits for its rest.
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        text = decoder.decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        raise refusal(NO_TEXT) from None
    if "\0" in text:
        raise refusal(NO_TEXT)
    return text


def _json(text: str, chosen: str) -> Plan:
    names = {*KEY.findall(text), *ATTRIBUTE.findall(text)}
    source = SOURCES.get(chosen) or _known_by(names)
    if source is None or source.key == PLAIN:
        raise refusal(UNKNOWN)
    return Plan("lines" if _has_value_a_line(text) else "document", source)


def _has_value_a_line(text: str) -> bool:
    lines = text.lstrip().split("\n", 2)
    if len(lines) < 2 or not lines[1].lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return False
    return True


def _csv(text: str, chosen: str, limits: Limits) -> Plan:
    line, is_ended, _ = text.lstrip().partition("\n")
    if len(line.encode()) > limits.header_bytes or (not is_ended and len(text) > limits.columns):
        raise refusal("The header, the first line, is too long for a table of usage.")
    delimiter = max(DELIMITERS, key=line.count)
    header = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter), []))
    if len(header) > limits.columns:
        raise refusal(f"The header names more than {limits.columns} columns.")
    if len(header) < 2:
        raise refusal(UNKNOWN)
    if len({*header}) < len(header):
        raise refusal("The header names a column twice.")
    source = SOURCES.get(chosen) or _known_by({*header}) or SOURCES[PLAIN]
    if source.within == ("resourceSpans", "scopeSpans", "spans"):
        raise refusal(NO_CSV)
    return Plan("csv", source, header, delimiter)


def _known_by(names: Set[str]) -> Source | None:
    for source in SOURCES.values():
        if any(wanted <= names for wanted in source.known_by):
            return source
    return None


ROWS_A_REPORT = 20_000
ROWS_TO_RECOGNIZE = 500
AMBIGUOUS = {
    "numbers": "The numbers of this file can be read in two ways. Say how they are written.",
    "dates": "The days of this file can be read with the day or the month first. Say which.",
}
REPEATED = "Rows that another of the files has too"
NO_OBJECT = "The record is no object."
MORE_PAGES = (
    "This report goes on: its last page says `has_more`. Fetch the other pages too, and send all of"
    " them together."
)
CACHED_LEFT_OUT = (
    "Some calls have more cached tokens than input tokens: their input leaves cached tokens out."
    " Send the file again and choose so under “Cached tokens”."
)
NOTHING = "No row of this file can be used. The first one at line {line}: {reason}"


class Key(NamedTuple):
    """What a cell is for: a model in an hour (or, with 24 `hours`, on a day), live or as batch, and
    calls at other terms (see Entry), or a charge that is no plain usage.
    """

    model: str
    hour: int
    hours: int
    is_batch: bool = False
    above_input_tokens: int = 0
    charge: str = ""
    service_tier: str = ""
    region: str = ""
    modality: str = ""


@dataclass(slots=True)
class Cell:
    """What ran in one hour with one model."""

    calls: int | None = 0
    tokens: list[int] = field(default_factory=lambda: [0] * len(Tokens._fields))
    billed_usd: Decimal | None = None

    def add(self, entry: Entry) -> None:
        """Count one row in."""
        self.calls = None if self.calls is None or entry.calls is None else self.calls + entry.calls
        for index, tokens in enumerate(entry.tokens):
            if tokens:
                self.tokens[index] += tokens
        if entry.billed_usd is not None:
            self.billed_usd = (self.billed_usd or Decimal(0)) + entry.billed_usd


@dataclass(frozen=True)
class ListedRow:
    """A bad row: the line it begins in, its number among the rows, and what is wrong with it."""

    line: int
    row: int
    reason: str
    file: str = ""  # named where several were sent


@dataclass
class Reading:
    """What a file came to."""

    source: str
    cells: dict[Key, Cell] = field(default_factory=dict)
    rows: int = 0
    good_rows: int = 0
    bad_rows: int = 0
    listed: list[ListedRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    models: set[str] = field(default_factory=set)
    has_more: bool = False
    declared: tuple[int, int] | None = None  # the hours that the file says it covers
    has_cached_beyond_input: bool = False
    # Whether a row, with an entry that it counts as, was counted from another file.
    is_repeated: Callable[[object, Entry], bool] | None = None

    def usage_cells(self) -> list[Entry]:
        """The cells as they are measured and stored."""
        return [
            Entry(
                **key._asdict(),
                calls=cell.calls,
                tokens=Tokens(*cell.tokens),
                billed_usd=cell.billed_usd,
            )
            for key, cell in self.cells.items()
        ]


def plan_reading(
    file: IO[bytes], *, chosen: str = "", columns: Columns | None = None, limits: Limits = LIMITS
) -> Plan:
    """Return how a file is to be read; raises Invalid with the fields at fault.

    In `columns` may stand which column of a plain CSV file holds what.
    """
    plan = recognize(file, chosen=chosen, limits=limits)
    if plan.source.key != PLAIN:
        said = columns or NO_COLUMNS
        kept = replace(NO_COLUMNS, input_includes_cache=said.input_includes_cache, rate=said.rate)
        return replace(plan, columns=kept)
    columns = usual_columns(plan.header, columns or NO_COLUMNS)
    _require_columns(plan, columns)
    return replace(plan, columns=_recognized(file, plan, columns, limits))


def _require_columns(plan: Plan, columns: Columns) -> None:
    errors = {}
    for name in COLUMNS:
        column = getattr(columns, name)
        if column and column not in plan.header:
            errors[name] = ["There is no such column."]
        elif not column and name in REQUIRED_COLUMNS:
            errors[name] = ["Say which column."]
    if errors:
        known = ", ".join(plan.header[:40])
        refused = refusal(f"Say which column holds what. The file has: {known[:600]}.")
        refused.fields |= errors
        raise refused


def _recognized(file: IO[bytes], plan: Plan, columns: Columns, limits: Limits) -> Columns:
    """The columns with how the first rows write numbers and days, where nobody declared it.

    Raises Invalid (`numbers`, `dates`) where these can be read in two ways.
    """
    if columns.numbers and columns.dates:
        return columns
    records = records_of(Unpacked(file, limits), plan, limits)
    first = (record for _, record in islice(records, ROWS_TO_RECOGNIZE))
    columns = recognized_columns([row for row in first if isinstance(row, dict)], columns)
    for name, message in AMBIGUOUS.items():
        if not getattr(columns, name):
            refused = refusal(message)
            refused.fields[name] = ["Choose how they are written."]
            raise refused
    return columns


def read_usage(
    file: IO[bytes],
    plan: Plan,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[int], None] | None = None,
) -> Reading:
    """Read all rows; bad ones are counted, and the first of them listed.

    `on_progress` gets, every few thousand rows, how many bytes of the file are behind; what it
    raises stops the reading. Raises Invalid for a file that breaks off or goes beyond a limit,
    for a page that others follow, and where no row can be used.
    """
    reading = Reading(plan.source.key)
    read_rows(reading, file, plan, limits=limits, on_progress=on_progress)
    if reading.has_more:
        raise refusal(MORE_PAGES)
    require_rows(reading)
    return reading


def read_rows(
    reading: Reading,
    file: IO[bytes],
    plan: Plan,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Count all rows of a file in, as `read_usage` does, also of a page that others follow."""
    content = Unpacked(file, limits)
    records = records_of(content, plan, limits)

    def report() -> None:
        if on_progress is not None:
            on_progress(content.bytes_read)

    count_records(reading, records, plan, limits=limits, on_progress=report)
    if reading.has_cached_beyond_input and plan.source.may_leave_cached_out:
        refused = refusal(CACHED_LEFT_OUT)
        refused.fields["cached"] = ["Choose where cached tokens are counted."]
        raise refused


def count_records(
    reading: Reading,
    records: Iterable[Found],
    plan: Plan,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Count records in, as `read_usage` does; a page that is not the last one is no error here."""
    for line, record in records:
        if isinstance(record, PageEnd):
            reading.has_more = record.has_more
            continue
        if plan.source.covers and isinstance(record, dict):
            _declare(reading, record, plan.source.covers)
        for row in plan.source.rows(record) if isinstance(record, dict) else (record,):
            _take(reading, line, row, plan, limits)
            if reading.rows % ROWS_A_REPORT == 0:
                on_progress()


def records_of(content: Unpacked, plan: Plan, limits: Limits) -> Iterator[Found]:
    """The records of a file, as its plan says that they are to be read."""
    if plan.shape == "csv":
        return csv_records(content.buffered(), plan.delimiter, limits)
    read_json = line_records if plan.shape == "lines" else json_records
    return read_json(content.buffered(), plan.source.within, limits)


def entries_of(row: object, plan: Plan) -> Sequence[Entry]:
    """What a row counts as; raises BadRow or LeftOut."""
    if isinstance(row, BadRow):
        raise row
    if not isinstance(row, dict):
        raise BadRow(NO_OBJECT)
    read = plan.source.read(row, plan.columns)
    return (read,) if isinstance(read, Entry) else read


def _declare(reading: Reading, record: Record, names: tuple[str, str]) -> None:
    """Widen what the file says it covers by a bucket; one without both ends says nothing."""
    try:
        start, end = (seconds(record, name) for name in names)
    except BadRow:
        return
    if end > start:
        known = reading.declared or (start // HOUR_SECONDS, 0)
        end_hour = -(-end // HOUR_SECONDS)
        reading.declared = min(known[0], start // HOUR_SECONDS), max(known[1], end_hour)


def _take(reading: Reading, line: int, row: object, plan: Plan, limits: Limits) -> None:
    reading.rows += 1
    if reading.rows > limits.rows:
        raise refusal(f"This file has more than {limits.rows:,} rows. Split it by time.")
    try:
        entries = entries_of(row, plan)
        names = {entry.model for entry in entries} - reading.models
        if names and len(reading.models) >= limits.models:
            raise BadRow(f"The file names more than {limits.models} models.")
    except LeftOut as kind:
        reading.left_out[str(kind)] += 1
    except BadRow as error:
        reading.bad_rows += 1
        reading.has_cached_beyond_input |= isinstance(error, CachedBeyondInput)
        if len(reading.listed) < limits.bad_rows_listed:
            reading.listed.append(ListedRow(line, reading.rows, str(error)))
    else:
        if reading.is_repeated and entries and reading.is_repeated(row, entries[0]):
            reading.left_out[REPEATED] += 1
            return
        reading.good_rows += 1
        for entry in entries:
            count_in(reading, entry, limits)


def key_of(entry: Entry) -> Key:
    """The cell that an entry counts in."""
    return Key(*entry[:3], entry.is_batch, length_class(entry), *entry[8:])


def count_in(reading: Reading, entry: Entry, limits: Limits) -> None:
    """Count an entry in its cell; raises Invalid where there are too many."""
    reading.models.add(entry.model)
    key = key_of(entry)
    cell = reading.cells.get(key)
    if cell is None:
        if len(reading.cells) >= limits.cells:
            raise refusal("This file spans more hours and models than can be kept. Split it.")
        cell = reading.cells[key] = Cell()
    cell.add(entry)


def require_rows(reading: Reading) -> None:
    """Raise Invalid where no row could be used, with the reason."""
    if reading.cells:
        return
    if reading.listed:
        first = reading.listed[0]
        raise refusal(NOTHING.format(line=first.line, reason=first.reason))
    if reading.left_out:
        kinds = "; ".join(reading.left_out)
        raise refusal(f"There is nothing in this file to be counted. It holds: {kinds}.")
    raise refusal("There is no row in this file.")
