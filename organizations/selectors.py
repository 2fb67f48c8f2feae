"""Reads of tenants and people."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from organizations.models import AuditEvent, Client, Membership, Organization
from organizations.permissions import Actor, Role
from organizations.tenancy import identify


def membership_find(*, user_id: UUID, organization_slug: str) -> Membership | None:
    """Return a person's active membership in the firm of that slug, if there is one."""
    with identify(user_id), scopes_disabled():
        return (
            Membership.objects.filter(
                user_id=user_id,
                user__is_active=True,
                is_active=True,
                organization__slug=organization_slug,
            )
            .select_related("organization", "user")
            .first()
        )


def membership_actor(membership: Membership) -> Actor:
    """Return the actor that a membership makes of its person."""
    return Actor(
        organization_id=membership.organization_id,
        label=str(membership.user),
        user_id=membership.user_id,
        role=Role(membership.role),
        client_id=membership.client_id,
    )


def organizations_of(*, user_id: UUID) -> Sequence[Organization]:
    """Return the firms in which the person is an active member, by name."""
    with identify(user_id), scopes_disabled():
        return list(
            Organization.objects.filter(
                id__in=Membership.objects.filter(user_id=user_id, is_active=True).values(
                    "organization_id"
                )
            ).order_by("name", "pk")
        )


def client_get(client_id: UUID) -> Client:
    """Return the client; raises Client.DoesNotExist."""
    return Client.objects.get(pk=client_id)


def client_list() -> QuerySet[Client]:
    """Return the tenant's clients by name."""
    return Client.objects.order_by("name", "pk")


def membership_list() -> QuerySet[Membership]:
    """Return the tenant's members with their people and clients, by email."""
    return Membership.objects.select_related("user", "client").order_by("user__email", "pk")


def audit_event_list() -> QuerySet[AuditEvent]:
    """Return the tenant's audit rows, the newest first."""
    return AuditEvent.objects.select_related("client").order_by("-created_at", "-pk")
