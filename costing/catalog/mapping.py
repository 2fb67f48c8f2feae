"""The one spelling of a plain value, and its SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from costing.catalog import models
from costing.catalog.models import FIGURES, PriceBook, PriceOverride
from costing.catalog.offer_files import OfferList
from costing.catalog.offers import GpuOffer, family_of
from costing.catalog.price_reports import BookIdentity
from costing.catalog.prices import LIST, Contract, ModelPrice, PriceList, PriceTier
from costing.catalog.source import SOURCE_KEY


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


# So many digits of a book's checksum follow an imported offer's key.
OFFER_BOOK_DIGITS = 16


def offer_book_checksum(listed: OfferList) -> str:
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


def offer_fields(offer: GpuOffer) -> dict[str, Any]:
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
        "family": family_of(offer.accelerator),
    }


def offer_rows(listed: OfferList, *, book_id: UUID) -> list[models.GpuOffer]:
    """The rows, not yet stored, of a book's offers."""
    return [models.GpuOffer(book_id=book_id, **offer_fields(offer)) for offer in listed.offers]


def offer_of_row(row: models.GpuOffer) -> GpuOffer:
    """The plain offer that a row holds; its key names the book as well. Needs the row's book."""
    book = row.book
    return GpuOffer(
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


_TIER_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
)


# Columns that came later, with what an older book has there: such a value leaves its checksum.
_LATER_COLUMNS: Mapping[str, Any] = {
    "kind": LIST,
    "cache_write_1h_usd_per_mtok": None,
    "batch_input_usd_per_mtok": None,
    "batch_output_usd_per_mtok": None,
    "is_caching_claimed": False,
    "deprecated_on": None,
    "checked_on": None,
}


def price_book_checksum(listed: PriceList) -> str:
    """The SHA-256 of all that a price book says of its prices."""
    prices = sorted(listed.prices, key=lambda price: price.reference)
    rows = [
        {
            name: value
            for name, value in price_fields(price, listed).items()
            if name not in _LATER_COLUMNS or value != _LATER_COLUMNS[name]
        }
        for price in prices
    ]
    book = {"source": listed.source, "as_of": listed.as_of, "currency": "USD", "prices": rows}
    own_key = {} if listed.source_key == SOURCE_KEY else {"source_key": listed.source_key}
    return checksum(book | own_key)


def price_fields(price: ModelPrice, listed: PriceList) -> dict[str, Any]:
    """The columns of a price's row, except the book and the key."""
    return {
        "reference": price.reference,
        "kind": price.kind,
        "provider": price.provider,
        "provider_name": price.provider_name,
        "model": price.model,
        "model_name": price.model_name,
        "input_usd_per_mtok": price.input_usd_per_mtok,
        "output_usd_per_mtok": price.output_usd_per_mtok,
        "cache_read_usd_per_mtok": price.cache_read_usd_per_mtok,
        "cache_write_usd_per_mtok": price.cache_write_usd_per_mtok,
        "cache_ttl_seconds": price.cache_ttl_seconds,
        "min_cacheable_tokens": price.min_cacheable_tokens,
        "batch_discount_ratio": price.batch_discount_ratio,
        "tiers": [_tier_json(tier) for tier in price.tiers],
        "context_window_tokens": price.context_window_tokens,
        "is_deprecated": price.is_deprecated,
        "cache_write_1h_usd_per_mtok": price.cache_write_1h_usd_per_mtok,
        "batch_input_usd_per_mtok": price.batch_input_usd_per_mtok,
        "batch_output_usd_per_mtok": price.batch_output_usd_per_mtok,
        "is_caching_claimed": price.is_caching_claimed,
        "deprecated_on": price.deprecated_on,
        "valid_from": price.valid_from,
        "checked_on": None if price.checked_on == listed.checked_on else price.checked_on,
        "source_url": price.source_url,
        "cache_source_url": price.cache_source_url,
        "notes": list(price.notes),
    }


def price_rows(listed: PriceList, *, book_id: UUID) -> list[models.ModelPrice]:
    """The rows, not yet stored, of a book's prices."""
    return [
        models.ModelPrice(book_id=book_id, **price_fields(price, listed)) for price in listed.prices
    ]


def price_of_row(row: models.ModelPrice, book: PriceBook) -> ModelPrice:
    """The plain price that a row of a book holds."""
    return ModelPrice(
        reference=row.reference,
        provider=row.provider,
        provider_name=row.provider_name,
        model=row.model,
        model_name=row.model_name,
        input_usd_per_mtok=row.input_usd_per_mtok,
        output_usd_per_mtok=row.output_usd_per_mtok,
        as_of=book.as_of,
        source=book.source,
        source_url=row.source_url,
        cache_read_usd_per_mtok=row.cache_read_usd_per_mtok,
        cache_write_usd_per_mtok=row.cache_write_usd_per_mtok,
        cache_ttl_seconds=row.cache_ttl_seconds,
        min_cacheable_tokens=row.min_cacheable_tokens,
        batch_discount_ratio=row.batch_discount_ratio,
        tiers=tuple(_tier(tier) for tier in row.tiers),
        context_window_tokens=row.context_window_tokens,
        is_deprecated=row.is_deprecated,
        valid_from=row.valid_from,
        checked_on=row.checked_on or book.checked_on,
        cache_source_url=row.cache_source_url,
        notes=tuple(row.notes),
        kind=row.kind,
        cache_write_1h_usd_per_mtok=row.cache_write_1h_usd_per_mtok,
        batch_input_usd_per_mtok=row.batch_input_usd_per_mtok,
        batch_output_usd_per_mtok=row.batch_output_usd_per_mtok,
        deprecated_on=row.deprecated_on,
        is_caching_claimed=row.is_caching_claimed,
    )


def contract_of_row(row: PriceOverride) -> Contract:
    """The plain contract that a row holds; it ends before the day on which it was ended."""
    figures = {name: getattr(row, name) for name in FIGURES}
    last = row.ended_on - timedelta(days=1) if row.ended_on else None
    ends = [day for day in (row.valid_until, last) if day is not None]
    return Contract(
        id=str(row.pk),
        reference=row.reference,
        figures={name: value for name, value in figures.items() if value is not None},
        valid_from=row.valid_from,
        valid_until=min(ends, default=None),
        is_of_one_client=row.client_id is not None,
    )


def price_origin(price: ModelPrice) -> dict[str, Any]:
    """Where a price that was used came from, as JSON: list or contract, and the list beside it."""
    origin: dict[str, Any] = {
        "kind": price.kind,
        "reference": price.reference,
        "model_name": price.model_name,
        "provider_name": price.provider_name,
        "source": price.source,
        "source_url": price.source_url,
        "as_of": price.as_of.isoformat(),
        "checked_on": price.checked_on.isoformat() if price.checked_on else None,
        "figures": _figure_texts(price),
    }
    if price.contract is not None and price.listed is not None:
        origin["contract"] = price.contract.document()
        origin["list_figures"] = _figure_texts(price.listed)
    return origin


def _figure_texts(price: ModelPrice) -> dict[str, str]:
    figures = {name: getattr(price, name) for name in FIGURES}
    return {name: str(value) for name, value in figures.items() if value is not None}


def book_identity(book: PriceBook) -> BookIdentity:
    """Which book a row is."""
    return BookIdentity(
        id=str(book.pk),
        source_key=book.source_key,
        source=book.source,
        source_url=book.source_url,
        as_of=book.as_of,
        checked_on=book.checked_on,
        sha256=book.checksum,
    )


def _tier_json(tier: PriceTier) -> dict[str, Any]:
    """A tier as JSON that keeps every digit."""
    return {
        key: str(value) if isinstance(value, Decimal) else value
        for key, value in tier.terms().items()
    }


def _tier(stored: Mapping[str, Any]) -> PriceTier:
    prices = {key: Decimal(stored[key]) for key in _TIER_PRICES if key in stored}
    return PriceTier(above_input_tokens=stored["above_input_tokens"], **prices)
