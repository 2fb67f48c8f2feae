"""Rows to plain values and back; Decimal becomes float64 here and in the catalog's documents."""

from assessments.mapping import maturity_document
from costing.mapping.checksums import checksum
from costing.mapping.economics import picture_json
from costing.mapping.offers import (
    OFFER_BOOK_DIGITS,
    offer_book_checksum,
    offer_fields,
    offer_of_row,
    offer_rows,
)
from costing.mapping.prices import (
    book_identity,
    contract_of_row,
    price_book_checksum,
    price_fields,
    price_of_row,
    price_origin,
    price_rows,
)
from costing.mapping.usage import (
    bucket_prices,
    counts_tokens,
    moment_of,
    read_cell,
    usage_row,
    use_of_sums,
)

__all__ = [
    "OFFER_BOOK_DIGITS",
    "book_identity",
    "bucket_prices",
    "checksum",
    "contract_of_row",
    "counts_tokens",
    "maturity_document",
    "moment_of",
    "offer_book_checksum",
    "offer_fields",
    "offer_of_row",
    "offer_rows",
    "picture_json",
    "price_book_checksum",
    "price_fields",
    "price_of_row",
    "price_origin",
    "price_rows",
    "read_cell",
    "usage_row",
    "use_of_sums",
]
