"""Writes of snapshots and deliverables."""

from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment
from jobs.models import Job, JobState
from jobs.services import request_job
from organizations import audit
from organizations.permissions import Actor
from reports.content import canonical_json, checksum
from reports.files import StoredFile, publish_file
from reports.mapping import frozen_assessment
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.renderers.documents import DRAWERS, Paper

RENDER_JOB = "render-deliverable"
GIVEN_UP = (JobState.FAILED, JobState.CANCELLED)


@transaction.atomic
def create_snapshot(*, by: Actor, assessment: Assessment) -> Snapshot:
    """Freeze the assessment with its latest economics; the same content again is the same snapshot.

    Raises Invalid where the economics cannot be read.
    """
    _lock(assessment)
    document = canonical_json(frozen_assessment(assessment))
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


@transaction.atomic
def request_deliverable(
    *,
    by: Actor,
    snapshot: Snapshot,
    kind: DeliverableKind,
    paper: PaperSize = PaperSize.A4,
    next_url: str = "",
) -> Deliverable:
    """Ask for a document of a snapshot; one that is there or on its way is returned as it is."""
    _lock(snapshot.assessment)
    found = (
        Deliverable.objects.filter(snapshot=snapshot, kind=kind, paper=paper)
        .select_related("job")
        .first()
    )
    if found is not None and (found.is_ready or found.job.state not in GIVEN_UP):
        return found
    deliverable = found or Deliverable(
        id=uuid4(),
        organization_id=by.organization_id,
        client_id=snapshot.client_id,
        snapshot=snapshot,
        kind=kind,
        paper=paper,
    )
    deliverable.job = _request_rendering(by, deliverable, next_url)
    deliverable.requested_at = timezone.now()
    deliverable.save()
    audit.record(
        by=by,
        verb="deliverable.requested",
        subject=deliverable,
        data={"kind": kind.value, "paper": paper.value},
    )
    return deliverable


def _request_rendering(by: Actor, deliverable: Deliverable, next_url: str) -> Job:
    return request_job(
        by=by,
        kind=RENDER_JOB,
        key=f"{RENDER_JOB}:{deliverable.pk}",
        subject_id=deliverable.pk,
        client_id=deliverable.client_id,
        next_url=next_url,
    )


@transaction.atomic
def request_documents(*, by: Actor, snapshot: Snapshot, next_url: str = "") -> list[Deliverable]:
    """Ask for every document of a snapshot, on A4."""
    return [
        request_deliverable(by=by, snapshot=snapshot, kind=kind, next_url=next_url)
        for kind in DeliverableKind
    ]


def draw_deliverable(deliverable: Deliverable, snapshot: Snapshot) -> bytes:
    """The document as a file. Raises RenderFailed."""
    draw = DRAWERS[deliverable.kind]
    return draw(snapshot.payload, snapshot.sha256, Paper(deliverable.paper))


def store_deliverable(*, by: Actor, deliverable: Deliverable, part: Path) -> StoredFile:
    """Put the prepared file in its place and note it; call where the job is finished."""
    stored = publish_file(part, name=file_name(deliverable))
    Deliverable.objects.filter(pk=deliverable.pk).update(
        path=stored.path,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        rendered_at=timezone.now(),
    )
    audit.record(
        by=by,
        verb="deliverable.rendered",
        subject=deliverable,
        data={"sha256": stored.sha256, "size_bytes": stored.size_bytes},
    )
    return stored


def file_name(deliverable: Deliverable) -> str:
    """The one file of a deliverable, below its firm's folder."""
    return f"{deliverable.pk}{DeliverableKind(deliverable.kind).suffix}"


def _lock(assessment: Assessment) -> None:
    """Let one request at a time number snapshots and ask for documents of an assessment."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
