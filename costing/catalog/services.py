"""Writes of price books."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction

from costing.catalog import mapping
from costing.catalog.models import GpuOffer, ModelPrice, OfferBook, PriceBook
from costing.catalog.offer_files import OfferList
from costing.catalog.prices import PriceList


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
        _insert_rows(ModelPrice, rows, book=book)
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
        _insert_rows(GpuOffer, rows, book=book)
    return book, is_new


def _insert_rows(
    model: type[models.Model], rows: Iterable[dict[str, Any]], *, book: PriceBook | OfferBook
) -> None:
    """Insert a book's rows by one statement, as JSON: every figure is a text with all its digits.

    `bulk_create` asks each column of each row how it is written, which took most of the time.
    """
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    written = [{"id": uuid.uuid4(), "book_id": book.pk, **row} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f'insert into "{table}" ({columns})'
            f' select {columns} from json_populate_recordset(null::"{table}", %s)',
            [json.dumps(written, default=str, allow_nan=False)],
        )
