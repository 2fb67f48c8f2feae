"""Reads of snapshots."""

import json
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Assessment
from organizations.permissions import CLIENT_ROLES, Actor
from reports.models import Snapshot
from reports.snapshots.payload import Payload, read_payload


def snapshot_get(snapshot_id: UUID) -> Snapshot:
    """Return the snapshot with its assessment; raises Snapshot.DoesNotExist."""
    return Snapshot.objects.select_related("assessment__client", "client", "publication").get(
        pk=snapshot_id
    )


def snapshot_list(assessment: Assessment, *, seen_by: Actor) -> QuerySet[Snapshot]:
    """Return an assessment's snapshots without their documents, the newest first.

    A client's people see those that are published.
    """
    snapshots = Snapshot.objects.filter(assessment=assessment).defer("document")
    if seen_by.role in CLIENT_ROLES:
        snapshots = snapshots.filter(publication__isnull=False)
    return snapshots.select_related("publication").order_by("-number", "pk")


def snapshot_latest(assessment: Assessment) -> Snapshot | None:
    """Return an assessment's newest snapshot, if there is one."""
    return Snapshot.objects.filter(assessment=assessment).order_by("-number", "pk").first()


def snapshot_payload(snapshot: Snapshot) -> Payload:
    """Return the frozen content of a snapshot of any version."""
    return read_payload(json.loads(snapshot.document))
