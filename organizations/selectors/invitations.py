"""Reads of invitations."""

from uuid import UUID

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from organizations.invitation_tokens import hash_token
from organizations.models import Invitation, User
from organizations.tenancy import enter, expose_invitation


def invitation_find(*, token: str) -> Invitation | None:
    """Return the open invitation of this token, with its firm and client, if there is one."""
    token_hash = hash_token(token)
    with expose_invitation(token_hash), scopes_disabled():
        found = Invitation.objects.filter(token_hash=token_hash).first()
    if found is None or not found.is_open:
        return None
    with enter(organization_id=found.organization_id):
        related = Invitation.objects.select_related("organization", "client", "invited_by")
        return related.filter(pk=found.pk).first()


def invitation_get(invitation_id: UUID) -> Invitation:
    """Return the invitation with who made it; raises Invitation.DoesNotExist."""
    return Invitation.objects.select_related("invited_by").get(pk=invitation_id)


def invitation_list() -> QuerySet[Invitation]:
    """Return the tenant's invitations that wait for an answer, the newest first."""
    return (
        Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
        .select_related("client", "invited_by")
        .order_by("-created_at", "-pk")
    )


def account_exists(*, email: str) -> bool:
    """Tell whether somebody can sign in with this address."""
    return User.objects.filter(email=email).exists()
