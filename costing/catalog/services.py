"""Writes of price books."""

from django.db import transaction

from costing.catalog import mapping
from costing.catalog.models import GpuOffer, ModelPrice, OfferBook, PriceBook
from costing.catalog.offer_files import OfferList
from costing.catalog.prices import PriceList

_ROWS_A_STATEMENT = 500


@transaction.atomic
def store_price_book(*, listed: PriceList) -> tuple[PriceBook, bool]:
    """Store a source's prices as a book; the same content again changes nothing.

    Returns the book and whether it is new. Books are no organization's own, so there is no actor.
    """
    rows = mapping.price_values(listed)
    content = mapping.values_of(listed, ("source_key", "source", "as_of"))
    # What no source listed before is no part of what a book is known by.
    known = [{name: row[name] for name in row if name != "further" or row[name]} for row in rows]
    book, is_new = PriceBook.objects.get_or_create(
        checksum=mapping.checksum(content | {"currency": "USD", "prices": known}),
        defaults=mapping.values_of(listed, (*mapping.PROVENANCE, "left_out")),
    )
    if is_new:
        prices = [ModelPrice(book=book, **row) for row in rows]
        ModelPrice.objects.bulk_create(prices, batch_size=_ROWS_A_STATEMENT)
    return book, is_new


@transaction.atomic
def store_offer_book(*, listed: OfferList) -> tuple[OfferBook, bool]:
    """Store a file's offers as a book; the same content again changes nothing, as of prices."""
    rows = mapping.offer_values(listed)
    facts = mapping.values_of(listed.source, mapping.OFFER_PROVENANCE)
    book, is_new = OfferBook.objects.get_or_create(
        checksum=mapping.checksum(facts | {"currency": "USD", "offers": rows}),
        defaults=facts | mapping.values_of(listed, ("shape", "left_out")),
    )
    if is_new:
        offers = [GpuOffer(book=book, **row) for row in rows]
        GpuOffer.objects.bulk_create(offers, batch_size=_ROWS_A_STATEMENT)
    return book, is_new
