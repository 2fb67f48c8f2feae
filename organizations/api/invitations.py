"""Operations on invitations: offered, sent again, taken back; accepting one needs its link."""

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.response import Response

from organizations import selectors, serializers, services
from organizations.api.endpoint import Endpoint, checked, made, operation
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.members import role_given
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.models import Invitation
from organizations.permissions import Permission, Role

RECENT = ("-created_at", "-pk")
INVITATION = {"invitation": selectors.invitation_get}


class InvitationFilter(FilterSet):
    """Invitations by address, role and client."""

    email = filters.CharFilter(lookup_expr="iexact", label="The whole address.")
    role = filters.ChoiceFilter(choices=[(role.value, role.value) for role in Role])
    client = filters.UUIDFilter(field_name="client_id")


class InvitationList(Endpoint):
    """`/organizations/{org}/invitations/`."""

    tag = "invitations"

    @operation(
        "invitation_list",
        Permission.MEMBER_VIEW,
        answers={200: page_schema(serializers.InvitationSerializer)},
        parameters=(*PAGING, *filter_parameters(InvitationFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The invitations that wait for an answer, the newest first."""
        rows = narrowed(request, InvitationFilter, selectors.invitation_list())
        return page_of(request, rows, serializers.InvitationSerializer, order=RECENT)

    @operation(
        "invitation_create",
        Permission.MEMBER_INVITE,
        takes=serializers.InvitationInputSerializer,
        answers={201: serializers.InvitationSerializer},
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """Offer a role to an address, by mail; the link stands in the mail alone."""
        data = checked(serializers.InvitationInputSerializer, request)
        sent = services.invite_member(
            by=request.actor,
            email=data["email"],
            site_url=request.build_absolute_uri("/"),
            **role_given(data),
        )
        return made(
            serializers.InvitationSerializer, sent.invitation, request, at="invitation-detail"
        )


class InvitationDetail(Endpoint):
    """`/organizations/{org}/invitations/{invitation}/`."""

    tag = "invitations"

    @operation(
        "invitation_read",
        Permission.MEMBER_VIEW,
        answers={200: serializers.InvitationSerializer},
        rows=INVITATION,
    )
    def get(self, request: TenantAPIRequest, invitation: Invitation) -> HttpResponseBase:
        """One invitation, and what became of it."""
        return Response(serializers.InvitationSerializer(invitation).data)

    @operation(
        "invitation_revoke",
        Permission.MEMBER_INVITE,
        answers={200: serializers.InvitationSerializer},
        rows=INVITATION,
        errors=(409,),
    )
    def delete(self, request: TenantAPIRequest, invitation: Invitation) -> HttpResponseBase:
        """Take the offer back: its link is dead."""
        revoked = services.revoke_invitation(by=request.actor, invitation=invitation)
        return Response(serializers.InvitationSerializer(revoked).data)


class InvitationResending(Endpoint):
    """`/organizations/{org}/invitations/{invitation}/resending/`."""

    tag = "invitations"

    @operation(
        "invitation_resend",
        Permission.MEMBER_INVITE,
        answers={200: serializers.InvitationSerializer},
        rows=INVITATION,
        errors=(409, 422),
    )
    def post(self, request: TenantAPIRequest, invitation: Invitation) -> HttpResponseBase:
        """Send a new link that is good for seven days; the old one is dead."""
        sent = services.resend_invitation(
            by=request.actor, invitation=invitation, site_url=request.build_absolute_uri("/")
        )
        return Response(serializers.InvitationSerializer(sent.invitation).data)
