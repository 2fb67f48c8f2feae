"""Reads of GPU offers, bundled and imported, and of throughput profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from costing import catalog
from costing.catalog import mapping
from costing.catalog.models import GpuOffer, OfferBook

# A wizard looks at no more imported offers than this, the cheapest first.
MOST_CANDIDATES = 2000


@dataclass(frozen=True)
class OfferFacets:
    """What the offers may be narrowed by."""

    providers: list[str]
    regions: list[str]
    accelerators: list[str]


class OfferRows(Sequence[catalog.GpuOffer]):
    """Bundled offers, then imported ones, of which only the asked-for part is read."""

    def __init__(self, bundled: list[catalog.GpuOffer], imported: QuerySet[GpuOffer]) -> None:
        self.bundled = bundled
        self.imported = imported
        self.count_imported = imported.count()

    def __len__(self) -> int:
        return len(self.bundled) + self.count_imported

    @overload
    def __getitem__(self, place: int) -> catalog.GpuOffer: ...
    @overload
    def __getitem__(self, place: slice) -> list[catalog.GpuOffer]: ...
    def __getitem__(self, place: int | slice) -> catalog.GpuOffer | list[catalog.GpuOffer]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(len(self))
        own = len(self.bundled)
        rows = self.imported[max(0, start - own) : max(0, stop - own)]
        return self.bundled[start:stop] + [mapping.offer_of_row(row) for row in rows]


def offer_book_list() -> QuerySet[OfferBook]:
    """Return every imported book with its number of offers, the one taken last first."""
    books = OfferBook.objects.annotate(offer_count=Count("offers"))
    return books.order_by("-checked_on", "-imported_at", "-pk")


def offer_books_latest() -> QuerySet[OfferBook]:
    """Return the newest imported book of each source."""
    order = ("source", "-checked_on", "-imported_at", "-pk")
    return OfferBook.objects.order_by(*order).distinct("source")


def offer_list(wanted: catalog.OfferFilter) -> OfferRows:
    """Return the offers that pass the filter, by provider, instance type and region.

    Bundled ones and those of each source's newest book, unless the filter names one book.
    """
    bundled = catalog.filter_offers(catalog.gpu_offers(), wanted)
    return OfferRows(bundled, _imported(wanted).order_by("key", "pk"))


def offer_candidates(
    wanted: catalog.OfferFilter, accelerators: Sequence[str]
) -> list[catalog.GpuOffer]:
    """Return the offers of some families of accelerators that pass the filter.

    Of imported ones the cheapest 2,000 at most.
    """
    families = {catalog.family_of(name) for name in accelerators}
    bundled = [
        offer
        for offer in catalog.filter_offers(catalog.gpu_offers(), wanted)
        if catalog.family_of(offer.accelerator) in families
    ]
    rows = _imported(wanted).filter(family__in=sorted(families))
    rows = rows.order_by("usd_per_instance_hour", "pk")[:MOST_CANDIDATES]
    return bundled + [mapping.offer_of_row(row) for row in rows]


def offer_find(key: str) -> catalog.GpuOffer | None:
    """Return the offer of that key, bundled or imported, or None."""
    name, _, digits = key.strip().lower().rpartition("@")
    if not name:
        return catalog.find_offer(key)
    if len(digits) != mapping.OFFER_BOOK_DIGITS or "\0" in key:
        return None
    rows = GpuOffer.objects.select_related("book")
    row = rows.filter(key=name, book__checksum__startswith=digits).order_by("pk").first()
    return mapping.offer_of_row(row) if row else None


def offer_facets() -> OfferFacets:
    """Return the providers, regions and families of accelerators on offer."""
    bundled = {
        (offer.provider, offer.region, catalog.family_of(offer.accelerator))
        for offer in catalog.gpu_offers()
    }
    imported = _imported(catalog.OfferFilter()).order_by()
    known = bundled | set(imported.values_list("provider", "region", "family").distinct())
    return OfferFacets(
        providers=sorted({provider for provider, _, _ in known}),
        regions=sorted({region for _, region, _ in known}),
        accelerators=sorted({family for _, _, family in known} - {""}),
    )


def throughput_find(
    *, model_class: str = "", accelerator: str = "", is_vendor_tuned: bool | None = None
) -> list[catalog.ThroughputProfile]:
    """Return the profiles of a class and a family of accelerators; empty parts keep all."""
    family = catalog.family_of(accelerator)
    return [
        profile
        for profile in catalog.throughput_profiles()
        if model_class in ("", profile.model_class)
        and family in ("", catalog.family_of(profile.accelerator))
        and is_vendor_tuned in (None, profile.is_vendor_tuned)
    ]


def _imported(wanted: catalog.OfferFilter) -> QuerySet[GpuOffer]:
    rows = GpuOffer.objects.select_related("book")
    if wanted.book == catalog.BUNDLED:
        return rows.none()
    if wanted.book:
        rows = rows.filter(book=UUID(wanted.book))
    else:
        rows = rows.filter(book__in=offer_books_latest().values("pk"))
    exact = {
        "provider": wanted.provider.lower(),
        "region": wanted.region.lower(),
        "pricing": wanted.pricing,
        "family": wanted.family,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    for word in wanted.words:
        rows = rows.filter(Q(key__icontains=word) | Q(accelerator__icontains=word))
    return rows
