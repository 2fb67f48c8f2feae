"""Writes of several answers at once: all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assessments.models import Answer, Assessment
from assessments.scoring import AnswerValue
from assessments.services.answers import save_answer
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Actor


@dataclass(frozen=True)
class AnswerEntry:
    """One of several answers, and the version that it is meant to replace."""

    kind: str
    key: str
    version: int
    content: AnswerValue


@transaction.atomic
def save_answers(
    *, by: Actor, assessment: Assessment, entries: Sequence[AnswerEntry]
) -> list[Answer]:
    """Store every answer, or none where one cannot be.

    Raises Invalid with every axis at fault as `answers.<place>.<axis>`; Conflict with all answers
    that stand in the way, or once the assessment is submitted.
    """
    faults: dict[str, list[str]] = {}
    standing: list[dict[str, Any]] = []
    saved = []
    questions = [(entry.kind, entry.key) for entry in entries]
    for place, entry in enumerate(entries):
        if (entry.kind, entry.key) in questions[:place]:
            faults[f"answers.{place}.key"] = ["This question stands here twice."]
            continue
        try:
            saved.append(_save(by, assessment, entry))
        except Missing as error:
            faults[f"answers.{place}.key"] = [error.message]
        except Invalid as error:
            faults |= {f"answers.{place}.{axis}": why for axis, why in error.fields.items()}
        except Conflict as error:
            if "version" not in error.current:
                raise
            standing.append({"kind": entry.kind, "key": entry.key} | error.current)
    if faults:
        raise Invalid("Some answers cannot be saved as they are.", fields=faults)
    if standing:
        message = "Somebody else answered some of these in the meantime."
        raise Conflict(message, current={"answers": standing})
    return saved


def _save(by: Actor, assessment: Assessment, entry: AnswerEntry) -> Answer:
    return save_answer(
        by=by,
        assessment=assessment,
        kind=entry.kind,
        key=entry.key,
        version=entry.version,
        content=entry.content,
    )
