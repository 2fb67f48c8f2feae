"""Makes a snapshot's payload of a case: scores, economics, roadmap; pure, no Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.framework import Check, Dimension, Framework
from assessments.roadmap import (
    Costs,
    PlannedAction,
    RoadmapDocument,
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
)
from costing.engine import ENGINE_VERSION
from costing.engine.levers import HOSTING_PAIR
from costing.scenarios.cost_summary import costs_of
from reports.snapshots.payload import (
    FrozenAnswer,
    FrozenCheck,
    FrozenDimension,
    FrozenFramework,
    FrozenLever,
    JsonDict,
    Payload,
    PriceSource,
    Staircase,
    Trigger,
    plain,
    read_payload,
)


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


@dataclass(frozen=True)
class Economics:
    """A scenario as it was stated with its results, as JSON."""

    scenario: JsonDict
    results: JsonDict
    anti_patterns: list[JsonDict]
    curves: list[JsonDict]
    price_book: PriceSource | None


def freeze(case: Case, economics: Economics | None) -> Payload:
    """The payload: everything that a document may say about the case, as it stands now.

    Raises InvalidAnswers for answers that the framework cannot score.
    """
    framework = case.framework
    scores = score(framework, case.answers, weights=case.weights or None, measured=case.measured)
    costs = costs_of(economics.results, economics.anti_patterns) if economics else None
    aims = targets(framework, scores, costs.hosting if costs else None, case.targets)
    payload = Payload(
        organization=case.organization,
        client=case.client,
        title=case.title,
        as_of=case.as_of,
        triggers=tuple(_trigger(framework, key) for key in case.triggers),
        framework=_framework(framework),
        answers=_answers(framework, case.answers),
        scores=scores,
        measured=case.measured,
        targets=aims,
        roadmap=_roadmap(case, scores, costs),
        **(_economics(economics) if economics else NO_ECONOMICS),
    )
    return read_payload(payload.document())  # figures as they are stored


NO_ECONOMICS: JsonDict = {
    "scenario": None,
    "results": None,
    "staircase": None,
    "anti_patterns": (),
    "price_book": None,
    "engine_version": ENGINE_VERSION,
}


def _economics(economics: Economics) -> JsonDict:
    curves = [Staircase.model_validate(curve) for curve in economics.curves]
    pairs = {(curve.from_strategy, curve.to_strategy): curve for curve in curves}
    return {
        "scenario": economics.scenario,
        "results": economics.results,
        "staircase": pairs.get(HOSTING_PAIR),
        "anti_patterns": economics.anti_patterns,
        "price_book": economics.price_book,
        "engine_version": economics.results["engine_version"],
    }


def _framework(framework: Framework) -> FrozenFramework:
    """The framework as documents quote it, and the whole of it."""
    return FrozenFramework(
        version=framework.version,
        sha256=framework.checksum,
        title=framework.title,
        dimensions=tuple(
            FrozenDimension(
                key=item.key,
                title=item.title,
                question=item.question,
                anchors={anchor.level: anchor.text for anchor in item.anchors},
            )
            for item in framework.dimensions
        ),
        checks=tuple(
            FrozenCheck(
                key=item.key,
                title=item.title,
                dimension=item.dimension,
                stage=item.stage.value,
                operational=item.operational,
            )
            for item in framework.checks
        ),
        levers=tuple(
            FrozenLever(key=item.key, title=item.title, requires=plain(item.requires))
            for item in framework.levers
        ),
        document=framework.document(),
    )


def _answers(framework: Framework, answers: Mapping[str, AnswerValue]) -> tuple[FrozenAnswer, ...]:
    """Every question with its text and its answer, the unanswered ones included."""
    questions: tuple[tuple[str, Dimension | Check], ...] = (
        *(("dimension", item) for item in framework.dimensions),
        *(("check", item) for item in framework.checks),
    )
    return tuple(
        _answer(kind, item.key, item.question, answers.get(item.key, UNANSWERED))
        for kind, item in questions
    )


def _answer(kind: str, key: str, question: str, answer: AnswerValue) -> FrozenAnswer:
    is_answered = answer.state == AnswerState.ANSWERED
    value = answer.level if kind == "dimension" else answer.value
    return FrozenAnswer(
        kind=kind,
        key=key,
        question=question,
        state=answer.state,
        value=value if is_answered else None,
        confidence=answer.confidence,
        reason=answer.reason,
        comment=answer.comment,
    )


def _trigger(framework: Framework, key: str) -> Trigger:
    return Trigger(key=key, title=framework.trigger(key).title)


def _roadmap(case: Case, scores: Scores, costs: Costs | None) -> RoadmapDocument:
    """The roadmap as people left it; where they have none, as a draft would be."""
    framework, own = case.framework, case.roadmap
    drafted = draft_from_costs(framework, case.answers, scores, costs)
    if own is None:
        return drafted_document(framework, drafted)
    followed = follow_roadmap(
        framework, case.answers, scores, own.actions, starts_on=own.starts_on, costs=costs
    )
    return followed_document(framework, followed, drafted.not_proposed)


def blank_payload(framework: Framework, as_of: date) -> Payload:
    """The payload of nobody's case: nothing answered, nothing costed."""
    case = Case(organization="", client="", title="", as_of=as_of, framework=framework, answers={})
    return freeze(case, None)
