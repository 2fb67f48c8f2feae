"""Writes of deliverables."""

from dataclasses import asdict
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.mail import Event
from assessments.services import request_notice
from jobs.models import GIVEN_UP
from jobs.services import request_job
from organizations import audit
from organizations.permissions import Actor
from reports.documents.files import PreparedFile, StoredFile, publish_file
from reports.documents.rendering import DRAWERS
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.snapshots.selectors import snapshot_payload
from reports.snapshots.services import lock_assessment

RENDER_JOB = "render-deliverable"


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
    lock_assessment(snapshot.assessment)
    paper = paper if kind.is_printed else PaperSize.A4
    same = Deliverable.objects.filter(snapshot=snapshot, kind=kind, paper=paper)
    standing = same.select_related("job").first()
    if standing is not None and (standing.is_ready or standing.job.state not in GIVEN_UP):
        return standing
    deliverable = standing or Deliverable(
        id=uuid4(),
        organization_id=by.organization_id,
        client_id=snapshot.client_id,
        snapshot=snapshot,
        kind=kind,
        paper=paper,
    )
    deliverable.job = request_job(
        by=by,
        kind=RENDER_JOB,
        key=f"{RENDER_JOB}:{deliverable.pk}",
        subject_id=deliverable.pk,
        client_id=deliverable.client_id,
        next_url=next_url,
    )
    deliverable.requested_at = timezone.now()
    deliverable.save()
    data = {"kind": kind.value, "paper": paper.value}
    audit.record(by=by, verb="deliverable.requested", subject=deliverable, data=data)
    return deliverable


@transaction.atomic
def request_documents(*, by: Actor, snapshot: Snapshot, next_url: str = "") -> list[Deliverable]:
    """Ask for every document of a snapshot, on A4."""
    return [
        request_deliverable(by=by, snapshot=snapshot, kind=kind, next_url=next_url)
        for kind in DeliverableKind
    ]


def draw_deliverable(deliverable: Deliverable) -> bytes:
    """The document as a file. Raises RenderFailed."""
    draw, snapshot = DRAWERS[DeliverableKind(deliverable.kind)], deliverable.snapshot
    return draw(snapshot_payload(snapshot), snapshot.sha256, PaperSize(deliverable.paper))


def store_deliverable(*, by: Actor, deliverable: Deliverable, part: PreparedFile) -> StoredFile:
    """Put the prepared file in its place and note it; call where the job is finished."""
    stored = publish_file(part)
    kept = Deliverable.objects.filter(pk=deliverable.pk)
    kept.update(**asdict(stored), rendered_at=timezone.now())
    data = {"sha256": stored.sha256, "size_bytes": stored.size_bytes}
    audit.record(by=by, verb="deliverable.rendered", subject=deliverable, data=data)
    return stored


def tell_when_ready(*, by: Actor, snapshot: Snapshot) -> None:
    """Tell by mail whoever asked for a snapshot's documents, once the last one is there.

    Call where one is stored; the lock makes two that end at the same time see each other.
    """
    lock_assessment(snapshot.assessment)
    standing = list(Deliverable.objects.filter(snapshot=snapshot).select_related("job"))
    ready = [each for each in standing if each.is_ready]
    people = {each.job.requested_by_id for each in ready if each.job.requested_by_id}
    if not people or len(ready) < sum(each.job.state not in GIVEN_UP for each in standing):
        return
    page = {"org": snapshot.organization.slug, "assessment": snapshot.assessment_id}
    kinds = [kind for kind in DeliverableKind if kind in {each.kind for each in ready}]
    event = Event(
        kind="ready",
        actor=by.label,
        people=tuple(people),
        text=", ".join(kind.label for kind in kinds),
        path=reverse("reports:deliverable-list", kwargs=page),
    )
    newest = max(each.requested_at for each in ready)
    key = f"{snapshot.pk}:{newest.isoformat()}"
    request_notice(by=by, assessment=snapshot.assessment, event=event, key=key)


def file_name(deliverable: Deliverable) -> str:
    """The one file of a deliverable, below its organization's folder."""
    return f"{deliverable.pk}{DeliverableKind(deliverable.kind).suffix}"
