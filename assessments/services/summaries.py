"""Writes of kept summaries; costing.scenarios.summaries says when, and what they say."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from assessments import selectors
from assessments.mapping import answer_values
from assessments.models import Assessment, AssessmentSummary, ClientSummary
from organizations.prepared import Prepared


def keep_assessment_summary(assessment_id: UUID) -> None:
    """Keep how far an assessment is answered, and its overall score."""
    # Whoever writes its answers holds this lock, so that the summary is of all of them.
    assessment = _locked.get(assessment_id)
    answers = answer_values(selectors.answer_list(assessment))
    standing = selectors.standing_of(assessment, answers)
    kept = {
        "answered": standing.progress.answered,
        "questions": standing.progress.total,
        "overall": standing.overall.overall,
        "low": standing.overall.low,
        "high": standing.overall.high,
        "band": standing.overall.band or "",
        "provisional": standing.overall.provisional,
    }
    if not AssessmentSummary.objects.filter(assessment=assessment).update(**kept):
        AssessmentSummary.objects.create(**assessment.place, **kept)


def _to_lock(assessment_id: UUID) -> QuerySet[Assessment]:
    rows = selectors.assessments_with_framework().filter(pk=assessment_id)
    return rows.select_for_update(of=("self",), no_key=True)


_locked = Prepared(_to_lock)


def note_activity(*, client_id: UUID, at: datetime) -> bool:
    """Keep when a client was changed last; tell whether it has a summary."""
    latest = Greatest("active_at", Value(at))  # PostgreSQL's leaves a null aside
    return bool(ClientSummary.objects.filter(client=client_id).update(active_at=latest))


def lock_client_summary(*, organization_id: UUID, client_id: UUID) -> ClientSummary:
    """Return a client's summary, locked until the transaction ends; a new one where none is."""
    rows = ClientSummary.objects.select_for_update(no_key=True)
    return rows.get_or_create(organization_id=organization_id, client_id=client_id)[0]
