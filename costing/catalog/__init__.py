"""Prices of models and GPU capacity as of a date, with their sources; must not import Django."""

from costing.catalog.offers import (
    GpuOffer,
    ThroughputProfile,
    find_offer,
    gpu_offers,
    throughput_profiles,
)
from costing.catalog.prices import ModelPrice, PriceTier
from costing.catalog.resolve import resolve_catalog, resolve_references
from costing.catalog.source import (
    SOURCE_NAME,
    SOURCE_URL,
    canonical_reference,
    find_price,
    list_prices,
    source_checked_on,
)

__all__ = [
    "SOURCE_NAME",
    "SOURCE_URL",
    "GpuOffer",
    "ModelPrice",
    "PriceTier",
    "ThroughputProfile",
    "canonical_reference",
    "find_offer",
    "find_price",
    "gpu_offers",
    "list_prices",
    "resolve_catalog",
    "resolve_references",
    "source_checked_on",
    "throughput_profiles",
]
