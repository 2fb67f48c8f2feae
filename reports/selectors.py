"""Reads of snapshots and deliverables."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from assessments.models import Assessment
from organizations.invitation_tokens import hash_token
from organizations.tenancy import expose_share_link
from reports.models import Deliverable, DeliverableKind, ShareLink, Snapshot


@dataclass(frozen=True)
class SnapshotFolder:
    """A snapshot and what was made of it."""

    snapshot: Snapshot
    deliverables: list[Deliverable]
    share_links: list[ShareLink]

    @property
    def has_ready(self) -> bool:
        """Tell whether a document of it is finished."""
        return any(each.is_ready for each in self.deliverables)


def snapshot_get(snapshot_id: UUID) -> Snapshot:
    """Return the snapshot with its assessment; raises Snapshot.DoesNotExist."""
    return Snapshot.objects.select_related("assessment", "client").get(pk=snapshot_id)


def snapshot_list(assessment: Assessment) -> QuerySet[Snapshot]:
    """Return an assessment's snapshots without their documents, the newest first."""
    snapshots = Snapshot.objects.filter(assessment=assessment).defer("document")
    return snapshots.order_by("-number", "pk")


def snapshot_folders(assessment: Assessment) -> list[SnapshotFolder]:
    """Return an assessment's snapshots, each with what was made of it; three queries."""
    deliverables: dict[UUID, list[Deliverable]] = {}
    rows = Deliverable.objects.filter(snapshot__assessment=assessment).select_related("job")
    for row in _in_order(rows.order_by("paper", "pk")):
        deliverables.setdefault(row.snapshot_id, []).append(row)
    share_links: dict[UUID, list[ShareLink]] = {}
    links = ShareLink.objects.filter(snapshot__assessment=assessment)
    for link in links.order_by("-created_at", "pk"):
        share_links.setdefault(link.snapshot_id, []).append(link)
    return [
        SnapshotFolder(each, deliverables.get(each.pk, []), share_links.get(each.pk, []))
        for each in snapshot_list(assessment)
    ]


def deliverables_ready(snapshot: Snapshot) -> list[Deliverable]:
    """Return a snapshot's finished deliverables."""
    ready = Deliverable.objects.filter(snapshot=snapshot, rendered_at__isnull=False)
    return _in_order(ready.order_by("paper", "pk"))


def snapshot_latest(assessment: Assessment) -> Snapshot | None:
    """Return an assessment's newest snapshot, if there is one."""
    return Snapshot.objects.filter(assessment=assessment).order_by("-number", "pk").first()


def deliverable_get(deliverable_id: UUID) -> Deliverable:
    """Return the deliverable with its snapshot and job; raises Deliverable.DoesNotExist."""
    return Deliverable.objects.select_related("snapshot", "job").get(pk=deliverable_id)


def deliverable_list(snapshot: Snapshot) -> QuerySet[Deliverable]:
    """Return a snapshot's deliverables with their jobs."""
    deliverables = Deliverable.objects.filter(snapshot=snapshot).select_related("job")
    return deliverables.order_by("-kind", "paper", "pk")


def share_link_get(share_link_id: UUID) -> ShareLink:
    """Return the share link with its snapshot; raises ShareLink.DoesNotExist."""
    related = ShareLink.objects.select_related("snapshot__assessment", "snapshot__client")
    return related.get(pk=share_link_id)


def share_link_list(snapshot: Snapshot) -> QuerySet[ShareLink]:
    """Return a snapshot's share links, open or not, the newest first."""
    return ShareLink.objects.filter(snapshot=snapshot).order_by("-created_at", "pk")


def share_link_find(*, token: str) -> ShareLink | None:
    """Return the share link of this token; `reports.sharing.access` asks whether it is open."""
    token_hash = hash_token(token)
    with expose_share_link(token_hash), scopes_disabled():
        return ShareLink.objects.filter(token_hash=token_hash).first()


def deliverable_shared(share_link: ShareLink, deliverable_id: UUID) -> Deliverable | None:
    """Return a deliverable of the link's own snapshot, if it is one; it may have no file yet."""
    own = Deliverable.objects.filter(snapshot_id=share_link.snapshot_id)
    return own.filter(pk=deliverable_id).first()


def _in_order(deliverables: QuerySet[Deliverable]) -> list[Deliverable]:
    """Put the short documents before the long ones, as the kinds are listed."""
    kinds = DeliverableKind.values
    return sorted(deliverables, key=lambda each: kinds.index(each.kind))
