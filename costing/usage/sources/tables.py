"""Tables: FOCUS costs, and a CSV file of one's own by its columns."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
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
    buckets,
    count,
    first,
    hour,
    is_day,
    model_name,
    seconds,
    usd,
)

OTHER_SERVICES = "Charges of services other than AI"
OTHER_CHARGES = "Credits, taxes and purchases"
CATEGORY = "AI and Machine Learning"
MAX_CHARGE_DAYS = 366
SMALLEST_SHARE = Decimal("1e-12")
METERED = ("x_Model", "x_ModelName", "SkuMeter", "ChargeDescription", "ServiceName")


def read_charge(record: Record, columns: Columns) -> list[Entry]:
    """One charge, without tokens; its model is what the seller calls the thing that was metered.

    A charge of several days counts for each of them alike; one below zero corrects another.
    """
    if str(record.get("ServiceCategory") or CATEGORY) != CATEGORY:
        raise LeftOut(OTHER_SERVICES)
    if str(record.get("ChargeCategory") or "Usage") != "Usage":
        raise LeftOut(OTHER_CHARGES)
    if str(record.get("BillingCurrency") or "USD") != "USD":
        raise BadRow("BillingCurrency is another than USD.")
    start, end = seconds(record, "ChargePeriodStart"), seconds(record, "ChargePeriodEnd")
    if end <= start:
        raise BadRow("The charge ends before it starts.")
    cost = usd(record, "BilledCost", is_signed=True)
    if cost is None:
        raise BadRow("BilledCost is missing.")
    model, hour = model_name(first(record, METERED)), start // HOUR_SECONDS
    if end - start <= HOUR_SECONDS:
        return [Entry(model, hour, billed_usd=cost)]
    days = -(-(end - start) // (DAY_HOURS * HOUR_SECONDS))
    if days > MAX_CHARGE_DAYS:
        raise BadRow("The charge is for more than a year.")
    share = (cost / days).quantize(SMALLEST_SHARE, ROUND_DOWN)
    shares = [share] * (days - 1) + [cost - share * (days - 1) if days > 1 else cost]
    return [
        Entry(model, hour + number * DAY_HOURS, DAY_HOURS, billed_usd=usd)
        for number, usd in enumerate(shares)
    ]


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
    return Entry(
        hour=hour(record, columns.time),
        hours=DAY_HOURS if whole_day else 1,
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
