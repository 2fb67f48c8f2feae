"""Writes of answers, one or many, with their evidence, and of notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.files import new_path, remove_file, store_file
from assessments.framework import Framework
from assessments.models import (
    COMMENT_LENGTH,
    NOTE_LENGTH,
    URL_LENGTH,
    Answer,
    Assessment,
    AssessmentStatus,
    Evidence,
    EvidenceKind,
    Note,
)
from assessments.scoring import AnswerValue, answer_errors
from assessments.services.assessments import (
    UNSTORABLE,
    clean_text,
    is_storable,
    lock_answers,
    lock_assessment,
)
from assessments.uploads import clean_filename, recognize_file
from organizations import audit
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Actor

MAX_EVIDENCE = 20
NOT_ASKED = "The framework does not ask this."
NO_LINK = "Give a web address that starts with https:// or http://."


@dataclass(frozen=True)
class AnswerEntry:
    """One of several answers, and the version that it is meant to replace."""

    kind: str
    key: str
    version: int
    content: AnswerValue


def save_answer(
    *, by: Actor, assessment: Assessment, kind: str, key: str, version: int, content: AnswerValue
) -> Answer:
    """Store the answer to a question whose answer still is at `version`; 0 for the first.

    The tenant's transaction holds the answer and its audit row; nothing is written before both are.

    The same person sending the same again (an answer whose acknowledgement got lost) changes
    nothing. Raises Missing for a question that the framework does not ask, Invalid with the axes
    at fault, Conflict with the answer that stands now, or once the assessment is submitted.
    """
    entry = AnswerEntry(kind, key, version, content)
    return _save_answer(by, assessment, entry, partial(_read_locked, assessment))


def _read_locked(assessment: Assessment) -> list[Answer]:
    """Lock an assessment that is being answered, and read its answers, for all that follows.

    The lock makes first answers wait for each other, and for a submission.
    """
    assessment.answers_locked = answers = lock_answers(assessment.pk)
    return answers


def _save_answer(
    by: Actor, assessment: Assessment, entry: AnswerEntry, read_locked: Callable[[], list[Answer]]
) -> Answer:
    framework = selectors.framework_get(assessment)
    if not framework.asks(entry.kind, entry.key):
        raise Missing(NOT_ASKED)
    content = replace(entry.content, comment=entry.content.comment.replace("\r\n", "\n").strip())
    _check_content(framework, entry.key, content)
    answers, place = read_locked(), (entry.kind, entry.key)
    answer = next((each for each in answers if (each.kind, each.key) == place), None)
    if answer is not None and _is_repeated(answer, by=by, version=entry.version, content=content):
        return answer
    if entry.version != (answer.version if answer else 0):
        current = mapping.answer_document(answer) if answer else {"version": 0}
        who = (answer and answer.updated_by_label) or "Somebody else"
        raise Conflict(f"{who} answered this in the meantime.", current=current)
    if answer is None:
        answer = Answer(**assessment.place, kind=entry.kind, key=entry.key)
        answers.append(answer)
    answer.assessment = assessment  # with its version and all its answers, for what follows
    mapping.write_answer(answer, content)
    answer.is_carried_over = False
    answer.version, answer.updated_at = entry.version + 1, timezone.now()
    answer.updated_by_id, answer.updated_by_label = by.user_id, by.label
    data = {"question": answer.key, "state": answer.state, "version": answer.version}
    audit.record(by=by, verb="answer.saved", subject=answer, data=data, stores_subject=True)
    return answer


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


@transaction.atomic
def save_answers(
    *, by: Actor, assessment: Assessment, entries: Sequence[AnswerEntry]
) -> list[Answer]:
    """Store every answer, or none where one cannot be.

    Raises Invalid with every axis at fault as `answers.<place>.<axis>`; Conflict with all answers
    that stand in the way, or once the assessment is submitted.
    """
    errors: dict[str, list[str]] = {}
    standing: list[dict[str, Any]] = []
    saved = []
    questions = [(entry.kind, entry.key) for entry in entries]
    read_locked = cache(partial(_read_locked, assessment))
    for place, entry in enumerate(entries):
        if (entry.kind, entry.key) in questions[:place]:
            errors[f"answers.{place}.key"] = ["This question is here twice."]
            continue
        try:
            saved.append(_save_answer(by, assessment, entry, read_locked))
        except Missing as error:
            errors[f"answers.{place}.key"] = [error.message]
        except Invalid as error:
            errors |= {f"answers.{place}.{axis}": why for axis, why in error.fields.items()}
        except Conflict as error:
            if "version" not in error.current:
                raise
            standing.append({"kind": entry.kind, "key": entry.key} | error.current)
    if errors or standing:
        assessment.answers_locked = None  # what was written is undone
    if errors:
        raise Invalid("Some answers cannot be saved as they are.", fields=errors)
    if standing:
        message = "Somebody else answered some of these in the meantime."
        raise Conflict(message, current={"answers": standing})
    return saved


@transaction.atomic
def add_link(*, by: Actor, assessment: Assessment, kind: str, key: str, url: str) -> Evidence:
    """Add a web address to an answer.

    Raises Invalid for another address than http or https, Conflict once the answers are fixed,
    Missing for a question that the framework does not ask.
    """
    address = clean_text(url, field="url", max_length=URL_LENGTH)
    if not _is_web_address(address):
        raise Invalid.at("url", NO_LINK)
    evidence = _new_evidence(by, assessment, kind, key)
    evidence.evidence_kind, evidence.url = EvidenceKind.LINK, address
    evidence.save(force_insert=True)
    _record_evidence(by, "evidence.added", evidence)
    return evidence


@transaction.atomic
def add_file(
    *, by: Actor, assessment: Assessment, kind: str, key: str, filename: str, content: bytes
) -> Evidence:
    """Add a file to an answer; its kind follows from its content.

    Raises Invalid for a file that cannot be taken, and as add_link does.
    """
    name = clean_filename(filename)
    file_kind = recognize_file(content, filename=name)
    evidence = _new_evidence(by, assessment, kind, key)
    evidence.evidence_kind, evidence.filename = EvidenceKind.FILE, name
    evidence.content_type, evidence.size_bytes = file_kind.content_type, len(content)
    evidence.path = new_path(by.organization_id)
    evidence.save(force_insert=True)
    _record_evidence(by, "evidence.added", evidence)
    # Last, so that a row that is refused leaves no file.
    store_file(content, path=evidence.path)
    return evidence


@transaction.atomic
def delete_evidence(*, by: Actor, evidence: Evidence) -> None:
    """Take a link or a file away; raises Conflict once the answers are fixed.

    A file that a reassessment carried over lies in one place for both, until the last goes.
    """
    lock_assessment(evidence.assessment_id, AssessmentStatus.IN_PROGRESS)
    _record_evidence(by, "evidence.deleted", evidence)
    path = evidence.path
    if path:
        # Locked, so that of two who delete at once the second one sees that it is the last.
        sharing = Evidence.objects.select_for_update().filter(path=path).order_by("pk")
        others = [each.pk for each in sharing if each.pk != evidence.pk]
        if not others:
            transaction.on_commit(partial(remove_file, path))
    evidence.delete()


def _new_evidence(by: Actor, assessment: Assessment, kind: str, key: str) -> Evidence:
    if not selectors.framework_get(assessment).asks(kind, key):
        raise Missing(NOT_ASKED)
    row = lock_assessment(assessment.pk, AssessmentStatus.IN_PROGRESS)
    if selectors.evidence_list(row).filter(kind=kind, key=key).count() >= MAX_EVIDENCE:
        raise Invalid(f"At most {MAX_EVIDENCE} links and files to a question.")
    signature = {"added_by_id": by.user_id, "added_by_label": by.label}
    return Evidence(**row.place, kind=kind, key=key, **signature)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
    return is_web and url.isprintable() and " " not in url


def _record_evidence(by: Actor, verb: str, evidence: Evidence) -> None:
    data = {"question": evidence.key, "kind": evidence.evidence_kind, "name": evidence.name}
    audit.record(by=by, verb=verb, subject=evidence, data=data)


@transaction.atomic
def add_note(*, by: Actor, assessment: Assessment, text: str, question: str = "") -> Note:
    """Add a note to an assessment, or to one of its questions by its key.

    Raises Invalid for an empty text or a question that the framework does not ask.
    """
    body = clean_text(text.replace("\r\n", "\n"), field="text", max_length=NOTE_LENGTH)
    if question and question not in selectors.framework_get(assessment).question_keys:
        raise Invalid.at("question", NOT_ASKED)
    note = Note.objects.create(
        **assessment.place,
        question=question,
        text=body,
        written_by_id=by.user_id,
        written_by_label=by.label,
    )
    # What a note says stays out of the audit: it is the organization's own.
    audit.record(by=by, verb="note.added", subject=note, data={"question": question})
    return note
