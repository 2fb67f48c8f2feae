"""Reads of members: who belongs to a firm, and to which firms a person belongs."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_scopes import scopes_disabled

from organizations.models import Membership, Organization
from organizations.permissions import Actor, Role
from organizations.tenancy import identify


def membership_find(*, user_id: UUID, organization_slug: str) -> Membership | None:
    """Return a person's active membership in the firm of that slug, if there is one."""
    with identify(user_id), scopes_disabled():
        own = Membership.objects.filter(user_id=user_id, is_active=True)
        found = (
            own.filter(user__is_active=True, organization__slug=organization_slug)
            .annotate(is_elsewhere_too=Exists(own.exclude(pk=OuterRef("pk"))))
            .select_related("organization", "user")
            .first()
        )
    if found is not None:
        found.has_other_organizations = found.is_elsewhere_too
    return found


def membership_actor(membership: Membership) -> Actor:
    """Return the actor that a membership makes of its person."""
    return Actor(
        organization_id=membership.organization_id,
        label=str(membership.user),
        user_id=membership.user_id,
        role=Role(membership.role),
        client_id=membership.client_id,
    )


def organizations_of(*, user_id: UUID, role: Role | None = None) -> Sequence[Organization]:
    """Return the firms in which the person is an active member (in that role), by name."""
    with identify(user_id), scopes_disabled():
        own = Membership.objects.filter(user_id=user_id, is_active=True)
        if role is not None:
            own = own.filter(role=role.value)
        firms = Organization.objects.filter(id__in=own.values("organization_id"))
        return list(firms.order_by("name", "pk"))


def membership_get(membership_id: UUID) -> Membership:
    """Return the member with their person and client; raises Membership.DoesNotExist."""
    return Membership.objects.select_related("user", "client").get(pk=membership_id)


def owner_names(client_id: UUID) -> list[str]:
    """Return who may be named for a client's work: the firm's people, and the client's own."""
    members = membership_list().filter(Q(client=None) | Q(client=client_id), is_active=True)
    return list(dict.fromkeys(str(member.user) for member in members))


def membership_list() -> QuerySet[Membership]:
    """Return the tenant's members with their people and clients, by email."""
    return Membership.objects.select_related("user", "client").order_by("user__email", "pk")
