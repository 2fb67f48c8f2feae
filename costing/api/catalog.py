"""Operations on the price catalog; the same for all firms."""

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.response import Response

from costing import selectors, serializers
from costing.models import PriceBook
from organizations.api.endpoint import Endpoint, operation, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission

LONGEST_SEARCH = 100


class ModelPriceFilter(FilterSet):
    """Prices by model."""

    search = filters.CharFilter(
        method="found", max_length=LONGEST_SEARCH, label="Words of the name or reference."
    )
    provider = filters.CharFilter()
    is_deprecated = filters.BooleanFilter()

    def found(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the prices that hold every word."""
        return selectors.model_price_search(rows, value)


class PriceBookList(Endpoint):
    """`/organizations/{org}/price-books/`."""

    tag = "catalog"

    @operation(
        "price_book_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.PriceBookSerializer)},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The price books, the latest date first."""
        rows = selectors.price_book_list()
        return page_of(request, rows, serializers.PriceBookSerializer, order=("-as_of", "-pk"))


class PriceBookDetail(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/`."""

    tag = "catalog"

    @operation(
        "price_book_read",
        Permission.CATALOG_VIEW,
        answers={200: serializers.PriceBookSerializer},
        rows={"price_book": selectors.price_book_get},
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """One price book; it never changes."""
        return Response(shown(serializers.PriceBookSerializer, price_book, request))


class ModelPriceList(Endpoint):
    """`/organizations/{org}/price-books/{price_book}/model-prices/`."""

    tag = "catalog"

    @operation(
        "model_price_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.ModelPriceSerializer)},
        rows={"price_book": selectors.price_book_get},
        parameters=(*PAGING, *filter_parameters(ModelPriceFilter)),
    )
    def get(self, request: TenantAPIRequest, price_book: PriceBook) -> HttpResponseBase:
        """A book's models by reference."""
        rows = narrowed(request, ModelPriceFilter, selectors.model_price_list(price_book))
        return page_of(request, rows, serializers.ModelPriceSerializer, order=("reference", "pk"))
