"""Forms of catalog."""

from costing.catalog.forms.offers import OfferFilterForm, ThroughputFilterForm
from costing.catalog.forms.price_overrides import (
    PriceOverrideEndForm,
    PriceOverrideForm,
    RepricingForm,
)

__all__ = [
    "OfferFilterForm",
    "PriceOverrideEndForm",
    "PriceOverrideForm",
    "RepricingForm",
    "ThroughputFilterForm",
]
