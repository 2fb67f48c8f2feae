"""Pages of lists by keyset: a page begins after a row's values, so that no page counts rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils import timezone

from organizations.tenancy import Months

PARAMETER = "page"


@dataclass(frozen=True)
class Key:
    """One of the values that rows are ordered by; what is null stands last, either way round."""

    name: str
    is_descending: bool = False
    is_nullable: bool = False

    def order(self, *, is_backwards: bool) -> OrderBy:
        """Return it as the database orders by it."""
        descending = self.is_descending is not is_backwards
        if not self.is_nullable:
            return OrderBy(F(self.name), descending=descending)
        last = {"nulls_first": True} if is_backwards else {"nulls_last": True}
        return OrderBy(F(self.name), descending=descending, **last)

    def beyond(self, value: Any, *, is_backwards: bool) -> Q | None:
        """Return what comes after a value on the way; None where nothing does."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if is_backwards else None
        sign = "lt" if self.is_descending is not is_backwards else "gt"
        further = Q(**{f"{self.name}__{sign}": value})
        if self.is_nullable and not is_backwards:
            further |= Q(**{f"{self.name}__isnull": True})
        return further

    def equal(self, value: Any) -> Q:
        """Return what has the same value."""
        if value is None:
            return Q(**{f"{self.name}__isnull": True})
        return Q(**{self.name: value})


PK = Key("pk")
NEWEST_PK = Key("pk", is_descending=True)


def newest(name: str) -> tuple[Key, Key]:
    """Return the keys of a list with the newest first."""
    return Key(name, is_descending=True), NEWEST_PK


@dataclass(frozen=True)
class ListPage:
    """One page of a list, and where its neighbours begin; empty where there is none."""

    object_list: Sequence[Any]
    previous: str
    next: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)


def read_page(
    rows: QuerySet[Any],
    keys: Sequence[Key],
    request: HttpRequest,
    *,
    size: int,
    months: Months | None = None,
) -> ListPage:
    """Return the page that a request's `page` names, the first for anything that names none.

    The keys, of which the last is unique, are fields or annotations of the rows. Of a table by
    `months`, whose column is the first key, the nearest months are read first, and alone where they
    suffice.
    """
    salt = f"page:{request.path}:{keys}"
    is_backwards, values = _read(request.GET.get(PARAMETER, ""), salt)
    read = partial(_read_rows, rows, keys, count=size + 1, months=months)
    found = read(values, is_backwards=is_backwards)
    if is_backwards and len(found) <= size:
        # Nothing comes before this page: it is the first, and as long as that.
        is_backwards, values = False, []
        found = read(values, is_backwards=False)
    has_more, page = len(found) > size, found[:size]
    if is_backwards:
        page.reverse()
    has_previous, has_next = (has_more, True) if is_backwards else (bool(values), has_more)

    def link(row: Model, *, is_backwards: bool) -> str:
        marks = [_plain(getattr(row, key.name)) for key in keys]
        return _signer(salt).sign_object([is_backwards, marks])

    return ListPage(
        page,
        previous=link(page[0], is_backwards=True) if has_previous and page else "",
        next=link(page[-1], is_backwards=False) if has_next and page else "",
    )


def _signer(salt: str) -> signing.Signer:
    # Without a time, so that the link to a row is the same whenever the page is made.
    return signing.Signer(salt=salt)


def _read(given: str, salt: str) -> tuple[bool, list[Any]]:
    try:
        is_backwards, values = _signer(salt).unsign_object(given)
    except signing.BadSignature:
        return False, []
    return is_backwards, values


def _read_rows(
    rows: QuerySet[Any],
    keys: Sequence[Key],
    values: Sequence[Any],
    *,
    is_backwards: bool,
    count: int,
    months: Months | None,
) -> list[Any]:
    ordered = _from(rows, keys, values, is_backwards=is_backwards)
    if months is not None:
        start = datetime.fromisoformat(values[0]) if values else timezone.now()
        is_later = keys[0].is_descending is is_backwards
        found = list(ordered.filter(months.near(start, is_later=is_later))[:count])
        if len(found) == count:
            return found
    return list(ordered[:count])


def _from(
    rows: QuerySet[Any], keys: Sequence[Key], values: Sequence[Any], *, is_backwards: bool
) -> QuerySet[Any]:
    """Return the rows after these values, in the order of the keys or against it."""
    ordered = rows.order_by(*(key.order(is_backwards=is_backwards) for key in keys))
    if not values:
        return ordered
    after, same = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        further = key.beyond(value, is_backwards=is_backwards)
        if further is not None:
            after |= same & further
        same &= key.equal(value)
    first, value = keys[0], values[0]
    if value is not None and not first.is_nullable:
        # Says nothing new, but is what an index can begin at.
        sign = "lte" if first.is_descending is not is_backwards else "gte"
        after &= Q(**{f"{first.name}__{sign}": value})
    return ordered.filter(after)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str) else str(value)
