"""Writes of snapshots and deliverables."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assessments.models import Assessment
from jobs.models import Job, JobState
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.invitation_tokens import hash_token, make_token
from organizations.permissions import Actor
from reports.documents.files import StoredFile, publish_file
from reports.documents.renderers.documents import DRAWERS, Paper
from reports.models import Deliverable, DeliverableKind, PaperSize, ShareLink, Snapshot
from reports.snapshots.mapping import frozen_assessment
from reports.snapshots.payload import canonical_json, checksum

RENDER_JOB = "render-deliverable"
# For how many days a share link may lead to its documents, and how many a snapshot may have.
SHARE_DAYS = (7, 30, 90)
SHARE_LIMIT = 20
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


@dataclass(frozen=True)
class MadeShareLink:
    """A share link with its token, which is in no other place."""

    share_link: ShareLink
    token: str


@transaction.atomic
def create_share_link(*, by: Actor, snapshot: Snapshot, days: int) -> MadeShareLink:
    """Open a snapshot's documents to whoever has the link, for 7, 30 or 90 days.

    Raises Invalid for other days, or where the snapshot has too many open links already.
    """
    if days not in SHARE_DAYS:
        raise Invalid("A share link is good for 7, 30 or 90 days.")
    _lock(snapshot.assessment)
    now = timezone.now()
    unfinished = ShareLink.objects.filter(snapshot=snapshot, revoked_at=None, expires_at__gt=now)
    if unfinished.count() >= SHARE_LIMIT:
        raise Invalid(f"A snapshot has at most {SHARE_LIMIT} open share links: revoke one first.")
    token = make_token()
    share_link = ShareLink.objects.create(
        organization_id=by.organization_id,
        client_id=snapshot.client_id,
        snapshot=snapshot,
        token_hash=hash_token(token),
        created_by_id=by.user_id,
        created_by_label=by.label,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(by=by, verb="share_link.created", subject=share_link, data={"days": days})
    return MadeShareLink(share_link, token)


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


def note_opening(share_link: ShareLink) -> None:
    """Count that somebody opened the link's page; who has it is nobody that we know."""
    ShareLink.objects.filter(pk=share_link.pk).update(
        opened_count=F("opened_count") + 1, last_opened_at=timezone.now()
    )


def file_name(deliverable: Deliverable) -> str:
    """The one file of a deliverable, below its firm's folder."""
    return f"{deliverable.pk}{DeliverableKind(deliverable.kind).suffix}"


def _lock(assessment: Assessment) -> None:
    """Let one request at a time number snapshots and ask for documents of an assessment."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
