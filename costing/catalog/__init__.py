"""Prices of models and GPU capacity as of a date, with their sources; must not import Django."""

from costing.catalog.changes import (
    FigureChange,
    PriceChange,
    changes_by_kind,
    price_changes,
)
from costing.catalog.entries import UnusablePrices
from costing.catalog.lints import LINTS, Lint, lints_by_code, price_lints
from costing.catalog.litellm import litellm_prices
from costing.catalog.offers import (
    GpuOffer,
    ThroughputProfile,
    find_offer,
    gpu_offers,
    throughput_profiles,
)
from costing.catalog.price_files import file_prices
from costing.catalog.prices import CONTRACT, LIST, ModelPrice, PriceList, PriceTier
from costing.catalog.reports import BookIdentity, BookReport
from costing.catalog.resolve import resolve_catalog, resolve_references
from costing.catalog.source import (
    SOURCE_KEY,
    SOURCE_NAME,
    SOURCE_URL,
    canonical_reference,
    find_price,
    installed_prices,
    list_prices,
    source_checked_on,
)

__all__ = [
    "CONTRACT",
    "LINTS",
    "LIST",
    "SOURCE_KEY",
    "SOURCE_NAME",
    "SOURCE_URL",
    "BookIdentity",
    "BookReport",
    "FigureChange",
    "GpuOffer",
    "Lint",
    "ModelPrice",
    "PriceChange",
    "PriceList",
    "PriceTier",
    "ThroughputProfile",
    "UnusablePrices",
    "canonical_reference",
    "changes_by_kind",
    "file_prices",
    "find_offer",
    "find_price",
    "gpu_offers",
    "installed_prices",
    "lints_by_code",
    "list_prices",
    "litellm_prices",
    "price_changes",
    "price_lints",
    "resolve_catalog",
    "resolve_references",
    "source_checked_on",
    "throughput_profiles",
]
