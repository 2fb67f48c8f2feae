"""Writes of price books."""

from datetime import date

from django.db import transaction

from costing import catalog, mapping
from costing.models import ModelPrice, PriceBook

_ROWS_A_STATEMENT = 500


@transaction.atomic
def load_price_book(*, as_of: date) -> tuple[PriceBook, bool]:
    """Store the catalog's prices of one date as a book; the same content again changes nothing.

    Returns the book and whether it is new. Books are no firm's own, so there is no actor.
    """
    prices = catalog.list_prices(as_of)
    checksum = mapping.price_book_checksum(catalog.SOURCE_NAME, as_of, prices)
    book, is_new = PriceBook.objects.get_or_create(
        checksum=checksum,
        defaults={
            "source": catalog.SOURCE_NAME,
            "source_url": catalog.SOURCE_URL,
            "as_of": as_of,
            "checked_on": catalog.source_checked_on(),
        },
    )
    if is_new:
        rows = [mapping.price_row(price, book_id=book.pk) for price in prices]
        ModelPrice.objects.bulk_create(rows, batch_size=_ROWS_A_STATEMENT)
    return book, is_new
