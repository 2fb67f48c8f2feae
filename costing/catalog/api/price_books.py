"""Operations on price books; the same for all firms."""

from uuid import UUID

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from costing import catalog
from costing.catalog import selectors, serializers
from costing.catalog.models import PriceBook
from organizations.api.endpoint import Endpoint, operation, referred, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_of_sequence, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.exceptions import Invalid
from organizations.permissions import Permission

BOOK = {"price_book": selectors.price_book_get}
AGAINST = OpenApiParameter(
    "against",
    OpenApiTypes.UUID,
    description="Another price book; the previous one of the same source unless given.",
)
CODE = OpenApiParameter("code", str, enum=list(catalog.LINTS), description="Lints of this code.")


class PriceBookFilter(FilterSet):
    """Price books by source."""

    source_key = filters.CharFilter()


class PriceBookList(Endpoint):
    """`/organizations/{org}/price-books/`."""

    tag = "catalog"

    @operation(
        "price_book_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.PriceBookSerializer)},
        parameters=(*PAGING, *filter_parameters(PriceBookFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The price books, the latest date first."""
        rows = narrowed(request, PriceBookFilter, selectors.price_book_list())
        return page_of(request, rows, serializers.PriceBookSerializer, order=("-as_of", "-pk"))


class PriceBookDetail(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/`."""

    tag = "catalog"

    @operation(
        "price_book_read",
        Permission.CATALOG_VIEW,
        answers={200: serializers.PriceBookSerializer},
        rows=BOOK,
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """One price book; it never changes."""
        return Response(shown(serializers.PriceBookSerializer, price_book, request))


class PriceBookReport(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/report/`."""

    tag = "catalog"

    @operation(
        "price_book_report",
        Permission.CATALOG_VIEW,
        answers={200: serializers.PriceBookReportSerializer},
        rows=BOOK,
        parameters=(AGAINST,),
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """How much changed in a book, and how much looks wrong."""
        report = _report(request, price_book)
        return Response(shown(serializers.PriceBookReportSerializer, report, request))


class PriceChangeList(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/changes/`."""

    tag = "catalog"

    @operation(
        "price_change_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.PriceChangeSerializer)},
        rows=BOOK,
        parameters=(*PAGING, AGAINST),
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """The models that a book gained, lost or prices otherwise, by reference."""
        changes = _report(request, price_book).changes
        return page_of_sequence(request, changes, serializers.PriceChangeSerializer)


class PriceLintList(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/lints/`."""

    tag = "catalog"

    @operation(
        "price_lint_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.PriceLintSerializer)},
        rows=BOOK,
        parameters=(*PAGING, CODE),
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """What looks wrong in a book; a question each, no price is changed by it."""
        code = request.query_params.get("code")
        if code is not None and code not in catalog.LINTS:
            raise Invalid("There is no such lint.", fields={"code": ["There is no such code."]})
        lints = selectors.price_book_report(price_book).lints
        found = [lint for lint in lints if code in (None, lint.code)]
        return page_of_sequence(request, found, serializers.PriceLintSerializer)


def _report(request: TenantAPIRequest, price_book: PriceBook) -> catalog.BookReport:
    given = request.query_params.get("against")
    if given is None:
        return selectors.price_book_report(price_book)
    try:
        against_id = UUID(given)
    except ValueError:
        raise Invalid("There is no such book.", fields={"against": ["Give a UUID."]}) from None
    against = referred(selectors.price_book_get, against_id, "against")
    return selectors.price_book_report(price_book, against=against)
