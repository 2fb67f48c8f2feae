"""What models cost by API on one date; must not import Django or a price source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from costing.catalog.contracts import Contract

DEFAULT_CACHE_TTL_SECONDS = 300
DEFAULT_MIN_CACHEABLE_TOKENS = 1024
LIST, CONTRACT = "list", "contract"


@dataclass(frozen=True)
class PriceTier:
    """USD per million tokens of a call whose input is strictly longer than the threshold."""

    above_input_tokens: int
    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    cache_read_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None

    def terms(self) -> dict[str, Any]:
        """The tier under the names of section 1, Decimals kept, absent prices left out."""
        return {
            "above_input_tokens": self.above_input_tokens,
            **_present_prices(self),
        }


@dataclass(frozen=True)
class ModelPrice:
    """The price of one model on one date, in USD per million tokens, with its source.

    The one-hour cache write, the batch prices and `deprecated_on` are what the source lists
    beside what a scenario holds: they are shown and checked, not priced.
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
    # Of a contract price: the contract, and the list price that it replaces.
    contract: Contract | None = None
    listed: ModelPrice | None = None

    def terms(self) -> dict[str, Any]:
        """The price under the names of section 1, Decimals kept; absent prices are left out."""
        return {
            **_present_prices(self),
            "cache_ttl_seconds": self.cache_ttl_seconds,
            "min_cacheable_tokens": self.min_cacheable_tokens,
            "batch_discount_ratio": self.batch_discount_ratio,
            "tiers": [tier.terms() for tier in self.tiers],
        }


@dataclass(frozen=True)
class PriceList:
    """All prices of one source as of one date; `left_out` counts entries by why they are not."""

    source_key: str
    source: str
    source_url: str
    as_of: date
    checked_on: date | None
    prices: tuple[ModelPrice, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def _present_prices(price: ModelPrice | PriceTier) -> dict[str, Decimal]:
    named = {
        "input_usd_per_mtok": price.input_usd_per_mtok,
        "output_usd_per_mtok": price.output_usd_per_mtok,
        "cache_read_usd_per_mtok": price.cache_read_usd_per_mtok,
        "cache_write_usd_per_mtok": price.cache_write_usd_per_mtok,
    }
    return {key: value for key, value in named.items() if value is not None}
