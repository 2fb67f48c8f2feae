"""Reads LiteLLM's price file: one JSON object, prices in USD per token; must not import Django.

Fields that are not named here are left aside, as the file's own schema asks. Where the file is
richer than a scenario:
- entries that are no text by the token (embeddings, images, seconds of a commitment) are left out,
  counted by why;
- `tiered_pricing` and `_above_Nk_tokens` both become tiers; what a tier does not name stays the
  model's own price;
- a cache write listed below the input price counts at the input price, for it is no second charge;
- the batch discount is the smaller of those on input and on output, and none where either lacks;
- priority, flex and off-peak prices, regional surcharges and one-hour writes within a tier are left
  aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from costing.catalog.bundled import cache_rule, read_data
from costing.catalog.entries import (
    HIGHEST_TOKENS,
    Entry,
    Faults,
    is_web_address,
)
from costing.catalog.prices import (
    DEFAULT_CACHE_TTL_SECONDS,
    DEFAULT_MIN_CACHEABLE_TOKENS,
    ModelPrice,
    PriceList,
    PriceTier,
)
from costing.catalog.source import provider_names

SOURCE_KEY = "litellm"
SOURCE_NAME = "LiteLLM price file"
TEXT_MODES = ("chat", "completion", "responses")
# Top-level entries that describe the file itself.
NO_MODELS = {"sample_spec", "fallback_generalizations"}

INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
READ, WRITE = "cache_read_input_token_cost", "cache_creation_input_token_cost"
PRICES = {
    INPUT: "input_usd_per_mtok",
    OUTPUT: "output_usd_per_mtok",
    READ: "cache_read_usd_per_mtok",
    WRITE: "cache_write_usd_per_mtok",
}
_TIER = re.compile(rf"({'|'.join(PRICES)})_above_(\d{{1,6}})k_tokens", re.ASCII)
_LONGEST_MODEL, _LONGEST_PROVIDER = 160, 38
STORAGE_ALONE = "Listed cache write is below the input price: a write counts at the input price."


def litellm_prices(document: Any, *, as_of: date, checked_on: date) -> PriceList:
    """Every text model of the file, in USD per million tokens, by reference.

    Raises UnusablePrices with the path of each entry or figure at fault; then nothing is usable.
    """
    faults, left_out = Faults(), Counter[str]()
    found: dict[str, ModelPrice] = {}
    for key, values in _entries(document, faults):
        reason = _why_left_out(values)
        price = None if reason else _price(key, values, as_of, checked_on, faults)
        if reason:
            left_out[reason] += 1
        elif price is not None:
            left_out.update(_keep(found, price, is_own_name=not _is_prefixed(key, values)))
    faults.check()
    return PriceList(
        source_key=SOURCE_KEY,
        source=SOURCE_NAME,
        source_url=_settings()["url"],
        as_of=as_of,
        checked_on=checked_on,
        prices=tuple(sorted(found.values(), key=lambda price: price.reference)),
        left_out=dict(sorted(left_out.items())),
    )


def _entries(document: Any, faults: Faults) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(document, Mapping):
        faults.add("file", "Give one JSON object: an entry for each model.")
        return []
    entries = []
    for key, values in document.items():
        if key in NO_MODELS:
            continue
        if isinstance(values, Mapping):
            entries.append((key, values))
        else:
            faults.add(key[:_LONGEST_MODEL], "Give an object with the model's prices.")
    if not entries and not faults.fields:
        faults.add("file", "It holds no model.")
    return entries


def _why_left_out(values: Mapping[str, Any]) -> str:
    mode = values.get("mode")
    if mode is None:
        return "no mode given"
    if mode not in TEXT_MODES:
        return f"mode {str(mode)[:40]}"
    tiers = values.get("tiered_pricing")
    first = tiers[0] if isinstance(tiers, list) and tiers else {}
    prices = [values, first] if isinstance(first, Mapping) else [values]
    has_prices = all(any(part.get(key) is not None for part in prices) for key in (INPUT, OUTPUT))
    return "" if has_prices else "no price per token of both input and output"


def _keep(found: dict[str, ModelPrice], price: ModelPrice, *, is_own_name: bool) -> list[str]:
    """Keep one price for each reference: of two names of a model, the one with its provider."""
    key = price.reference.lower()
    repeated = key in found
    if not repeated or not is_own_name:
        found[key] = price
    return ["another name of an entry that is taken"] if repeated else []


def _price(
    key: str, values: Mapping[str, Any], as_of: date, checked_on: date, faults: Faults
) -> ModelPrice | None:
    """One model, or None when something of it is at fault."""
    entry, known = Entry(values, key, faults), len(faults.fields)
    provider_key = entry.text("litellm_provider", _LONGEST_PROVIDER)
    base, tiers = _base_and_tiers(entry)
    model = _model_name(key, values)
    if provider_key is None:
        entry.fault("litellm_provider", "Name the provider.")
    if len(model) > _LONGEST_MODEL or not model.isprintable() or not model.strip():
        faults.add(key[:_LONGEST_MODEL], f"Name the model in 1 to {_LONGEST_MODEL} characters.")
    fields = _further_fields(entry, base, as_of)
    if len(faults.fields) > known or base is None or provider_key is None:
        return None
    provider = _settings()["providers"].get(provider_key, provider_key)
    return ModelPrice(
        reference=f"{provider}:{model}",
        provider=provider,
        provider_name=provider_names().get(provider, provider),
        model=model,
        model_name=model,
        as_of=as_of,
        source=SOURCE_NAME,
        source_url=_source_url(values),
        checked_on=checked_on,
        tiers=tiers,
        **_cache_terms(entry, provider, model),
        **fields,
        **_without_storage(base),
    )


def _base_and_tiers(entry: Entry) -> tuple[dict[str, Decimal] | None, tuple[PriceTier, ...]]:
    """The price of a short call, and those above each threshold."""
    base = _prices(entry)
    steps: dict[int, dict[str, Decimal]] = {}
    for key in sorted(entry.values):
        match = _TIER.fullmatch(key)
        price = entry.usd_per_mtok(key) if match else None
        if match and price is not None:
            steps.setdefault(int(match[2]) * 1000, {})[PRICES[match[1]]] = price
    for start, prices in _listed_tiers(entry).items():
        if start:
            steps[start] = prices
        else:
            base = {**prices, **base}
    if "input_usd_per_mtok" not in base or "output_usd_per_mtok" not in base:
        return None, ()
    tiers = [
        PriceTier(above_input_tokens=start, **_without_storage({**base, **steps[start]}))
        for start in sorted(steps)
    ]
    return base, tuple(tiers)


def _listed_tiers(entry: Entry) -> dict[int, dict[str, Decimal]]:
    """`tiered_pricing` by where each range begins, in tokens."""
    listed = entry.values.get("tiered_pricing")
    if listed is None:
        return {}
    tiers: dict[int, dict[str, Decimal]] = {}
    for number, values in enumerate(listed if isinstance(listed, list) else [listed]):
        path = f"{entry.path}.tiered_pricing.{number}"
        bounds = values.get("range") if isinstance(values, Mapping) else None
        if not isinstance(bounds, list) or not bounds:
            entry.faults.add(path, "Give an object with a `range` and its prices.")
            continue
        tier = Entry({**values, "range.0": bounds[0]}, path, entry.faults)
        start = tier.tokens("range.0")
        if start is not None:
            tiers[start] = _prices(tier)
    return tiers


def _prices(entry: Entry) -> dict[str, Decimal]:
    prices = {name: entry.usd_per_mtok(key) for key, name in PRICES.items()}
    return {name: price for name, price in prices.items() if price is not None}


def _without_storage(prices: Mapping[str, Decimal]) -> dict[str, Any]:
    """The prices without a cache write below the input price."""
    return {
        name: price
        for name, price in prices.items()
        if name != "cache_write_usd_per_mtok" or price >= prices["input_usd_per_mtok"]
    }


def _further_fields(
    entry: Entry, base: Mapping[str, Decimal] | None, as_of: date
) -> dict[str, Any]:
    """What is listed beside the prices."""
    deprecated_on = entry.day("deprecation_date")
    batch_input = entry.usd_per_mtok(f"{INPUT}_batches")
    batch_output = entry.usd_per_mtok(f"{OUTPUT}_batches")
    base = base or {}
    is_storage = "cache_write_usd_per_mtok" in base and "cache_write_usd_per_mtok" not in (
        _without_storage(base)
    )
    return {
        "cache_write_1h_usd_per_mtok": entry.usd_per_mtok(f"{WRITE}_above_1hr"),
        "batch_input_usd_per_mtok": batch_input,
        "batch_output_usd_per_mtok": batch_output,
        "batch_discount_ratio": batch_discount(
            (base.get("input_usd_per_mtok"), batch_input),
            (base.get("output_usd_per_mtok"), batch_output),
        ),
        "context_window_tokens": _context_window(entry.values),
        "is_deprecated": deprecated_on is not None and deprecated_on <= as_of,
        "deprecated_on": deprecated_on,
        "is_caching_claimed": entry.values.get("supports_prompt_caching") is True,
        "notes": (STORAGE_ALONE,) if is_storage else (),
    }


def batch_discount(*prices: tuple[Decimal | None, Decimal | None]) -> Decimal:
    """The smallest discount among pairs of (standard, batch) prices, 0 where one is not listed."""
    discounts = [
        1 - batch / standard if standard and batch is not None else Decimal(0)
        for standard, batch in prices
    ]
    return max(Decimal(0), min(discounts)).quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)


def _context_window(values: Mapping[str, Any]) -> int | None:
    tokens = values.get("max_input_tokens")
    if isinstance(tokens, bool) or not isinstance(tokens, int | Decimal):
        return None
    return int(tokens) if 0 < tokens <= HIGHEST_TOKENS else None


def _cache_terms(entry: Entry, provider: str, model: str) -> dict[str, Any]:
    rule = cache_rule(provider, model)
    least = entry.values.get("prompt_cache_min_tokens")
    is_given = isinstance(least, int | Decimal) and 0 < least <= HIGHEST_TOKENS
    default = rule.min_cacheable_tokens if rule else DEFAULT_MIN_CACHEABLE_TOKENS
    return {
        "cache_ttl_seconds": rule.cache_ttl_seconds if rule else DEFAULT_CACHE_TTL_SECONDS,
        "min_cacheable_tokens": int(least) if is_given and least else default,
        "cache_source_url": rule.source_url if rule else "",
    }


def _model_name(key: str, values: Mapping[str, Any]) -> str:
    return key.partition("/")[2] if _is_prefixed(key, values) else key


def _is_prefixed(key: str, values: Mapping[str, Any]) -> bool:
    """Whether a key begins with its provider's name, as in `azure/gpt-4o`."""
    first, slash, rest = key.partition("/")
    own = {str(values.get("litellm_provider")), *_settings()["prefixes"]}
    return bool(slash and rest) and first in own


def _source_url(values: Mapping[str, Any]) -> str:
    given = values.get("source")
    is_usable = isinstance(given, str) and len(given) <= 300 and is_web_address(given)
    return str(given) if is_usable else str(_settings()["url"])


@cache
def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = read_data("litellm.yaml")
    return settings
