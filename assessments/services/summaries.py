"""Writes of kept summaries; costing.scenarios.summaries says when, and what they say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from assessments import mapping, selectors
from assessments.models import Assessment, AssessmentSummary, ClientSummary

# Written at every answer, so as plain text.
_KEEP = """
    update assessments_assessmentsummary set answered = %(answered)s, questions = %(questions)s,
        overall = %(overall)s, low = %(low)s, high = %(high)s, band = %(band)s,
        provisional = %(provisional)s
    where organization_id = %(organization)s and assessment_id = %(assessment)s
"""
# What is null is left aside by `greatest`.
_NOTE_ACTIVITY = """
    update assessments_clientsummary set active_at = greatest(active_at, %(at)s)
    where organization_id = %(organization)s and client_id = %(client)s
"""


def keep_assessment_summary(assessment: Assessment, *, active_at: datetime | None = None) -> bool:
    """Keep how far an assessment is answered, and its overall score.

    Call it with the assessment's lock, which whoever writes its answers holds: so the summary is
    of all of them. With a moment, do by the same message what `note_activity` does of its client.
    """
    answers = assessment.answers_locked
    given = (
        selectors.answers_given(assessment) if answers is None else mapping.answer_values(answers)
    )
    standing = selectors.standing_of(assessment, given)
    kept = {
        "answered": standing.progress.answered,
        "questions": standing.progress.total,
        "overall": standing.overall.overall,
        "low": standing.overall.low,
        "high": standing.overall.high,
        "band": standing.overall.band or "",
        "provisional": standing.overall.provisional,
    }
    place = {"organization": assessment.organization_id, "assessment": assessment.pk}
    client = {"client": assessment.client_id, "at": active_at}
    statements = [_KEEP, *([_NOTE_ACTIVITY] if active_at else [])]
    is_kept, *is_noted = _changed(*statements, **kept, **place, **client)
    if not is_kept:
        AssessmentSummary.objects.create(**assessment.place, **kept)
    return any(is_noted)


def _changed(*statements: str, **values: Any) -> list[bool]:
    """Send statements all at once, and return whether each changed a row."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), values)
        changed = [bool(cursor.rowcount)]
        while cursor.nextset():
            changed.append(bool(cursor.rowcount))
    return changed


def lock_to_keep(assessment_id: UUID) -> Assessment:
    """Return an assessment with its version, locked until the transaction ends."""
    rows = selectors.assessments_with_framework().filter(pk=assessment_id)
    return rows.select_for_update(of=("self",), no_key=True).get()


def note_activity(*, organization_id: UUID, client_id: UUID, at: datetime) -> bool:
    """Keep when a client was changed last; tell whether it has a summary."""
    place = {"organization": organization_id, "client": client_id}
    (is_noted,) = _changed(_NOTE_ACTIVITY, at=at, **place)
    return is_noted


def lock_client_summary(*, organization_id: UUID, client_id: UUID) -> ClientSummary:
    """Return a client's summary, locked until the transaction ends; a new one where none is."""
    rows = ClientSummary.objects.select_for_update(no_key=True)
    return rows.get_or_create(organization_id=organization_id, client_id=client_id)[0]
