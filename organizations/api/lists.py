"""Lists: their filters, and their pages with signed cursors to the next and the previous one."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import cache
from typing import Any, ClassVar

from django.core import signing
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from organizations.tenancy import Months

TYPES = {
    filters.UUIDFilter: OpenApiTypes.UUID,
    filters.BooleanFilter: OpenApiTypes.BOOL,
    filters.DateFilter: OpenApiTypes.DATE,
    filters.IsoDateTimeFilter: OpenApiTypes.DATETIME,
}
BAD_CURSOR = "This is not a cursor of this list: take the addresses in `next` and `previous`."
PAGING = (
    OpenApiParameter("cursor", str, description="From the address in `next` or `previous`."),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": 200}, description="Rows a page; 50."
    ),
)


class MomentFilter(filters.IsoDateTimeFilter):
    """A moment with its zone; near the ends of the calendar it would not be one in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[_check_year], **kwargs)

    def filter(self, rows: QuerySet, value: datetime | None) -> QuerySet:
        """Narrow by the moment in UTC: PostgreSQL knows no zone beyond 16 hours."""
        return super().filter(rows, value and value.astimezone(UTC))


def _check_year(moment: datetime) -> None:
    if not MINYEAR < moment.year < MAXYEAR:
        raise DjangoValidationError("Choose a year from 2 to 9998.")


@cache
def filter_parameters(filter_class: type[FilterSet]) -> tuple[OpenApiParameter, ...]:
    """Return the filters as the schema names them."""
    return tuple(
        OpenApiParameter(
            name,
            next((kind for of, kind in TYPES.items() if isinstance(each, of)), OpenApiTypes.STR),
            enum=[value for value, _ in each.extra.get("choices", ())] or None,
            description=str(each.label or ""),
        )
        for name, each in filter_class.base_filters.items()
    )


class SignedCursorPagination(CursorPagination):
    """Django REST framework's cursors, signed, so that the database sees none but our own.

    Rows come in the view's `ordering`, which ends in the primary key.
    """

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page has; raises ValidationError for other than 1 to 200."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        is_number = given.isascii() and given.isdecimal() and len(given) <= 3
        if not is_number or not 1 <= int(given) <= self.max_page_size:
            raise ValidationError({"limit": ["From 1 to 200, please."]})
        return int(given)

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        """Return the list's own order, and bind the cursors to its path."""
        self.path = request.path
        return view.ordering

    def encode_cursor(self, cursor: Cursor | int) -> str:
        """Return the address of a page."""
        begins = cursor if isinstance(cursor, int) else list(cursor)
        signed = _signer(self.path).sign_object(begins)
        return replace_query_param(self.base_url or "", self.cursor_query_param, signed)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return where the page begins; raises ValidationError for a cursor that is not ours."""
        given = _read_cursor(request)
        return None if given is None else Cursor(*given)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return what a page of such items looks like."""
        address = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": address, "previous": address, "results": schema}
        return {"type": "object", "properties": properties, "required": sorted(properties)}


class MonthsPagination(SignedCursorPagination):
    """Pages of a table by months, the newest first: the nearest months first, alone if enough."""

    months: ClassVar[Months]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return one page of rows."""
        self.path = request.path
        cursor = self.decode_cursor(request) or Cursor(0, False, None)
        start = datetime.fromisoformat(str(cursor.position)) if cursor.position else timezone.now()
        near = queryset.filter(self.months.near(start, is_later=cursor.reverse))
        page: Any = super().paginate_queryset(near, request, view)
        if self.has_previous if cursor.reverse else self.has_next:
            return page
        return super().paginate_queryset(queryset, request, view)


class SequencePagination(SignedCursorPagination):
    """Pages of rows that were computed, not stored; a cursor holds where its page begins."""

    def paginate_queryset(self, rows: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page of a sequence."""
        self.path, self.base_url = request.path, request.build_absolute_uri()
        size = self.get_page_size(request)
        start = _read_cursor(request) or 0
        if not isinstance(start, int):
            raise ValidationError({"cursor": [BAD_CURSOR]})
        self.following = start + size if start + size < len(rows) else None
        self.preceding = max(0, start - size) if start > 0 else None
        return list(rows[start : start + size])

    def get_next_link(self) -> str | None:
        return None if self.following is None else self.encode_cursor(self.following)

    def get_previous_link(self) -> str | None:
        return None if self.preceding is None else self.encode_cursor(self.preceding)


def _signer(path: str) -> signing.Signer:
    # Without a time, so that the address of a page is the same whenever it is made. What was signed
    # as `cursor:` has one, and would pass for one of these.
    return signing.Signer(salt=f"page:{path}")


def _read_cursor(request: Request) -> Any:
    given = request.query_params.get(SignedCursorPagination.cursor_query_param)
    if given is None:
        return None
    try:
        return _signer(request.path).unsign_object(given)
    except signing.BadSignature:
        raise ValidationError({"cursor": [BAD_CURSOR]}) from None
