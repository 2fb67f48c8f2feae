"""Holds an assessment still while something about it is written."""

from assessments.models import Assessment, AssessmentStatus
from organizations.exceptions import Conflict

REFUSALS = {
    AssessmentStatus.IN_PROGRESS: "This assessment is open; there is nothing to reopen or review.",
    AssessmentStatus.SUBMITTED: "This assessment was submitted, so its answers are fixed."
    " A consultant can reopen it.",
    AssessmentStatus.APPROVED: "This assessment was approved, so its answers are fixed."
    " A consultant can reopen it.",
}


def lock_assessment(assessment: Assessment, *statuses: AssessmentStatus) -> Assessment:
    """Return the assessment's row, locked until the transaction ends.

    Raises Conflict when it has none of the statuses that are needed.
    """
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    if row.status not in statuses:
        message = REFUSALS[AssessmentStatus(row.status)]
        raise Conflict(message, current={"status": row.status})
    return row
