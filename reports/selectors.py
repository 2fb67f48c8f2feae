"""Reads of snapshots and deliverables."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Assessment
from reports.models import Deliverable, Snapshot


@dataclass(frozen=True)
class SnapshotFolder:
    """A snapshot and what was made of it."""

    snapshot: Snapshot
    deliverables: list[Deliverable]

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
    """Return an assessment's snapshots, each with its deliverables; two queries."""
    deliverables: dict[UUID, list[Deliverable]] = {}
    rows = Deliverable.objects.filter(snapshot__assessment=assessment).select_related("job")
    for row in rows.order_by("-kind", "paper", "pk"):
        deliverables.setdefault(row.snapshot_id, []).append(row)
    return [
        SnapshotFolder(each, deliverables.get(each.pk, [])) for each in snapshot_list(assessment)
    ]


def deliverables_ready(snapshot: Snapshot) -> list[Deliverable]:
    """Return a snapshot's finished deliverables."""
    ready = Deliverable.objects.filter(snapshot=snapshot, rendered_at__isnull=False)
    return list(ready.order_by("-kind", "paper", "pk"))


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
