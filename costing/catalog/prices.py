"""What models cost by API on one date; must not import Django or a price source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from operator import not_
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from costing.catalog.price_text import TOKEN_PRICES, plain

DEFAULT_CACHE_TTL_SECONDS = 300
DEFAULT_MIN_CACHEABLE_TOKENS = 1024
LIST, CONTRACT = "list", "contract"
# What a contract price may replace.
FIGURES = (*TOKEN_PRICES, "batch_discount_ratio")
# Of the further prices those that a scenario takes.
_OF_SCENARIOS = ("image_input_usd_per_mtok", "audio_input_usd_per_mtok")
STORAGE_ALONE = "Listed cache write is below the input price: a write counts at the input price."


@dataclass(frozen=True)
class PriceTier:
    """USD per million tokens of a call whose input is strictly longer than the threshold."""

    above_input_tokens: int
    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    cache_read_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None

    def terms(self) -> dict[str, Decimal | int]:
        """The tier under the names of section 1, Decimals kept, absent prices left out."""
        return {"above_input_tokens": self.above_input_tokens, **named_prices(self, TOKEN_PRICES)}


@dataclass(frozen=True)
class ModelPrice:
    """The price of one model on one date, in USD per million tokens, with its source.

    The one-hour cache write, the batch prices and `deprecated_on` are what the source lists
    beside what a scenario holds: they are shown and checked, and price measured usage alone.
    """

    reference: str
    provider: str
    provider_name: str
    model: str
    model_name: str
    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    as_of: date
    source: str
    source_url: str
    cache_read_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None
    cache_ttl_seconds: int = DEFAULT_CACHE_TTL_SECONDS
    min_cacheable_tokens: int = DEFAULT_MIN_CACHEABLE_TOKENS
    batch_discount_ratio: Decimal = Decimal(0)
    tiers: tuple[PriceTier, ...] = ()
    context_window_tokens: int | None = None
    is_deprecated: bool = False
    valid_from: date | None = None
    checked_on: date | None = None
    cache_source_url: str = ""
    notes: tuple[str, ...] = field(default=())
    kind: str = LIST
    cache_write_1h_usd_per_mtok: Decimal | None = None
    batch_input_usd_per_mtok: Decimal | None = None
    batch_output_usd_per_mtok: Decimal | None = None
    deprecated_on: date | None = None
    is_caching_claimed: bool = False
    # By the names of FURTHER: what a source lists of other tiers and other tokens.
    further: Mapping[str, Decimal] = field(default_factory=dict)
    # Of a contract price: what was agreed, and the list price that it replaces.
    override: PriceOverride | None = None
    listed: ModelPrice | None = None

    def terms(self) -> dict[str, Decimal | int | list[dict[str, Decimal | int]]]:
        """The price under the names of section 1, Decimals kept; absent prices are left out."""
        return {
            **named_prices(self, TOKEN_PRICES),
            **{name: self.further[name] for name in _OF_SCENARIOS if name in self.further},
            "cache_ttl_seconds": self.cache_ttl_seconds,
            "min_cacheable_tokens": self.min_cacheable_tokens,
            "batch_discount_ratio": self.batch_discount_ratio,
            "tiers": [tier.terms() for tier in self.tiers],
        }


@dataclass(frozen=True)
class Provenance:
    """Who listed prices, of which day, and when that was looked up; the key is all versions'."""

    source_key: str
    source: str
    source_url: str
    as_of: date
    checked_on: date | None


@dataclass(frozen=True)
class PriceList(Provenance):
    """All prices of one source as of one date; `left_out` counts entries by why they are not."""

    prices: tuple[ModelPrice, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def named_prices(source: object, names: Iterable[str]) -> dict[str, Decimal]:
    """Those of some prices and ratios that a price, a row or an entry of a list has."""
    prices = {name: getattr(source, name) for name in names}
    return {name: price for name, price in prices.items() if price is not None}


def token_prices(
    base: Mapping[str, Decimal], steps: Mapping[int, Mapping[str, Decimal]]
) -> dict[str, Any]:
    """A price's token prices, tiers and note, from the base prices and those above thresholds.

    A cache write below the input price is left out: it is the price of storage alone.
    """
    prices = _without_storage(base)
    return {
        **prices,
        "tiers": tuple(
            PriceTier(start, **_without_storage(steps[start])) for start in sorted(steps)
        ),
        "notes": () if prices == base else (STORAGE_ALONE,),
    }


def _without_storage(prices: Mapping[str, Decimal]) -> dict[str, Decimal]:
    write = prices.get("cache_write_usd_per_mtok")
    is_storage = write is not None and write < prices["input_usd_per_mtok"]
    return {
        name: price
        for name, price in prices.items()
        if not (is_storage and name == "cache_write_usd_per_mtok")
    }


def batch_discount(*prices: tuple[Decimal | None, Decimal | None]) -> Decimal:
    """The smallest discount among pairs of (standard, batch) prices, 0 where one is not listed."""
    discounts = [
        1 - batch / standard if standard and batch is not None else Decimal(0)
        for standard, batch in prices
    ]
    return max(Decimal(0), min(discounts)).quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)


class PriceOverride(BaseModel):
    """A contract price as a scenario pins it: the figures that differ from the list.

    `valid_until` is the last day; None: until further notice.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    reference: str
    figures: dict[str, Decimal]
    valid_from: date
    valid_until: date | None = None
    is_of_one_client: bool = False


Contracts = Mapping[str, PriceOverride]
"""Contract prices as a scenario pins them, by the reference of their model."""
_CONTRACTS = TypeAdapter(dict[str, PriceOverride])


def read_contracts(stored: Mapping[str, Any]) -> dict[str, PriceOverride]:
    """The contract prices that a scenario's row holds."""
    return _CONTRACTS.validate_python(stored)


def contracts_document(contracts: Contracts) -> dict[str, Any]:
    """Contract prices as a scenario's row holds them."""
    document: dict[str, Any] = _CONTRACTS.dump_python(dict(contracts), mode="json")
    return document


class PriceOrigin(BaseModel):
    """Where a price that was used came from: list or contract, and the list's figures beside it."""

    model_config = ConfigDict(frozen=True)

    kind: str
    reference: str
    model_name: str
    provider_name: str
    source: str
    source_url: str
    as_of: date
    checked_on: date | None = None
    figures: dict[str, Decimal]
    contract: Annotated[PriceOverride | None, Field(exclude_if=not_)] = None
    list_figures: Annotated[dict[str, Decimal], Field(exclude_if=not_)] = {}

    @classmethod
    def of(cls, price: ModelPrice) -> PriceOrigin:
        """The origin of a price of the catalog."""
        return cls(
            **{name: getattr(price, name) for name in _OF_ORIGINS},
            figures=figures_of(price),
            contract=price.override,
            list_figures=figures_of(price.listed) if price.listed else {},
        )


_OF_ORIGINS = (
    *("kind", "reference", "model_name", "provider_name"),
    *("source", "source_url", "as_of", "checked_on"),
)
PriceOrigins = Mapping[str, PriceOrigin]
"""The origins of the prices that a result used, by the path of their model."""
_PRICE_ORIGINS = TypeAdapter(dict[str, PriceOrigin])


def read_price_origins(stored: Mapping[str, Any]) -> dict[str, PriceOrigin]:
    """The origins of prices that a result's row holds."""
    return _PRICE_ORIGINS.validate_python(stored)


def price_origins_document(prices: Mapping[str, ModelPrice]) -> dict[str, Any]:
    """The origins of prices as a result's row holds them."""
    origins = {path: PriceOrigin.of(price) for path, price in prices.items()}
    document: dict[str, Any] = _PRICE_ORIGINS.dump_python(origins, mode="json")
    return document


def figures_of(price: object) -> dict[str, Decimal]:
    """The figures of a price that a contract may replace, as far as they are given."""
    return named_prices(price, FIGURES)


def with_override(price: ModelPrice, override: PriceOverride | None) -> ModelPrice:
    """The price with the contract's figures in place of the list's, which stay beside it.

    Tiers stay as listed: a contract says nothing of calls above a threshold.
    """
    if override is None:
        return price
    figures: dict[str, Any] = {
        name: value for name, value in override.figures.items() if name in FIGURES
    }
    whose = "the client's" if override.is_of_one_client else "the organization's"
    until = f" until {override.valid_until}" if override.valid_until else ""
    note = (
        f"{whose} contract price since {override.valid_from}{until} instead of the list price "
        f"{plain(price.input_usd_per_mtok)} in, {plain(price.output_usd_per_mtok)} out"
    )
    if price.tiers:
        note += ", which stays above its thresholds"
    return replace(
        price,
        kind=CONTRACT,
        listed=price,
        override=override,
        batch_input_usd_per_mtok=None,
        batch_output_usd_per_mtok=None,
        notes=(*price.notes, note),
        **figures,
    )
