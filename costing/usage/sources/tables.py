"""Tables: FOCUS costs, and a CSV file of one's own by its columns; must not import Django."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from costing.usage.entries import (
    COLUMNS,
    DAY_HOURS,
    HOUR_SECONDS,
    BadRow,
    Columns,
    Entry,
    LeftOut,
    Record,
    Source,
    beside,
    count,
    first,
    hour,
    inside,
    is_day,
    model_name,
    seconds,
    usd,
)

OTHER_SERVICES = "Charges of services other than AI"
OTHER_CHARGES = "Credits, taxes and purchases"
CATEGORY = "AI and Machine Learning"
METERED = ("x_Model", "x_ModelName", "SkuMeter", "ChargeDescription", "ServiceName")


def read_charge(record: Record, columns: Columns) -> Entry:
    """One charge, without tokens; its model is what the seller calls the thing that was metered."""
    if str(record.get("ServiceCategory") or CATEGORY) != CATEGORY:
        raise LeftOut(OTHER_SERVICES)
    if str(record.get("ChargeCategory") or "Usage") != "Usage":
        raise LeftOut(OTHER_CHARGES)
    if str(record.get("BillingCurrency") or "USD") != "USD":
        raise BadRow("BillingCurrency is another than USD.")
    start, end = seconds(record, "ChargePeriodStart"), seconds(record, "ChargePeriodEnd")
    if end <= start:
        raise BadRow("The charge ends before it starts.")
    cost = usd(record, "BilledCost")
    if cost is None:
        raise BadRow("BilledCost is missing.")
    return Entry(
        hour=start // HOUR_SECONDS,
        hours=1 if end - start <= HOUR_SECONDS else DAY_HOURS,
        model=model_name(first(record, METERED)),
        billed_usd=cost,
    )


def usual_columns(header: Sequence[str], chosen: Columns) -> Columns:
    """The columns that were chosen; for the others, those that a header most likely means."""
    known = {name.lower(): name for name in reversed(header)}
    guessed: dict[str, Any] = {
        name: next((known[usual] for usual in field.examples or () if usual in known), "")
        for name, field in COLUMNS.items()
        if not getattr(chosen, name)
    }
    return replace(chosen, **guessed)


def read_plain(record: Record, columns: Columns) -> Entry:
    """One row. Where no column counts calls, a row with an hour is one call."""
    whole_day = is_day(record.get(columns.time))
    calls: int | None = None if whole_day else 1
    if columns.calls:
        calls = count(record, columns.calls, required=True)
    tokens_of = inside if columns.input_includes_cache else beside
    return Entry(
        hour=hour(record, columns.time),
        hours=DAY_HOURS if whole_day else 1,
        model=model_name(record.get(columns.model)),
        calls=calls,
        tokens=tokens_of(
            count(record, columns.input, required=True),
            count(record, columns.output, required=True),
            read=count(record, columns.cache_read),
            write_5m=count(record, columns.cache_write_5m),
            write_1h=count(record, columns.cache_write_1h),
        ),
        billed_usd=usd(record, columns.cost),
    )


FOCUS = Source(
    key="focus_costs",
    title="FOCUS costs",
    known_by=(frozenset({"BilledCost", "ChargePeriodStart"}),),
    read=read_charge,
    within=("data",),
)
CSV = Source(key="csv", title="CSV with columns of your own", known_by=(), read=read_plain)
