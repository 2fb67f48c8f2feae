"""Mapping of catalog."""

from costing.catalog.mapping.checksums import checksum
from costing.catalog.mapping.offers import (
    OFFER_BOOK_DIGITS,
    offer_book_checksum,
    offer_fields,
    offer_of_row,
    offer_rows,
)
from costing.catalog.mapping.prices import (
    book_identity,
    contract_of_row,
    price_book_checksum,
    price_fields,
    price_of_row,
    price_origin,
    price_rows,
)

__all__ = [
    "OFFER_BOOK_DIGITS",
    "book_identity",
    "checksum",
    "contract_of_row",
    "offer_book_checksum",
    "offer_fields",
    "offer_of_row",
    "offer_rows",
    "price_book_checksum",
    "price_fields",
    "price_of_row",
    "price_origin",
    "price_rows",
]
