"""What open weights cost where others host them, by model; no Django.

The installed genai-prices package as of a day, and a dated excerpt of LiteLLM's price file: the
entries of the known families in one region each. Both stand side by side where they differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from costing.catalog.bundled import DATA, Bundled, read_data
from costing.catalog.documents import load_exact_json
from costing.catalog.genai_prices import list_prices
from costing.catalog.litellm import litellm_prices
from costing.catalog.model_families import ModelFamily, model_families
from costing.catalog.pools import PoolLoad
from costing.catalog.prices import ModelPrice

# They sell others' endpoints on, or run within another product.
_NO_HOSTS = ("openrouter", "huggingface_", "github-copilot", "cursor")


class _Excerpt(Bundled):
    """Which version of the file the excerpt is of."""

    as_of: date
    checked_on: date
    # How hosts write themselves that the installed package does not name.
    names: dict[str, str]


@lru_cache(maxsize=16)
def hosted_prices(family: str, as_of: date) -> tuple[ModelPrice, ...]:
    """Every price of a family at a host, the cheapest input and output first."""
    known = model_families()[family]
    prices = (
        price
        for price in (*list_prices(as_of), *_excerpt())
        if not price.provider.startswith(_NO_HOSTS) and known.is_sold_as(price.model)
    )
    return tuple(sorted(prices, key=lambda price: (_sum(price), price.reference, price.source)))


@dataclass(frozen=True)
class HostedFamily:
    """A model of open weights with its prices at hosts."""

    family: ModelFamily
    prices: tuple[ModelPrice, ...]


def hosted_families(family: str, as_of: date) -> list[HostedFamily]:
    """The families with their prices, or one of them; an empty key means all."""
    wanted = [each for key, each in model_families().items() if family in ("", key)]
    return [HostedFamily(each, hosted_prices(each.key, as_of)) for each in wanted]


@dataclass(frozen=True)
class HostedMonths:
    """What the same calls cost at hosts, from the cheapest price to the dearest (USD a month)."""

    prices: int
    hosts: int
    lowest_usd_per_month: float
    highest_usd_per_month: float


def hosted_months(family: str, as_of: date, load: PoolLoad) -> HostedMonths | None:
    """A load's month at every host whose context holds its calls; None where there is none.

    At the prices of input and output alone: prompt caches and batches are left aside.
    """
    tokens = load.input_tokens + load.output_tokens
    trained = model_families()[family].context_window_tokens
    fit = [
        price
        for price in hosted_prices(family, as_of)
        if (price.context_window_tokens or trained) >= tokens
    ]
    if not fit:
        return None
    months = [
        load.calls
        * (
            load.input_tokens * float(price.input_usd_per_mtok)
            + load.output_tokens * float(price.output_usd_per_mtok)
        )
        / 1e6
        for price in fit
    ]
    return HostedMonths(len(fit), len({each.provider for each in fit}), min(months), max(months))


def _sum(price: ModelPrice) -> Decimal:
    return price.input_usd_per_mtok + price.output_usd_per_mtok


@cache
def _excerpt() -> tuple[ModelPrice, ...]:
    dated = read_data("hosted_prices.yaml", _Excerpt)
    document = load_exact_json((DATA / "hosted_prices.json").read_bytes())
    listed = litellm_prices(document, as_of=dated.as_of, checked_on=dated.checked_on)
    return tuple(
        replace(price, provider_name=dated.names.get(price.provider, price.provider_name))
        for price in listed.prices
    )
