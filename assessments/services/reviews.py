"""Writes of an assessment's way: submitted, returned with a remark or approved, reopened."""

from django.db import transaction
from django.utils import timezone

from assessments import selectors
from assessments.models import REMARK_LENGTH, Assessment, AssessmentStatus
from assessments.services.locking import lock_assessment
from assessments.services.scorecards import SCORECARD_JOB
from assessments.services.texts import required_text
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor

STEP = [
    "status",
    "submitted_at",
    "remark",
    "returned_at",
    "approved_at",
    "reviewed_by",
    "reviewed_by_label",
]


@transaction.atomic
def submit_assessment(*, by: Actor, assessment: Assessment, next_url: str = "") -> Job:
    """Fix an assessment's answers and ask for the scorecard that they come to.

    Raises Conflict when it is submitted already, Invalid while nothing is answered.
    """
    row = lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
    progress = selectors.answer_progress(assessment)
    if progress.answered == 0:
        raise Invalid("Answer at least one question before you submit.")
    row.status, submitted_at = AssessmentStatus.SUBMITTED, timezone.now()
    row.submitted_at = submitted_at
    row.save(update_fields=["status", "submitted_at"])
    data = {"answered": progress.answered, "questions": progress.total}
    audit.record(by=by, verb="assessment.submitted", subject=row, data=data)
    return request_job(
        by=by,
        kind=SCORECARD_JOB,
        key=f"{SCORECARD_JOB}:{row.pk}:{submitted_at.isoformat()}",
        subject_id=row.pk,
        client_id=row.client_id,
        payload={"submitted_at": submitted_at.isoformat()},
        next_url=next_url,
    )


@transaction.atomic
def return_assessment(*, by: Actor, assessment: Assessment, remark: str) -> Assessment:
    """Give a submitted assessment back to be answered again, with what is asked for.

    Raises Invalid without a remark, Conflict unless it waits for a review.
    """
    text = required_text(remark.replace("\r\n", "\n"), field="remark", longest=REMARK_LENGTH)
    row = lock_assessment(assessment, AssessmentStatus.SUBMITTED)
    row.status, row.submitted_at = AssessmentStatus.IN_PROGRESS, None
    row.remark, row.returned_at = text, timezone.now()
    _store_review(row, by=by, verb="assessment.returned", data={"remark": text})
    return row


@transaction.atomic
def approve_assessment(*, by: Actor, assessment: Assessment) -> Assessment:
    """Accept a submitted assessment as it stands; raises Conflict unless it waits for a review."""
    row = lock_assessment(assessment, AssessmentStatus.SUBMITTED)
    row.status, row.approved_at = AssessmentStatus.APPROVED, timezone.now()
    row.remark, row.returned_at = "", None
    _store_review(row, by=by, verb="assessment.approved", data={})
    return row


def _store_review(row: Assessment, *, by: Actor, verb: str, data: dict[str, str]) -> None:
    row.reviewed_by_id, row.reviewed_by_label = by.user_id, by.label
    row.save(update_fields=STEP)
    audit.record(by=by, verb=verb, subject=row, data=data)


@transaction.atomic
def reopen_assessment(*, by: Actor, assessment: Assessment) -> Assessment:
    """Let a submitted or approved assessment be answered again; stored scorecards stay.

    Raises Conflict when it is open.
    """
    row = lock_assessment(assessment, AssessmentStatus.SUBMITTED, AssessmentStatus.APPROVED)
    row.status, row.submitted_at = AssessmentStatus.IN_PROGRESS, None
    row.remark, row.returned_at, row.approved_at = "", None, None
    row.reviewed_by_id, row.reviewed_by_label = None, ""
    row.save(update_fields=STEP)
    audit.record(by=by, verb="assessment.reopened", subject=row)
    return row
