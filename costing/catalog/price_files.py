"""Reads price files of our own format (YAML, docs/price-files.md); must not import Django.

Prices are in USD per million tokens. Each is list or contract and has its source, the day it holds
on and the day it was checked on: the file's, unless the price says its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo

from costing.catalog import price_fields as fields
from costing.catalog.genai_prices import model_price
from costing.catalog.price_text import FURTHER
from costing.catalog.prices import CONTRACT, LIST, ModelPrice, PriceList, PriceTier, Provenance

FORMAT = "crossover-prices/1"
CURRENCY = "USD"
MAX_NOTES, MAX_TIERS = 10, 20
# Own keys must not pass for the sources that the product reads itself.
RESERVED_KEYS = {"genai-prices", "litellm"}
_SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,37}:[^\s\x00-\x1f\x7f]{1,160}", re.ASCII)

Kind = Annotated[
    str, fields.choice(lambda value: value in (LIST, CONTRACT), f"Give {LIST} or {CONTRACT}.")
]


def _check_prices(listed: object) -> object:
    if not isinstance(listed, list) or not listed:
        raise fields.invalid("Give a list of at least one price.")
    return listed


def _check_thresholds(tiers: tuple[TierEntry, ...]) -> tuple[TierEntry, ...]:
    if len({tier.above_input_tokens for tier in tiers}) < len(tiers):
        raise fields.invalid("Give each threshold once.")
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


def _check_discount(discount: Decimal, info: ValidationInfo) -> Decimal:
    batch_prices = ("batch_input_usd_per_mtok", "batch_output_usd_per_mtok")
    if any(info.data.get(name) is not None for name in batch_prices):
        raise fields.invalid("Give either the batch prices or their discount.")
    return discount


def _check_further(prices: object) -> object:
    if not isinstance(prices, dict) or not set(prices) <= set(FURTHER):
        raise fields.invalid(f"Give prices by any of {', '.join(FURTHER)}.")
    return prices


class PriceFile(fields.Entry):
    """What a file says of all its prices; they themselves are read one by one."""

    no_mapping: ClassVar[str] = f"Give a mapping that begins with format: {FORMAT}."

    format: Annotated[str, fields.choice(lambda value: value == FORMAT, f"Give {FORMAT}.")] = Field(
        "", validate_default=True
    )
    source_key: Annotated[
        str,
        fields.choice(
            lambda key: bool(_SOURCE_KEY.fullmatch(key)) and key not in RESERVED_KEYS,
            "Give a key of your own in a-z, 0-9 and hyphens.",
        ),
    ]
    source: Annotated[str, fields.text(80)]
    source_url: fields.Url
    as_of: fields.Day
    checked_on: fields.Day
    currency: Annotated[
        str,
        fields.choice(
            lambda value: value == CURRENCY,
            "Give USD: prices in another currency are not converted.",
        ),
    ] = Field("", validate_default=True)
    kind: Kind = LIST
    prices: Annotated[list[Any], BeforeValidator(_check_prices)] = Field([], validate_default=True)

    def provenance(self) -> Provenance:
        """What the file says of itself."""
        return Provenance(
            self.source_key, self.source, self.source_url, self.as_of, self.checked_on
        )


class TierEntry(fields.Entry):
    """Prices above a threshold."""

    no_mapping: ClassVar[str] = "Give a mapping with above_input_tokens and prices."

    above_input_tokens: fields.Tokens
    input_usd_per_mtok: fields.UsdPerMtok
    output_usd_per_mtok: fields.UsdPerMtok
    cache_read_usd_per_mtok: fields.UsdPerMtok | None = None
    cache_write_usd_per_mtok: fields.UsdPerMtok | None = None


class PriceEntry(fields.Entry):
    """One price of a file."""

    no_mapping: ClassVar[str] = "Give a mapping with reference and prices."

    reference: Annotated[
        str,
        fields.choice(
            lambda value: bool(_REFERENCE.fullmatch(value)), "Give it as <provider>:<model>."
        ),
    ] = Field("", validate_default=True)
    model_name: Annotated[str, fields.text(200)] | None = Field(None, validation_alias="name")
    provider_name: Annotated[str, fields.text(120)] | None = None
    input_usd_per_mtok: fields.UsdPerMtok
    output_usd_per_mtok: fields.UsdPerMtok
    cache_read_usd_per_mtok: fields.UsdPerMtok | None = None
    cache_write_usd_per_mtok: fields.UsdPerMtok | None = None
    cache_write_1h_usd_per_mtok: fields.UsdPerMtok | None = None
    batch_input_usd_per_mtok: fields.UsdPerMtok | None = None
    batch_output_usd_per_mtok: fields.UsdPerMtok | None = None
    batch_discount_ratio: Annotated[fields.Ratio, AfterValidator(_check_discount)] | None = None
    cache_ttl_seconds: fields.Seconds | None = None
    min_cacheable_tokens: fields.Tokens | None = None
    tiers: Annotated[
        tuple[TierEntry, ...],
        fields.items(MAX_TIERS, f"Give a list of at most {MAX_TIERS} tiers."),
        AfterValidator(_check_thresholds),
    ] = ()
    further: Annotated[dict[str, fields.UsdPerMtok], BeforeValidator(_check_further)] | None = None
    context_window_tokens: fields.Tokens | None = None
    deprecated_on: fields.Day | None = None
    is_caching_claimed: fields.Flag = Field(False, validation_alias="claims_caching")
    valid_from: fields.Day | None = None
    source_url: fields.Url | None = None
    checked_on: fields.Day | None = None
    kind: Kind | None = None
    notes: Annotated[
        tuple[Annotated[str, fields.text(200)], ...],
        fields.items(MAX_NOTES, f"Give a list of at most {MAX_NOTES} texts."),
    ] = ()

    def price(self, listed: Provenance, kind: str) -> ModelPrice:
        """The price with what the file says of all, and what is documented of its cache."""
        provider, _, model = self.reference.partition(":")
        own_cache = (self.cache_ttl_seconds, self.min_cacheable_tokens)
        facts = dict(self) | {
            "tiers": tuple(PriceTier(**dict(tier)) for tier in self.tiers),
            "cache_source_url": None if own_cache == (None, None) else "",
            "kind": self.kind or kind,
        }
        return model_price(listed, provider, model, **facts)


def file_prices(document: Any) -> PriceList:
    """The prices of a file as it says them.

    Raises UnusableFile with the path of every error; then nothing is usable.
    """
    errors: dict[str, list[str]] = {}
    file = None
    try:
        file = PriceFile.model_validate(document)
    except ValidationError as error:
        errors |= fields.errors_by_path(error)
    listed = document.get("prices") if isinstance(document, dict) else None
    entries = list(_entries(listed, errors))
    if errors or file is None:
        raise fields.UnusableFile(fields=errors)
    listed = file.provenance()
    prices = [entry.price(listed, file.kind) for entry in entries]
    prices.sort(key=lambda price: price.reference)
    return PriceList(**vars(listed), prices=tuple(prices))


def _entries(listed: object, errors: dict[str, list[str]]) -> Iterator[PriceEntry]:
    """The prices of a list; what is wrong with the others is added to the errors."""
    seen: set[str] = set()
    for number, values in enumerate(listed if isinstance(listed, list) else []):
        try:
            entry = PriceEntry.model_validate(values)
        except ValidationError as error:
            errors |= fields.errors_by_path(error, "prices", str(number))
            continue
        if entry.reference.lower() in seen:
            errors[f"prices.{number}.reference"] = ["This model is there twice."]
        seen.add(entry.reference.lower())
        yield entry
