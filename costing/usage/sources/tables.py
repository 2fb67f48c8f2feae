"""A CSV file of one's own, by its columns."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import COLUMNS, Columns
from costing.usage.entries import (
    Entry,
    Record,
    Source,
    buckets,
    count,
    hour,
    is_day,
    model_name,
    usd,
)
from costing.usage.terms import served
from costing.usage.written import (
    ISO,
    PLAIN,
    iso_moment,
    plain_number,
    recognized_dates,
    recognized_numbers,
)

MONEY = ("cost",)
NUMERIC = tuple(name for name in COLUMNS if name not in ("time", "model", "tier"))


def usual_columns(header: Sequence[str], chosen: Columns) -> Columns:
    """The columns that were chosen; for the others, those that a header most likely means."""
    known = {name.lower(): name for name in reversed(header)}
    guessed: dict[str, Any] = {
        name: next((known[usual] for usual in field.examples or () if usual in known), "")
        for name, field in COLUMNS.items()
        if not getattr(chosen, name)
    }
    return replace(chosen, **guessed)


def recognized_columns(rows: Sequence[Record], columns: Columns) -> Columns:
    """The columns with how numbers and days are written, where nobody declared it; empty where the
    rows do not tell.
    """
    numbers = columns.numbers or recognized_numbers(
        [
            (str(row.get(column)), name not in MONEY)
            for name in NUMERIC
            if (column := getattr(columns, name))
            for row in rows
        ]
    )
    dates = columns.dates or recognized_dates(str(row.get(columns.time)) for row in rows)
    return replace(columns, numbers=numbers, dates=dates)


def _as_declared(record: Record, columns: Columns) -> Record:
    """The row with numbers and days written plainly."""
    if (columns.numbers, columns.dates) == (PLAIN, ISO):
        return record
    plain = {columns.time: iso_moment(record.get(columns.time), columns.dates, columns.time)}
    for name in NUMERIC:
        column = getattr(columns, name)
        if column:
            plain[column] = plain_number(record.get(column), columns.numbers, column)
    return {**record, **plain}


def read_plain(record: Record, columns: Columns) -> Entry:
    """One row. Where no column counts calls, a row with an hour is one call."""
    record = _as_declared(record, columns)
    whole_day = is_day(record.get(columns.time))
    calls: int | None = None if whole_day else 1
    if columns.calls:
        calls = count(record, columns.calls, required=True)
    cost = usd(record, columns.cost)
    return Entry(
        hour=hour(record, columns.time),
        hours=HOURS_PER_DAY if whole_day else 1,
        model=model_name(record.get(columns.model)),
        calls=calls,
        tokens=buckets(
            count(record, columns.input, required=True),
            count(record, columns.output, required=True),
            includes_cache=columns.input_includes_cache,
            read=count(record, columns.cache_read),
            write_5m=count(record, columns.cache_write_5m),
            write_1h=count(record, columns.cache_write_1h),
        ),
        billed_usd=columns.rate.in_usd(cost) if columns.rate and cost is not None else cost,
        **served(record, record.get(columns.tier) or "")._asdict(),
    )


CSV = Source(key="csv", title="CSV with columns of your own", known_by=(), read=read_plain)
