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

from costing.catalog.bundled import cache_rule
from costing.catalog.price_fields import (
    Day,
    Entry,
    Flag,
    Ratio,
    Seconds,
    Tokens,
    UnusableFile,
    Url,
    UsdPerMtok,
    choice,
    errors_by_path,
    invalid,
    items,
    text,
)
from costing.catalog.prices import (
    BESIDE,
    CONTRACT,
    LIST,
    TOKEN_PRICES,
    ModelPrice,
    PriceList,
    PriceTier,
    batch_discount,
)
from costing.catalog.source import provider_name

FORMAT = "crossover-prices/1"
CURRENCY = "USD"
MAX_NOTE_LENGTH, MAX_NOTES, MAX_TIERS = 200, 10, 20
# Own keys must not pass for the sources that the product reads itself.
RESERVED_KEYS = {"genai-prices", "litellm"}
_SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,37}:[^\s\x00-\x1f\x7f]{1,160}", re.ASCII)
# What a price of the catalog takes from a file as it stands there.
_SAME = (
    *("reference", *TOKEN_PRICES, *BESIDE),
    *("context_window_tokens", "valid_from", "deprecated_on", "notes"),
)
_BATCH_PRICES = BESIDE[1:]

Kind = Annotated[
    str, choice(lambda value: value in (LIST, CONTRACT), f"Give {LIST} or {CONTRACT}.")
]


def _check_prices(listed: object) -> object:
    if not isinstance(listed, list) or not listed:
        raise invalid("Give a list of at least one price.")
    return listed


def _check_thresholds(tiers: tuple[TierEntry, ...]) -> tuple[TierEntry, ...]:
    if len({tier.above_input_tokens for tier in tiers}) < len(tiers):
        raise invalid("Give each threshold once.")
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


def _check_discount(discount: Decimal, info: ValidationInfo) -> Decimal:
    if any(info.data.get(name) is not None for name in _BATCH_PRICES):
        raise invalid("Give either the batch prices or their discount.")
    return discount


class PriceFile(Entry):
    """What a file says of all its prices; they themselves are read one by one."""

    no_mapping: ClassVar[str] = f"Give a mapping that begins with format: {FORMAT}."

    format: Annotated[str, choice(lambda value: value == FORMAT, f"Give {FORMAT}.")] = Field(
        "", validate_default=True
    )
    source_key: Annotated[
        str,
        choice(
            lambda key: bool(_SOURCE_KEY.fullmatch(key)) and key not in RESERVED_KEYS,
            "Give a key of your own in a-z, 0-9 and hyphens.",
        ),
    ]
    source: Annotated[str, text(80)]
    source_url: Url
    as_of: Day
    checked_on: Day
    currency: Annotated[
        str,
        choice(
            lambda value: value == CURRENCY,
            "Give USD: prices in another currency are not converted.",
        ),
    ] = Field("", validate_default=True)
    kind: Kind = LIST
    prices: Annotated[list[Any], BeforeValidator(_check_prices)] = Field([], validate_default=True)


class TierEntry(Entry):
    """Prices above a threshold."""

    no_mapping: ClassVar[str] = "Give a mapping with above_input_tokens and prices."

    above_input_tokens: Tokens
    input_usd_per_mtok: UsdPerMtok
    output_usd_per_mtok: UsdPerMtok
    cache_read_usd_per_mtok: UsdPerMtok | None = None
    cache_write_usd_per_mtok: UsdPerMtok | None = None


class PriceEntry(Entry):
    """One price of a file."""

    no_mapping: ClassVar[str] = "Give a mapping with reference and prices."

    reference: Annotated[
        str,
        choice(lambda value: bool(_REFERENCE.fullmatch(value)), "Give it as <provider>:<model>."),
    ] = Field("", validate_default=True)
    name: Annotated[str, text(200)] | None = None
    provider_name: Annotated[str, text(120)] | None = None
    input_usd_per_mtok: UsdPerMtok
    output_usd_per_mtok: UsdPerMtok
    cache_read_usd_per_mtok: UsdPerMtok | None = None
    cache_write_usd_per_mtok: UsdPerMtok | None = None
    cache_write_1h_usd_per_mtok: UsdPerMtok | None = None
    batch_input_usd_per_mtok: UsdPerMtok | None = None
    batch_output_usd_per_mtok: UsdPerMtok | None = None
    batch_discount_ratio: Annotated[Ratio, AfterValidator(_check_discount)] | None = None
    cache_ttl_seconds: Seconds | None = None
    min_cacheable_tokens: Tokens | None = None
    tiers: Annotated[
        tuple[TierEntry, ...],
        items(MAX_TIERS, f"Give a list of at most {MAX_TIERS} tiers."),
        AfterValidator(_check_thresholds),
    ] = ()
    context_window_tokens: Tokens | None = None
    deprecated_on: Day | None = None
    claims_caching: Flag = False
    valid_from: Day | None = None
    source_url: Url | None = None
    checked_on: Day | None = None
    kind: Kind | None = None
    notes: Annotated[
        tuple[Annotated[str, text(MAX_NOTE_LENGTH)], ...],
        items(MAX_NOTES, f"Give a list of at most {MAX_NOTES} texts."),
    ] = ()

    def price(self, file: PriceFile) -> ModelPrice:
        """The price with what the file says of all, and what is documented of its cache."""
        provider, _, model = self.reference.partition(":")
        rule = cache_rule(provider, model)
        ttl, least = self.cache_ttl_seconds, self.min_cacheable_tokens
        same: dict[str, Any] = {name: getattr(self, name) for name in _SAME}
        return ModelPrice(
            provider=provider,
            provider_name=self.provider_name or provider_name(provider),
            model=model,
            model_name=self.name or model,
            as_of=file.as_of,
            source=file.source,
            source_url=self.source_url or file.source_url,
            cache_ttl_seconds=rule.cache_ttl_seconds if ttl is None else ttl,
            min_cacheable_tokens=rule.min_cacheable_tokens if least is None else least,
            batch_discount_ratio=self._discount(),
            tiers=tuple(PriceTier(**dict(tier)) for tier in self.tiers),
            is_deprecated=bool(self.deprecated_on and self.deprecated_on <= file.as_of),
            checked_on=self.checked_on or file.checked_on,
            cache_source_url=rule.source_url if ttl is None and least is None else "",
            kind=self.kind or file.kind,
            is_caching_claimed=self.claims_caching,
            **same,
        )

    def _discount(self) -> Decimal:
        if self.batch_discount_ratio is not None:
            return self.batch_discount_ratio
        return batch_discount(
            (self.input_usd_per_mtok, self.batch_input_usd_per_mtok),
            (self.output_usd_per_mtok, self.batch_output_usd_per_mtok),
        )


def file_prices(document: Any) -> PriceList:
    """The prices of a file as it says them.

    Raises UnusableFile with the path of every error; then nothing is usable.
    """
    errors: dict[str, list[str]] = {}
    file = None
    try:
        file = PriceFile.model_validate(document)
    except ValidationError as error:
        errors |= errors_by_path(error)
    listed = document.get("prices") if isinstance(document, dict) else None
    entries = list(_entries(listed, errors))
    if errors or file is None:
        raise UnusableFile(fields=errors)
    prices = sorted((entry.price(file) for entry in entries), key=lambda price: price.reference)
    return PriceList(
        source_key=file.source_key,
        source=file.source,
        source_url=file.source_url,
        as_of=file.as_of,
        checked_on=file.checked_on,
        prices=tuple(prices),
    )


def _entries(listed: object, errors: dict[str, list[str]]) -> Iterator[PriceEntry]:
    """The prices of a list; what is wrong with the others is added to the errors."""
    seen: set[str] = set()
    for number, values in enumerate(listed if isinstance(listed, list) else []):
        try:
            entry = PriceEntry.model_validate(values)
        except ValidationError as error:
            errors |= errors_by_path(error, "prices", str(number))
            continue
        if entry.reference.lower() in seen:
            errors[f"prices.{number}.reference"] = ["This model is there twice."]
        seen.add(entry.reference.lower())
        yield entry
