"""Reads of deliverables."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Assessment
from organizations.permissions import Actor
from reports.models import Deliverable, DeliverableKind, ShareLink, Snapshot
from reports.snapshots.selectors import snapshot_list


@dataclass(frozen=True)
class SnapshotFolder:
    """A snapshot and what was made of it."""

    snapshot: Snapshot
    deliverables: list[Deliverable]
    share_links: list[ShareLink]

    @property
    def has_ready(self) -> bool:
        return any(each.is_ready for each in self.deliverables)


def snapshot_folders(assessment: Assessment, *, seen_by: Actor) -> list[SnapshotFolder]:
    """Return the snapshots that somebody sees, each with what was made of it; three queries."""
    deliverables = Deliverable.objects.filter(snapshot__assessment=assessment)
    documents = _in_order(deliverables.select_related("job").order_by("paper", "pk"))
    links = ShareLink.objects.filter(snapshot__assessment=assessment).order_by("-created_at", "pk")
    return [
        SnapshotFolder(
            snapshot,
            [each for each in documents if each.snapshot_id == snapshot.pk],
            [each for each in links if each.snapshot_id == snapshot.pk],
        )
        for snapshot in snapshot_list(assessment, seen_by=seen_by)
    ]


def deliverables_ready(snapshot: Snapshot) -> list[Deliverable]:
    ready = Deliverable.objects.filter(snapshot=snapshot, rendered_at__isnull=False)
    return _in_order(ready.order_by("paper", "pk"))


def deliverable_get(deliverable_id: UUID) -> Deliverable:
    """Return the deliverable with its snapshot and job; raises Deliverable.DoesNotExist."""
    return Deliverable.objects.select_related(
        "snapshot__publication", "snapshot__assessment__client", "job"
    ).get(pk=deliverable_id)


def deliverable_list(snapshot: Snapshot) -> QuerySet[Deliverable]:
    deliverables = Deliverable.objects.filter(snapshot=snapshot).select_related("job")
    return deliverables.order_by("-kind", "paper", "pk")


def _in_order(deliverables: QuerySet[Deliverable]) -> list[Deliverable]:
    """Put the short documents before the long ones, as the kinds are listed."""
    kinds = DeliverableKind.values
    return sorted(deliverables, key=lambda each: kinds.index(each.kind))
