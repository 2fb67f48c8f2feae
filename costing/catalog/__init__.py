"""Prices of models and GPU capacity as of a date, with their sources; must not import Django."""

from costing.catalog.litellm import litellm_prices
from costing.catalog.offer_files import OfferList, OfferSource, UnusableOffers, file_offers
from costing.catalog.offers import (
    BUNDLED,
    PRICINGS,
    GpuOffer,
    OfferFilter,
    family_of,
    filter_offers,
    find_offer,
    gpu_offers,
    provider_title,
)
from costing.catalog.pools import (
    ALL_CALLS,
    PROPOSALS,
    SIMPLE_CALLS,
    PoolProposal,
    PoolWish,
    calls_to_pool,
    propose_pool,
    propose_pools,
    sizing_text,
    steps_of,
)
from costing.catalog.price_fields import UnusablePrices
from costing.catalog.price_files import file_prices
from costing.catalog.price_reports import (
    LINTS,
    BookReport,
    FigureChange,
    changes_by_kind,
    figure_changes,
    price_changes,
    price_lints,
)
from costing.catalog.prices import (
    CONTRACT,
    ModelPrice,
    PriceList,
    PriceOverride,
    PriceTier,
    with_override,
)
from costing.catalog.resolve import resolve_catalog
from costing.catalog.source import (
    SOURCE_NAME,
    SOURCE_URL,
    canonical_reference,
    find_price,
    list_prices,
)
from costing.catalog.throughput import (
    ThroughputProfile,
    find_profile,
    model_classes,
    throughput_profiles,
)

__all__ = [
    "ALL_CALLS",
    "BUNDLED",
    "CONTRACT",
    "LINTS",
    "PRICINGS",
    "PROPOSALS",
    "SIMPLE_CALLS",
    "SOURCE_NAME",
    "SOURCE_URL",
    "BookReport",
    "FigureChange",
    "GpuOffer",
    "ModelPrice",
    "OfferFilter",
    "OfferList",
    "OfferSource",
    "PoolProposal",
    "PoolWish",
    "PriceList",
    "PriceOverride",
    "PriceTier",
    "ThroughputProfile",
    "UnusableOffers",
    "UnusablePrices",
    "calls_to_pool",
    "canonical_reference",
    "changes_by_kind",
    "family_of",
    "figure_changes",
    "file_offers",
    "file_prices",
    "filter_offers",
    "find_offer",
    "find_price",
    "find_profile",
    "gpu_offers",
    "list_prices",
    "litellm_prices",
    "model_classes",
    "price_changes",
    "price_lints",
    "propose_pool",
    "propose_pools",
    "provider_title",
    "resolve_catalog",
    "sizing_text",
    "steps_of",
    "throughput_profiles",
    "with_override",
]
