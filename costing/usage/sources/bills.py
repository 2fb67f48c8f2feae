"""Bills: FOCUS 1.0 to 1.4, AWS's Cost and Usage Report 2.0, OpenAI's costs, Anthropic's costs."""

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import USD, Columns, Rate
from costing.usage.entries import (
    CORRECTION,
    CREDIT,
    HOUR_SECONDS,
    MAX_MODEL_LENGTH,
    MODALITY,
    PURCHASE,
    TAX,
    BadRow,
    Entry,
    LeftOut,
    Record,
    Source,
    Tokens,
    first,
    model_name,
    seconds,
    usd,
)
from costing.usage.groups import APPLICATION, KEY, TAG, at
from costing.usage.sources.providers import bucket_rows
from costing.usage.terms import PRIORITY, served

OTHER_SERVICES = "Charges of services other than AI"
COMMITMENTS = "Commitment purchases: the usage that they cover counts at its effective cost"
CATEGORY = "AI and Machine Learning"
MAX_CHARGE_DAYS = 366
SMALLEST_SHARE = Decimal("1e-12")
CENTS = Decimal(100)
NO_TOKENS = Tokens()
ABSENT = ("", "NULL", "None")
# What names the meter: a seller's own columns, then SkuMeter (since FOCUS 1.1), then others.
METERED = ("x_Model", "x_ModelName", "SkuMeter", "ChargeDescription", "ServiceName")
CURRENCIES = ("BillingCurrency", "line_item_currency_code", "currency")
CATEGORIES = {"Credit": CREDIT, "Tax": TAX, "Purchase": PURCHASE, "Adjustment": CORRECTION}
OTHER_MODALITY = re.compile(r"\b(audio|image|video|speech)s?\b", re.IGNORECASE)
UNIT = re.compile(r"^\s*([0-9][0-9,.]*)?\s*([KM])?\s*tokens?\s*$", re.IGNORECASE)
FACTORS = {"": 1, "K": 1000, "M": 1_000_000}
# The first that a meter names counts; flex costs what batches do.
TIERS = (
    ("batch", re.compile(r"\b(batch|flex)\b", re.IGNORECASE)),
    (PRIORITY, re.compile(rf"\b{PRIORITY}\b", re.IGNORECASE)),
)
NO_RATE = "The currency is not USD, and no rate was entered."
# How meters name buckets of tokens; the first that fits counts.
BUCKET_NAMES = (
    ("cache_write_1h", re.compile(r"1h|1 hour", re.IGNORECASE)),
    ("cache_write_5m", re.compile(r"cache.?(write|creation)|written", re.IGNORECASE)),
    ("cache_read", re.compile(r"cache|cached|cchd", re.IGNORECASE)),
    ("output", re.compile(r"output|completion|response|\b(outp|opt)\b", re.IGNORECASE)),
    ("uncached_input", re.compile(r"input|prompt|\binp\b", re.IGNORECASE)),
)
# What comes before the words of a bucket or a tier is the model.
METER = re.compile(
    r"^(.+?)[-_: ,]+(?:(?:1h|5m|batch|flex|priority|input|inp|output|outp|opt|completion|response"
    r"|prompt|cache|cached|cchd)\b)",
    re.IGNORECASE,
)
# Whom a charge is of: FOCUS 1.3 renamed its columns, and 1.4 took the older ones out.
SELLERS = ("ServiceProviderName", "ProviderName", "PublisherName")
SELLER_KEYS = {
    "microsoft": "azure",
    "azure": "azure",
    "aws": "bedrock",
    "amazon": "bedrock",
    "google": "vertex_ai",
    "openai": "openai",
    "anthropic": "anthropic",
}


def read_charge(record: Record, columns: Columns) -> list[Entry]:
    """One charge of FOCUS; its model is what the seller calls the thing that was metered.

    Usage that a commitment covers is billed 0 and counts at its effective cost; the commitment's
    purchase is left out then. Corrections, credits, taxes and other purchases are told apart.
    """
    cost, kind = usd(record, "BilledCost", is_signed=True), _kind(record)
    if kind != TAX and str(record.get("ServiceCategory") or CATEGORY) != CATEGORY:
        raise LeftOut(OTHER_SERVICES)
    if cost is None:
        raise BadRow("BilledCost is missing.")
    if _is_named(record, "CommitmentDiscountId"):
        if kind == PURCHASE:
            raise LeftOut(COMMITMENTS)
        cost = usd(record, "EffectiveCost", is_signed=True) if cost == 0 else cost
    meter = _meter(record)
    tokens = NO_TOKENS if kind else _focus_tokens(meter, record)
    return charge_entries(
        record,
        ("ChargePeriodStart", "ChargePeriodEnd"),
        _metered_model(meter, record) if any(tokens) else meter,
        cost or Decimal(0),
        kind,
        tokens,
        rate=columns.rate,
        **metered_way(meter),
    )


def _focus_tokens(meter: str, record: Record) -> Tokens:
    """What was consumed, or else what was priced, where that is tokens."""
    for what in ("Consumed", "Pricing"):
        unit = str(record.get(f"{what}Unit") or "")
        tokens = _metered_tokens(meter, record.get(f"{what}Quantity"), unit)
        if any(tokens):
            return tokens
    return NO_TOKENS


def _is_named(record: Record, name: str) -> bool:
    return str(record.get(name) or "") not in ABSENT


def _kind(record: Record) -> str:
    """Which of CHARGES a charge is; empty for usage."""
    category = str(record.get("ChargeCategory") or "Usage")
    if category in CATEGORIES:
        return CATEGORIES[category]
    if str(record.get("ChargeClass") or "") == "Correction" or _is_negative(record, "BilledCost"):
        return CORRECTION
    return _modality(_meter(record))


def _meter(record: Record) -> str:
    """What the seller calls the thing that was metered."""
    named = (str(record.get(name) or "") for name in METERED)
    return next((name for name in named if name not in ABSENT), "")


def _metered_model(meter: str, record: Record) -> str:
    """The model that a meter of tokens is of, as its seller is called in FOCUS."""
    named = METER.match(meter[:MAX_MODEL_LENGTH])
    model = re.sub(r"\s+", "-", (named[1] if named else meter).strip())
    seller = str(first(record, SELLERS) or "").lower()
    known = next((key for word, key in SELLER_KEYS.items() if word in seller), "")
    return model_name(model, known)


def metered_way(meter: str) -> dict[str, Any]:
    """How a meter says that its tokens were served."""
    words = meter.replace("-", " ").replace("_", " ")
    tier = next((name for name, pattern in TIERS if pattern.search(words)), "")
    return {"is_batch": tier == "batch", "service_tier": PRIORITY if tier == PRIORITY else ""}


def _is_negative(record: Record, name: str) -> bool:
    return str(record.get(name) or "").strip().startswith("-")


def _modality(meter: str) -> str:
    return MODALITY if OTHER_MODALITY.search(meter) else ""


def _metered_tokens(meter: str, quantity: Any, unit: str) -> Tokens:
    """The tokens that a charge counts, in the bucket that its meter names; else none.

    Units are tokens, thousands (`1K tokens`) or millions of them.
    """
    fits, bucket = UNIT.match(unit), _bucket(meter)
    if not fits or bucket is None or str(quantity) in ABSENT:
        return Tokens()
    amount = usd({"quantity": quantity}, "quantity", is_signed=True) or Decimal(0)
    amount *= Decimal((fits[1] or "1").replace(",", "")) * FACTORS[(fits[2] or "").upper()]
    return Tokens()._replace(**{bucket: max(int(amount.to_integral_value()), 0)})


def _bucket(meter: str) -> str | None:
    return next((name for name, pattern in BUCKET_NAMES if pattern.search(meter)), None)


def charge_entries(
    record: Record,
    period: tuple[str, str],
    model: Any,
    cost: Decimal,
    kind: str,
    tokens: Tokens = NO_TOKENS,
    *,
    rate: Rate | None,
    **about: Any,
) -> list[Entry]:
    """A charge of a period, spread alike over its days; one of an hour or less counts in it.

    A charge in another currency than USD counts at the rate that was entered for it.
    """
    currency = str(first(record, CURRENCIES) or USD).upper()
    if currency != USD:
        if rate is None or rate.currency != currency:
            raise BadRow(NO_RATE)
        cost = rate.in_usd(cost)
    start, end = (seconds(record, name) for name in period)
    if end <= start:
        raise BadRow("The charge ends before it starts.")
    name, hour = model_name(model or ""), start // HOUR_SECONDS
    if end - start <= HOUR_SECONDS:
        return [Entry(name, hour, 1, None, tokens, cost, charge=kind, **about)]
    days = -(-(end - start) // (HOURS_PER_DAY * HOUR_SECONDS))
    if days > MAX_CHARGE_DAYS:
        raise BadRow("The charge is for more than a year.")
    starts = range(hour, hour + days * HOURS_PER_DAY, HOURS_PER_DAY)
    return [
        Entry(name, first, HOURS_PER_DAY, None, part, share, charge=kind, **about)
        for first, (share, part) in zip(starts, _spread(cost, tokens, days), strict=True)
    ]


def _spread(cost: Decimal, tokens: Tokens, days: int) -> Iterable[tuple[Decimal, Tokens]]:
    """Equal parts of each day; the last one has what does not divide."""
    share = (cost / days).quantize(SMALLEST_SHARE, ROUND_DOWN)
    part = Tokens(*(count // days for count in tokens))
    rest = Tokens(*(count - each * (days - 1) for count, each in zip(tokens, part, strict=True)))
    last = (cost - share * (days - 1) if days > 1 else cost, rest)
    return [*[(share, part)] * (days - 1), last]


def read_openai_cost(record: Record, columns: Columns) -> list[Entry]:
    """One result of a bucket of OpenAI's costs. Its line item names the model, then the meter."""
    amount = record.get("amount")
    if not isinstance(amount, dict):
        raise BadRow("amount is missing.")
    cost = usd(amount, "value", is_signed=True)
    if cost is None:
        raise BadRow("amount.value is missing.")
    item = str(record.get("line_item") or "")
    model = item.partition(",")[0].strip()
    kind = CORRECTION if cost < 0 else _modality(item)
    return charge_entries(
        {**record, **amount},
        ("start_time", "end_time"),
        model and f"openai:{model}",
        cost,
        kind,
        rate=columns.rate,
        **metered_way(item),
    )


def read_anthropic_cost(record: Record, columns: Columns) -> list[Entry]:
    """One result of a bucket of Anthropic's cost report; amounts are in cents, as text."""
    cents = usd(record, "amount", is_signed=True)
    if cents is None:
        raise BadRow("amount is missing.")
    model = record.get("model")
    return charge_entries(
        record,
        ("starting_at", "ending_at"),
        f"anthropic:{model}" if isinstance(model, str) and model else record.get("description"),
        cents / CENTS,
        CORRECTION if cents < 0 else "",
        rate=columns.rate,
        **served(record)._asdict(),
    )


AWS_CATEGORIES = {
    "Tax": TAX,
    "Credit": CREDIT,
    "Refund": CORRECTION,
    "Fee": PURCHASE,
    "RIFee": PURCHASE,
    "SavingsPlanUpfrontFee": PURCHASE,
    "SavingsPlanRecurringFee": PURCHASE,
    "EdpDiscount": CREDIT,
    "BundledDiscount": CREDIT,
    "PrivateRateDiscount": CREDIT,
    "Discount": CREDIT,
}
AWS_SERVICES = re.compile(r"bedrock|sagemaker", re.IGNORECASE)
# `USE1-Claude4Sonnet-input-tokens-batch`: the region, the model, the meter.
AWS_METER = re.compile(
    r"^(?:[A-Z]{2,4}\d?-)?(.+?)[-_:](?:input|output|cache|prompt)", re.IGNORECASE
)


def read_aws_line(record: Record, columns: Columns) -> list[Entry]:
    """One line item of the Cost and Usage Report. Usage of Bedrock counts its tokens too."""
    kind = AWS_CATEGORIES.get(str(record.get("line_item_line_item_type") or "Usage"), "")
    if kind != TAX and not AWS_SERVICES.search(str(record.get("line_item_product_code") or "")):
        raise LeftOut(OTHER_SERVICES)
    cost = usd(record, "line_item_unblended_cost", is_signed=True)
    if cost is None:
        raise BadRow("line_item_unblended_cost is missing.")
    meter = str(record.get("line_item_usage_type") or "")
    named = AWS_METER.match(meter)
    kind = kind or (CORRECTION if cost < 0 else _modality(meter.replace("-", " ")))
    tokens = _metered_tokens(
        meter, record.get("line_item_usage_amount"), str(record.get("pricing_unit") or "")
    )
    return charge_entries(
        record,
        ("line_item_usage_start_date", "line_item_usage_end_date"),
        named[1] if named else meter or record.get("line_item_product_code"),
        cost,
        kind,
        Tokens() if kind else tokens,
        rate=columns.rate,
        **metered_way(meter),
    )


FOCUS = Source(
    key="focus_costs",
    title="FOCUS costs",
    known_by=(frozenset({"BilledCost", "ChargePeriodStart"}),),
    read=read_charge,
    within=("data",),
    groups={APPLICATION: at("SubAccountName", "SubAccountId"), TAG: at("Tags")},
)
OPENAI_COSTS = Source(
    key="openai_costs",
    title="OpenAI costs",
    known_by=(frozenset({"amount", "line_item", "start_time"}),),
    read=read_openai_cost,
    within=("data",),
    rows=bucket_rows("start_time", "end_time"),
    covers=("start_time", "end_time"),
    is_summed=True,
    groups={APPLICATION: at("project_name", "project_id"), KEY: at("api_key_id")},
)
ANTHROPIC_COSTS = Source(
    key="anthropic_costs",
    title="Anthropic cost report",
    known_by=(frozenset({"amount", "cost_type", "starting_at"}),),
    read=read_anthropic_cost,
    within=("data",),
    rows=bucket_rows("starting_at", "ending_at"),
    covers=("starting_at", "ending_at"),
    is_summed=True,
    groups={APPLICATION: at("workspace_id")},
)
AWS = Source(
    key="aws_cur",
    title="AWS Cost and Usage Report 2.0",
    known_by=(frozenset({"line_item_unblended_cost", "line_item_usage_start_date"}),),
    read=read_aws_line,
    groups={
        APPLICATION: at("line_item_usage_account_name", "line_item_usage_account_id"),
        TAG: at("resource_tags"),
    },
)
BILLS = (FOCUS, OPENAI_COSTS, ANTHROPIC_COSTS, AWS)
