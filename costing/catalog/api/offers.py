"""Operations on GPU offers, throughput profiles and the pools that they make."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as fields
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from costing import catalog
from costing.catalog import selectors, serializers
from organizations.api.endpoint import Endpoint, operation
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission

LONGEST_TEXT = 100
MOST_ROWS, ROWS = 200, 50
MOST_OFFSET = 1_000_000


class OfferQuerySerializer(fields.Serializer):
    """What narrows the offers, and which part of them is wanted."""

    provider = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    region = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    accelerator = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    pricing = fields.ChoiceField(choices=list(catalog.PRICINGS), default="")
    search = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    book = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    limit = fields.IntegerField(min_value=1, max_value=MOST_ROWS, default=ROWS)
    offset = fields.IntegerField(min_value=0, max_value=MOST_OFFSET, default=0)

    def validate_book(self, book: str) -> str:
        """A book is named by its id; the bundled offers by that word."""
        if book in ("", catalog.BUNDLED):
            return book
        return str(fields.UUIDField().run_validation(book))


class ProfileQuerySerializer(fields.Serializer):
    """What narrows the throughput profiles."""

    model_class = fields.ChoiceField(choices=list(catalog.model_classes()), default="")
    accelerator = fields.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    is_vendor_tuned = fields.BooleanField(allow_null=True, default=None)


OFFER_QUERY = (
    OpenApiParameter("provider", str),
    OpenApiParameter("region", str),
    OpenApiParameter("accelerator", str, description="Its family, such as H100."),
    OpenApiParameter("pricing", str, enum=list(catalog.PRICINGS)),
    OpenApiParameter("search", str, description="Words of the key."),
    OpenApiParameter(
        "book", str, description="An offer book's id, or `bundled`; else the newest of each source."
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
        description=f"Rows a page; {ROWS}.",
    ),
    OpenApiParameter("offset", {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET}),
)
PROFILE_QUERY = (
    OpenApiParameter("model_class", str, enum=list(catalog.model_classes())),
    OpenApiParameter("accelerator", str, description="Its family, such as H100."),
    OpenApiParameter("is_vendor_tuned", bool),
)


class GpuOfferList(Endpoint):
    """`/organizations/{org}/gpu-offers/`."""

    tag = "catalog"

    @operation(
        "gpu_offer_list",
        Permission.CATALOG_VIEW,
        answers={200: serializers.GpuOfferPageSerializer},
        parameters=OFFER_QUERY,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """What GPU capacity costs, each offer with its source."""
        query = _query(OfferQuerySerializer, request)
        limit, offset = query.pop("limit"), query.pop("offset")
        offers = selectors.offer_list(catalog.OfferFilter(**query))
        here = request.build_absolute_uri()
        page = {
            "count": len(offers),
            "next": _at(here, offset + limit) if offset + limit < len(offers) else None,
            "previous": _at(here, max(0, offset - limit)) if offset else None,
            "results": offers[offset : offset + limit],
        }
        return Response(serializers.GpuOfferPageSerializer(page).data)


class OfferBookList(Endpoint):
    """`/organizations/{org}/offer-books/`."""

    tag = "catalog"

    @operation(
        "offer_book_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.OfferBookSerializer)},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The imported offer books, the one taken last first."""
        order = ("-checked_on", "-imported_at", "-pk")
        rows = selectors.offer_book_list()
        return page_of(request, rows, serializers.OfferBookSerializer, order=order)


class ThroughputProfileList(Endpoint):
    """`/organizations/{org}/throughput-profiles/`."""

    tag = "catalog"

    @operation(
        "throughput_profile_list",
        Permission.CATALOG_VIEW,
        answers={200: serializers.ThroughputProfileListSerializer},
        parameters=PROFILE_QUERY,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """What one replica carries, by class of model, with the derivation of its two rates."""
        query = _query(ProfileQuerySerializer, request)
        found = {"results": selectors.throughput_find(**query)}
        return Response(serializers.ThroughputProfileListSerializer(found).data)


def _query(takes: type[fields.Serializer], request: TenantAPIRequest) -> dict[str, Any]:
    """Return the query as the serializer reads it; raises ValidationError with every fault."""
    given = takes(data={name: request.query_params[name] for name in request.query_params})
    given.is_valid(raise_exception=True)
    data: dict[str, Any] = given.validated_data
    return data


def _at(url: str, offset: int) -> str:
    moved: str = replace_query_param(url, "offset", str(offset))
    return moved
