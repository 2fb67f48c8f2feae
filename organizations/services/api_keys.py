"""Writes of API keys: made, used, revoked."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from organizations import audit, mail, selectors, tenancy
from organizations.exceptions import Denied, Invalid
from organizations.models import ApiKey, Client, Membership, User
from organizations.permissions import Actor
from organizations.services.outbox import queue_mail
from organizations.tokens import hash_token, make_token

VALID_FOR = timedelta(days=90)
MAX_VALIDITY = timedelta(days=366)
MAX_KEYS = 100
READ, WRITE, AUDIT = "read", "write", "audit"
# How exactly it is noted when a key was last used: a write for each request would cost more.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewApiKey:
    """A key with its secret, which is in no other place and never shown again."""

    key: ApiKey
    secret: str


@transaction.atomic
def create_api_key(
    *,
    by: Actor,
    name: str,
    scopes: Iterable[str] = (READ,),
    client_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> NewApiKey:
    """Make a key of the organization, or of one client; `write` and `audit` include `read`.

    Raises Denied for who is no person: a key makes no keys. Raises Invalid for a client that the
    organization does not have, or an end that is past or more than a year away.
    """
    if by.user_id is None:
        raise Denied("Only a person makes API keys.")
    expires_at = expires_at or timezone.now() + VALID_FOR
    wanted = {READ, *scopes}
    _check(client_id=client_id, scopes=wanted, expires_at=expires_at)
    prefix = f"xo_{secrets.token_hex(4)}"
    secret = f"{prefix}_{make_token()}"
    key = ApiKey.objects.create(
        organization_id=by.organization_id,
        client_id=client_id,
        name=name,
        prefix=prefix,
        key_hash=hash_token(secret),
        scopes=[scope for scope in (READ, WRITE, AUDIT) if scope in wanted],
        created_by_id=by.user_id,
        expires_at=expires_at,
    )
    data = {"name": name, "prefix": prefix, "scopes": key.scopes}
    audit.record(by=by, verb="api_key.created", subject=key, data=data)
    queue_mail(mail.api_key_letter(key), organization_id=key.organization_id)
    return NewApiKey(key, secret)


def _check(*, client_id: UUID | None, scopes: set[str], expires_at: datetime) -> None:
    fields: dict[str, list[str]] = {}
    now = timezone.now()
    if not now < expires_at <= now + MAX_VALIDITY:
        fields["expires_at"] = ["Choose a time to come, within a year."]
    if client_id is not None and not Client.objects.filter(pk=client_id).exists():
        fields["client"] = ["There is no such client."]
    if client_id is not None and AUDIT in scopes:
        fields["scopes"] = ["A key of one client does not read the organization's audit."]
    if fields:
        raise Invalid("This key cannot be made.", fields=fields)
    if ApiKey.objects.filter(revoked_at=None, expires_at__gt=now).count() >= MAX_KEYS:
        raise Invalid(f"An organization has at most {MAX_KEYS} keys: revoke one first.")


@transaction.atomic
def revoke_api_key(*, by: Actor, key: ApiKey) -> ApiKey:
    """Refuse a key from its next request on; again changes nothing."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        audit.record(by=by, verb="api_key.revoked", subject=key, data={"prefix": key.prefix})
    return key


@transaction.atomic
def revoke_api_keys_of(*, user: User) -> None:
    """Refuse every key that a person made, in each organization that they belong to."""
    for key in selectors.api_keys_made_by(user_id=user.pk):
        with tenancy.enter(organization_id=key.organization_id):
            membership = Membership.objects.select_related("user").get(user=user)
            revoke_api_key(by=selectors.membership_actor(membership), key=key)


def note_api_key_use(*, key: ApiKey) -> None:
    """Note that a key was used, to the minute, in a transaction of its own."""
    now = timezone.now()
    if key.last_used_at is not None and key.last_used_at > now - USE_NOTED_EVERY:
        return
    with tenancy.enter(organization_id=key.organization_id):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
