"""Rows and plain values, each made of the other; the only layer that knows both."""

from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

from assessments.framework import Framework, load_framework, parse_framework, versions
from assessments.models import Answer, Assessment, FrameworkVersion, RoadmapAction
from assessments.roadmap import PlannedAction
from assessments.scoring import AnswerValue, MeasuredUsage, plain_answer

# The largest amount that a row holds, either way; no month costs nearly as much.
MAX_USD = 1e21
MILLIONTH = Decimal("0.000001")
# The versions that this process has read, by their checksum.
published: dict[str, Framework] = {}


def framework_of(row: FrameworkVersion) -> Framework:
    """Return the content of a published version: as this release carries it, or from its row.

    A published version never changes, so a process reads each once; the row's document, which
    lists leave out, is then not asked for.
    """
    if row.checksum not in published:
        carried = load_framework(row.version) if row.version in versions() else None
        if carried is None or carried.checksum != row.checksum:
            carried = parse_framework(row.document)
        published[row.checksum] = carried
    return published[row.checksum]


def weights_of(assessment: Assessment) -> dict[str, Decimal] | None:
    return {key: Decimal(str(value)) for key, value in assessment.weights.items()} or None


def measured_of(assessment: Assessment) -> MeasuredUsage:
    return MeasuredUsage(
        cache_read_ratio=assessment.measured_cache_read_ratio,
        top_model_spend_ratio=assessment.measured_top_model_spend_ratio,
    )


def planned_action(row: RoadmapAction) -> PlannedAction:
    values = {each.name: getattr(row, each.name) for each in fields(PlannedAction)}
    return PlannedAction.parse(values | {"id": str(row.pk)})


def write_action(row: RoadmapAction, planned: PlannedAction) -> None:
    for each in fields(PlannedAction):
        if each.name != "id":
            setattr(row, each.name, getattr(planned, each.name))
    row.moves, row.edited = dict(planned.moves), sorted(planned.edited)
    if planned.drafted_usd_per_month is not None:
        usd = max(min(planned.drafted_usd_per_month, MAX_USD), -MAX_USD)
        row.drafted_usd_per_month = Decimal(str(usd)).quantize(MILLIONTH)


def answer_value(answer: Answer) -> AnswerValue:
    return plain_answer(vars(answer))


def answer_values(answers: Iterable[Answer]) -> dict[str, AnswerValue]:
    return {answer.key: answer_value(answer) for answer in answers}


def write_answer(answer: Answer, content: AnswerValue) -> None:
    """Put an answer's axes into its row, unsaved."""
    answer.state = content.state
    answer.value = content.value or ""
    answer.level = content.level
    answer.confidence = content.confidence or ""
    answer.reason = content.reason or ""
    answer.comment = content.comment


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return an answer's axes and version as JSON; an axis that is not there is null."""
    return {
        "kind": answer.kind,
        "key": answer.key,
        "version": answer.version,
        **vars(answer_value(answer)),
        "updated_at": answer.updated_at.isoformat() if answer.version else None,
    }
