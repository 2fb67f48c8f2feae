"""Models of catalog."""

from costing.catalog.models.offers import GpuOffer, OfferBook
from costing.catalog.models.price_overrides import FIGURES, REASON_LENGTH, PriceOverride
from costing.catalog.models.prices import (
    CURRENCIES,
    PRICE_DIGITS,
    PRICE_PLACES,
    ModelPrice,
    PriceBook,
)

__all__ = [
    "CURRENCIES",
    "FIGURES",
    "PRICE_DIGITS",
    "PRICE_PLACES",
    "REASON_LENGTH",
    "GpuOffer",
    "ModelPrice",
    "OfferBook",
    "PriceBook",
    "PriceOverride",
]
