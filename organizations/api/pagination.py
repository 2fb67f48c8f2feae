"""Lists come page by page, each with a signed cursor to the next."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from organizations.api.requests import TenantAPIRequest

BAD_CURSOR = "This is no cursor of this list: take the addresses in `next` and `previous`."
PAGING = (
    OpenApiParameter("cursor", str, description="From the address in `next` or `previous`."),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": 200}, description="Rows a page; 50."
    ),
)


class SignedCursorPagination(CursorPagination):
    """Django REST framework's cursors, signed: nobody can make one that the database chokes on."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def __init__(self, ordering: tuple[str, ...], path: str) -> None:
        self.rows_in_order = ordering
        self.salt = f"cursor:{path}"

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        """Return the list's own order."""
        return self.rows_in_order

    def encode_cursor(self, cursor: Cursor) -> str:
        """Return the address of a page."""
        signed = signing.dumps(list(cursor), salt=self.salt)
        return replace_query_param(self.base_url or "", self.cursor_query_param, signed)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return where the page begins; raises ValidationError for a cursor that is not ours."""
        given = request.query_params.get(self.cursor_query_param)
        if given is None:
            return None
        try:
            return Cursor(*signing.loads(given, salt=self.salt))
        except signing.BadSignature:
            raise ValidationError({"cursor": [BAD_CURSOR]}) from None


def page_of(
    request: TenantAPIRequest,
    rows: QuerySet,
    serializer: type[serializers.BaseSerializer],
    *,
    order: tuple[str, ...],
) -> Response:
    """Answer one page of the rows, in an order that ends in the primary key."""
    pages = SignedCursorPagination(order, request.path)
    page = pages.paginate_queryset(rows, request)
    context = {"org": request.organization.slug}
    return pages.get_paginated_response(serializer(page, many=True, context=context).data)


def page_of_sequence(
    request: TenantAPIRequest, rows: Sequence[Any], serializer: type[serializers.BaseSerializer]
) -> Response:
    """Answer one page of rows that were computed, not stored; cursors hold where it begins."""
    salt = f"cursor:{request.path}"
    size = SignedCursorPagination((), request.path).get_page_size(request) or 1
    start, url = _start(request, salt), request.build_absolute_uri()

    def address(first: int) -> str:
        return replace_query_param(url, "cursor", signing.dumps(first, salt=salt))

    page = serializer(rows[start : start + size], many=True).data
    following = address(start + size) if start + size < len(rows) else None
    previous = address(max(0, start - size)) if start > 0 else None
    return Response({"next": following, "previous": previous, "results": page})


def _start(request: TenantAPIRequest, salt: str) -> int:
    given = request.query_params.get("cursor")
    if given is None:
        return 0
    try:
        start = signing.loads(given, salt=salt)
    except signing.BadSignature:
        raise ValidationError({"cursor": [BAD_CURSOR]}) from None
    if not isinstance(start, int):
        raise ValidationError({"cursor": [BAD_CURSOR]})
    return start


@cache
def page_schema(item: type[serializers.Serializer]) -> serializers.Serializer:
    """Return what a page of such items looks like."""
    name = item.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )
