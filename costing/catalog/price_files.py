"""Reads price files of our own format (YAML, docs/price-files.md); must not import Django.

Prices are in USD per million tokens. Each is list or contract and has its source, the day it holds
on and the day it was checked on: the file's, unless the price says its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from costing.catalog.bundled import cache_rule
from costing.catalog.entries import Entry, Faults
from costing.catalog.litellm import batch_discount
from costing.catalog.prices import (
    CONTRACT,
    DEFAULT_CACHE_TTL_SECONDS,
    DEFAULT_MIN_CACHEABLE_TOKENS,
    LIST,
    ModelPrice,
    PriceList,
    PriceTier,
)
from costing.catalog.source import provider_names

FORMAT = "crossover-prices/1"
CURRENCY = "USD"
LONGEST_NOTE, MOST_NOTES, MOST_TIERS = 200, 10, 20
# Own keys must not pass for the sources that the product reads itself.
RESERVED_KEYS = {"genai-prices", "litellm"}
_SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_REFERENCE = re.compile(r"([a-z0-9][a-z0-9._-]{0,37}):(\S{1,160})", re.ASCII)
_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
)
_BESIDE = ("cache_write_1h_usd_per_mtok", "batch_input_usd_per_mtok", "batch_output_usd_per_mtok")
FILE_KEYS = {
    "format",
    "source_key",
    "source",
    "source_url",
    "as_of",
    "checked_on",
    "currency",
    "kind",
    "prices",
}
PRICE_KEYS = {
    "reference",
    "name",
    "provider_name",
    *_PRICES,
    *_BESIDE,
    "cache_ttl_seconds",
    "min_cacheable_tokens",
    "batch_discount_ratio",
    "tiers",
    "context_window_tokens",
    "deprecated_on",
    "claims_caching",
    "valid_from",
    "source_url",
    "checked_on",
    "kind",
    "notes",
}
TIER_KEYS = {"above_input_tokens", *_PRICES}


def file_prices(document: Any) -> PriceList:
    """The prices of a file as it says them.

    Raises UnusablePrices with the path of every fault; then nothing is usable.
    """
    faults = Faults()
    if not isinstance(document, Mapping):
        faults.add("file", f"Give a mapping that begins with format: {FORMAT}.")
        faults.check()
    head = Entry(document, "", faults)
    fields = _head(head)
    listed = document.get("prices")
    if not isinstance(listed, list) or not listed:
        faults.add("prices", "Give a list of at least one price.")
        listed = []
    prices = [
        _price(values, f"prices.{number}", fields, head) for number, values in enumerate(listed)
    ]
    _refuse_repeats(prices, faults)
    faults.check()
    return PriceList(
        source_key=fields["source_key"],
        source=fields["source"],
        source_url=fields["source_url"],
        as_of=fields["as_of"],
        checked_on=fields["checked_on"],
        prices=tuple(sorted((p for p in prices if p), key=lambda price: price.reference)),
    )


def _head(head: Entry) -> dict[str, Any]:
    """What the file says of all its prices."""
    _refuse_unknown(head, FILE_KEYS)
    if head.values.get("format") != FORMAT:
        head.fault("format", f"Give {FORMAT}.")
    if head.values.get("currency") != CURRENCY:
        head.fault("currency", "Give USD: prices in another currency are not converted.")
    key = head.text("source_key", 40)
    if key is not None and (not _SOURCE_KEY.fullmatch(key) or key in RESERVED_KEYS):
        head.fault("source_key", "Give a key of your own in a-z, 0-9 and hyphens.")
    fields = {
        "source_key": key,
        "source": head.text("source", 80),
        "source_url": head.url("source_url"),
        "as_of": head.day("as_of"),
        "checked_on": head.day("checked_on"),
    }
    for name in fields:
        if head.values.get(name) is None:
            head.fault(name, "This is required.")
    return {**fields, "kind": _kind(head, LIST)}


def _price(values: Any, path: str, file: Mapping[str, Any], head: Entry) -> ModelPrice | None:
    """One price, or None when something of it is at fault."""
    if not isinstance(values, Mapping):
        head.faults.add(path, "Give a mapping with reference and prices.")
        return None
    entry, known = Entry(values, path, head.faults), len(head.faults.fields)
    _refuse_unknown(entry, PRICE_KEYS)
    provider, model = _reference(entry)
    prices: dict[str, Any] = {name: entry.price(name) for name in (*_PRICES, *_BESIDE)}
    fields = {**_described(entry, provider, model, file), **_terms(entry, provider, model, prices)}
    if len(head.faults.fields) > known or file["as_of"] is None:
        return None
    return ModelPrice(
        reference=f"{provider}:{model}",
        provider=provider,
        model=model,
        as_of=file["as_of"],
        source=file["source"],
        is_deprecated=bool(fields["deprecated_on"] and fields["deprecated_on"] <= file["as_of"]),
        **fields,
        **prices,
    )


def _reference(entry: Entry) -> tuple[str, str]:
    reference = entry.text("reference", 200)
    match = _REFERENCE.fullmatch(reference) if reference else None
    if match is None:
        entry.fault("reference", "Give it as <provider>:<model>.")
        return "", ""
    return match[1], match[2]


def _described(entry: Entry, provider: str, model: str, file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider_name": entry.text("provider_name", 120)
        or provider_names().get(provider, provider),
        "model_name": entry.text("name", 200) or model,
        "source_url": entry.url("source_url") or file["source_url"],
        "checked_on": entry.day("checked_on") or file["checked_on"],
        "kind": _kind(entry, file["kind"]),
        "valid_from": entry.day("valid_from"),
        "deprecated_on": entry.day("deprecated_on"),
        "is_caching_claimed": entry.flag("claims_caching"),
        "context_window_tokens": entry.tokens("context_window_tokens"),
        "notes": _notes(entry),
    }


def _terms(
    entry: Entry, provider: str, model: str, prices: Mapping[str, Decimal | None]
) -> dict[str, Any]:
    for name in ("input_usd_per_mtok", "output_usd_per_mtok"):
        if entry.values.get(name) is None:
            entry.fault(name, "This is required.")
    rule = cache_rule(provider, model)
    ttl, least = entry.tokens("cache_ttl_seconds"), entry.tokens("min_cacheable_tokens")
    discount = entry.ratio("batch_discount_ratio")
    if discount is None:
        discount = batch_discount(
            (prices["input_usd_per_mtok"], prices["batch_input_usd_per_mtok"]),
            (prices["output_usd_per_mtok"], prices["batch_output_usd_per_mtok"]),
        )
    elif any(prices[name] is not None for name in _BESIDE[1:]):
        entry.fault("batch_discount_ratio", "Give either the batch prices or their discount.")
    default_ttl = rule.cache_ttl_seconds if rule else DEFAULT_CACHE_TTL_SECONDS
    default_least = rule.min_cacheable_tokens if rule else DEFAULT_MIN_CACHEABLE_TOKENS
    return {
        "cache_ttl_seconds": default_ttl if ttl is None else ttl,
        "min_cacheable_tokens": default_least if least is None else least,
        "cache_source_url": rule.source_url if rule and ttl is None and least is None else "",
        "batch_discount_ratio": discount,
        "tiers": _tiers(entry),
    }


def _tiers(entry: Entry) -> tuple[PriceTier, ...]:
    listed = entry.values.get("tiers") or []
    if not isinstance(listed, list) or len(listed) > MOST_TIERS:
        entry.fault("tiers", f"Give a list of at most {MOST_TIERS} tiers.")
        return ()
    tiers = [_tier(values, f"{entry.path}.tiers.{n}", entry) for n, values in enumerate(listed)]
    usable = sorted((tier for tier in tiers if tier), key=lambda tier: tier.above_input_tokens)
    if len({tier.above_input_tokens for tier in usable}) < len(usable):
        entry.fault("tiers", "Give each threshold once.")
    return tuple(usable)


def _tier(values: Any, path: str, entry: Entry) -> PriceTier | None:
    if not isinstance(values, Mapping):
        entry.faults.add(path, "Give a mapping with above_input_tokens and prices.")
        return None
    tier, known = Entry(values, path, entry.faults), len(entry.faults.fields)
    _refuse_unknown(tier, TIER_KEYS)
    start = tier.tokens("above_input_tokens")
    prices: dict[str, Any] = {name: tier.price(name) for name in _PRICES}
    for name in ("above_input_tokens", *_PRICES[:2]):
        if values.get(name) is None:
            tier.fault(name, "This is required.")
    if len(entry.faults.fields) > known or start is None:
        return None
    return PriceTier(above_input_tokens=start, **prices)


def _notes(entry: Entry) -> tuple[str, ...]:
    listed = entry.values.get("notes") or []
    if not isinstance(listed, list) or len(listed) > MOST_NOTES:
        entry.fault("notes", f"Give a list of at most {MOST_NOTES} texts.")
        return ()
    numbered = Entry(
        {str(number): note for number, note in enumerate(listed)},
        f"{entry.path}.notes",
        entry.faults,
    )
    notes = [numbered.text(str(number), LONGEST_NOTE) for number in range(len(listed))]
    return tuple(note for note in notes if note)


def _kind(entry: Entry, default: str) -> str:
    kind = entry.values.get("kind", default)
    if kind not in (LIST, CONTRACT):
        entry.fault("kind", f"Give {LIST} or {CONTRACT}.")
        return default
    return str(kind)


def _refuse_unknown(entry: Entry, known: set[str]) -> None:
    for key in entry.values:
        if key not in known:
            entry.fault(str(key)[:60], "There is no such field.")


def _refuse_repeats(prices: list[ModelPrice | None], faults: Faults) -> None:
    seen: set[str] = set()
    for number, price in enumerate(prices):
        key = price.reference.lower() if price else ""
        if key and key in seen:
            faults.add(f"prices.{number}.reference", "This model is there twice.")
        seen.add(key)
