"""Services of catalog."""

from costing.catalog.services.offers import store_offer_book
from costing.catalog.services.price_overrides import (
    PriceOverrideInput,
    create_price_override,
    end_price_override,
)
from costing.catalog.services.prices import load_price_book, store_price_book

__all__ = [
    "PriceOverrideInput",
    "create_price_override",
    "end_price_override",
    "load_price_book",
    "store_offer_book",
    "store_price_book",
]
