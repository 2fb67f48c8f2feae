"""Prices of models and GPU capacity as of a date, with their sources; must not import Django."""

from costing.catalog.changes import (
    FigureChange,
    PriceChange,
    changes_by_kind,
    figure_changes,
    price_changes,
)
from costing.catalog.contracts import Contract, contract_of, with_contract
from costing.catalog.entries import UnusablePrices
from costing.catalog.lints import LINTS, Lint, lints_by_code, price_lints
from costing.catalog.litellm import litellm_prices
from costing.catalog.offer_files import SIZE_LIMIT_BYTES as OFFER_FILE_SIZE_LIMIT
from costing.catalog.offer_files import (
    OfferList,
    OfferSource,
    UnusableOffers,
    fault_lines,
    file_offers,
)
from costing.catalog.offer_rows import is_provider
from costing.catalog.offers import (
    BUNDLED,
    PRICINGS,
    GpuOffer,
    OfferFilter,
    family_of,
    filter_offers,
    find_offer,
    gpu_offers,
    offer_key,
    provider_title,
)
from costing.catalog.price_files import file_prices
from costing.catalog.prices import CONTRACT, LIST, ModelPrice, PriceList, PriceTier
from costing.catalog.proposals import (
    ALL_CALLS,
    PROPOSALS,
    SIMPLE_CALLS,
    PoolProposal,
    PoolWish,
    calls_to_pool,
    propose_pool,
    propose_pools,
)
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
from costing.catalog.steps import Step, offer_text, profile_text, sizing_text, steps_of
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
    "LIST",
    "OFFER_FILE_SIZE_LIMIT",
    "PRICINGS",
    "PROPOSALS",
    "SIMPLE_CALLS",
    "SOURCE_KEY",
    "SOURCE_NAME",
    "SOURCE_URL",
    "BookIdentity",
    "BookReport",
    "Contract",
    "FigureChange",
    "GpuOffer",
    "Lint",
    "ModelPrice",
    "OfferFilter",
    "OfferList",
    "OfferSource",
    "PoolProposal",
    "PoolWish",
    "PriceChange",
    "PriceList",
    "PriceTier",
    "Step",
    "ThroughputProfile",
    "UnusableOffers",
    "UnusablePrices",
    "calls_to_pool",
    "canonical_reference",
    "changes_by_kind",
    "contract_of",
    "family_of",
    "fault_lines",
    "figure_changes",
    "file_offers",
    "file_prices",
    "filter_offers",
    "find_offer",
    "find_price",
    "find_profile",
    "gpu_offers",
    "installed_prices",
    "is_provider",
    "lints_by_code",
    "list_prices",
    "litellm_prices",
    "model_classes",
    "offer_key",
    "offer_text",
    "price_changes",
    "price_lints",
    "profile_text",
    "propose_pool",
    "propose_pools",
    "provider_title",
    "resolve_catalog",
    "resolve_references",
    "sizing_text",
    "source_checked_on",
    "steps_of",
    "throughput_profiles",
    "with_contract",
]
