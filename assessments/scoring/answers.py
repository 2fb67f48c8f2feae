"""An answer with its axes kept apart, and what makes a set of answers valid.

Must not import Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessments.framework import Framework


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


class InvalidAnswers(ValueError):
    """Answers, weights or measures with faults; `fields` names each path with its reasons."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("\n".join(f"{path}: {' '.join(why)}" for path, why in fields.items()))
        self.fields = fields


def answer_faults(framework: Framework, answers: Mapping[str, AnswerValue]) -> dict[str, list[str]]:
    """Every fault of the answers, by question and axis; empty where they are valid."""
    faults: dict[str, list[str]] = {}
    checks = {check.key for check in framework.checks}
    for key, answer in answers.items():
        if key not in framework.question_keys:
            faults[str(key)] = ["The framework has no such question."]
            continue
        faults.update(_axis_faults(framework, key, answer, is_check=key in checks))
    return faults


def _axis_faults(
    framework: Framework, key: str, answer: AnswerValue, *, is_check: bool
) -> dict[str, list[str]]:
    is_answered = answer.state == AnswerState.ANSWERED
    is_left_out = answer.state == AnswerState.NOT_APPLICABLE
    found = {
        "state": _state_fault(answer),
        "value": _value_fault(answer, is_wanted=is_check and is_answered),
        "level": _level_fault(answer, is_wanted=not is_check and is_answered),
        "confidence": _confidence_fault(answer),
        "reason": _reason_fault(framework, answer, is_wanted=is_left_out),
        "comment": _comment_fault(framework, answer),
    }
    return {f"{key}.{axis}": [fault] for axis, fault in found.items() if fault}


def _state_fault(answer: AnswerValue) -> str:
    return "" if answer.state in list(AnswerState) else f"Choose one of {', '.join(AnswerState)}."


def _value_fault(answer: AnswerValue, *, is_wanted: bool) -> str:
    if not is_wanted:
        return "" if answer.value is None else "Only an answered check has a value."
    return "" if answer.value in list(CheckValue) else "Choose yes, partial or no."


def _level_fault(answer: AnswerValue, *, is_wanted: bool) -> str:
    if not is_wanted:
        return "" if answer.level is None else "Only an answered dimension has a level."
    is_level = type(answer.level) is int and 1 <= answer.level <= 5
    return "" if is_level else "Choose a level from 1 to 5."


def _confidence_fault(answer: AnswerValue) -> str:
    if answer.confidence is None or answer.confidence in list(Confidence):
        return ""
    return f"Choose one of {', '.join(Confidence)}."


def _reason_fault(framework: Framework, answer: AnswerValue, *, is_wanted: bool) -> str:
    if not is_wanted:
        return "" if answer.reason is None else "Only a question that does not apply has a reason."
    known = [reason.key for reason in framework.not_applicable_reasons]
    return "" if answer.reason in known else f"Say why: one of {', '.join(known)}."


def _comment_fault(framework: Framework, answer: AnswerValue) -> str:
    known = {reason.key: reason.needs_comment for reason in framework.not_applicable_reasons}
    is_wanted = known.get(answer.reason or "", False)
    return "Say in a comment which reason." if is_wanted and not answer.comment.strip() else ""
