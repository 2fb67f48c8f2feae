"""Operations on members: who belongs to the firm, and as what."""

from uuid import UUID

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.response import Response

from organizations import selectors, serializers, services
from organizations.api.endpoint import Endpoint, checked, operation, referred
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.models import Membership
from organizations.permissions import Permission, Role

RECENT = ("-created_at", "-pk")
MEMBER = {"member": selectors.membership_get}


def role_given(data: dict) -> dict:
    """Return the role and client that a body names, as the domain functions take them."""
    client_id: UUID | None = data["client"]
    if client_id is not None:
        client_id = referred(selectors.client_get, client_id, "client").pk
    return {"role": Role(data["role"]), "client_id": client_id}


class MemberFilter(FilterSet):
    """Members by role, client and whether they may come in."""

    role = filters.ChoiceFilter(choices=[(role.value, role.value) for role in Role])
    client = filters.UUIDFilter(field_name="client_id")
    is_active = filters.BooleanFilter()


class MemberList(Endpoint):
    """`/organizations/{org}/members/`."""

    tag = "members"

    @operation(
        "member_list",
        Permission.MEMBER_VIEW,
        answers={200: page_schema(serializers.MemberSerializer)},
        parameters=(*PAGING, *filter_parameters(MemberFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The firm's members and the people of its clients, the newest first."""
        rows = narrowed(request, MemberFilter, selectors.membership_list())
        return page_of(request, rows, serializers.MemberSerializer, order=RECENT)


class MemberDetail(Endpoint):
    """`/organizations/{org}/members/{member}/`."""

    tag = "members"

    @operation(
        "member_read",
        Permission.MEMBER_VIEW,
        answers={200: serializers.MemberSerializer},
        rows=MEMBER,
    )
    def get(self, request: TenantAPIRequest, member: Membership) -> HttpResponseBase:
        """One member."""
        return Response(serializers.MemberSerializer(member).data)

    @operation(
        "member_change",
        Permission.MEMBER_MANAGE,
        takes=serializers.MemberInputSerializer,
        answers={200: serializers.MemberSerializer},
        rows=MEMBER,
    )
    def put(self, request: TenantAPIRequest, member: Membership) -> HttpResponseBase:
        """Give a member another role or client; it counts from their next request on."""
        data = checked(serializers.MemberInputSerializer, request)
        changed = services.change_member_role(
            by=request.actor, membership=member, **role_given(data)
        )
        return Response(serializers.MemberSerializer(changed).data)


class MemberDeactivation(Endpoint):
    """`/organizations/{org}/members/{member}/deactivation/`."""

    tag = "members"

    @operation(
        "member_deactivate",
        Permission.MEMBER_MANAGE,
        answers={200: serializers.MemberSerializer},
        rows=MEMBER,
        errors=(422,),
    )
    def post(self, request: TenantAPIRequest, member: Membership) -> HttpResponseBase:
        """Close the firm to a member from their next request on; what they did stays."""
        changed = services.deactivate_member(by=request.actor, membership=member)
        return Response(serializers.MemberSerializer(changed).data)


class MemberReactivation(Endpoint):
    """`/organizations/{org}/members/{member}/reactivation/`."""

    tag = "members"

    @operation(
        "member_reactivate",
        Permission.MEMBER_MANAGE,
        answers={200: serializers.MemberSerializer},
        rows=MEMBER,
    )
    def post(self, request: TenantAPIRequest, member: Membership) -> HttpResponseBase:
        """Open the firm to a member again, with the role that they had."""
        changed = services.reactivate_member(by=request.actor, membership=member)
        return Response(serializers.MemberSerializer(changed).data)
