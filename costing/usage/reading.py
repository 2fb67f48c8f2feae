"""Reads a usage file from its start to its end into compact cells; must not import Django.

Of what a row holds only its hour, its model, its counts and its cost are kept: prompts, answers,
people, keys and whatever else stands there is never stored, and no reason repeats it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, NamedTuple

from costing.usage.entries import BadRow, Columns, Entry, LeftOut, Tokens
from costing.usage.recognizing import Recognized, recognize
from costing.usage.records import Found, csv_records, json_records, line_records
from costing.usage.sources import PLAIN
from costing.usage.sources.plain import REQUIRED, usual_columns
from costing.usage.unpacking import LIMITS, Limits, refusal, unpacked

ROWS_A_REPORT = 20_000
NO_OBJECT = "The record is no object."
NOTHING = "No row of this file can be used. The first one at line {line}: {reason}"


class Key(NamedTuple):
    """What a cell is for: a model in an hour (or, with 24 `hours`, on a day)."""

    model: str
    hour: int
    hours: int


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


@dataclass(frozen=True)
class Plan:
    """How a file is to be read."""

    recognized: Recognized
    columns: Columns


def plan_reading(
    file: IO[bytes], *, chosen: str = "", columns: Columns | None = None, limits: Limits = LIMITS
) -> Plan:
    """Return how a file is to be read; raises Invalid with the fields at fault.

    In `columns` may stand which column of a plain CSV file holds what.
    """
    recognized = recognize(file, chosen=chosen, limits=limits)
    if recognized.source.key != PLAIN:
        return Plan(recognized, Columns())
    found = usual_columns(recognized.header, columns)
    faults = {
        name: ["There is no such column."]
        for name in found.__dataclass_fields__
        if isinstance(getattr(found, name), str)
        and getattr(found, name)
        and getattr(found, name) not in recognized.header
    }
    faults |= {name: ["Say which column."] for name in REQUIRED if not getattr(found, name)}
    if faults:
        known = ", ".join(recognized.header[:40])
        message = f"Say which column holds what. The file has: {known[:600]}."
        error = refusal(message)
        error.fields |= faults
        raise error
    return Plan(recognized, found)


def read_usage(
    file: IO[bytes],
    plan: Plan,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[int], None] | None = None,
) -> Reading:
    """Read all rows; bad ones are counted, and the first of them listed.

    `on_progress` is told every few thousand rows how many bytes of the file are behind; what it
    raises stops the reading. Raises Invalid for a file that breaks off or goes beyond a limit,
    and where no row can be used.
    """
    reading = Reading(plan.recognized.source.key)
    place = _Place()
    for line, record in _found(unpacked(file, limits, place.move), plan.recognized, limits):
        for row in _rows(record, plan.recognized):
            _take(reading, line, row, plan, limits)
            if on_progress is not None and reading.rows % ROWS_A_REPORT == 0:
                on_progress(place.at)
    if not reading.cells:
        raise _nothing(reading)
    return reading


class _Place:
    """How far the file has been read, in its own bytes."""

    at = 0

    def move(self, at: int) -> None:
        self.at = at


def _found(file: IO[bytes], recognized: Recognized, limits: Limits) -> Iterator[Found]:
    if recognized.shape == "csv":
        return csv_records(file, recognized.delimiter, limits)
    if recognized.shape == "lines":
        return line_records(file, recognized.source.within, limits)
    return json_records(file, recognized.source.within, limits)


def _rows(record: Any, recognized: Recognized) -> Iterator[Any]:
    if isinstance(record, dict):
        yield from recognized.source.rows(record)
    else:
        yield record if isinstance(record, BadRow) else BadRow(NO_OBJECT)


def _take(reading: Reading, line: int, row: Any, plan: Plan, limits: Limits) -> None:
    reading.rows += 1
    if reading.rows > limits.rows:
        raise refusal(f"This file has more than {limits.rows:,} rows. Split it by time.")
    try:
        if isinstance(row, BadRow):
            raise row
        entry = plan.recognized.source.read(row, plan.columns)
        if entry.model not in reading.models and len(reading.models) >= limits.models:
            raise BadRow(f"The file names more than {limits.models} models.")
    except LeftOut as kind:
        reading.left_out[str(kind)] += 1
        return
    except BadRow as error:
        reading.bad_rows += 1
        if len(reading.listed) < limits.bad_rows_listed:
            reading.listed.append(ListedRow(line, reading.rows, str(error)))
        return
    reading.good_rows += 1
    reading.models.add(entry.model)
    key = Key(entry.model, entry.hour, entry.hours)
    cell = reading.cells.get(key)
    if cell is None:
        if len(reading.cells) >= limits.cells:
            raise refusal("This file spans more hours and models than can be kept. Split it.")
        cell = reading.cells[key] = Cell()
    cell.add(entry)


def _nothing(reading: Reading) -> Exception:
    if reading.listed:
        first = reading.listed[0]
        return refusal(NOTHING.format(line=first.line, reason=first.reason))
    if reading.left_out:
        kinds = "; ".join(reading.left_out)
        return refusal(f"There is nothing in this file to be counted. It holds: {kinds}.")
    return refusal("There is no row in this file.")
