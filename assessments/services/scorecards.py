"""Writes of scorecards."""

from uuid import UUID

from django.db import transaction

from assessments import selectors
from assessments.models import Assessment, Scorecard
from organizations import audit
from organizations.permissions import Actor

SCORECARD_JOB = "compute-scorecard"


@transaction.atomic
def store_scorecard(
    *, by: Actor, job_id: UUID, assessment_id: UUID, submitted_at: str
) -> Scorecard | None:
    """Store the scores of one submission, once; none if it was reopened in the meantime."""
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment_id)
    if row.submitted_at is None or row.submitted_at.isoformat() != submitted_at:
        return None
    scorecard = Scorecard.objects.create(
        organization_id=by.organization_id,
        client_id=row.client_id,
        assessment=row,
        job_id=job_id,
        document=selectors.scores_compute(row).document(),
    )
    audit.record(by=by, verb="scorecard.stored", subject=scorecard, data={"job": str(job_id)})
    return scorecard
