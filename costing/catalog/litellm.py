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
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from costing.catalog.bundled import Bundled, cache_rule, read_data
from costing.catalog.price_fields import (
    MAX_TOKENS,
    MAX_URL_LENGTH,
    Day,
    Entry,
    Tokens,
    UnusableFile,
    UsdPerToken,
    errors_by_path,
    invalid,
    is_web_address,
    text,
)
from costing.catalog.prices import (
    BESIDE,
    STORAGE_ALONE,
    TOKEN_PRICES,
    ModelPrice,
    PriceList,
    PriceTier,
    batch_discount,
    without_storage,
)
from costing.catalog.source import provider_name

SOURCE_KEY = "litellm"
SOURCE_NAME = "LiteLLM price file"
TEXT_MODES = ("chat", "completion", "responses")
# Top-level entries that describe the file itself.
NO_MODELS = {"sample_spec", "fallback_generalizations"}
INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
READ, WRITE = "cache_read_input_token_cost", "cache_creation_input_token_cost"
WRITE_1H = f"{WRITE}_above_1hr"
INPUT_BATCH, OUTPUT_BATCH = f"{INPUT}_batches", f"{OUTPUT}_batches"
PRICES = dict(zip((INPUT, OUTPUT, READ, WRITE), TOKEN_PRICES, strict=True))
_TIER = re.compile(rf"({'|'.join(PRICES)})_above_(\d{{1,6}})k_tokens", re.ASCII)
# What a price of the catalog takes from an entry as it stands there.
_SAME = (*BESIDE, "context_window_tokens", "deprecated_on", "is_caching_claimed")
MAX_MODEL_LENGTH, MAX_PROVIDER_LENGTH = 160, 38


class _Settings(Bundled):
    """How the file is read."""

    url: str
    documentation_url: str
    checked_on: date
    providers: dict[str, str]
    prefixes: tuple[str, ...]


def _settings() -> _Settings:
    return read_data("litellm.yaml", _Settings)


def _provider(value: object) -> object:
    if value is None:
        raise invalid("Name the provider.")
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _usable_tokens(value: object) -> int | None:
    """The tokens that an entry claims; none where they are no such number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return int(value) if 0 < value <= MAX_TOKENS else None


def _usable_url(value: object) -> str:
    is_usable = isinstance(value, str) and len(value) <= MAX_URL_LENGTH and is_web_address(value)
    return str(value) if is_usable else ""


UsableTokens = Annotated[int | None, BeforeValidator(_usable_tokens)]


class Prices(Entry):
    """The prices that an entry or a tier names."""

    input_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=INPUT)
    output_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=OUTPUT)
    cache_read_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=READ)
    cache_write_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=WRITE)

    model_config = ConfigDict(extra="ignore")

    def named(self) -> dict[str, Decimal]:
        """The prices that are listed, in USD per million tokens."""
        prices = {name: getattr(self, name) for name in TOKEN_PRICES}
        return {name: price for name, price in prices.items() if price is not None}


class Tier(Prices):
    """The prices of one range of input."""

    start: Tokens = Field(validation_alias="range.0")

    @model_validator(mode="before")
    @classmethod
    def _with_start(cls, value: object) -> object:
        bounds = value.get("range") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(bounds, list) or not bounds:
            raise invalid("Give an object with a `range` and its prices.")
        return {**value, "range.0": bounds[0]}


class ModelEntry(Prices):
    """What the file lists of a text model."""

    no_mapping: ClassVar[str] = "Give an object with the model's prices."
    model_config = ConfigDict(extra="allow")
    # Prices above a threshold, by LiteLLM's names.
    __pydantic_extra__: dict[str, UsdPerToken | None] = Field(init=False)

    litellm_provider: Annotated[str, text(MAX_PROVIDER_LENGTH), BeforeValidator(_provider)] = Field(
        None, validate_default=True
    )
    cache_write_1h_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=WRITE_1H)
    batch_input_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=INPUT_BATCH)
    batch_output_usd_per_mtok: UsdPerToken | None = Field(None, validation_alias=OUTPUT_BATCH)
    tiered_pricing: Annotated[tuple[Tier, ...], BeforeValidator(_listed)] | None = None
    deprecated_on: Day | None = Field(None, validation_alias="deprecation_date")
    context_window_tokens: UsableTokens = Field(None, validation_alias="max_input_tokens")
    prompt_cache_min_tokens: UsableTokens = None
    is_caching_claimed: Annotated[bool, BeforeValidator(lambda value: value is True)] = Field(
        False, validation_alias="supports_prompt_caching"
    )
    source: Annotated[str, BeforeValidator(_usable_url)] = ""

    @model_validator(mode="before")
    @classmethod
    def _without_other_fields(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        known = {field.validation_alias or name for name, field in cls.model_fields.items()}
        return {key: item for key, item in value.items() if key in known or _TIER.fullmatch(key)}

    def base_and_steps(self) -> tuple[dict[str, Decimal], dict[int, dict[str, Decimal]]]:
        """The price of a short call, and what changes above each threshold in tokens."""
        base, steps = self.named(), dict[int, dict[str, Decimal]]()
        for key, price in sorted(self.__pydantic_extra__.items()):
            match = _TIER.fullmatch(key)
            if match and price is not None:
                steps.setdefault(int(match[2]) * 1000, {})[PRICES[match[1]]] = price
        for tier in self.tiered_pricing or ():
            if tier.start:
                steps[tier.start] = tier.named()
            else:
                base = {**tier.named(), **base}
        return base, steps


def litellm_prices(document: Any, *, as_of: date, checked_on: date) -> PriceList:
    """Every text model of the file, in USD per million tokens, by reference.

    Raises UnusableFile with the path of each error; then nothing is usable.
    """
    errors: dict[str, list[str]] = {}
    left_out = Counter[str]()
    taken: dict[str, ModelPrice] = {}
    for key, values in _entries(document, errors):
        if reason := _why_left_out(values):
            left_out[reason] += 1
            continue
        price = _price(key, values, as_of, checked_on, errors)
        if price is not None:
            left_out.update(_keep(taken, price, is_own_name=not _is_prefixed(key, values)))
    if errors:
        raise UnusableFile(fields=errors)
    return PriceList(
        source_key=SOURCE_KEY,
        source=SOURCE_NAME,
        source_url=_settings().url,
        as_of=as_of,
        checked_on=checked_on,
        prices=tuple(sorted(taken.values(), key=lambda price: price.reference)),
        left_out=dict(sorted(left_out.items())),
    )


def _entries(
    document: Any, errors: dict[str, list[str]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(document, Mapping):
        errors["file"] = ["Give one JSON object: an entry for each model."]
        return
    models = [key for key in document if key not in NO_MODELS]
    if not models:
        errors["file"] = ["It holds no model."]
    for key in models:
        if isinstance(document[key], Mapping):
            yield key, document[key]
        else:
            errors[key[:MAX_MODEL_LENGTH]] = [ModelEntry.no_mapping]


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


def _keep(taken: dict[str, ModelPrice], price: ModelPrice, *, is_own_name: bool) -> list[str]:
    """Keep one price for each reference: of two names of a model, the one with its provider."""
    key = price.reference.lower()
    repeated = key in taken
    if not repeated or not is_own_name:
        taken[key] = price
    return ["another name of an entry that is taken"] if repeated else []


def _price(
    key: str,
    values: Mapping[str, Any],
    as_of: date,
    checked_on: date,
    errors: dict[str, list[str]],
) -> ModelPrice | None:
    """One model; None where it has no usable price or something of it is added to the errors."""
    model = key.partition("/")[2] if _is_prefixed(key, values) else key
    is_named = len(model) <= MAX_MODEL_LENGTH and model.isprintable() and bool(model.strip())
    if not is_named:
        reason = f"Name the model in 1 to {MAX_MODEL_LENGTH} characters."
        errors[key[:MAX_MODEL_LENGTH]] = [reason]
    try:
        entry = ModelEntry.model_validate(values)
    except ValidationError as error:
        errors |= errors_by_path(error, key)
        return None
    base, steps = entry.base_and_steps()
    has_prices = "input_usd_per_mtok" in base and "output_usd_per_mtok" in base
    if not (is_named and has_prices):
        return None
    return _priced(entry, model, base, steps, as_of, checked_on)


def _priced(
    entry: ModelEntry,
    model: str,
    base: dict[str, Decimal],
    steps: dict[int, dict[str, Decimal]],
    as_of: date,
    checked_on: date,
) -> ModelPrice:
    provider = _settings().providers.get(entry.litellm_provider, entry.litellm_provider)
    rule = cache_rule(provider, model)
    prices = without_storage(base)
    same: dict[str, Any] = {name: getattr(entry, name) for name in _SAME}
    return ModelPrice(
        reference=f"{provider}:{model}",
        provider=provider,
        provider_name=provider_name(provider),
        model=model,
        model_name=model,
        as_of=as_of,
        source=SOURCE_NAME,
        source_url=entry.source or _settings().url,
        checked_on=checked_on,
        tiers=tuple(
            PriceTier(above_input_tokens=start, **without_storage({**base, **steps[start]}))
            for start in sorted(steps)
        ),
        cache_ttl_seconds=rule.cache_ttl_seconds,
        min_cacheable_tokens=entry.prompt_cache_min_tokens or rule.min_cacheable_tokens,
        cache_source_url=rule.source_url,
        batch_discount_ratio=batch_discount(
            (base["input_usd_per_mtok"], entry.batch_input_usd_per_mtok),
            (base["output_usd_per_mtok"], entry.batch_output_usd_per_mtok),
        ),
        is_deprecated=entry.deprecated_on is not None and entry.deprecated_on <= as_of,
        notes=() if prices == base else (STORAGE_ALONE,),
        **prices,
        **same,
    )


def _is_prefixed(key: str, values: Mapping[str, Any]) -> bool:
    """Whether a key begins with its provider's name, as in `azure/gpt-4o`."""
    first, slash, rest = key.partition("/")
    own = {str(values.get("litellm_provider")), *_settings().prefixes}
    return bool(slash and rest) and first in own
