"""FOCUS cost and usage rows: what was billed, and no tokens; must not import Django."""

from costing.usage.entries import (
    DAY_HOURS,
    BadRow,
    Columns,
    Entry,
    LeftOut,
    Record,
    Source,
    Tokens,
    first,
    hour_of,
    model_name,
    seconds,
    usd,
)

OTHER_SERVICES = "Charges of services other than AI"
OTHER_CHARGES = "Credits, taxes and purchases"
CATEGORY = "AI and Machine Learning"
MODEL = ("x_Model", "x_ModelName", "SkuMeter", "ChargeDescription", "ServiceName")


def read(record: Record, columns: Columns) -> Entry:
    """One charge; its model is what the seller calls the thing that was metered."""
    category = str(record.get("ServiceCategory") or CATEGORY)
    if category != CATEGORY:
        raise LeftOut(OTHER_SERVICES)
    if str(record.get("ChargeCategory") or "Usage") != "Usage":
        raise LeftOut(OTHER_CHARGES)
    if str(record.get("BillingCurrency") or "USD") != "USD":
        raise BadRow("BillingCurrency is another than USD.")
    start = seconds(record.get("ChargePeriodStart"), "ChargePeriodStart")
    end = seconds(record.get("ChargePeriodEnd"), "ChargePeriodEnd")
    if end <= start:
        raise BadRow("The charge ends before it starts.")
    cost = usd(record.get("BilledCost"), "BilledCost")
    if cost is None:
        raise BadRow("BilledCost is missing.")
    return Entry(
        hour=hour_of(start),
        hours=1 if end - start <= 3600 else DAY_HOURS,
        model=model_name(first(record, MODEL)),
        calls=None,
        tokens=Tokens(),
        billed_usd=cost,
    )


COSTS = Source(
    key="focus_costs",
    title="FOCUS costs",
    known_by=(frozenset({"BilledCost", "ChargePeriodStart"}),),
    read=read,
    within=("data",),
    cost_only=True,
)
