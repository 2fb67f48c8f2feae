"""Operations on contract prices: of one firm, or of one of its clients."""

from django.http import HttpResponseBase
from django.urls import reverse
from django_filters import FilterSet, filters
from rest_framework.response import Response

from costing.catalog import price_overrides, serializers
from costing.catalog.models import PriceOverride
from organizations.api.endpoint import Endpoint, checked, created, operation, referred, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from organizations.selectors import client_get

OVERRIDE = {"price_override": price_overrides.price_override_get}


class PriceOverrideFilter(FilterSet):
    """Contract prices by client and model."""

    client = filters.UUIDFilter(field_name="client_id")
    reference = filters.CharFilter()


class PriceOverrideList(Endpoint):
    """`/organizations/{org}/price-overrides/`."""

    tag = "catalog"

    @operation(
        "price_override_list",
        Permission.CATALOG_VIEW,
        answers={200: page_schema(serializers.PriceOverrideSerializer)},
        parameters=(*PAGING, *filter_parameters(PriceOverrideFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The firm's contract prices, the last added first."""
        rows = narrowed(request, PriceOverrideFilter, price_overrides.price_override_list())
        order = ("-created_at", "-pk")
        return page_of(request, rows, serializers.PriceOverrideSerializer, order=order)

    @operation(
        "price_override_create",
        Permission.CATALOG_MANAGE,
        takes=serializers.PriceOverrideInputSerializer,
        answers={201: serializers.PriceOverrideSerializer},
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """Add a contract price; scenarios take it when they are made or re-priced."""
        data = checked(serializers.PriceOverrideInputSerializer, request)
        client_id = data.get("client")
        content = price_overrides.PriceOverrideInput(
            reference=data["reference"],
            client=referred(client_get, client_id, "client") if client_id else None,
            figures=serializers.PriceOverrideInputSerializer.figures(data),
            valid_from=data["valid_from"],
            valid_until=data.get("valid_until"),
            reason=data["reason"],
        )
        override = price_overrides.create_price_override(by=request.actor, content=content)
        url = reverse("api:price-override-detail", args=[request.organization.slug, override.pk])
        return created(shown(serializers.PriceOverrideSerializer, override, request), url=url)


class PriceOverrideDetail(Endpoint):
    """`/organizations/{org}/price-overrides/{price_override}/`."""

    tag = "catalog"

    @operation(
        "price_override_read",
        Permission.CATALOG_VIEW,
        answers={200: serializers.PriceOverrideSerializer},
        rows=OVERRIDE,
    )
    def get(self, request: TenantAPIRequest, price_override: PriceOverride) -> HttpResponseBase:
        """One contract price; all that ever changes is its end."""
        return Response(shown(serializers.PriceOverrideSerializer, price_override, request))


class PriceOverrideEnding(Endpoint):
    """`/organizations/{org}/price-overrides/{price_override}/ending/`."""

    tag = "catalog"

    @operation(
        "price_override_end",
        Permission.CATALOG_MANAGE,
        takes=serializers.PriceOverrideEndInputSerializer,
        answers={200: serializers.PriceOverrideSerializer},
        rows=OVERRIDE,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, price_override: PriceOverride) -> HttpResponseBase:
        """End a contract price; scenarios that pinned it keep it until they are re-priced."""
        data = checked(serializers.PriceOverrideEndInputSerializer, request)
        ended = price_overrides.end_price_override(
            by=request.actor,
            override=price_override,
            ended_on=data["ended_on"],
            reason=data["reason"],
        )
        return Response(shown(serializers.PriceOverrideSerializer, ended, request))
