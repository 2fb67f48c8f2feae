"""Resources of the catalog; all but contract prices are the same for every organization."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as fields
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from costing.catalog import price_overrides, selectors, serializers
from costing.catalog.hosted import hosted_families
from costing.catalog.measured_points import measured_models
from costing.catalog.model_families import model_families
from costing.catalog.models import OfferBook, PriceBook, PriceOverride
from costing.catalog.offers import ACCELERATOR_FAMILY, BUNDLED, PRICINGS, OfferFilter
from costing.catalog.price_reports import LINTS, BookReport, Lint, PriceChange
from costing.catalog.prices import FIGURES
from costing.catalog.throughput import model_classes
from organizations import clock
from organizations.api.authentication import TenantAPIRequest
from organizations.api.lists import SequencePagination
from organizations.api.views import (
    CreateMixin,
    Data,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    action,
    find_referenced,
    resource,
)
from organizations.exceptions import Invalid
from organizations.permissions import Permission
from organizations.selectors import client_get

MAX_TEXT_LENGTH = 100
AGAINST = OpenApiParameter(
    "against",
    OpenApiTypes.UUID,
    description="Another price book; the previous one of the same source unless given.",
)
CODE = OpenApiParameter("code", str, enum=list(LINTS), description="Lints of this code.")


class CatalogViewSet(ResourceViewSet):
    """A resource of the catalog, to read."""

    tag = "catalog"
    operations = {"list": Operation(Permission.CATALOG_VIEW, is_kept=True)}
    loaders = {
        "price_book": selectors.price_book_get,
        "price_override": price_overrides.price_override_get,
    }

    def validated_query(self, takes: type[fields.Serializer]) -> Data:
        """The query as the serializer reads it; raises ValidationError with all errors."""
        query = takes(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return query.validated_data


class PriceBookFilter(FilterSet):
    """Price books by source."""

    source_key = filters.CharFilter()


class PriceBookViewSet(ListMixin, RetrieveMixin, CatalogViewSet):
    """One price book; it never changes."""

    operations = {
        "list": Operation(Permission.CATALOG_VIEW, is_kept=True),
        "retrieve": Operation(Permission.CATALOG_VIEW),
        "report": Operation(
            Permission.CATALOG_VIEW,
            gives=serializers.PriceBookReportSerializer,
            parameters=(AGAINST,),
        ),
    }
    serializer_class = serializers.PriceBookSerializer
    filterset_class = PriceBookFilter
    ordering = ("-as_of", "-pk")

    def list_rows(self) -> QuerySet[PriceBook]:
        """The price books, the latest date first."""
        return selectors.price_book_list()

    @action("report", "get")
    def report(self, request: TenantAPIRequest, price_book: PriceBook) -> Response:
        """How much changed in a book, and how much looks wrong."""
        return self.respond(_report(request, price_book))


class PriceChangeViewSet(ListMixin, CatalogViewSet):
    """Changes from one price book to another."""

    operations = {"list": Operation(Permission.CATALOG_VIEW, is_kept=True, parameters=(AGAINST,))}
    serializer_class = serializers.PriceChangeSerializer
    pagination_class = SequencePagination

    def list_rows(self, price_book: PriceBook) -> Sequence[PriceChange]:
        """The models that a book gained, lost or prices otherwise, by reference."""
        return _report(self.request, price_book).changes


class PriceLintViewSet(ListMixin, CatalogViewSet):
    """Lints of a price book."""

    operations = {"list": Operation(Permission.CATALOG_VIEW, is_kept=True, parameters=(CODE,))}
    serializer_class = serializers.PriceLintSerializer
    pagination_class = SequencePagination

    def list_rows(self, price_book: PriceBook) -> Sequence[Lint]:
        """What looks wrong in a book; a question each, no price is changed by it."""
        code = self.request.query_params.get("code")
        if code is not None and code not in LINTS:
            raise Invalid("There is no such lint.", fields={"code": ["There is no such code."]})
        lints = selectors.price_book_report(price_book).lints
        return [lint for lint in lints if code in (None, lint.code)]


def _report(request: TenantAPIRequest, price_book: PriceBook) -> BookReport:
    given = request.query_params.get("against")
    against = None if given is None else book_named(given, "against")
    return selectors.price_book_report(price_book, against=against)


def book_named(given: object, field: str) -> PriceBook:
    """Return the book whose id stands in a field; Invalid, with the field, if there is none."""
    try:
        book_id = UUID(str(given))
    except ValueError:
        raise Invalid("There is no such book.", fields={field: ["Give a UUID."]}) from None
    book: PriceBook = find_referenced(selectors.price_book_get, book_id, field)
    return book


class ModelPriceFilter(FilterSet):
    """Prices by model."""

    search = filters.CharFilter(
        method="match", max_length=MAX_TEXT_LENGTH, label="Words of the name or reference."
    )
    provider = filters.CharFilter()
    is_deprecated = filters.BooleanFilter()

    def match(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the prices that hold every word."""
        return selectors.model_price_search(rows, value)


class ModelPriceViewSet(ListMixin, CatalogViewSet):
    """Prices in a price book."""

    serializer_class = serializers.ModelPriceSerializer
    filterset_class = ModelPriceFilter
    ordering = ("reference", "pk")

    def list_rows(self, price_book: PriceBook) -> QuerySet:
        """A book's models by reference."""
        return selectors.model_price_list(price_book)


class PriceOverrideFilter(FilterSet):
    """Contract prices by client and model."""

    client = filters.UUIDFilter(field_name="client_id")
    reference = filters.CharFilter()


class PriceOverrideViewSet(CreateMixin, ListMixin, RetrieveMixin, CatalogViewSet):
    """One contract price; all that ever changes is its end."""

    operations = {
        "list": Operation(Permission.CATALOG_VIEW, is_kept=True),
        "retrieve": Operation(Permission.CATALOG_VIEW),
        "create": Operation(
            Permission.CATALOG_MANAGE, takes=serializers.PriceOverrideInputSerializer
        ),
        "end": Operation(
            Permission.CATALOG_MANAGE,
            takes=serializers.PriceOverrideEndInputSerializer,
            errors=(409,),
        ),
    }
    serializer_class = serializers.PriceOverrideSerializer
    filterset_class = PriceOverrideFilter

    def list_rows(self) -> QuerySet[PriceOverride]:
        """The organization's contract prices, the last added first."""
        return price_overrides.price_override_list()

    def perform_create(self, data: Data) -> PriceOverride:
        """Add a contract price; scenarios take it when they are made or re-priced."""
        client_id = data.pop("client", None)
        client = find_referenced(client_get, client_id, "client") if client_id else None
        figures = {name: data.pop(name, None) for name in FIGURES}
        given = {name: figure for name, figure in figures.items() if figure is not None}
        content = price_overrides.PriceOverrideInput(**data, client=client, figures=given)
        return price_overrides.create_price_override(by=self.request.actor, content=content)

    @action("ending", "post")
    def end(self, request: TenantAPIRequest, price_override: PriceOverride) -> Response:
        """End a contract price; scenarios that pinned it keep it until they are re-priced."""
        ended = price_overrides.end_price_override(
            by=request.actor, override=price_override, **self.validated()
        )
        return self.respond(ended)


def _words(help_text: str = "") -> fields.CharField:
    return fields.CharField(
        max_length=MAX_TEXT_LENGTH, default="", allow_blank=True, help_text=help_text
    )


class OfferQuerySerializer(fields.Serializer):
    """What narrows the offers, and which part of them is wanted."""

    provider = _words()
    region = _words()
    accelerator = _words(ACCELERATOR_FAMILY)
    pricing = fields.ChoiceField(choices=list(PRICINGS), default="")
    search = _words("Words of the key.")
    book = _words("An offer book's id, or `bundled`; else the newest of each source.")
    limit = fields.IntegerField(
        min_value=1, max_value=200, default=50, help_text="Rows a page; 50."
    )
    offset = fields.IntegerField(min_value=0, max_value=1_000_000, default=0)

    def validate_book(self, book: str) -> str:
        """A book is named by its id; the bundled offers by that word."""
        if book in ("", BUNDLED):
            return book
        return str(fields.UUIDField().run_validation(book))


class ProfileQuerySerializer(fields.Serializer):
    """What narrows the throughput profiles."""

    model_class = fields.ChoiceField(choices=list(model_classes()), default="")
    accelerator = _words(ACCELERATOR_FAMILY)
    is_vendor_tuned = fields.BooleanField(allow_null=True, default=None)


class HostedQuerySerializer(fields.Serializer):
    """Which model."""

    model_family = fields.ChoiceField(choices=list(model_families()), default="")


class PointQuerySerializer(fields.Serializer):
    """What narrows the measured points."""

    model = fields.ChoiceField(choices=list(measured_models()), default="")
    accelerator = _words(ACCELERATOR_FAMILY)


def _query_parameters(query: type[fields.Serializer]) -> Iterator[OpenApiParameter]:
    """Return the fields of a query as the schema names them."""
    for name, each in query().fields.items():
        kind: Any = bool if isinstance(each, fields.BooleanField) else str
        if isinstance(each, fields.IntegerField):
            kind = {"type": "integer", "minimum": each.min_value, "maximum": each.max_value}
        choices = list(each.choices) if isinstance(each, fields.ChoiceField) else None
        yield OpenApiParameter(name, kind, enum=choices, description=str(each.help_text or ""))


class GpuOfferViewSet(CatalogViewSet):
    """GPU offers, bundled and imported."""

    operations = {
        "list": Operation(
            Permission.CATALOG_VIEW,
            is_kept=True,
            gives=serializers.GpuOfferPageSerializer,
            parameters=[*_query_parameters(OfferQuerySerializer)],
        )
    }

    def list(self, request: TenantAPIRequest) -> Response:
        """What GPU capacity costs, each offer with its source."""
        query = self.validated_query(OfferQuerySerializer)
        limit, offset = query.pop("limit"), query.pop("offset")
        offers = selectors.offer_list(OfferFilter(**query))
        following = offset + limit

        def address(start: int) -> Any:
            return replace_query_param(request.build_absolute_uri(), "offset", str(start))

        page = {
            "count": len(offers),
            "next": address(following) if following < len(offers) else None,
            "previous": address(max(0, offset - limit)) if offset else None,
            "results": offers[offset:following],
        }
        return self.respond(page)


class OfferBookViewSet(ListMixin, CatalogViewSet):
    """Imported offer books."""

    serializer_class = serializers.OfferBookSerializer
    ordering = ("-checked_on", "-imported_at", "-pk")

    def list_rows(self) -> QuerySet[OfferBook]:
        """The imported offer books, the one taken last first."""
        return selectors.offer_book_list()


class ThroughputProfileViewSet(CatalogViewSet):
    """Measured throughput."""

    operations = {
        "list": Operation(
            Permission.CATALOG_VIEW,
            is_kept=True,
            gives=serializers.ThroughputProfileListSerializer,
            parameters=[*_query_parameters(ProfileQuerySerializer)],
        )
    }

    def list(self, request: TenantAPIRequest) -> Response:
        """What one replica carries, by class of model, with the derivation of its two rates."""
        query = self.validated_query(ProfileQuerySerializer)
        return self.respond({"results": selectors.throughput_find(**query)})


class HostedPriceViewSet(CatalogViewSet):
    """Open weights hosted by others."""

    operations = {
        "list": Operation(
            Permission.CATALOG_VIEW,
            is_kept=True,
            gives=serializers.HostedFamilyListSerializer,
            parameters=[*_query_parameters(HostedQuerySerializer)],
        )
    }

    def list(self, request: TenantAPIRequest) -> Response:
        """What models of open weights cost at hosts, each price with its source."""
        family = self.validated_query(HostedQuerySerializer)["model_family"]
        return self.respond({"results": hosted_families(family, clock.today())})


class MeasuredPointViewSet(CatalogViewSet):
    """What replicas carried under load."""

    operations = {
        "list": Operation(
            Permission.CATALOG_VIEW,
            is_kept=True,
            gives=serializers.MeasuredSeriesListSerializer,
            parameters=[*_query_parameters(PointQuerySerializer)],
        )
    }

    def list(self, request: TenantAPIRequest) -> Response:
        """Measured runs by configuration: calls at once, lengths, times, each with its source."""
        query = self.validated_query(PointQuerySerializer)
        return self.respond({"results": selectors.measured_series_find(**query)})


BOOK = "price-books/<uuid:price_book>/"
urlpatterns = [
    *resource("price-book", PriceBookViewSet, many="price-books/", one=BOOK),
    *resource("price-change", PriceChangeViewSet, many=f"{BOOK}changes/"),
    *resource("price-lint", PriceLintViewSet, many=f"{BOOK}lints/"),
    *resource("model-price", ModelPriceViewSet, many=f"{BOOK}model-prices/"),
    *resource(
        "price-override",
        PriceOverrideViewSet,
        many="price-overrides/",
        one="price-overrides/<uuid:price_override>/",
    ),
    *resource("gpu-offer", GpuOfferViewSet, many="gpu-offers/"),
    *resource("offer-book", OfferBookViewSet, many="offer-books/"),
    *resource("hosted-price", HostedPriceViewSet, many="hosted-prices/"),
    *resource("measured-point", MeasuredPointViewSet, many="measured-points/"),
    *resource("throughput-profile", ThroughputProfileViewSet, many="throughput-profiles/"),
]
