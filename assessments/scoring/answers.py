"""An answer with its axes kept apart, and what makes a set of answers valid.

Must not import Django.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessments.framework import LEVELS, Framework, InvalidFields


class AnswerState(StrEnum):
    """Whether a question was answered at all."""

    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class CheckValue(StrEnum):
    """How far a practice is operational."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"


class Confidence(StrEnum):
    """What an answer rests on."""

    GUESSED = "guessed"
    STATED = "stated"
    EVIDENCED = "evidenced"
    MEASURED = "measured"


@dataclass(frozen=True)
class AnswerValue:
    """One answer: `value` for a check, `level` (1–5) for a dimension, `reason` where not
    applicable.
    """

    state: AnswerState = AnswerState.UNANSWERED
    value: CheckValue | None = None
    level: int | None = None
    confidence: Confidence | None = None
    reason: str | None = None
    comment: str = ""


UNANSWERED = AnswerValue()


def plain_answer(fields: Mapping[str, Any]) -> AnswerValue:
    """Return an answer from plain values; an empty text is an axis that is not there."""
    value, confidence = fields.get("value"), fields.get("confidence")
    return AnswerValue(
        state=AnswerState(fields.get("state") or AnswerState.UNANSWERED),
        value=CheckValue(value) if value else None,
        level=fields.get("level"),
        confidence=Confidence(confidence) if confidence else None,
        reason=fields.get("reason") or None,
        comment=fields.get("comment") or "",
    )


class InvalidAnswers(InvalidFields):
    """Answers, weights or measures with errors."""


def answer_errors(framework: Framework, answers: Mapping[str, AnswerValue]) -> dict[str, list[str]]:
    """Every error of answers that are to be stored, by question and axis; empty where valid."""
    errors = score_errors(framework, answers)
    explained = {each.key for each in framework.not_applicable_reasons if each.needs_comment}
    for key, answer in answers.items():
        if answer.reason in explained and not answer.comment.strip():
            errors[f"{key}.comment"] = ["Say in a comment which reason."]
    return errors


def score_errors(framework: Framework, answers: Mapping[str, AnswerValue]) -> dict[str, list[str]]:
    """Every error of the axes that scores follow from: a comment is not one of them."""
    errors: dict[str, list[str]] = {}
    checks = {check.key for check in framework.checks}
    for key, answer in answers.items():
        if key not in framework.question_keys:
            errors[str(key)] = ["The framework has no such question."]
            continue
        for axis, message in _axis_errors(framework, answer, is_check=key in checks):
            errors[f"{key}.{axis}"] = [message]
    return errors


def _axis_errors(
    framework: Framework, answer: AnswerValue, *, is_check: bool
) -> Iterator[tuple[str, str]]:
    is_answered = answer.state == AnswerState.ANSWERED
    if answer.state not in list(AnswerState):
        yield "state", f"Choose one of {', '.join(AnswerState)}."
    if not (is_check and is_answered):
        if answer.value is not None:
            yield "value", "Only an answered check has a value."
    elif answer.value not in list(CheckValue):
        yield "value", "Choose yes, partial or no."
    if is_check or not is_answered:
        if answer.level is not None:
            yield "level", "Only an answered dimension has a level."
    elif type(answer.level) is not int or answer.level not in LEVELS:
        yield "level", f"Choose a level from {LEVELS[0]} to {LEVELS[-1]}."
    if answer.confidence is not None and answer.confidence not in list(Confidence):
        yield "confidence", f"Choose one of {', '.join(Confidence)}."
    yield from _reason_errors(framework, answer)


def _reason_errors(framework: Framework, answer: AnswerValue) -> Iterator[tuple[str, str]]:
    known = [reason.key for reason in framework.not_applicable_reasons]
    if answer.state != AnswerState.NOT_APPLICABLE:
        if answer.reason is not None:
            yield "reason", "Only a question that does not apply has a reason."
    elif answer.reason not in known:
        yield "reason", f"Say why: one of {', '.join(known)}."
