"""Holds an assessment still while something about it is written."""

from assessments.models import Assessment, AssessmentStatus
from organizations.exceptions import Conflict

SUBMITTED = "This assessment was submitted, so its answers are fixed. A consultant can reopen it."
OPEN = "This assessment is open; there is nothing to reopen."


def lock_assessment(assessment: Assessment, status: AssessmentStatus) -> Assessment:
    """Return the assessment's row, locked until the transaction ends.

    Raises Conflict when it does not have the status that is needed.
    """
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    if row.status != status:
        raise Conflict(SUBMITTED if row.is_submitted else OPEN, current={"status": row.status})
    return row
