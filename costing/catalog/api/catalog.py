"""Operations on models and GPU offers of the catalog; the same for all firms."""

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django_filters import FilterSet, filters

from costing.catalog import selectors, serializers
from costing.catalog.models import PriceBook
from organizations.api.endpoint import Endpoint, operation
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
