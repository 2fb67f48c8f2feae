"""Rows and plain values, each made of the other; the only layer that knows both."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from assessments.framework import Framework, load_framework, parse_framework, versions
from assessments.models import (
    Answer,
    Assessment,
    CostSummary,
    FrameworkVersion,
    RoadmapAction,
)
from assessments.roadmap import Costs, Edition, PlannedAction
from assessments.scoring import (
    AnswerState,
    AnswerValue,
    CheckValue,
    Confidence,
    MeasuredUsage,
    Scores,
)

# The largest amount that a row holds, either way; no month costs nearly as much.
MAX_USD = 1e21
MILLIONTH = Decimal("0.000001")
_published: dict[str, Framework] = {}


def framework_row(framework: Framework) -> FrameworkVersion:
    """Return the unsaved row that publishes a version."""
    return FrameworkVersion(
        version=framework.version, checksum=framework.checksum, document=framework.document()
    )


def framework_of(row: FrameworkVersion) -> Framework:
    """Return the content of a published version: as this release carries it, or from its row.

    A published version never changes, so a process reads each once; the row's document, which
    lists leave out, is then not asked for.
    """
    if row.checksum not in _published:
        carried = load_framework(row.version) if row.version in versions() else None
        if carried is None or carried.checksum != row.checksum:
            carried = parse_framework(row.document)
        _published[row.checksum] = carried
    return _published[row.checksum]


def weights_of(assessment: Assessment) -> dict[str, Decimal] | None:
    """Return the client's own weights; none where they have none."""
    return {key: Decimal(str(value)) for key, value in assessment.weights.items()} or None


def measured_of(assessment: Assessment) -> MeasuredUsage:
    """Return the measured usage of an assessment."""
    return MeasuredUsage(
        cache_read_ratio=assessment.measured_cache_read_ratio,
        top_model_spend_ratio=assessment.measured_top_model_spend_ratio,
    )


def costs_of(summary: CostSummary) -> Costs:
    """Return the costs that a summary keeps."""
    return Costs.parse(summary.document)


def maturity_document(scores: Scores) -> dict[str, float | None]:
    """The scores of the dimensions as costs read them; None where nothing was answered."""
    return {
        key: None if dimension.score is None else float(dimension.score)
        for key, dimension in scores.dimensions.items()
    }


def planned_action(row: RoadmapAction) -> PlannedAction:
    """Return an action as the roadmap reads it."""
    values = {each.name: getattr(row, each.name) for each in fields(PlannedAction)}
    return PlannedAction.parse(values | {"id": str(row.pk)})


def editions(rows: Iterable[RoadmapAction]) -> dict[str, Edition]:
    """Return which edition of each action stands, by its id."""
    return {str(row.pk): Edition(row.version, row.changed_at) for row in rows}


def write_action(row: RoadmapAction, planned: PlannedAction) -> None:
    """Put an action into its row, unsaved."""
    for each in fields(PlannedAction):
        if each.name != "id":
            setattr(row, each.name, getattr(planned, each.name))
    money = planned.drafted_usd_per_month
    row.moves, row.edited = dict(planned.moves), sorted(planned.edited)
    row.drafted_usd_per_month = None if money is None else _usd(money)


def _usd(amount: float) -> Decimal:
    """Return money as a row holds it, to a millionth of a dollar."""
    return Decimal(str(max(min(amount, MAX_USD), -MAX_USD))).quantize(MILLIONTH)


def answer_value(answer: Answer) -> AnswerValue:
    """Return one answer as the scoring reads it."""
    return AnswerValue(
        state=AnswerState(answer.state),
        value=CheckValue(answer.value) if answer.value else None,
        level=answer.level,
        confidence=Confidence(answer.confidence) if answer.confidence else None,
        reason=answer.reason or None,
        comment=answer.comment,
    )


# The columns of an answer that its score follows from, as scored_value takes them.
SCORED_COLUMNS = ("state", "value", "level", "reason")


def scored_value(state: str, value: str, level: int | None, reason: str) -> AnswerValue:
    """Return the part of an answer that its score follows from."""
    return AnswerValue(
        state=AnswerState(state),
        value=CheckValue(value) if value else None,
        level=level,
        reason=reason or None,
    )


def answer_values(answers: Iterable[Answer]) -> dict[str, AnswerValue]:
    """Return answers by the key of their question, as the scoring reads them."""
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
        "state": answer.state,
        "value": answer.value or None,
        "level": answer.level,
        "confidence": answer.confidence or None,
        "reason": answer.reason or None,
        "comment": answer.comment,
        "updated_at": answer.updated_at.isoformat(),
    }


def plain_answer(fields: Mapping[str, Any]) -> AnswerValue:
    """Return an answer from plain values, unchecked; an empty text is an axis that is not there."""
    return AnswerValue(
        state=fields.get("state") or AnswerState.UNANSWERED,
        value=fields.get("value") or None,
        level=fields.get("level"),
        confidence=fields.get("confidence") or None,
        reason=fields.get("reason") or None,
        comment=fields.get("comment") or "",
    )
