"""Writes of snapshots."""

from django.db import transaction

from assessments.models import Assessment
from organizations import audit
from organizations.permissions import Actor
from reports.models import Snapshot
from reports.snapshots.mapping import frozen_assessment
from reports.snapshots.payload import canonical_json, checksum


@transaction.atomic
def create_snapshot(*, by: Actor, assessment: Assessment) -> Snapshot:
    """Freeze the assessment with its latest economics; the same content again is the same snapshot.

    Raises Invalid where the economics cannot be read.
    """
    lock_assessment(assessment)
    document = canonical_json(frozen_assessment(assessment).document())
    sha256 = checksum(document)
    earlier = Snapshot.objects.filter(assessment=assessment)
    same = earlier.filter(sha256=sha256).first()
    if same is not None:
        return same
    snapshot = Snapshot.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        number=earlier.count() + 1,
        document=document,
        sha256=sha256,
        created_by_id=by.user_id,
        created_by_label=by.label,
    )
    audit.record(
        by=by,
        verb="snapshot.created",
        subject=snapshot,
        data={"number": snapshot.number, "sha256": sha256},
    )
    return snapshot


def lock_assessment(assessment: Assessment) -> None:
    """Let one request at a time number an assessment's snapshots and ask for their documents."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
