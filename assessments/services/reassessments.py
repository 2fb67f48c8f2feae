"""Starts a reassessment by copying the answers of the client's last assessment."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.models import (
    TITLE_LENGTH,
    Answer,
    Assessment,
    AssessmentStatus,
    Evidence,
)
from assessments.scoring import InvalidAnswers, answer_errors, score
from assessments.services.assessments import NO_FRAMEWORK, clean_text, lock_assessment
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor

ANSWER_COLUMNS = (
    *("kind", "key", "state", "value", "level", "reason", "confidence", "comment"),
    *("updated_by_id", "updated_by_label"),
)
EVIDENCE_COLUMNS = (
    *("kind", "key", "evidence_kind", "url", "filename", "content_type", "size_bytes", "path"),
    *("added_by_id", "added_by_label", "added_at"),
)


@transaction.atomic
def start_reassessment(
    *, by: Actor, assessment: Assessment, title: str, as_of: date
) -> tuple[Assessment, bool]:
    """Start the reassessment of a submitted or approved assessment; the same one when repeated.

    Answers keep value, confidence and comment and are marked as carried over until somebody
    confirms them; links and files come along. It is bound to the framework's latest version:
    what that no longer asks, or no longer takes as an answer, is left behind. Returns it, and
    whether it is new. Raises Conflict while the last one is still being answered, Invalid for an
    empty title.
    """
    previous = lock_assessment(assessment.pk, AssessmentStatus.SUBMITTED, AssessmentStatus.APPROVED)
    started = selectors.reassessment_find(previous)
    if started is not None:
        return started, False
    version = selectors.framework_latest()
    if version is None:
        raise Invalid(NO_FRAMEWORK)
    framework = mapping.framework_of(version)
    known = {trigger.key for trigger in framework.triggers}
    row = Assessment.objects.create(
        organization_id=by.organization_id,
        client_id=previous.client_id,
        framework=version,
        title=clean_text(title, field="title", max_length=TITLE_LENGTH),
        as_of=as_of,
        previous=previous,
        triggers=[key for key in previous.triggers if key in known],
        weights=_weights(framework, previous),
        created_by_id=by.user_id,
    )
    data = {
        "title": row.title,
        "framework": version.version,
        "previous": str(previous.pk),
        "answers": _carry_answers(framework, previous, row),
        "evidence": _carry_evidence(framework, previous, row),
    }
    audit.record(by=by, verb="assessment.reassessed", subject=row, data=data)
    return row, True


def _weights(framework: Framework, previous: Assessment) -> dict[str, str]:
    """Return the client's own weights, if the version still has every dimension of theirs."""
    try:
        score(framework, {}, weights=mapping.weights_of(previous))
    except InvalidAnswers:
        return {}
    return dict(previous.weights)


def _carry_answers(framework: Framework, previous: Assessment, row: Assessment) -> int:
    carried = []
    for answer in Answer.objects.filter(assessment=previous).order_by("kind", "key"):
        errors = answer_errors(framework, {answer.key: mapping.answer_value(answer)})
        if errors or not framework.asks(answer.kind, answer.key):
            continue
        copied = {column: getattr(answer, column) for column in ANSWER_COLUMNS}
        now = timezone.now()
        carried.append(Answer(**row.place, **copied, is_carried_over=True, updated_at=now))
    return len(Answer.objects.bulk_create(carried))


def _carry_evidence(framework: Framework, previous: Assessment, row: Assessment) -> int:
    """Copy links and files; a file is not copied, both rows point at it."""
    rows = Evidence.objects.filter(assessment=previous).order_by("added_at", "pk")
    carried = [
        Evidence(**row.place, **{column: getattr(each, column) for column in EVIDENCE_COLUMNS})
        for each in rows
        if framework.asks(each.kind, each.key)
    ]
    return len(Evidence.objects.bulk_create(carried))
