"""Reads LiteLLM's price file: one JSON object, prices in USD per token; must not import Django.

Fields that are not named here are left aside, as the file's own schema asks. Where the file is
richer than a scenario:
- entries that are no text by the token (embeddings, images, seconds of a commitment) are left out,
  counted by why;
- `tiered_pricing` and `_above_Nk_tokens` both become tiers; what a tier does not name stays the
  model's own price;
- a cache write listed below the input price counts at the input price, for it is no second charge;
- the batch discount is the smaller of those on input and on output, and none where either lacks;
- priority, flex, reasoning, image and audio prices are kept beside; off-peak prices, regional
  surcharges and one-hour writes within a tier are left aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AliasGenerator,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from costing.catalog import price_fields as fields
from costing.catalog.bundled import Bundled, read_data
from costing.catalog.genai_prices import NO_PRICE, model_price
from costing.catalog.price_text import BESIDE, FURTHER, TOKEN_PRICES
from costing.catalog.prices import (
    ModelPrice,
    PriceList,
    Provenance,
    named_prices,
    token_prices,
)

TEXT_MODES = ("chat", "completion", "responses")
# Top-level entries that describe the file itself.
NO_MODELS = {"sample_spec", "fallback_generalizations"}
INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
READ, WRITE = "cache_read_input_token_cost", "cache_creation_input_token_cost"
PRICES = dict(zip((INPUT, OUTPUT, READ, WRITE), TOKEN_PRICES, strict=True))
# The file's names of what is read under another one.
NAMES = {name: key for key, name in PRICES.items()} | {
    "cache_write_1h_usd_per_mtok": f"{WRITE}_above_1hr",
    "batch_input_usd_per_mtok": f"{INPUT}_batches",
    "batch_output_usd_per_mtok": f"{OUTPUT}_batches",
    "deprecated_on": "deprecation_date",
    "context_window_tokens": "max_input_tokens",
    "min_cacheable_tokens": "prompt_cache_min_tokens",
    "is_caching_claimed": "supports_prompt_caching",
    "source_url": "source",
    "start": "range.0",
    "priority_input_usd_per_mtok": f"{INPUT}_priority",
    "priority_output_usd_per_mtok": f"{OUTPUT}_priority",
    "flex_input_usd_per_mtok": f"{INPUT}_flex",
    "flex_output_usd_per_mtok": f"{OUTPUT}_flex",
    "reasoning_output_usd_per_mtok": "output_cost_per_reasoning_token",
    "image_input_usd_per_mtok": "input_cost_per_image_token",
    "image_output_usd_per_mtok": "output_cost_per_image_token",
    "audio_input_usd_per_mtok": "input_cost_per_audio_token",
    "audio_output_usd_per_mtok": "output_cost_per_audio_token",
}
_TIER = re.compile(rf"({'|'.join(PRICES)})_above_(\d{{1,6}})k_tokens", re.ASCII)
# What a price of the catalog takes from an entry as it stands there.
_FACTS = {
    *("context_window_tokens", "deprecated_on", "is_caching_claimed", "min_cacheable_tokens"),
    *(*BESIDE, "source_url"),
}
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
        raise fields.invalid("Name the provider.")
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _usable_tokens(value: object) -> int | None:
    """The tokens that an entry claims; none where they are no such number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return int(value) if 0 < value <= fields.MAX_TOKENS else None


def _usable_url(value: object) -> str | None:
    is_short = isinstance(value, str) and len(value) <= fields.MAX_URL_LENGTH
    return str(value) if is_short and fields.is_web_address(str(value)) else None


UsableTokens = Annotated[int | None, BeforeValidator(_usable_tokens)]


class Prices(fields.Entry):
    """The prices that an entry or a tier names."""

    model_config = ConfigDict(
        extra="ignore",
        alias_generator=AliasGenerator(validation_alias=lambda name: NAMES.get(name, name)),
    )

    input_usd_per_mtok: fields.UsdPerToken | None = None
    output_usd_per_mtok: fields.UsdPerToken | None = None
    cache_read_usd_per_mtok: fields.UsdPerToken | None = None
    cache_write_usd_per_mtok: fields.UsdPerToken | None = None

    def named(self) -> dict[str, Decimal]:
        """The prices that are listed, in USD per million tokens."""
        return named_prices(self, TOKEN_PRICES)


class Tier(Prices):
    """The prices of one range of input."""

    start: fields.Tokens

    @model_validator(mode="before")
    @classmethod
    def _with_start(cls, value: object) -> object:
        bounds = value.get("range") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(bounds, list) or not bounds:
            raise fields.invalid("Give an object with a `range` and its prices.")
        return {**value, "range.0": bounds[0]}


class ModelEntry(Prices):
    """What the file lists of a text model."""

    no_mapping: ClassVar[str] = "Give an object with the model's prices."
    model_config = ConfigDict(extra="allow")
    # Prices above a threshold, by LiteLLM's names.
    __pydantic_extra__: dict[str, fields.UsdPerToken | None] = Field(init=False)

    litellm_provider: Annotated[
        str, fields.text(MAX_PROVIDER_LENGTH), BeforeValidator(_provider)
    ] = Field(None, validate_default=True)
    cache_write_1h_usd_per_mtok: fields.UsdPerToken | None = None
    batch_input_usd_per_mtok: fields.UsdPerToken | None = None
    batch_output_usd_per_mtok: fields.UsdPerToken | None = None
    priority_input_usd_per_mtok: fields.UsdPerToken | None = None
    priority_output_usd_per_mtok: fields.UsdPerToken | None = None
    flex_input_usd_per_mtok: fields.UsdPerToken | None = None
    flex_output_usd_per_mtok: fields.UsdPerToken | None = None
    reasoning_output_usd_per_mtok: fields.UsdPerToken | None = None
    image_input_usd_per_mtok: fields.UsdPerToken | None = None
    image_output_usd_per_mtok: fields.UsdPerToken | None = None
    audio_input_usd_per_mtok: fields.UsdPerToken | None = None
    audio_output_usd_per_mtok: fields.UsdPerToken | None = None
    tiered_pricing: Annotated[tuple[Tier, ...], BeforeValidator(_listed)] | None = None
    deprecated_on: fields.Day | None = None
    context_window_tokens: UsableTokens = None
    min_cacheable_tokens: UsableTokens = None
    is_caching_claimed: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    source_url: Annotated[str | None, BeforeValidator(_usable_url)] = None

    @model_validator(mode="before")
    @classmethod
    def _without_other_fields(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        known = {field.validation_alias or name for name, field in cls.model_fields.items()}
        return {key: item for key, item in value.items() if key in known or _TIER.fullmatch(key)}

    def base_and_steps(self) -> tuple[dict[str, Decimal], dict[int, dict[str, Decimal]]]:
        """The prices of a short call, and those above each threshold in tokens."""
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
        return base, {start: base | changed for start, changed in steps.items()}


def litellm_prices(document: Any, *, as_of: date, checked_on: date) -> PriceList:
    """Every text model of the file, in USD per million tokens, by reference.

    Raises UnusableFile with the path of each error; then nothing is usable.
    """
    listed = Provenance("litellm", "LiteLLM price file", _settings().url, as_of, checked_on)
    errors: dict[str, list[str]] = {}
    left_out = Counter[str]()
    taken: dict[str, ModelPrice] = {}
    for key, values in _entries(document, errors):
        reason = _why_left_out(values)
        price = None if reason else _price(key, values, listed, errors)
        if price is not None:
            # Of two names of a model, the one with its provider.
            repeated = taken.setdefault(price.reference.lower(), price) is not price
            reason = "another name of an entry that is taken" if repeated else ""
            if _is_prefixed(key, values):
                taken[price.reference.lower()] = price
        if reason:
            left_out[reason] += 1
    if errors:
        raise fields.UnusableFile(fields=errors)
    return PriceList(
        **vars(listed),
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
    return "" if has_prices else NO_PRICE


def _price(
    key: str, values: Mapping[str, Any], listed: Provenance, errors: dict[str, list[str]]
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
        errors |= fields.errors_by_path(error, key)
        return None
    base, steps = entry.base_and_steps()
    if not (is_named and {"input_usd_per_mtok", "output_usd_per_mtok"} <= base.keys()):
        return None
    provider = _settings().providers.get(entry.litellm_provider, entry.litellm_provider)
    facts = entry.model_dump(include=_FACTS)
    facts["further"] = named_prices(entry, FURTHER)
    return model_price(listed, provider, model, **token_prices(base, steps), **facts)


def _is_prefixed(key: str, values: Mapping[str, Any]) -> bool:
    """Whether a key begins with its provider's name, as in `azure/gpt-4o`."""
    first, slash, rest = key.partition("/")
    own = {str(values.get("litellm_provider")), *_settings().prefixes}
    return bool(slash and rest) and first in own
