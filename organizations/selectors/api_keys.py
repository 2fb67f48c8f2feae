"""Reads of API keys."""

from uuid import UUID

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from organizations import tenancy
from organizations.invitation_tokens import hash_token
from organizations.models import ApiKey, Membership, Organization
from organizations.permissions import Actor, Role


def api_key_find(secret: str) -> ApiKey | None:
    """Return the usable key of this secret, if there is one.

    A key ends with its maker: it opens nothing once they are no active owner of the firm.
    """
    key_hash = hash_token(secret)
    with tenancy.expose_api_key(key_hash), scopes_disabled():
        found = ApiKey.objects.filter(key_hash=key_hash).first()
    if found is None or not found.is_usable:
        return None
    with tenancy.enter(organization_id=found.organization_id):
        makers = Membership.objects.filter(
            user_id=found.created_by_id,
            role=Role.OWNER.value,
            is_active=True,
            user__is_active=True,
        )
        return found if makers.exists() else None


def api_key_actor(key: ApiKey) -> Actor:
    """Return the actor that a key is: a consultant of the firm, or a respondent of its client."""
    return Actor(
        organization_id=key.organization_id,
        label=f"API key {key.name}",
        role=Role.RESPONDENT if key.client_id else Role.CONSULTANT,
        client_id=key.client_id,
        is_read_only="write" not in key.scopes,
    )


def api_key_organization(key: ApiKey) -> Organization:
    """Return the firm that a key belongs to."""
    with tenancy.enter(organization_id=key.organization_id):
        return Organization.objects.get(pk=key.organization_id)


def api_key_get(api_key_id: UUID) -> ApiKey:
    """Return the key; raises ApiKey.DoesNotExist."""
    return ApiKey.objects.select_related("created_by").get(pk=api_key_id)


def api_key_list() -> QuerySet[ApiKey]:
    """Return the tenant's keys, the newest first."""
    return ApiKey.objects.select_related("created_by").order_by("-created_at", "-pk")
