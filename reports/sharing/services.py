"""Writes of share links."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor
from organizations.tokens import hash_token, make_token
from reports.models import SHARE_DAYS, ShareLink, Snapshot
from reports.snapshots.services import lock_assessment

# How many open share links a snapshot may have.
MAX_SHARE_LINKS = 20


@dataclass(frozen=True)
class NewShareLink:
    """A share link with its token, which is in no other place."""

    share_link: ShareLink
    token: str


@transaction.atomic
def create_share_link(*, by: Actor, snapshot: Snapshot, days: int) -> NewShareLink:
    """Open a snapshot's documents to whoever has the link, for 7, 30 or 90 days.

    Raises Invalid for other days, or where the snapshot has too many open links already.
    """
    if days not in SHARE_DAYS:
        raise Invalid("A share link is good for 7, 30 or 90 days.")
    lock_assessment(snapshot.assessment)
    now = timezone.now()
    unfinished = ShareLink.objects.filter(snapshot=snapshot, revoked_at=None, expires_at__gt=now)
    if unfinished.count() >= MAX_SHARE_LINKS:
        raise Invalid(
            f"A snapshot has at most {MAX_SHARE_LINKS} open share links: revoke one first."
        )
    token = make_token()
    share_link = ShareLink.objects.create(
        organization_id=by.organization_id,
        client_id=snapshot.client_id,
        snapshot=snapshot,
        token_hash=hash_token(token),
        created_by_id=by.user_id,
        created_by_label=by.label,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(by=by, verb="share_link.created", subject=share_link, data={"days": days})
    return NewShareLink(share_link, token)


@transaction.atomic
def revoke_share_link(*, by: Actor, share_link: ShareLink) -> ShareLink:
    """Close a share link from the next request on. Raises Conflict where it is closed already."""
    share_link = ShareLink.objects.select_for_update().get(pk=share_link.pk)
    if share_link.revoked_at is not None:
        raise Conflict("This share link has been revoked already.")
    share_link.revoked_at = timezone.now()
    share_link.save(update_fields=["revoked_at"])
    audit.record(by=by, verb="share_link.revoked", subject=share_link)
    return share_link


def note_opening(share_link: ShareLink) -> None:
    """Count that somebody opened the link's page; who has it is nobody that we know."""
    ShareLink.objects.filter(pk=share_link.pk).update(
        opened_count=F("opened_count") + 1, last_opened_at=timezone.now()
    )
