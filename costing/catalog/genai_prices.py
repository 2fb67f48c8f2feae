"""List prices as of a date from the installed genai-prices package; must not import Django.

Its updater, which would ask the network, is never started. Where the source is richer than a
scenario:
- models without both a text input and a text output price (embeddings, speech) are left out;
- where the price depends on the hour, the one that holds for most of that UTC day is taken;
- a cache write listed below the input price counts at the input price, for such listings carry the
  storage alone;
- the batch discount is the smaller of those on input and on output; priority, flex, reasoning,
  image and audio prices and one-hour writes are kept beside; other tiers are left aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic import Field

from costing.catalog.bundled import Bundled, cache_rule, read_data
from costing.catalog.names import as_asked, sold_references
from costing.catalog.price_text import TOKEN_PRICES
from costing.catalog.prices import ModelPrice, PriceList, Provenance, batch_discount, token_prices

SOURCE_VERSION = version("genai-prices")
if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider, TieredPrices
    from genai_prices.types import ModelPrice as SourcePrice

SOURCE_NAME = f"genai-prices {SOURCE_VERSION}"
NO_PRICE = "no price per token of both input and output"
_TEXT_PRICES = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok")
_FURTHER = {
    "reasoning_output_usd_per_mtok": "output_reasoning_mtok",
    "image_input_usd_per_mtok": "input_image_mtok",
    "image_output_usd_per_mtok": "output_image_mtok",
    "audio_input_usd_per_mtok": "input_audio_mtok",
    "audio_output_usd_per_mtok": "output_audio_mtok",
}
_TIERED = {"input_usd_per_mtok": "input_mtok", "output_usd_per_mtok": "output_mtok"}
_BATCHED = ("input_usd_per_mtok", "output_usd_per_mtok")
_HALF_HOURS = tuple(timedelta(minutes=30 * step) for step in range(48))
# A date, a version or a stage: -20250929, -2024-07-18, @001, -v1:0, -latest, -preview-05-20.
_RELEASE = re.compile(r"([-@:](\d{1,8}|v\d+|latest|preview|exp))*", re.ASCII)


class _Source(Bundled):
    url: str
    released_on: dict[str, date]


class _Sources(Bundled):
    genai_prices: _Source = Field(alias="genai-prices")


_SOURCE = read_data("sources.yaml", _Sources).genai_prices
SOURCE_URL = _SOURCE.url


def _providers() -> list[Provider]:
    """All that the package lists; imported late, for it takes a good part of a process's start."""
    from genai_prices.data import providers

    return providers


@cache
def _provider_names() -> dict[str, str]:
    return {provider.id: provider.name for provider in _providers()}


def model_price(listed: Provenance, provider: str, model: str, **facts: Any) -> ModelPrice:
    """The price of a provider's model, of any source, from what that says of it.

    A fact that is None follows from the others, from the list, or from what the provider documents
    of its prompt cache; the provider's name is the installed package's, else its key.
    """
    given = {name: fact for name, fact in facts.items() if fact is not None}
    rule = cache_rule(provider, model)
    ends = given.get("deprecated_on")
    pairs = [(given.get(side), given.get(f"batch_{side}")) for side in _BATCHED]
    derived: dict[str, Any] = {
        "reference": f"{provider}:{model}",
        "provider_name": _provider_names().get(provider, provider),
        "model_name": model,
        "as_of": listed.as_of,
        "source": listed.source,
        "source_url": listed.source_url,
        "checked_on": listed.checked_on,
        "batch_discount_ratio": batch_discount(*pairs),
        "is_deprecated": ends is not None and ends <= listed.as_of,
        "cache_ttl_seconds": rule.cache_ttl_seconds,
        "min_cacheable_tokens": rule.min_cacheable_tokens,
        "cache_source_url": rule.source_url,
    }
    return ModelPrice(provider=provider, model=model, **derived | given)


def list_prices(as_of: date) -> list[ModelPrice]:
    """Every model with text prices on `as_of`, ordered by reference."""
    return [price for reference in _models() if (price := _price_of(reference, as_of))]


def installed_prices(as_of: date) -> PriceList:
    """All prices of `as_of` with their source; `left_out` counts the models that have none."""
    prices = tuple(list_prices(as_of))
    left_out = {NO_PRICE: len(_models()) - len(prices)}
    return PriceList(**vars(_provenance(as_of)), prices=prices, left_out=left_out)


def _provenance(as_of: date) -> Provenance:
    released_on = _SOURCE.released_on.get(SOURCE_VERSION)
    return Provenance("genai-prices", SOURCE_NAME, SOURCE_URL, as_of, released_on)


def find_price(provider_model: str, as_of: date) -> ModelPrice | None:
    """The price of `<provider>:<model>` on `as_of`, or None.

    The model goes by its own name, by any that the source knows for it, or by what a cloud that
    sells it calls it.
    """
    for each in sold_references(provider_model):
        reference = canonical_reference(each)
        price = _price_of(reference, as_of) if reference else None
        if price is not None:
            return as_asked(price, provider_model)
    return None


def canonical_reference(provider_model: str) -> str | None:
    """The catalog's own spelling of `<provider>:<model>`, or None when it knows no such model."""
    reference = provider_model.strip().lower()
    return _references_by_lower_case().get(reference) or _reference_by_alias(reference)


@cache
def _models() -> dict[str, tuple[Provider, ModelInfo]]:
    models = {
        f"{provider.id}:{model.id}": (provider, model)
        for provider in _providers()
        for model in provider.models
    }
    return dict(sorted(models.items()))


@cache
def _references_by_lower_case() -> dict[str, str]:
    return {reference.lower(): reference for reference in _models()}


def _reference_by_alias(reference: str) -> str | None:
    """The model that a provider's dated or versioned name means; a misspelt name means none."""
    provider_id, _, model_ref = reference.partition(":")
    provider = next((known for known in _providers() if known.id == provider_id), None)
    model = provider.find_model(model_ref) if provider and model_ref else None
    if provider is None or model is None:
        return None
    stems = {model.id.lower(), *_stems(model.match)}
    is_meant = any(_is_release_of(model_ref, stem) for stem in stems)
    return f"{provider.id}:{model.id}" if is_meant else None


def _stems(clause: Any) -> Iterator[str]:
    """The texts that a source's rule compares a name with."""
    for key in ("equals", "starts_with", "contains"):
        if hasattr(clause, key):
            yield getattr(clause, key).lower()
    for key in ("or_", "and_"):
        for part in getattr(clause, key, ()):
            yield from _stems(part)


def _is_release_of(model_ref: str, stem: str) -> bool:
    """Whether a name is the stem, a vendor's prefix before it and a release behind it aside."""
    head, found, tail = model_ref.partition(stem)
    return bool(found) and (not head or head[-1] in "./") and bool(_RELEASE.fullmatch(tail))


@lru_cache(maxsize=20_000)
def _price_of(reference: str, as_of: date) -> ModelPrice | None:
    provider, model = _models()[reference]
    standard, notes = _price_of_the_day(model, as_of)
    base = _prices_above(standard, None)
    if "input_usd_per_mtok" not in base or "output_usd_per_mtok" not in base:
        return None
    prices = token_prices(
        base, {start: _prices_above(standard, start) for start in _starts(standard)}
    )
    return model_price(
        _provenance(as_of),
        provider.id,
        model.id,
        model_name=model.name or None,
        source_url=next(iter(provider.pricing_urls or ()), None),
        batch_discount_ratio=_batch_discount_ratio(model, standard, as_of),
        context_window_tokens=model.context_window,
        is_deprecated=bool(model.deprecated),
        valid_from=_valid_from(model, as_of),
        cache_write_1h_usd_per_mtok=_text_price(standard, "cache_write_1h_mtok"),
        further=_further(model, standard, as_of),
        **prices | {"notes": (*notes, *prices["notes"])},
    )


def _price_of_the_day(model: ModelInfo, as_of: date) -> tuple[SourcePrice, Sequence[str]]:
    """The price that holds for most of the day, and a note when it changes within the day."""
    from genai_prices.types import TimeOfDateConstraint

    midnight = datetime.combine(as_of, time(), tzinfo=UTC)
    if not any(isinstance(rule, TimeOfDateConstraint) for rule in _constraints(model)):
        return model.get_prices(midnight), ()
    by_time = [model.get_prices(midnight + step) for step in _HALF_HOURS]
    half_hours = Counter(str(price) for price in by_time)
    most = max(
        by_time,
        key=lambda price: (half_hours[str(price)], _text_price(price, "output_mtok") or Decimal(0)),
    )
    return most, (
        "The price depends on the hour (UTC): this is the one that holds for most of the day.",
    )


def _constraints(model: ModelInfo) -> list[object]:
    """What holds of each price of a model whose price changes."""
    return [price.constraint for price in model.prices] if isinstance(model.prices, list) else []


def _text_price(price: SourcePrice, key: str, threshold: int | None = None) -> Decimal | None:
    """One price of a call whose input passed the threshold (none: the base price)."""
    value: Decimal | TieredPrices | None = vars(price).get(key)
    if value is None or isinstance(value, Decimal):
        return value
    reached = [
        tier.price for tier in value.tiers if threshold is not None and tier.start <= threshold
    ]
    return reached[-1] if reached else value.base


def _prices_above(price: SourcePrice, threshold: int | None) -> dict[str, Decimal]:
    """The prices of such a call under section 1's names."""
    named = zip(TOKEN_PRICES, _TEXT_PRICES, strict=True)
    prices = {name: _text_price(price, key, threshold) for name, key in named}
    return {name: value for name, value in prices.items() if value is not None}


def _starts(price: SourcePrice) -> set[int]:
    """The thresholds above which a token price changes."""
    listed = [vars(price).get(key) for key in _TEXT_PRICES]
    tiered = [value for value in listed if value is not None and not isinstance(value, Decimal)]
    return {tier.start for value in tiered for tier in value.tiers}


def _further(model: ModelInfo, standard: SourcePrice, as_of: date) -> dict[str, Decimal]:
    """The prices of other tokens, and of input and output in other service tiers."""
    listed = {name: _text_price(standard, key) for name, key in _FURTHER.items()}
    for tier in ("priority", "flex"):
        prices = _variant(model, {"service_tier": tier}, as_of)
        if prices is not None:
            listed |= {f"{tier}_{name}": _text_price(prices, key) for name, key in _TIERED.items()}
    return {name: usd for name, usd in listed.items() if usd is not None}


def _variant(model: ModelInfo, when: dict[str, str], as_of: date) -> SourcePrice | None:
    """The prices of a model in another way of buying it, in force on a day; None for none."""
    noon = datetime.combine(as_of, time(12), tzinfo=UTC)
    for variant in model.price_variants or ():
        is_in_force = variant.constraint is None or variant.constraint.active(noon)
        if variant.when == when and is_in_force:
            prices: SourcePrice = variant.prices
            return prices
    return None


def _batch_discount_ratio(model: ModelInfo, standard: SourcePrice, as_of: date) -> Decimal:
    batch = _variant(model, {"processing": "batch"}, as_of)
    if batch is None:
        return Decimal(0)
    pairs = ((_text_price(standard, key), _text_price(batch, key)) for key in _TIERED.values())
    return batch_discount(*pairs) or Decimal(0)


def _valid_from(model: ModelInfo, as_of: date) -> date | None:
    from genai_prices.types import StartDateConstraint

    rules = _constraints(model)
    starts = [rule.start_date for rule in rules if isinstance(rule, StartDateConstraint)]
    return max((start for start in starts if start <= as_of), default=None)
