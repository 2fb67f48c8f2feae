"""Reads of the prices in price books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from costing.catalog import mapping, models, offers, pools
from costing.catalog.genai_prices import canonical_reference
from costing.catalog.measured_points import MeasuredSeries, measured_series
from costing.catalog.model_families import measurements_of
from costing.catalog.models import OfferBook, PriceBook
from costing.catalog.names import MAKERS, as_asked, sold_references
from costing.catalog.price_reports import BookReport, price_changes, price_lints
from costing.catalog.prices import Contracts, ModelPrice, with_override
from costing.catalog.resolve import MAX_REFERENCE_LENGTH, resolve_references
from costing.catalog.throughput import ThroughputProfile, throughput_profiles
from costing.engine.inputs import referring_models


def model_price_list(book: PriceBook | None, *, search: str = "") -> QuerySet[models.ModelPrice]:
    """Return a book's prices whose reference or name holds every word of the search."""
    prices = model_price_search(models.ModelPrice.objects.filter(book=book), search)
    return prices.order_by("provider", "model", "pk")


def model_price_search(
    prices: QuerySet[models.ModelPrice], search: str
) -> QuerySet[models.ModelPrice]:
    """Return the prices whose reference or name holds every word of the search."""
    for word in search.split()[:8]:
        prices = prices.filter(
            Q(reference__icontains=word)
            | Q(model_name__icontains=word)
            | Q(provider_name__icontains=word)
        )
    return prices


def model_options(book: PriceBook | None, *, search: str = "") -> list[models.ModelPrice]:
    """Return the models to offer in a form: what matches, or at first those sold by makers."""
    prices = model_price_list(book, search=search)
    if search:
        return list(prices[:40])
    return list(prices.filter(provider__in=MAKERS, is_deprecated=False))


def model_prices_find(
    book: PriceBook | None, references: Mapping[str, str], contracts: Contracts | None = None
) -> dict[str, ModelPrice]:
    """Return the prices of those references that a book knows, under the keys they came with.

    A model goes by any name that the catalog knows. `contracts` are those that a scenario
    pinned: they replace list prices.
    """
    given = {key: reference.strip().replace("\0", "") for key, reference in references.items()}
    given = {key: name for key, name in given.items() if 0 < len(name) <= MAX_REFERENCE_LENGTH}
    if book is None or not given:
        return {}
    meant = {name: list(sold_references(name)) for name in given.values()}
    canonical = {
        each: canonical_reference(each) or each for names in meant.values() for each in names
    }
    is_name = Q(reference__in=set(canonical.values()))
    for name in canonical:
        is_name |= Q(reference__iexact=name)
    rows = list(models.ModelPrice.objects.filter(is_name, book=book).order_by("reference"))
    found = {}
    for key, name in given.items():
        sold = (_row_of(each, canonical[each], rows) for each in meant[name])
        row = next((each for each in sold if each is not None), None)
        if row is not None:
            price = as_asked(mapping.price_of_row(row, book), name)
            found[key] = with_override(price, (contracts or {}).get(row.reference))
    return found


def _row_of(
    given: str, canonical: str, rows: Sequence[models.ModelPrice]
) -> models.ModelPrice | None:
    """Return the row of a model; a book may list it and its dated release apart.

    The name as it was given comes first, then in other letters, then the catalog's.
    """
    by_name = {row.reference: row for row in rows}
    same = (row for row in rows if row.reference.lower() == given.lower())
    return by_name.get(given) or next(same, by_name.get(canonical))


def document_resolve(
    document: Mapping[str, object], book: PriceBook | None, contracts: Contracts | None = None
) -> dict[str, Any]:
    """Return a scenario document with its references replaced by a book's prices.

    Pinned `contracts` win over list prices. Raises InvalidScenario with the path of each
    reference that the book does not know.
    """
    references = references_of(document)
    known = model_prices_find(book, references, contracts)
    prices = {references[key]: price for key, price in known.items()}
    rows = models.ModelPrice.objects.filter(book=book)
    return resolve_references(
        document,
        find=prices.get,
        known=lambda: list(rows.values_list("reference", flat=True)),
    )


def references_of(document: Mapping[str, object]) -> dict[str, str]:
    """Return a document's references to the catalog by path, such as `premium_model`."""
    return {
        path: model["catalog"]
        for path, model in referring_models(document)
        if isinstance(model["catalog"], str)
    }


def price_book_latest() -> PriceBook | None:
    """Return the book that new scenarios pin; none before any is stored.

    That is the newest of the installation's own source (`PRICE_SOURCE`), so that a file of a few
    prices, or of other names, never takes its place by its date; without one, the newest of all.
    """
    books = price_book_list()
    return books.filter(source_key=settings.PRICE_SOURCE).first() or books.first()


def price_books_to_choose(most: int) -> tuple[list[PriceBook], PriceBook | None]:
    """Return the newest books, at most so many, and the one that new scenarios pin; in one read."""
    books = list(price_book_list()[:most])
    own = next((book for book in books if book.source_key == settings.PRICE_SOURCE), None)
    if own is None and len(books) == most:
        return books, price_book_latest()
    return books, own or next(iter(books), None)


def price_book_list() -> QuerySet[PriceBook]:
    """Return every price book, the latest date first, of equals the one imported last."""
    return PriceBook.objects.order_by("-as_of", "-imported_at", "-pk")


def price_book_get(book_id: UUID) -> PriceBook:
    """Return the price book; raises PriceBook.DoesNotExist."""
    return PriceBook.objects.get(pk=book_id)


def price_book_find(checksum: str) -> PriceBook | None:
    """Return the one book whose checksum begins so; none where there is no or no single one."""
    if len(checksum) < 6 or not checksum.isalnum():
        return None
    books = list(PriceBook.objects.filter(checksum__startswith=checksum.lower())[:2])
    return books[0] if len(books) == 1 else None


def price_book_report(book: PriceBook, *, against: PriceBook | None = None) -> BookReport:
    """Return what changed in a book, and what looks wrong in it.

    It is compared with `against`, else the previous book of its source, and its prices with the
    newest book of each other source.
    """
    if against is None:
        earlier = Q(as_of__lt=book.as_of) | Q(as_of=book.as_of, imported_at__lt=book.imported_at)
        against = price_book_list().filter(earlier, source_key=book.source_key).first()
    others = (
        PriceBook.objects.exclude(source_key=book.source_key)
        .order_by("source_key", "-as_of", "-imported_at", "-pk")
        .distinct("source_key")
    )
    return _report(book.pk, against and against.pk, tuple(other.pk for other in others))


# Books never change, so what was computed of one holds for as long as the process lives.
@lru_cache(maxsize=8)
def _report(book_id: UUID, against_id: UUID | None, other_ids: tuple[UUID, ...]) -> BookReport:
    named = [book_id, *([against_id] if against_id else []), *other_ids]
    books = PriceBook.objects.in_bulk(named)
    prices, left_out = _prices_of(book_id), books[book_id].left_out
    return BookReport(
        book=mapping.book_identity(books[book_id]),
        models=len(prices),
        # The most first: the database keeps no order of its own.
        left_out=dict(sorted(left_out.items(), key=lambda item: (-item[1], item[0]))),
        against=mapping.book_identity(books[against_id]) if against_id else None,
        changes=price_changes(_prices_of(against_id), prices) if against_id else (),
        lints=price_lints(prices, others=[_prices_of(other) for other in other_ids]),
        compared_sources=tuple(mapping.book_identity(books[other]) for other in other_ids),
    )


@lru_cache(maxsize=4)
def _prices_of(book_id: UUID) -> Sequence[ModelPrice]:
    book = PriceBook.objects.get(pk=book_id)
    rows = models.ModelPrice.objects.filter(book=book).order_by("reference")
    return tuple(mapping.price_of_row(row, book) for row in rows.iterator(chunk_size=1_000))


@dataclass(frozen=True)
class OfferFacets:
    """What the offers may be narrowed by."""

    providers: list[str]
    regions: list[str]
    accelerators: list[str]


class OfferRows(Sequence[offers.GpuOffer]):
    """Bundled offers, then imported ones, of which only the asked-for part is read."""

    def __init__(self, bundled: list[offers.GpuOffer], imported: QuerySet[models.GpuOffer]) -> None:
        self.bundled = bundled
        self.imported = imported
        self.count_imported = imported.count()

    def __len__(self) -> int:
        return len(self.bundled) + self.count_imported

    @overload
    def __getitem__(self, place: int) -> offers.GpuOffer: ...
    @overload
    def __getitem__(self, place: slice) -> list[offers.GpuOffer]: ...
    def __getitem__(self, place: int | slice) -> offers.GpuOffer | list[offers.GpuOffer]:
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


def offer_list(wanted: offers.OfferFilter) -> OfferRows:
    """Return the offers that pass the filter, by provider, instance type and region.

    Bundled ones and those of each source's newest book, unless the filter names one book.
    """
    return OfferRows(
        offers.filter_offers(offers.gpu_offers(), wanted), _imported(wanted).order_by("key", "pk")
    )


def offer_find(key: str) -> offers.GpuOffer | None:
    """Return the offer of that key, bundled or imported, or None."""
    name, _, digits = key.strip().lower().rpartition("@")
    if not name:
        return offers.find_offer(key)
    if len(digits) != mapping.OFFER_BOOK_DIGITS or "\0" in key:
        return None
    rows = models.GpuOffer.objects.select_related("book")
    row = rows.filter(key=name, book__checksum__startswith=digits).order_by("pk").first()
    return mapping.offer_of_row(row) if row else None


def offer_facets() -> OfferFacets:
    """Return the providers, regions and families of accelerators on offer."""
    bundled = {(offer.provider, offer.region, offer.family) for offer in offers.gpu_offers()}
    imported = _imported(offers.OfferFilter()).order_by()
    known = bundled | set(imported.values_list("provider", "region", "family").distinct())
    return OfferFacets(
        providers=sorted({provider for provider, _, _ in known}),
        regions=sorted({region for _, region, _ in known}),
        accelerators=sorted({family for _, _, family in known} - {""}),
    )


def throughput_find(
    *, model_class: str = "", accelerator: str = "", is_vendor_tuned: bool | None = None
) -> list[ThroughputProfile]:
    """Return the profiles of a class and a family of accelerators; empty parts keep all."""
    family = offers.family_of(accelerator)
    return [
        profile
        for profile in throughput_profiles()
        if model_class in ("", profile.model_class)
        and family in ("", offers.family_of(profile.accelerator))
        and is_vendor_tuned in (None, profile.is_vendor_tuned)
    ]


def measured_series_find(*, model: str = "", accelerator: str = "") -> list[MeasuredSeries]:
    """Return what was measured under load of a model and a family; empty parts keep all."""
    family = offers.family_of(accelerator)
    return [
        series
        for series in measured_series()
        if model in ("", series.model) and family in ("", offers.family_of(series.accelerator))
    ]


def _imported(wanted: offers.OfferFilter) -> QuerySet[models.GpuOffer]:
    rows = models.GpuOffer.objects.select_related("book")
    if wanted.book == offers.BUNDLED:
        return rows.none()
    if wanted.book:
        rows = rows.filter(book=UUID(wanted.book))
    else:
        order = ("source", "-checked_on", "-imported_at", "-pk")
        newest = OfferBook.objects.order_by(*order).distinct("source")
        rows = rows.filter(book__in=newest.values("pk"))
    rows = rows.filter(**wanted.exact)
    for word in wanted.words:
        rows = rows.filter(Q(key__icontains=word) | Q(accelerator__icontains=word))
    return rows


def pool_proposals(
    document: Mapping[str, object],
    wish: pools.PoolWish,
    wanted: offers.OfferFilter,
    *,
    limit: int = pools.PROPOSALS,
) -> pools.Proposed:
    """Return the pools on offer for the workload of a scenario document, the cheapest first.

    Of imported offers, the cheapest 2,000 are looked at. Raises InvalidScenario with every error
    by its path.
    """
    measured = measurements_of(wish.model_family)
    families = {offers.family_of(each.accelerator) for each in measured}
    bundled = [
        offer
        for offer in offers.filter_offers(offers.gpu_offers(), wanted)
        if offer.family in families
    ]
    rows = _imported(wanted).filter(family__in=sorted(families))
    rows = rows.order_by("usd_per_instance_hour", "pk")[:2_000]
    imported = [mapping.offer_of_row(row) for row in rows]
    return pools.propose_pools(document, wish, offers=[*bundled, *imported], limit=limit)


def pool_proposal_find(
    document: Mapping[str, object], wish: pools.PoolWish, *, offer_key: str, measurement: str
) -> pools.PoolProposal | None:
    """Return the pool of one offer and one measurement, or None where they make none.

    Raises InvalidScenario with every error by its path.
    """
    offer = offer_find(offer_key)
    if offer is None:
        return None
    return pools.propose_pool(document, wish, offer=offer, measurement=measurement)
