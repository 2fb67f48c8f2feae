"""Makes a snapshot's payload of a case: scores, economics, roadmap; pure, no Django, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from assessments.framework import Check, Dimension, Framework
from assessments.roadmap import (
    DEFAULT_TEAM_SIZE,
    Costs,
    PlannedAction,
    RoadmapDocument,
    costs_together,
    draft_roadmap,
    effort_days,
    follow_roadmap,
    held_back_levers,
    recommendation_for,
    roadmap_document,
)
from assessments.scoring import (
    UNANSWERED,
    AnswerState,
    AnswerValue,
    MeasuredUsage,
    Scores,
    TargetOverride,
    stated_scores,
    targets,
)
from costing.engine import CURRENT, CurvePicture, Estimate, advised_again
from costing.engine.anti_patterns import AntiPattern
from costing.engine.levers import HOSTING_PAIR, OPEN_PAIR, RECOMMENDED_TODAY
from costing.scenarios.content.bought_ahead import left_usd_per_month
from costing.scenarios.cost_summary import costs_of
from presentation.money import USD
from reports.snapshots.payload import (
    FrozenAnswer,
    JsonDict,
    Payload,
    PreviousScores,
    PriceSource,
    Trigger,
    WorkloadPart,
)


@dataclass(frozen=True)
class OwnRoadmap:
    """The roadmap as people left it: its first day, and the actions."""

    starts_on: date
    actions: tuple[PlannedAction, ...]
    team_size: int = DEFAULT_TEAM_SIZE


@dataclass(frozen=True)
class Case:
    """Whose case it is, and what they answered."""

    organization: str
    client: str
    title: str
    as_of: date
    framework: Framework
    answers: Mapping[str, AnswerValue]
    is_approved: bool = True
    triggers: tuple[str, ...] = ()
    weights: Mapping[str, Any] = field(default_factory=dict)
    measured: MeasuredUsage = field(default_factory=MeasuredUsage)
    targets: Mapping[str, TargetOverride] = field(default_factory=dict)
    roadmap: OwnRoadmap | None = None
    previous: PreviousScores | None = None


@dataclass(frozen=True)
class Economics:
    """A scenario as it was stated, as JSON, with its results, and what could replace it."""

    scenario: JsonDict
    results: Estimate
    anti_patterns: tuple[AntiPattern, ...]
    pictures: tuple[CurvePicture, ...]
    price_book: PriceSource | None
    title: str = ""
    alternatives: tuple["Economics", ...] = ()


def freeze(case: Case, economics: Economics | None, *others: Economics) -> Payload:
    """The payload: everything that a document may say about the case, as it stands now.

    `others` are the further parts of the workload, each with less to pay today than the one before.
    Raises InvalidAnswers for answers that the framework cannot score.
    """
    framework = case.framework
    scores = stated_scores(
        framework, case.answers, weights=case.weights or None, measured=case.measured
    )
    parts = [_as_scored(case, scores, each) for each in ((economics, *others) if economics else ())]
    each_costs = [costs_of(part.results, part.anti_patterns, part.title) for part in parts]
    costs = costs_together(each_costs) if each_costs else None
    aims = targets(framework, scores, costs.hosting if costs else None, case.targets)
    payload = Payload(
        organization=case.organization,
        client=case.client,
        title=case.title,
        as_of=case.as_of,
        is_approved=case.is_approved,
        triggers=tuple(
            Trigger(key=key, title=framework.trigger(key).title) for key in case.triggers
        ),
        framework=framework,
        answers=tuple(_answers(framework, case.answers)),
        scores=scores,
        measured=case.measured,
        targets=aims,
        roadmap=_roadmap(case, scores, costs),
        previous=case.previous,
        currency=costs.currency if costs else USD,
        **(_economics(parts[0]) if parts else {}),
    )
    if others and costs:
        payload = payload.model_copy(update=_together(framework, scores, costs))
    if others or (economics and economics.alternatives):
        payload = payload.model_copy(update={"parts": tuple(map(_part, parts))})
    return Payload.model_validate(payload.document())  # figures as they are stored


def _together(framework: Framework, scores: Scores, costs: Costs) -> dict[str, Any]:
    """What is said of several parts together."""
    return {
        "anti_patterns": tuple(AntiPattern(**asdict(each)) for each in costs.anti_patterns),
        "recommendation": recommendation_for(framework, costs, held_back_levers(framework, scores)),
    }


def _as_scored(case: Case, scores: Scores, economics: Economics) -> Economics:
    """The economics with what the present scores allow and the work that is left now.

    As they are where they were computed for the same.
    """
    estimate = economics.results
    planned = case.roadmap.actions if case.roadmap else ()
    days = effort_days(case.framework, case.answers, planned) if estimate.effort_days else {}
    if estimate.scenario.maturity == scores.maturity and estimate.effort_days == days:
        return economics
    requirements = case.framework.requirements
    advised = advised_again(estimate, scores.maturity, requirements, days)
    return replace(economics, results=advised)


def _part(economics: Economics) -> WorkloadPart:
    estimate = economics.results
    futures = estimate.uncertainty
    return WorkloadPart(
        title=economics.title,
        requests_per_month=float(estimate.scenario.workload.requests_per_month),
        today_usd_per_month=estimate.strategies[CURRENT].usd_per_month,
        recommended_today_usd_per_month=estimate.recommended_today.usd_per_month,
        levers=estimate.recommended_today.levers,
        current_levers=estimate.strategies[CURRENT].levers,
        alternatives=tuple(map(_part, economics.alternatives)),
        odds=futures.choices.get(RECOMMENDED_TODAY) if futures else None,
        samples=futures.samples if futures else 0,
        has_ranges=not estimate.default_ranges,
        crossover=estimate.crossover_of(CURRENT, RECOMMENDED_TODAY),
        left_usd_per_month=left_usd_per_month(estimate),
    )


def _economics(economics: Economics) -> JsonDict:
    curves = {(each.from_strategy, each.to_strategy): each for each in economics.pictures}
    return {
        "scenario": economics.scenario,
        "results": economics.results,
        "staircase": curves.get(OPEN_PAIR) or curves.get(HOSTING_PAIR),
        "anti_patterns": economics.anti_patterns,
        "price_book": economics.price_book,
        "engine_version": economics.results.engine_version,
    }


def _answers(framework: Framework, answers: Mapping[str, AnswerValue]) -> Iterator[FrozenAnswer]:
    """Every question with its text and its answer, the unanswered ones included."""
    questions: tuple[Dimension | Check, ...] = (*framework.dimensions, *framework.checks)
    for question in questions:
        answer = answers.get(question.key, UNANSWERED)
        is_answered = answer.state == AnswerState.ANSWERED
        is_check = isinstance(question, Check)
        yield FrozenAnswer(
            kind="check" if is_check else "dimension",
            key=question.key,
            question=question.question,
            state=answer.state,
            value=(answer.value if is_check else answer.level) if is_answered else None,
            confidence=answer.confidence,
            reason=answer.reason,
            comment=answer.comment,
        )


def _roadmap(case: Case, scores: Scores, costs: Costs | None) -> RoadmapDocument:
    """The roadmap as people left it; where they have none, as a draft would be."""
    framework, own = case.framework, case.roadmap
    starts_on = own.starts_on if own else case.as_of
    draft = draft_roadmap(framework, case.answers, costs, starts_on=starts_on)
    roadmap = follow_roadmap(
        framework,
        case.answers,
        scores,
        own.actions if own else draft.actions,
        starts_on=starts_on,
        costs=costs,
        is_draft=own is None,
        team_size=own.team_size if own else DEFAULT_TEAM_SIZE,
    )
    return roadmap_document(framework, roadmap, draft.not_proposed)


def blank_payload(framework: Framework, as_of: date) -> Payload:
    """The payload of nobody's case: nothing answered, nothing costed."""
    case = Case(organization="", client="", title="", as_of=as_of, framework=framework, answers={})
    return freeze(case, None)
