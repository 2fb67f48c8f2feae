"""Rows of reports for tests: an assessment with answers, its snapshot, a document with its file."""

from uuid import UUID, uuid4

from assessments.models import Assessment
from assessments.scoring import AnswerValue
from assessments.services import save_answer
from jobs.models import Job, JobState
from jobs.run import end
from organizations import tenancy
from organizations.models import Client, Organization
from reports.documents.files import prepare_file
from reports.documents.services import file_name, request_deliverable, store_deliverable
from reports.models import Deliverable, DeliverableKind, Snapshot
from reports.sharing.services import create_share_link
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests import factories
from tests.assessments.cast import NO, PARTIAL, YES, level
from tests.assessments.cast import make_assessment as make_answered

ANSWERS = {
    "hosting": level(1),
    "routing": level(3),
    "caching": level(2),
    "integrity": level(2),
    "finops": level(3),
    "token_logging": YES,
    "gateway": PARTIAL,
    "triage": NO,
    "eval_suite": NO,
}


def make_assessment(
    organization: Organization, client: Client, *, title: str = "Review"
) -> Assessment:
    """Store an assessment, published, with some answers."""
    return make_answered(organization, client, title, **ANSWERS)


def answer(
    assessment: Assessment, kind: str, key: str, content: AnswerValue, *, version: int = 0
) -> None:
    """Store one answer."""
    by = factories.system_actor(assessment.organization)
    save_answer(by=by, assessment=assessment, kind=kind, key=key, version=version, content=content)


def make_snapshot(organization: Organization, client: Client) -> Snapshot:
    """Store a snapshot, published; call inside the tenant."""
    by, assessment = factories.system_actor(organization), make_assessment(organization, client)
    snapshot = create_snapshot(by=by, assessment=assessment)
    publish_snapshot(by=by, snapshot=snapshot)
    return snapshot


def make_deliverable(snapshot: Snapshot) -> Deliverable:
    """Ask for a snapshot's scorecard; call inside the tenant."""
    by = factories.system_actor(snapshot.organization)
    return request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.SCORECARD)


def thing_assessment(organization: Organization, client: Client) -> UUID:
    """Store an assessment for the permission table."""
    return make_assessment(organization, client, title=f"Review {uuid4().hex[:6]}").pk


def thing_snapshot(organization: Organization, client: Client) -> UUID:
    """Store a snapshot for the permission table."""
    with tenancy.enter(organization_id=organization.pk):
        return make_snapshot(organization, client).pk


def thing_share_link(organization: Organization, client: Client) -> UUID:
    """Store a share link for the permission table."""
    with tenancy.enter(organization_id=organization.pk):
        by, snapshot = factories.system_actor(organization), make_snapshot(organization, client)
        return create_share_link(by=by, snapshot=snapshot, days=7).share_link.pk


def thing_printed_snapshot(organization: Organization, client: Client) -> UUID:
    """Store a snapshot with a finished document for the permission table."""
    with tenancy.enter(organization_id=organization.pk):
        snapshot = make_snapshot(organization, client)
        finish_deliverable(make_deliverable(snapshot))
    return snapshot.pk


def finish_deliverable(deliverable: Deliverable, content: bytes = b"drawn") -> Deliverable:
    """Store a file as the deliverable's, its job done without drawing; call inside the tenant."""
    name = file_name(deliverable)
    place = str(deliverable.organization_id)
    part = prepare_file(content, place=place, name=name, token=uuid4())
    by = factories.system_actor(deliverable.organization)
    store_deliverable(by=by, deliverable=deliverable, part=part)
    end(Job.objects.get(pk=deliverable.job_id), JobState.DONE)
    deliverable.refresh_from_db()
    return deliverable


def thing_deliverable(organization: Organization, client: Client) -> UUID:
    """Store a deliverable with its file for the permission table."""
    with tenancy.enter(organization_id=organization.pk):
        return finish_deliverable(make_deliverable(make_snapshot(organization, client))).pk
