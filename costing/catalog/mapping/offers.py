"""Rows of offer books to plain offers and back."""

from typing import Any
from uuid import UUID

from costing import catalog
from costing.catalog.mapping.checksums import checksum
from costing.catalog.models import GpuOffer

# So many digits of a book's checksum follow an imported offer's key.
OFFER_BOOK_DIGITS = 16


def offer_book_checksum(listed: catalog.OfferList) -> str:
    """The SHA-256 of all that an offer book says."""
    facts = listed.source
    rows = [offer_fields(offer) for offer in listed.offers]
    return checksum(
        {
            "source": facts.source,
            "source_url": facts.source_url,
            "as_of": facts.as_of,
            "checked_on": facts.checked_on,
            "currency": "USD",
            "offers": rows,
        }
    )


def offer_fields(offer: catalog.GpuOffer) -> dict[str, Any]:
    """The columns of an offer's row, except the book and the key."""
    return {
        "key": offer.key,
        "provider": offer.provider,
        "instance_type": offer.instance_type,
        "region": offer.region,
        "zone": offer.zone,
        "pricing": offer.pricing,
        "usd_per_instance_hour": offer.usd_per_instance_hour,
        "accelerator": offer.accelerator,
        "accelerators": offer.accelerators,
        "family": catalog.family_of(offer.accelerator),
    }


def offer_rows(listed: catalog.OfferList, *, book_id: UUID) -> list[GpuOffer]:
    """The rows, not yet stored, of a book's offers."""
    return [GpuOffer(book_id=book_id, **offer_fields(offer)) for offer in listed.offers]


def offer_of_row(row: GpuOffer) -> catalog.GpuOffer:
    """The plain offer that a row holds; its key names the book as well. Needs the row's book."""
    book = row.book
    return catalog.GpuOffer(
        key=f"{row.key}@{book.checksum[:OFFER_BOOK_DIGITS]}",
        provider=row.provider,
        instance_type=row.instance_type,
        region=row.region,
        zone=row.zone,
        pricing=row.pricing,
        usd_per_instance_hour=row.usd_per_instance_hour,
        accelerator=row.accelerator,
        accelerators=row.accelerators,
        source=book.source,
        source_url=book.source_url,
        as_of=book.as_of,
        checked_on=book.checked_on,
        book=str(book.pk),
    )
