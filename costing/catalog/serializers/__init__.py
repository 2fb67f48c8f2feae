"""Serializers of catalog."""

from costing.catalog.serializers.offers import (
    GpuOfferPageSerializer,
    GpuOfferSerializer,
    OfferBookSerializer,
    PoolProposalListSerializer,
    PoolWishInputSerializer,
    ThroughputProfileListSerializer,
    ThroughputProfileSerializer,
)
from costing.catalog.serializers.price_overrides import (
    PriceOverrideEndInputSerializer,
    PriceOverrideInputSerializer,
    PriceOverrideSerializer,
    RepricingInputSerializer,
    RepricingSerializer,
)
from costing.catalog.serializers.prices import (
    ModelPriceSerializer,
    PriceBookReportSerializer,
    PriceBookSerializer,
    PriceChangeSerializer,
    PriceLintSerializer,
)

__all__ = [
    "GpuOfferPageSerializer",
    "GpuOfferSerializer",
    "ModelPriceSerializer",
    "OfferBookSerializer",
    "PoolProposalListSerializer",
    "PoolWishInputSerializer",
    "PriceBookReportSerializer",
    "PriceBookSerializer",
    "PriceChangeSerializer",
    "PriceLintSerializer",
    "PriceOverrideEndInputSerializer",
    "PriceOverrideInputSerializer",
    "PriceOverrideSerializer",
    "RepricingInputSerializer",
    "RepricingSerializer",
    "ThroughputProfileListSerializer",
    "ThroughputProfileSerializer",
]
