"""Resources of organizations: clients, audit events, members, invitations and API keys."""

from typing import Any, cast
from uuid import UUID

from django_filters import FilterSet, filters
from rest_framework.response import Response

from organizations import selectors, serializers, services
from organizations.api.authentication import TenantAPIRequest
from organizations.api.lists import MomentFilter, MonthsPagination
from organizations.api.views import (
    CreateMixin,
    Data,
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    action,
    find_referenced,
)
from organizations.models import ApiKey, AuditEvent, Client, Invitation, Membership, Organization
from organizations.permissions import Permission, Role
from organizations.selectors import api_key_get, api_key_list
from organizations.services.api_keys import create_api_key, revoke_api_key

ROLES = [(role.value, role.value) for role in Role]


class OrganizationViewSet(ListMixin, ResourceViewSet):
    """The organizations of a caller."""

    tag = "organizations"
    operations = {
        "list": Operation(None),
        "retrieve": Operation(Permission.ORGANIZATION_VIEW),
    }
    serializer_class = serializers.OrganizationSerializer
    pagination_class = None

    def list_rows(self) -> list[Organization]:
        """The organizations that the caller may enter: a person's own, or the key's one."""
        if isinstance(self.request.auth, ApiKey):
            return [self.request.auth.organization]
        return [*selectors.organizations_of(user_id=cast(UUID, self.request.user.pk))]

    def retrieve(self, request: TenantAPIRequest) -> Response:
        """One organization."""
        return self.respond(request.organization)


class ClientFilter(FilterSet):
    """Clients by name."""

    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")


class ClientViewSet(CreateMixin, ListMixin, RetrieveMixin, UpdateMixin, ResourceViewSet):
    """One client."""

    tag = "clients"
    operations = {
        "list": Operation(Permission.CLIENT_VIEW, is_kept=True),
        "retrieve": Operation(Permission.CLIENT_VIEW),
        "create": Operation(Permission.CLIENT_MANAGE, takes=serializers.ClientInputSerializer),
        "update": Operation(
            Permission.CLIENT_MANAGE, takes=serializers.ClientInputSerializer, name="client_rename"
        ),
    }
    loaders = {"client": selectors.client_get}
    serializer_class = serializers.ClientSerializer
    filterset_class = ClientFilter
    ordering = ("name", "pk")

    def list_rows(self) -> Any:
        """The clients that the caller may see, by name."""
        return selectors.client_list()

    def perform_create(self, data: Data) -> Client:
        """Add a client to the organization."""
        return services.create_client(by=self.request.actor, name=data["name"])

    def perform_update(self, data: Data, client: Client) -> Client:
        """Give a client another name."""
        return services.rename_client(by=self.request.actor, client=client, name=data["name"])


class AuditEventFilter(FilterSet):
    """Audit events by what happened to what, and when."""

    verb = filters.CharFilter()
    subject_id = filters.UUIDFilter()
    client = filters.UUIDFilter(field_name="client_id")
    since = MomentFilter(field_name="created_at", lookup_expr="gte")
    until = MomentFilter(field_name="created_at", lookup_expr="lt")


class AuditEventPagination(MonthsPagination):
    """The newest events first."""

    months = AuditEvent.months


class AuditEventViewSet(ListMixin, ResourceViewSet):
    """The record of changes."""

    tag = "audit"
    operations = {"list": Operation(Permission.AUDIT_VIEW, is_kept=True)}
    serializer_class = serializers.AuditEventSerializer
    filterset_class = AuditEventFilter
    pagination_class = AuditEventPagination

    def list_rows(self) -> Any:
        """What was changed, by whom and when, the newest first; for owners."""
        return selectors.audit_event_list()


class MemberFilter(FilterSet):
    """Members by role, client and whether they may come in."""

    role = filters.ChoiceFilter(choices=ROLES)
    client = filters.UUIDFilter(field_name="client_id")
    is_active = filters.BooleanFilter()


class MemberViewSet(ListMixin, RetrieveMixin, UpdateMixin, ResourceViewSet):
    """One member."""

    tag = "members"
    operations = {
        "list": Operation(Permission.MEMBER_VIEW, is_kept=True),
        "retrieve": Operation(Permission.MEMBER_VIEW),
        "update": Operation(
            Permission.MEMBER_MANAGE, takes=serializers.MemberInputSerializer, name="member_change"
        ),
        "deactivate": Operation(Permission.MEMBER_MANAGE, errors=(422,)),
        "reactivate": Operation(Permission.MEMBER_MANAGE),
    }
    loaders = {"member": selectors.membership_get}
    serializer_class = serializers.MemberSerializer
    filterset_class = MemberFilter

    def list_rows(self) -> Any:
        """The organization's members and the people of its clients, the newest first."""
        return selectors.membership_list()

    def perform_update(self, data: Data, member: Membership) -> Membership:
        """Give a member another role or client; it counts from their next request on."""
        return services.change_member_role(
            by=self.request.actor, membership=member, **_role_and_client(data)
        )

    @action("deactivation", "post")
    def deactivate(self, request: TenantAPIRequest, member: Membership) -> Response:
        """Close the organization to a member from their next request on; what they did stays."""
        return self.respond(services.deactivate_member(by=request.actor, membership=member))

    @action("reactivation", "post")
    def reactivate(self, request: TenantAPIRequest, member: Membership) -> Response:
        """Open the organization to a member again, with the role that they had."""
        return self.respond(services.reactivate_member(by=request.actor, membership=member))


class InvitationFilter(FilterSet):
    """Invitations by address, role and client."""

    email = filters.CharFilter(lookup_expr="iexact", label="The whole address.")
    role = filters.ChoiceFilter(choices=ROLES)
    client = filters.UUIDFilter(field_name="client_id")


class InvitationViewSet(CreateMixin, ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One invitation, and what became of it."""

    tag = "invitations"
    operations = {
        "list": Operation(Permission.MEMBER_VIEW, is_kept=True),
        "retrieve": Operation(Permission.MEMBER_VIEW),
        "create": Operation(Permission.MEMBER_INVITE, takes=serializers.InvitationInputSerializer),
        "destroy": Operation(Permission.MEMBER_INVITE, errors=(409,), name="invitation_revoke"),
        "resend": Operation(Permission.MEMBER_INVITE, errors=(409, 422)),
    }
    loaders = {"invitation": selectors.invitation_get}
    serializer_class = serializers.InvitationSerializer
    filterset_class = InvitationFilter

    def list_rows(self) -> Any:
        """The invitations that wait for an answer, the newest first."""
        return selectors.invitation_list()

    def perform_create(self, data: Data) -> Invitation:
        """Offer a role to an address, by mail; the link stands in the mail alone."""
        sent = services.invite_member(
            by=self.request.actor, email=data["email"], **_role_and_client(data)
        )
        return sent.invitation

    def perform_destroy(self, invitation: Invitation) -> Invitation:
        """Take the offer back: its link is dead."""
        return services.revoke_invitation(by=self.request.actor, invitation=invitation)

    @action("resending", "post")
    def resend(self, request: TenantAPIRequest, invitation: Invitation) -> Response:
        """Send a new link that is good for seven days; the old one is dead."""
        sent = services.resend_invitation(by=request.actor, invitation=invitation)
        return self.respond(sent.invitation)


class ApiKeyViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One key."""

    tag = "api keys"
    operations = {
        "list": Operation(Permission.API_KEY_VIEW, is_kept=True),
        "retrieve": Operation(Permission.API_KEY_VIEW),
        "create": Operation(
            Permission.API_KEY_MANAGE,
            takes=serializers.ApiKeyInputSerializer,
            gives={201: serializers.NewApiKeySerializer},
            shown_once=("secret",),
        ),
        "destroy": Operation(Permission.API_KEY_MANAGE, name="api_key_revoke"),
    }
    loaders = {"api_key": api_key_get}
    serializer_class = serializers.ApiKeySerializer

    def list_rows(self) -> Any:
        """The organization's keys, the newest first, revoked ones included."""
        return api_key_list()

    def create(self, request: TenantAPIRequest) -> Response:
        """Make a key for the organization or one client; its secret is in this response alone."""
        data = self.validated()
        new = create_api_key(
            by=request.actor,
            name=data["name"],
            scopes=data["scopes"],
            client_id=data["client"],
            expires_at=data["expires_at"],
        )
        return self.respond_created(new.key, secret=new.secret)

    def perform_destroy(self, api_key: ApiKey) -> ApiKey:
        """Revoke a key at once; it stays in the list."""
        return revoke_api_key(by=self.request.actor, key=api_key)


def _role_and_client(data: Data) -> dict[str, Any]:
    """Return the role and client that a body names, as the services take them."""
    client_id: UUID | None = data["client"]
    if client_id is not None:
        client_id = find_referenced(selectors.client_get, client_id, "client").pk
    return {"role": Role(data["role"]), "client_id": client_id}
