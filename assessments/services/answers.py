"""Writes of answers: checked, under a lock, only over the version that was read."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.models import COMMENT_LENGTH, Answer, AnswerKind, Assessment, AssessmentStatus
from assessments.scoring import AnswerValue, answer_errors
from assessments.services.locking import lock_assessment
from assessments.services.texts import UNSTORABLE, is_storable
from organizations import audit
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Actor


@transaction.atomic
def save_answer(
    *, by: Actor, assessment: Assessment, kind: str, key: str, version: int, content: AnswerValue
) -> Answer:
    """Store the answer to a question whose answer still is at `version`; 0 for the first.

    The same person sending the same again (an answer whose acknowledgement got lost) changes
    nothing. Raises Missing for a question that the framework does not ask, Invalid with the axes
    at fault, Conflict with the answer that stands now, or once the assessment is submitted.
    """
    framework = selectors.framework_get(assessment)
    _check_question(framework, kind, key)
    content = replace(content, comment=content.comment.replace("\r\n", "\n").strip())
    _check_content(framework, key, content)
    # The assessment's lock makes first answers wait for each other, and for a submission.
    lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
    standing = selectors.answer_find(assessment, kind=kind, key=key)
    if standing is not None and _is_repeated(standing, by=by, version=version, content=content):
        return standing
    _check_version(standing, version)
    answer = standing or Answer(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        kind=kind,
        key=key,
    )
    _store(answer, by=by, version=version + 1, content=content)
    return answer


def _store(answer: Answer, *, by: Actor, version: int, content: AnswerValue) -> None:
    mapping.write_answer(answer, content)
    answer.is_carried_over = False
    answer.version, answer.updated_at = version, timezone.now()
    answer.updated_by_id = by.user_id
    answer.updated_by_label = by.label
    answer.save()
    data = {"question": answer.key, "state": answer.state, "version": answer.version}
    audit.record(by=by, verb="answer.saved", subject=answer, data=data)


def _check_question(framework: Framework, kind: str, key: str) -> None:
    asked = {
        AnswerKind.CHECK.value: {check.key for check in framework.checks},
        AnswerKind.DIMENSION.value: {dimension.key for dimension in framework.dimensions},
    }
    if key not in asked.get(kind, ()):
        raise Missing("The framework does not ask this.")


def _check_content(framework: Framework, key: str, content: AnswerValue) -> None:
    errors = {
        path.removeprefix(f"{key}."): messages
        for path, messages in answer_errors(framework, {key: content}).items()
    }
    if len(content.comment) > COMMENT_LENGTH:
        length = f"At most {COMMENT_LENGTH:,} characters; these are {len(content.comment):,}."
        errors["comment"] = [length]
    elif not is_storable(content.comment):
        errors["comment"] = [UNSTORABLE]
    if errors:
        raise Invalid("This answer cannot be saved as it is.", fields=errors)


def _is_repeated(standing: Answer, *, by: Actor, version: int, content: AnswerValue) -> bool:
    # What was carried over is confirmed by the same answer; that is a change.
    return not standing.is_carried_over and (
        version in (standing.version, standing.version - 1)
        and standing.updated_by_id == by.user_id
        and mapping.answer_value(standing) == content
    )


def _check_version(standing: Answer | None, version: int) -> None:
    if version == (standing.version if standing else 0):
        return
    current = mapping.answer_document(standing) if standing else {"version": 0}
    who = standing.updated_by_label if standing else ""
    raise Conflict(f"{who or 'Somebody else'} answered this in the meantime.", current=current)
