"""Views of catalog."""

from costing.catalog.views.catalog import model_option_list, model_price_list
from costing.catalog.views.offers import gpu_offer_list, throughput_list
from costing.catalog.views.price_books import price_book_detail, price_book_list
from costing.catalog.views.price_overrides import (
    price_override_create,
    price_override_end,
    price_override_list,
)

__all__ = [
    "gpu_offer_list",
    "model_option_list",
    "model_price_list",
    "price_book_detail",
    "price_book_list",
    "price_override_create",
    "price_override_end",
    "price_override_list",
    "throughput_list",
]
