"""Writes of snapshots."""

from django.db import transaction
from django.urls import reverse

from assessments.mail import Event
from assessments.models import Assessment
from assessments.services import note_publication, request_notice
from organizations import audit
from organizations.exceptions import Conflict
from organizations.permissions import Actor
from reports.models import Publication, Snapshot
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


@transaction.atomic
def publish_snapshot(*, by: Actor, snapshot: Snapshot) -> Publication:
    """Show a snapshot's documents, and the assessment's results, to the client's people.

    One that is published already stays as it is.
    """
    lock_assessment(snapshot.assessment)
    publication, is_new = Publication.objects.get_or_create(
        snapshot=snapshot,
        defaults={
            "organization_id": by.organization_id,
            "client_id": snapshot.client_id,
            "published_by_id": by.user_id,
            "published_by_label": by.label,
        },
    )
    if is_new:
        note_publication(assessment=snapshot.assessment, is_published=True)
        audit.record(by=by, verb="snapshot.published", subject=snapshot)
        _tell_client(by, publication, snapshot)
    return publication


def _tell_client(by: Actor, publication: Publication, snapshot: Snapshot) -> None:
    """Tell the client's people by mail that there are documents for them."""
    page = {"org": snapshot.organization.slug, "assessment": snapshot.assessment_id}
    event = Event(
        kind="published",
        actor=by.label,
        actor_id=by.user_id,
        path=reverse("reports:deliverable-list", kwargs=page),
    )
    request_notice(by=by, assessment=snapshot.assessment, event=event, key=f"{publication.pk}")


@transaction.atomic
def withdraw_snapshot(*, by: Actor, snapshot: Snapshot) -> None:
    """Hide a snapshot from the client's people again, and the results where it was the last one.

    Raises Conflict where it is not published.
    """
    lock_assessment(snapshot.assessment)
    deleted, _ = Publication.objects.filter(snapshot=snapshot).delete()
    if not deleted:
        raise Conflict("This snapshot is not published.")
    if not Publication.objects.filter(snapshot__assessment=snapshot.assessment_id).exists():
        note_publication(assessment=snapshot.assessment, is_published=False)
    audit.record(by=by, verb="snapshot.withdrawn", subject=snapshot)


def lock_assessment(assessment: Assessment) -> None:
    """Let one request at a time number an assessment's snapshots and ask for their documents."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
