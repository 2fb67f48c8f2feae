"""Reads a usage file from its start to its end into compact cells.

Of what a row holds only its hour, its model, its counts and its cost are kept, and whose call it is
where a person asks for that split: prompts, answers, people, secrets and whatever else stands there
is never stored, and no reason repeats it.
"""

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO

from costing.usage.cells import ListedRow, Reading, count_in, fold_groups
from costing.usage.columns import COLUMNS, NO_COLUMNS, REQUIRED_COLUMNS, Columns
from costing.usage.entries import (
    HOUR_SECONDS,
    BadRow,
    CachedBeyondInput,
    Entry,
    LeftOut,
    Record,
    seconds,
)
from costing.usage.groups import SPLITS, group_name
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
UNKNOWN = "This is not in a known format. Choose which one it is."
NO_CSV = "This format is JSON, and the file is not."


@dataclass(frozen=True)
class Plan:
    """How a file is read: its shape (`csv`, `lines`, `document`), its format, and for a CSV file
    its header, its delimiter and, in a plain one, which column holds what. What may be a secret is
    hashed with the `salt`.
    """

    shape: str
    source: Source
    header: tuple[str, ...] = ()
    delimiter: str = ","
    columns: Columns = NO_COLUMNS
    salt: bytes = b""

    def group_of(self, row: Record) -> str:
        """Whose row it is, as the person splits; empty where it names none."""
        columns = self.columns
        if self.source.key == PLAIN:
            return group_name(row.get(columns.group), tag=columns.tag, salt=self.salt)
        named = self.source.groups[columns.split_by](row)
        return group_name(named, tag=columns.tag, salt=self.salt)


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
NO_OBJECT = "The record is not an object."
MORE_PAGES = (
    "This report goes on: its last page says `has_more`. Fetch the other pages too, and send all of"
    " them together."
)
CACHED_LEFT_OUT = (
    "Some calls have more cached tokens than input tokens: their input excludes cached tokens."
    " Send the file again and choose so under “Cached tokens”."
)
NO_GROUPS = (
    "No row of this file says whose it is, in the way that it is to be split. Choose another."
)
NOTHING = "No row of this file can be used. The first one at line {line}: {reason}"


def plan_reading(
    file: IO[bytes],
    *,
    chosen: str = "",
    columns: Columns | None = None,
    salt: bytes = b"",
    limits: Limits = LIMITS,
) -> Plan:
    """Return how a file is to be read; raises Invalid with the fields at fault.

    In `columns` may stand which column of a plain CSV file holds what.
    """
    plan = replace(recognize(file, chosen=chosen, limits=limits), salt=salt)
    if plan.source.key != PLAIN:
        said = columns or NO_COLUMNS
        if said.split_by and said.split_by not in plan.source.groups:
            raise _no_split(plan.source)
        return replace(plan, columns=said.beside_columns)
    columns = usual_columns(plan.header, columns or NO_COLUMNS)
    columns = columns if columns.split_by else replace(columns, group="")
    _require_columns(plan, columns)
    return replace(plan, columns=_recognized(file, plan, columns, limits))


def _no_split(source: Source) -> Exception:
    names = ", ".join(SPLITS[way].lower() for way in source.groups)
    message = f"{source.title}: " + (f"can be split {names}." if names else "cannot be split.")
    refused = refusal(message)
    refused.fields["split_by"] = [message]
    return refused


def _require_columns(plan: Plan, columns: Columns) -> None:
    errors = {}
    for name in COLUMNS:
        column = getattr(columns, name)
        if column and column not in plan.header:
            errors[name] = ["There is no such column."]
        elif not column and (name in REQUIRED_COLUMNS or (name == "group" and columns.split_by)):
            errors[name] = ["Say which column."]
    if errors:
        known = ", ".join(plan.header[:40])
        refused = refusal(f"Say which column is which. The file has: {known[:600]}.")
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
    if plan.columns.split_by and reading.cells and not reading.groups:
        refused = refusal(NO_GROUPS)
        refused.fields["split_by"] = [NO_GROUPS]
        raise refused
    fold_groups(reading, limits)


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
    entries = (read,) if isinstance(read, Entry) else read
    if plan.columns.split_by and (group := plan.group_of(row)):
        return [entry._replace(group=group) for entry in entries]
    return entries


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
