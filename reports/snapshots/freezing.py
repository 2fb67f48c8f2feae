"""Makes a snapshot's payload of a case: scores, economics, plan; pure, no Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.framework import Framework
from assessments.roadmap import (
    Costs,
    PlannedAction,
    draft_from_costs,
    drafted_document,
    follow_roadmap,
    followed_document,
)
from assessments.scoring import (
    UNANSWERED,
    AnswerState,
    AnswerValue,
    MeasuredUsage,
    Scores,
    TargetOverride,
    score,
    targets,
    targets_document,
)
from costing.engine import ENGINE_VERSION
from costing.scenarios.cost_summary import HOSTING_PAIR, costs_of
from reports.snapshots.payload import snapshot_payload

JsonDict = dict[str, Any]


@dataclass(frozen=True)
class OwnRoadmap:
    """The roadmap as people left it: its first day, and the actions."""

    starts_on: date
    actions: tuple[PlannedAction, ...]


@dataclass(frozen=True)
class Case:
    """Whose case it is, and what they answered."""

    organization: str
    client: str
    title: str
    as_of: date
    framework: Framework
    answers: Mapping[str, AnswerValue]
    triggers: tuple[str, ...] = ()
    weights: Mapping[str, Any] = field(default_factory=dict)
    measured: MeasuredUsage = field(default_factory=MeasuredUsage)
    targets: Mapping[str, TargetOverride] = field(default_factory=dict)
    roadmap: OwnRoadmap | None = None


def frozen_framework(framework: Framework) -> JsonDict:
    """The framework as documents quote it, and the whole of it."""
    return {
        "version": framework.version,
        "sha256": framework.checksum,
        "title": framework.title,
        "dimensions": [
            {
                "key": item.key,
                "title": item.title,
                "question": item.question,
                "anchors": {str(anchor.level): anchor.text for anchor in item.anchors},
            }
            for item in framework.dimensions
        ],
        "checks": [
            {
                "key": item.key,
                "title": item.title,
                "dimension": item.dimension,
                "stage": item.stage.value,
                "operational": item.operational,
            }
            for item in framework.checks
        ],
        "levers": [
            {"key": item.key, "title": item.title, "requires": dict(item.requires)}
            for item in framework.levers
        ],
        "document": framework.document(),
    }


def frozen_answers(framework: Framework, answers: Mapping[str, AnswerValue]) -> list[JsonDict]:
    """Every question with its text and its answer, the unanswered ones included."""
    levels = [
        _frozen_answer("dimension", item.key, item.question, answers.get(item.key, UNANSWERED))
        for item in framework.dimensions
    ]
    checks = [
        _frozen_answer("check", item.key, item.question, answers.get(item.key, UNANSWERED))
        for item in framework.checks
    ]
    return levels + checks


def _frozen_answer(kind: str, key: str, question: str, answer: AnswerValue) -> JsonDict:
    is_answered = answer.state == AnswerState.ANSWERED
    value = answer.level if kind == "dimension" else answer.value
    return {
        "kind": kind,
        "key": key,
        "question": question,
        "state": answer.state,
        "value": value if is_answered else None,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "comment": answer.comment,
    }


def frozen_triggers(framework: Framework, keys: tuple[str, ...]) -> list[JsonDict]:
    """The reasons for the assessment, with their titles."""
    return [{"key": key, "title": framework.trigger(key).title} for key in keys]


@dataclass(frozen=True)
class Economics:
    """What the engine said of the case's scenario; all of it plain JSON values."""

    scenario: JsonDict
    results: JsonDict
    anti_patterns: list[JsonDict]
    curves: list[JsonDict]
    price_book: JsonDict | None


def freeze(case: Case, economics: Economics | None) -> JsonDict:
    """The payload: everything that a document may say about the case, as it stands now.

    Raises InvalidAnswers for answers that the framework cannot score.
    """
    framework = case.framework
    scores = score(framework, case.answers, weights=case.weights or None, measured=case.measured)
    results = economics.results if economics else None
    costs = costs_of(economics.results, economics.anti_patterns) if economics else None
    aims = targets(framework, scores, costs.hosting if costs else None, case.targets)
    return snapshot_payload(
        organization=case.organization,
        client=case.client,
        title=case.title,
        as_of=case.as_of,
        triggers=frozen_triggers(framework, case.triggers),
        framework=frozen_framework(framework),
        answers=frozen_answers(framework, case.answers),
        scores=scores.document(),
        measured=case.measured.document(),
        targets=targets_document(aims),
        scenario=economics.scenario if economics else None,
        results=results,
        staircase=staircase(economics.curves) if economics else None,
        anti_patterns=economics.anti_patterns if economics else [],
        roadmap=frozen_roadmap(case, scores, costs),
        price_book=economics.price_book if economics else None,
        engine_version=ENGINE_VERSION if results is None else results["engine_version"],
    )


def frozen_roadmap(case: Case, scores: Scores, costs: Costs | None) -> JsonDict:
    """The roadmap as people left it; where they have none, as a draft would be."""
    framework, own = case.framework, case.roadmap
    drafted = draft_from_costs(framework, case.answers, scores, costs)
    if own is None:
        return drafted_document(framework, drafted).document()
    followed = follow_roadmap(
        framework, case.answers, scores, own.actions, starts_on=own.starts_on, costs=costs
    )
    return followed_document(framework, followed, drafted.not_proposed).document()


def blank_payload(framework: Framework, as_of: date) -> JsonDict:
    """The payload of nobody's case: nothing answered, nothing costed."""
    case = Case(organization="", client="", title="", as_of=as_of, framework=framework, answers={})
    return freeze(case, None)


def staircase(curves: list[JsonDict]) -> JsonDict | None:
    """The pair of curves that documents draw."""
    for curve in curves:
        if (curve["from"], curve["to"]) == HOSTING_PAIR:
            return curve
    return None
