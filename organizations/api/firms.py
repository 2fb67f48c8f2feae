"""Operations on firms, their clients and audit events."""

from typing import cast
from uuid import UUID

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.request import Request
from rest_framework.response import Response

from organizations import selectors, serializers, services
from organizations.api.endpoint import (
    Endpoint,
    checked,
    documented,
    made,
    operation,
)
from organizations.api.filters import MomentFilter, filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.models import ApiKey, Client
from organizations.permissions import Permission
from organizations.selectors.api_keys import api_key_organization

RECENT = ("-created_at", "-pk")


class ClientFilter(FilterSet):
    """Clients by name."""

    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")


class AuditEventFilter(FilterSet):
    """Audit events by what happened to what, and when."""

    verb = filters.CharFilter()
    subject_id = filters.UUIDFilter()
    client = filters.UUIDFilter(field_name="client_id")
    since = MomentFilter(field_name="created_at", lookup_expr="gte")
    until = MomentFilter(field_name="created_at", lookup_expr="lt")


class OrganizationList(Endpoint):
    """`/organizations/`."""

    tag = "organizations"

    def get(self, request: Request) -> HttpResponseBase:
        """The firms that the caller may enter: a person's own, or the key's one."""
        if isinstance(request.auth, ApiKey):
            rows = [api_key_organization(request.auth)]
        else:
            rows = list(selectors.organizations_of(user_id=cast(UUID, request.user.pk)))
        return Response(serializers.OrganizationSerializer(rows, many=True).data)

    get = documented(
        get, "organization_list", answers={200: serializers.OrganizationSerializer(many=True)}
    )


class OrganizationDetail(Endpoint):
    """`/organizations/{org}/`."""

    tag = "organizations"

    @operation(
        "organization_read",
        Permission.ORGANIZATION_VIEW,
        answers={200: serializers.OrganizationSerializer},
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """One firm."""
        return Response(serializers.OrganizationSerializer(request.organization).data)


class ClientList(Endpoint):
    """`/organizations/{org}/clients/`."""

    tag = "clients"

    @operation(
        "client_list",
        Permission.CLIENT_VIEW,
        answers={200: page_schema(serializers.ClientSerializer)},
        parameters=(*PAGING, *filter_parameters(ClientFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The clients that the caller may see, by name."""
        rows = narrowed(request, ClientFilter, selectors.client_list())
        return page_of(request, rows, serializers.ClientSerializer, order=("name", "pk"))

    @operation(
        "client_create",
        Permission.CLIENT_MANAGE,
        takes=serializers.ClientInputSerializer,
        answers={201: serializers.ClientSerializer},
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """Add a client to the firm."""
        data = checked(serializers.ClientInputSerializer, request)
        client = services.create_client(by=request.actor, name=data["name"])
        return made(serializers.ClientSerializer, client, request, at="client-detail")


class ClientDetail(Endpoint):
    """`/organizations/{org}/clients/{client}/`."""

    tag = "clients"

    @operation(
        "client_read",
        Permission.CLIENT_VIEW,
        answers={200: serializers.ClientSerializer},
        rows={"client": selectors.client_get},
    )
    def get(self, request: TenantAPIRequest, client: Client) -> HttpResponseBase:
        """One client."""
        return Response(serializers.ClientSerializer(client).data)

    @operation(
        "client_rename",
        Permission.CLIENT_MANAGE,
        takes=serializers.ClientInputSerializer,
        answers={200: serializers.ClientSerializer},
        rows={"client": selectors.client_get},
    )
    def put(self, request: TenantAPIRequest, client: Client) -> HttpResponseBase:
        """Give a client another name."""
        data = checked(serializers.ClientInputSerializer, request)
        client = services.rename_client(by=request.actor, client=client, name=data["name"])
        return Response(serializers.ClientSerializer(client).data)


class AuditEventList(Endpoint):
    """`/organizations/{org}/audit-events/`."""

    tag = "audit"

    @operation(
        "audit_event_list",
        Permission.AUDIT_VIEW,
        answers={200: page_schema(serializers.AuditEventSerializer)},
        parameters=(*PAGING, *filter_parameters(AuditEventFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """What was changed, by whom and when, the newest first; for owners."""
        rows = narrowed(request, AuditEventFilter, selectors.audit_event_list())
        return page_of(request, rows, serializers.AuditEventSerializer, order=RECENT)
