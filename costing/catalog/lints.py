"""What looks wrong in a price list; a lint is a question, not an error. Must not import Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.catalog.prices import ModelPrice, PriceTier
from costing.catalog.source import canonical_reference

USUAL_BATCH_RATIO = Decimal("0.5")
# The dearest text models list hundreds of USD per million tokens; above this a unit was mistaken.
IMPLAUSIBLE_USD_PER_MTOK = Decimal(1_000)
COMPARED = (
    ("input_usd_per_mtok", "input"),
    ("output_usd_per_mtok", "output"),
    ("cache_read_usd_per_mtok", "cached input"),
    ("cache_write_usd_per_mtok", "cache write"),
)
LINTS: Mapping[str, str] = {
    "cache_read_not_cheaper": "Cached input costs as much as input, or more",
    "batch_ratio_unusual": "The batch price is not half of the standard price",
    "past_deprecation": "Deprecated on the date of the book",
    "caching_without_price": "Said to cache prompts, but no price of cached input is listed",
    "priced_at_zero": "Input and output are listed at zero",
    "implausibly_high": "A price above 1,000 USD per million tokens",
    "sources_disagree": "Another source lists another price",
}


@dataclass(frozen=True)
class Lint:
    """One thing that looks wrong with one model, in words."""

    code: str
    reference: str
    model_name: str
    detail: str


def price_lints(
    prices: Sequence[ModelPrice], *, others: Iterable[Sequence[ModelPrice]] = ()
) -> tuple[Lint, ...]:
    """Every lint of the prices, by code in the order of LINTS, then by reference.

    `others` are the prices of each other source as of about the same date, to compare with.
    """
    found = [
        Lint(code, price.reference, price.model_name, detail)
        for price in prices
        for code, check in _CHECKS.items()
        if (detail := check(price))
    ]
    for theirs in others:
        found += _disagreements(prices, theirs)
    order = {code: number for number, code in enumerate(LINTS)}
    return tuple(sorted(found, key=lambda lint: (order[lint.code], lint.reference)))


def lints_by_code(lints: Iterable[Lint]) -> dict[str, int]:
    """How many lints there are of each code that was found."""
    counts = Counter(lint.code for lint in lints)
    return {code: counts[code] for code in LINTS if counts[code]}


def _cache_read_not_cheaper(price: ModelPrice) -> str:
    parts: list[ModelPrice | PriceTier] = [price, *price.tiers]
    for part in parts:
        read, full = part.cache_read_usd_per_mtok, part.input_usd_per_mtok
        if read is not None and full > 0 and read >= full:
            start = part.above_input_tokens if isinstance(part, PriceTier) else None
            above = f" above {start:,} tokens" if start is not None else ""
            return f"cached input {plain(read)}, input {plain(full)}{above}"
    return ""


def _batch_ratio_unusual(price: ModelPrice) -> str:
    listed = {
        "input": (price.input_usd_per_mtok, price.batch_input_usd_per_mtok),
        "output": (price.output_usd_per_mtok, price.batch_output_usd_per_mtok),
    }
    unusual = [
        f"{name} {_percent(batch / full)} of standard"
        for name, (full, batch) in listed.items()
        if batch is not None and full > 0 and batch / full != USUAL_BATCH_RATIO
    ]
    is_one_alone = (price.batch_input_usd_per_mtok is None) != (
        price.batch_output_usd_per_mtok is None
    )
    if is_one_alone:
        unusual.append("a batch price of only one of input and output")
    if not unusual and all(batch is None for _, batch in listed.values()):
        ratio = 1 - price.batch_discount_ratio
        unusual = [f"{_percent(ratio)} of standard"] if ratio not in (1, USUAL_BATCH_RATIO) else []
    return ", ".join(unusual)


def _past_deprecation(price: ModelPrice) -> str:
    if price.deprecated_on is not None and price.deprecated_on <= price.as_of:
        return f"deprecated on {price.deprecated_on.isoformat()}"
    return "deprecated by its provider" if price.is_deprecated else ""


def _caching_without_price(price: ModelPrice) -> str:
    is_missing = price.is_caching_claimed and price.cache_read_usd_per_mtok is None
    return "no price of cached input" if is_missing else ""


def _priced_at_zero(price: ModelPrice) -> str:
    is_free = price.input_usd_per_mtok == 0 and price.output_usd_per_mtok == 0
    return "free, within a subscription, or unknown" if is_free else ""


def _implausibly_high(price: ModelPrice) -> str:
    high = [
        f"{title} {plain(value)}"
        for name, title in COMPARED
        if (value := getattr(price, name)) is not None and value > IMPLAUSIBLE_USD_PER_MTOK
    ]
    return ", ".join(high)


_CHECKS: Mapping[str, Callable[[ModelPrice], str]] = {
    "cache_read_not_cheaper": _cache_read_not_cheaper,
    "batch_ratio_unusual": _batch_ratio_unusual,
    "past_deprecation": _past_deprecation,
    "caching_without_price": _caching_without_price,
    "priced_at_zero": _priced_at_zero,
    "implausibly_high": _implausibly_high,
}


def _disagreements(prices: Iterable[ModelPrice], others: Iterable[ModelPrice]) -> list[Lint]:
    """Models that both sources list, the same name first, else the catalog's name for it."""
    theirs = {price.reference: price for price in others}
    found = []
    for price in prices:
        other = theirs.get(price.reference) or theirs.get(
            canonical_reference(price.reference) or ""
        )
        detail = _disagreement(price, other) if other else ""
        if detail:
            found.append(Lint("sources_disagree", price.reference, price.model_name, detail))
    return found


def _disagreement(price: ModelPrice, other: ModelPrice) -> str:
    differing = [
        f"{title} {plain(ours)} here, {plain(theirs)} there"
        for name, title in COMPARED
        if (ours := getattr(price, name)) is not None
        and (theirs := getattr(other, name)) is not None
        and ours != theirs
    ]
    return f"{other.source}: {'; '.join(differing)}" if differing else ""


def plain(price: Decimal) -> str:
    """A price without an exponent and without trailing zeros."""
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(ratio: Decimal) -> str:
    return f"{plain(round(ratio * 100, 1))} %"
