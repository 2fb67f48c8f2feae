"""Writes of share links."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assessments.services.assessments import clean_text
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor
from organizations.tokens import hash_token, make_token
from reports.models import (
    RECIPIENT_LENGTH,
    SHARE_DAYS,
    SHARED_KINDS,
    DeliverableKind,
    ShareLink,
    ShareLinkOpening,
    Snapshot,
)
from reports.snapshots.services import lock_assessment

# How many open share links a snapshot may have.
MAX_SHARE_LINKS = 20
MAX_OPENINGS = 200


@dataclass(frozen=True)
class NewShareLink:
    """A share link with its token, which is in no other place."""

    share_link: ShareLink
    token: str


GOOD_FOR = "A share link is good for 7, 30 or 90 days."
NO_DOCUMENT = "Choose at least one document."


@transaction.atomic
def create_share_link(
    *,
    by: Actor,
    snapshot: Snapshot,
    days: int,
    kinds: Collection[str] = SHARED_KINDS,
    recipient: str = "",
) -> NewShareLink:
    """Open documents of a snapshot to whoever has the link, for 7, 30 or 90 days.

    `recipient` says for whom it is made. Raises Invalid for other days, for none or unknown kinds,
    or where the snapshot has too many open links already.
    """
    if days not in SHARE_DAYS:
        raise Invalid(GOOD_FOR)
    chosen = _chosen_kinds(kinds)
    recipient = clean_text(
        recipient, field="recipient", max_length=RECIPIENT_LENGTH, is_required=False
    )
    lock_assessment(snapshot.assessment)
    now = timezone.now()
    _require_room(snapshot, now)
    token = make_token()
    share_link = ShareLink.objects.create(
        organization_id=by.organization_id,
        client_id=snapshot.client_id,
        snapshot=snapshot,
        kinds=chosen,
        recipient=recipient,
        token_hash=hash_token(token),
        created_by_id=by.user_id,
        created_by_label=by.label,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    data = {"days": days, "kinds": chosen}
    audit.record(by=by, verb="share_link.created", subject=share_link, data=data)
    return NewShareLink(share_link, token)


def _chosen_kinds(kinds: Collection[str]) -> list[str]:
    """Return the kinds in the documents' order."""
    chosen = [kind for kind in DeliverableKind.values if kind in kinds]
    if not chosen or len(chosen) < len(set(kinds)):
        raise Invalid("Choose documents.", fields={"kinds": [NO_DOCUMENT]})
    return chosen


def _require_room(snapshot: Snapshot, now: datetime) -> None:
    unfinished = ShareLink.objects.filter(snapshot=snapshot, revoked_at=None, expires_at__gt=now)
    if unfinished.count() >= MAX_SHARE_LINKS:
        message = f"A snapshot has at most {MAX_SHARE_LINKS} open share links: revoke one first."
        raise Invalid(message)


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


def revoke_all_share_links() -> None:
    """Close every share link of the tenant."""
    ShareLink.objects.filter(revoked_at=None).update(revoked_at=timezone.now())


def note_opening(share_link: ShareLink, what: str = ShareLinkOpening.PAGE) -> None:
    """Note what was opened by a link, and when; who has it is nobody that we know.

    The page's openings are counted; of all that was opened the first so many are kept one by one.
    """
    if what == ShareLinkOpening.PAGE:
        ShareLink.objects.filter(pk=share_link.pk).update(
            opened_count=F("opened_count") + 1, last_opened_at=timezone.now()
        )
    if share_link.openings.count() < MAX_OPENINGS:
        ShareLinkOpening.objects.create(
            organization_id=share_link.organization_id,
            client_id=share_link.client_id,
            share_link=share_link,
            what=what,
        )
