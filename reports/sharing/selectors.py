"""Reads of share links and of what they lead to."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django_scopes import scopes_disabled

from organizations.tenancy import Setting, expose
from organizations.tokens import hash_token
from reports.documents.selectors import deliverables_ready
from reports.models import Deliverable, ShareLink, Snapshot


def share_link_get(share_link_id: UUID) -> ShareLink:
    """Return the share link with its snapshot; raises ShareLink.DoesNotExist."""
    related = ShareLink.objects.select_related(
        "snapshot__assessment__client", "snapshot__client", "organization"
    )
    return related.get(pk=share_link_id)


def share_link_list(snapshot: Snapshot) -> QuerySet[ShareLink]:
    """Return a snapshot's share links, open or not, the newest first."""
    return ShareLink.objects.filter(snapshot=snapshot).order_by("-created_at", "pk")


def share_links_made_by(user_id: UUID) -> QuerySet[ShareLink]:
    """Return the open share links that a person made, those that end first on top."""
    made = ShareLink.objects.filter(created_by=user_id, revoked_at=None)
    still_open = made.filter(expires_at__gt=timezone.now())
    return still_open.select_related("snapshot__assessment", "client").order_by("expires_at", "pk")


def share_link_find(*, token: str) -> ShareLink | None:
    """Return the share link of this token; `reports.sharing.views` asks whether it is open."""
    token_hash = hash_token(token)
    with expose(Setting.SHARE_LINK, token_hash), scopes_disabled():
        return ShareLink.objects.filter(token_hash=token_hash).first()


def deliverables_shared(share_link: ShareLink) -> list[Deliverable]:
    """Return the finished documents that a link leads to."""
    ready = deliverables_ready(share_link.snapshot)
    return [each for each in ready if each.kind in share_link.kinds]
