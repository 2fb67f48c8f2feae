"""Reads of share links and of what they lead to."""

from uuid import UUID

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from organizations.tenancy import Setting, expose
from organizations.tokens import hash_token
from reports.models import Deliverable, ShareLink, Snapshot


def share_link_get(share_link_id: UUID) -> ShareLink:
    """Return the share link with its snapshot; raises ShareLink.DoesNotExist."""
    related = ShareLink.objects.select_related("snapshot__assessment", "snapshot__client")
    return related.get(pk=share_link_id)


def share_link_list(snapshot: Snapshot) -> QuerySet[ShareLink]:
    """Return a snapshot's share links, open or not, the newest first."""
    return ShareLink.objects.filter(snapshot=snapshot).order_by("-created_at", "pk")


def share_link_find(*, token: str) -> ShareLink | None:
    """Return the share link of this token; `reports.sharing.views` asks whether it is open."""
    token_hash = hash_token(token)
    with expose(Setting.SHARE_LINK, token_hash), scopes_disabled():
        return ShareLink.objects.filter(token_hash=token_hash).first()


def deliverable_shared(share_link: ShareLink, deliverable_id: UUID) -> Deliverable | None:
    """Return a deliverable of the link's own snapshot, if it is one; it may have no file yet."""
    own = Deliverable.objects.filter(snapshot_id=share_link.snapshot_id)
    return own.filter(pk=deliverable_id).first()
