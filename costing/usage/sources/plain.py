"""A CSV file of the client's own, read by naming its columns; must not import Django."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from costing.usage.entries import (
    DAY_HOURS,
    Columns,
    Entry,
    Record,
    Source,
    beside,
    count,
    hour_of,
    inside,
    is_day,
    model_name,
    seconds,
    usd,
)

# Names that columns often have, in lower case.
USUAL: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "created_at", "start_time", "starttime", "hour", "date", "day"),
    "model": ("model", "model_name", "model_id", "model_version"),
    "calls": ("calls", "requests", "num_requests", "request_count", "api_requests"),
    "input": ("input_tokens", "prompt_tokens", "tokens_in", "input"),
    "cache_read": (
        "cache_read_tokens",
        "cached_tokens",
        "cache_read_input_tokens",
        "cached_input_tokens",
        "cache_read",
    ),
    "cache_write_5m": (
        "cache_write_5m_tokens",
        "cache_write_tokens",
        "cache_creation_input_tokens",
        "cache_write",
    ),
    "cache_write_1h": ("cache_write_1h_tokens",),
    "output": ("output_tokens", "completion_tokens", "tokens_out", "output"),
    "cost": ("cost_usd", "cost", "spend", "amount_usd", "billed_usd"),
}
REQUIRED = ("time", "input", "output")
NAMES = tuple(field.name for field in fields(Columns) if field.name != "input_includes_cache")


def usual_columns(header: Iterable[str], given: Columns | None = None) -> Columns:
    """The columns that a header most likely means, those that were given standing first."""
    known = {name.lower(): name for name in reversed(list(header))}
    columns = given or Columns()
    guessed: dict[str, Any] = {
        name: next((known[usual] for usual in USUAL[name] if usual in known), "")
        for name in NAMES
        if not getattr(columns, name)
    }
    return replace(columns, **guessed)


def read(record: Record, columns: Columns) -> Entry:
    """One row. Where no column counts calls, a row with an hour is one call."""
    moment = record.get(columns.time)
    whole_day = is_day(moment)
    calls: int | None = None if whole_day else 1
    if columns.calls:
        calls = count(record.get(columns.calls), columns.calls, required=True)
    way = inside if columns.input_includes_cache else beside
    return Entry(
        hour=hour_of(seconds(moment, columns.time)),
        hours=DAY_HOURS if whole_day else 1,
        model=model_name(record.get(columns.model)),
        calls=calls,
        tokens=way(
            count(record.get(columns.input), columns.input, required=True),
            count(record.get(columns.output), columns.output, required=True),
            read=count(record.get(columns.cache_read), columns.cache_read),
            write_5m=count(record.get(columns.cache_write_5m), columns.cache_write_5m),
            write_1h=count(record.get(columns.cache_write_1h), columns.cache_write_1h),
        ),
        billed_usd=usd(record.get(columns.cost), columns.cost),
    )


CSV = Source(key="csv", title="CSV with columns of your own", known_by=(), read=read)
