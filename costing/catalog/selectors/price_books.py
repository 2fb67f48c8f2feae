"""Reads of price books as wholes: which there are, and what to know about one."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from costing import catalog
from costing.catalog import mapping
from costing.catalog.models import ModelPrice, PriceBook

# Books never change, so what was made of one is true for as long as the process lives.
_BOOKS_KEPT = 4
_REPORTS_KEPT = 8
SHORTEST_CHECKSUM = 6


def price_book_latest() -> PriceBook | None:
    """Return the book that new scenarios pin; none before any is stored.

    That is the newest of the installation's own source (`PRICE_SOURCE`), so that a file of a few
    prices, or of other names, never takes its place by its date; without one, the newest of all.
    """
    books = price_book_list()
    own = books.filter(source_key=settings.PRICE_SOURCE)
    return own.first() or books.first()


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
    if len(checksum) < SHORTEST_CHECKSUM or not checksum.isalnum():
        return None
    found = list(PriceBook.objects.filter(checksum__startswith=checksum.lower())[:2])
    return found[0] if len(found) == 1 else None


def price_book_previous(book: PriceBook) -> PriceBook | None:
    """Return the book of the same source before this one, if there is one."""
    earlier = Q(as_of__lt=book.as_of) | Q(as_of=book.as_of, imported_at__lt=book.imported_at)
    return price_book_list().filter(earlier, source_key=book.source_key).first()


def price_book_report(book: PriceBook, *, against: PriceBook | None = None) -> catalog.BookReport:
    """Return what changed in a book, and what looks wrong in it.

    It is compared with the previous book of its source unless told otherwise, and its prices with
    the newest book of each other source.
    """
    against = against or price_book_previous(book)
    others = (
        PriceBook.objects.exclude(source_key=book.source_key)
        .order_by("source_key", "-as_of", "-imported_at", "-pk")
        .distinct("source_key")
    )
    return _report(book.pk, against and against.pk, tuple(other.pk for other in others))


@lru_cache(maxsize=_REPORTS_KEPT)
def _report(
    book_id: UUID, against_id: UUID | None, other_ids: tuple[UUID, ...]
) -> catalog.BookReport:
    named = [book_id, *([against_id] if against_id else []), *other_ids]
    books = PriceBook.objects.in_bulk(named)
    prices = _prices_of(book_id)
    return catalog.BookReport(
        book=mapping.book_identity(books[book_id]),
        models=len(prices),
        left_out=_most_first(books[book_id].left_out),
        against=mapping.book_identity(books[against_id]) if against_id else None,
        changes=catalog.price_changes(_prices_of(against_id), prices) if against_id else (),
        lints=catalog.price_lints(prices, others=[_prices_of(other) for other in other_ids]),
        compared_sources=tuple(mapping.book_identity(books[other]) for other in other_ids),
    )


@lru_cache(maxsize=_BOOKS_KEPT)
def _prices_of(book_id: UUID) -> Sequence[catalog.ModelPrice]:
    book = PriceBook.objects.get(pk=book_id)
    rows = ModelPrice.objects.filter(book=book).order_by("reference")
    return tuple(mapping.price_of_row(row, book) for row in rows.iterator(chunk_size=1_000))


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by size: the database keeps no order of its own."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
