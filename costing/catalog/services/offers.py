"""Writes of offer books."""

from django.db import transaction

from costing import catalog
from costing.catalog import mapping
from costing.catalog.models import GpuOffer, OfferBook

_ROWS_A_STATEMENT = 1000


@transaction.atomic
def store_offer_book(*, listed: catalog.OfferList) -> tuple[OfferBook, bool]:
    """Store a file's offers as a book; the same content again changes nothing.

    Returns the book and whether it is new. Books are no firm's own, so there is no actor.
    """
    book, is_new = OfferBook.objects.get_or_create(
        checksum=mapping.offer_book_checksum(listed),
        defaults={
            "source": listed.source.source,
            "source_url": listed.source.source_url,
            "as_of": listed.source.as_of,
            "checked_on": listed.source.checked_on,
            "shape": listed.shape,
            "left_out": dict(listed.left_out),
        },
    )
    if is_new:
        rows = mapping.offer_rows(listed, book_id=book.pk)
        GpuOffer.objects.bulk_create(rows, batch_size=_ROWS_A_STATEMENT)
    return book, is_new
