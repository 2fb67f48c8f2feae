"""Rows of price books, offer books and contract prices to plain values and back."""

import hashlib
import json
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from pydantic import TypeAdapter

from costing.catalog import models
from costing.catalog.offer_files import OfferList
from costing.catalog.offers import GpuOffer
from costing.catalog.price_reports import BookIdentity
from costing.catalog.prices import (
    ModelPrice,
    PriceList,
    PriceOverride,
    PriceTier,
    Provenance,
    figures_of,
)

# So many digits of a book's checksum follow an imported offer's key.
OFFER_BOOK_DIGITS = 16
PROVENANCE = tuple(field.name for field in fields(Provenance))
OFFER_PROVENANCE = ("source", "source_url", "as_of", "checked_on")
# Tiers as JSON keep every digit.
_TIERS = TypeAdapter(tuple[PriceTier, ...])


def _columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that a plain value has too: all but the key, the book and what is derived."""
    names = (column.name for column in model._meta.concrete_fields)
    return tuple(name for name in names if name not in ("id", "book", "family"))


def values_of(source: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Some of the attributes of a row or a plain value."""
    return {name: getattr(source, name) for name in names}


PRICE_COLUMNS = _columns(models.ModelPrice)
OFFER_COLUMNS = _columns(models.GpuOffer)


def checksum(value: object) -> str:
    """The SHA-256 of a plain value's one JSON spelling; numbers that are not finite raise."""
    text = json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def offer_values(listed: OfferList) -> list[dict[str, Any]]:
    """What the rows of a book's offers hold."""
    return [values_of(offer, (*OFFER_COLUMNS, "family")) for offer in listed.offers]


def offer_of_row(row: models.GpuOffer) -> GpuOffer:
    """The plain offer that a row holds; its key names the book as well. Needs the row's book."""
    values = values_of(row, OFFER_COLUMNS) | values_of(row.book, OFFER_PROVENANCE)
    key = f"{row.key}@{row.book.checksum[:OFFER_BOOK_DIGITS]}"
    return GpuOffer(**values | {"key": key, "book": str(row.book.pk)})


def price_values(listed: PriceList) -> list[dict[str, Any]]:
    """What the rows of a book's prices hold, by reference."""
    return [
        values_of(price, PRICE_COLUMNS)
        | {
            "tiers": _TIERS.dump_python(price.tiers, mode="json", exclude_none=True),
            "checked_on": None if price.checked_on == listed.checked_on else price.checked_on,
            "notes": list(price.notes),
            "further": {name: str(usd) for name, usd in sorted(price.further.items())},
        }
        for price in sorted(listed.prices, key=lambda price: price.reference)
    ]


def price_of_row(row: models.ModelPrice, book: models.PriceBook) -> ModelPrice:
    """The plain price that a row of a book holds."""
    values = values_of(row, PRICE_COLUMNS) | {
        "tiers": _TIERS.validate_python(row.tiers),
        "checked_on": row.checked_on or book.checked_on,
        "notes": tuple(row.notes),
        "further": {name: Decimal(usd) for name, usd in row.further.items()},
    }
    return ModelPrice(as_of=book.as_of, source=book.source, **values)


def override_of_row(row: models.PriceOverride) -> PriceOverride:
    """The plain contract price that a row holds; it ends before the day on which it was ended."""
    last = row.ended_on - timedelta(days=1) if row.ended_on else None
    ends = [day for day in (row.valid_until, last) if day is not None]
    return PriceOverride(
        id=str(row.pk),
        reference=row.reference,
        figures=figures_of(row),
        valid_from=row.valid_from,
        valid_until=min(ends, default=None),
        is_of_one_client=row.client_id is not None,
    )


def book_identity(book: models.PriceBook) -> BookIdentity:
    """Which book a row is."""
    return BookIdentity(id=str(book.pk), sha256=book.checksum, **values_of(book, PROVENANCE))
