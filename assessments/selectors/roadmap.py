"""Reads of scores, targets and the roadmap that follows from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from assessments import mapping
from assessments.framework import Framework
from assessments.models import (
    Answer,
    Assessment,
    AssessmentSummary,
    ChosenTarget,
    CostSummary,
    RoadmapAction,
    Scorecard,
)
from assessments.models import Roadmap as RoadmapRow
from assessments.roadmap import (
    DEFAULT_TEAM_SIZE,
    Costs,
    FollowedRoadmap,
    MaturityValue,
    NotProposed,
    Redraft,
    draft_roadmap,
    follow_roadmap,
    maturity_value,
    redraft,
)
from assessments.scoring import (
    AnswerState,
    AnswerValue,
    MeasuredUsage,
    OverallScore,
    Scores,
    Target,
    TargetOverride,
    show,
    stated_scores,
    targets,
)
from assessments.selectors.assessments import (
    Progress,
    answers_given,
    framework_get,
    progress_of_keys,
)
from organizations.prepared import Prepared
from presentation.money import USD, Currency


def costs_find(assessment: Assessment) -> CostSummary | None:
    return _costs.first(assessment.pk)


def costs_of_scenarios(scenario_ids: Collection[UUID]) -> CostSummary | None:
    """Return the costs of the assessment whose workload's first part is one of these scenarios."""
    return CostSummary.objects.filter(scenario_id__in=scenario_ids).first()


def currency_of(known: CostSummary | None) -> Currency:
    """Return the currency in which an assessment's costs are shown."""
    return known.costs.currency if known else USD


def chosen_targets(assessment: Assessment) -> dict[str, TargetOverride]:
    rows = _targets.rows(assessment.pk)
    return {row.dimension: TargetOverride(row.level, row.reason) for row in rows}


_costs = Prepared(lambda pk: CostSummary.objects.filter(assessment_id=pk))
_targets = Prepared(lambda pk: ChosenTarget.objects.filter(assessment_id=pk).order_by("dimension"))
_scorecards = Prepared(
    lambda pk: Scorecard.objects.filter(assessment_id=pk).order_by("-computed_at", "-pk")[:1]
)


def targets_compute(
    assessment: Assessment, scores: Scores, known: CostSummary | None
) -> dict[str, Target]:
    """Return the levels to aim at: by default, by the economics, or as a consultant chose."""
    hosting = known.costs.hosting if known else None
    return targets(framework_get(assessment), scores, hosting, chosen_targets(assessment))


# How many overall scores a process remembers: each is a few numbers under what it follows from.
REMEMBERED_OVERALL = 4096
# How many scores with all their explanations, some tens of KB each.
REMEMBERED_SCORES = 256


@dataclass(frozen=True)
class AssessmentStanding:
    """An assessment with its progress and its overall score as of now."""

    assessment: Assessment
    progress: Progress
    overall: OverallScore


def scores_compute(assessment: Assessment, answers: Iterable[Answer] | None = None) -> Scores:
    """Return the scores as of now; answers that were read already are not read again."""
    return _scores(assessment, _given(assessment, answers))


def _given(assessment: Assessment, answers: Iterable[Answer] | None) -> Mapping[str, AnswerValue]:
    return answers_given(assessment) if answers is None else mapping.answer_values(answers)


def _scores(assessment: Assessment, answers: Mapping[str, AnswerValue]) -> Scores:
    framework = framework_get(assessment)
    weights = tuple((key, str(value)) for key, value in assessment.weights.items())
    measured = mapping.measured_of(assessment)
    return _scored(framework.checksum, _scored_axes(answers), weights, measured)


def _scored_axes(answers: Mapping[str, AnswerValue]) -> tuple[tuple[str, AnswerValue], ...]:
    """The answers without their comments, which are no part of a score, in one order."""
    return tuple(
        (key, replace(answers[key], comment="") if answers[key].comment else answers[key])
        for key in sorted(answers)
    )


@lru_cache(REMEMBERED_SCORES)
def _scored(
    checksum: str,
    answers: tuple[tuple[str, AnswerValue], ...],
    weights: tuple[tuple[str, str], ...],
    measured: MeasuredUsage,
) -> Scores:
    """Return scores, computed once of the same answers and weights, whose ever they are."""
    own = {key: Decimal(value) for key, value in weights} or None
    return stated_scores(mapping.published[checksum], dict(answers), weights=own, measured=measured)


def scorecard_latest(assessment: Assessment) -> Scorecard | None:
    return _scorecards.first(assessment.pk)


def assessment_standings(assessments: Iterable[Assessment]) -> list[AssessmentStanding]:
    """Return assessments with what is kept of their progress and score; one query."""
    rows = list(assessments)
    kept = AssessmentSummary.objects.filter(assessment__in=[row.pk for row in rows])
    summaries = {each.assessment_id: each for each in kept}
    return [standing_kept(row, summaries.get(row.pk)) for row in rows]


def standing_kept(assessment: Assessment, summary: AssessmentSummary | None) -> AssessmentStanding:
    """Return an assessment with its progress and score as kept; computed where none is yet."""
    if summary is None:
        return standing_of(assessment, answers_given(assessment))
    overall = OverallScore(
        overall=summary.overall,
        low=summary.low,
        high=summary.high,
        shown=None if summary.overall is None else show(summary.overall),
        band=summary.band or None,
        weights={},
        provisional=summary.provisional,
    )
    return AssessmentStanding(assessment, Progress(summary.answered, summary.questions), overall)


def standing_of(assessment: Assessment, answers: Mapping[str, AnswerValue]) -> AssessmentStanding:
    """Return an assessment with its progress and score by these answers; no query."""
    answered = {key for key, each in answers.items() if each.state != AnswerState.UNANSWERED}
    progress = progress_of_keys(framework_get(assessment), answered)
    overall = _overall(assessment.framework.checksum, _scored_axes(answers))
    return AssessmentStanding(assessment, progress, overall)


@lru_cache(REMEMBERED_OVERALL)
def _overall(checksum: str, answers: tuple[tuple[str, AnswerValue], ...]) -> OverallScore:
    """Return an overall score, computed once for all that have given the same answers.

    A score follows from the version and the answers alone, so whose they are does not matter.
    """
    return stated_scores(mapping.published[checksum], dict(answers)).result


# The days that anybody plans for.
FIRST_PLANNED, LAST_PLANNED = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class RoadmapView:
    """A roadmap as it stands, with what it follows from.

    `row` is None, and there is no action, before it was begun.
    """

    row: RoadmapRow | None
    rows: Mapping[str, RoadmapAction]
    framework: Framework
    scores: Scores
    known: CostSummary | None
    not_proposed: Sequence[NotProposed]
    followed: FollowedRoadmap

    @property
    def costs(self) -> Costs | None:
        return self.known.costs if self.known else None


def roadmap_find(assessment: Assessment) -> RoadmapRow | None:
    return RoadmapRow.objects.filter(assessment=assessment).first()


def action_get(action_id: UUID) -> RoadmapAction:
    """Return an action with its assessment; raises RoadmapAction.DoesNotExist."""
    rows = RoadmapAction.objects.select_related("assessment__framework", "assessment__client")
    return rows.defer("assessment__framework__document").get(pk=action_id)


def action_list(assessment: Assessment) -> QuerySet[RoadmapAction]:
    """Return an assessment's actions that are not archived, in the order of their dates."""
    return RoadmapAction.objects.filter(assessment=assessment, archived_at=None).order_by(
        "due_on", "pk"
    )


def first_day(assessment: Assessment, row: RoadmapRow | None) -> date:
    """Return the day that counts as the roadmap's first: the assessment's, until it is begun."""
    return row.starts_on if row else min(max(assessment.as_of, FIRST_PLANNED), LAST_PLANNED)


def roadmap_read(assessment: Assessment, given: Iterable[Answer] | None = None) -> RoadmapView:
    """Return an assessment's roadmap as it stands, with money and projections.

    Answers that were read already, `given`, are not read again.
    """
    framework = framework_get(assessment)
    answers = _given(assessment, given)
    scores = _scores(assessment, answers)
    known = costs_find(assessment)
    costs = known.costs if known else None
    row = roadmap_find(assessment)
    starts_on = first_day(assessment, row)
    rows = {str(each.pk): each for each in action_list(assessment)}
    followed = follow_roadmap(
        framework,
        answers,
        scores,
        [mapping.planned_action(each) for each in rows.values()],
        starts_on=starts_on,
        costs=costs,
        team_size=row.team_size if row else DEFAULT_TEAM_SIZE,
    )
    not_proposed = draft_roadmap(framework, answers, costs, starts_on=starts_on).not_proposed
    return RoadmapView(row, rows, framework, scores, known, not_proposed, followed)


def redraft_preview(assessment: Assessment, *, starts_on: date) -> Redraft:
    """Return what drafting again from that first day would change."""
    return redraft_with(costs_find(assessment), assessment, starts_on=starts_on)


def redraft_with(known: CostSummary | None, assessment: Assessment, *, starts_on: date) -> Redraft:
    """Return what drafting again would change, by the assessment's costs as they were read."""
    costs, answers = known.costs if known else None, answers_given(assessment)
    draft = draft_roadmap(framework_get(assessment), answers, costs, starts_on=starts_on)
    archived = RoadmapAction.objects.filter(assessment=assessment, archived_at__isnull=False)
    put_aside = set(archived.values_list("key", flat=True))
    return redraft(draft, map(mapping.planned_action, action_list(assessment)), put_aside)


def maturity_value_compute(
    assessment: Assessment, scores: Scores, known: CostSummary | None
) -> MaturityValue | None:
    """Return what raising each dimension is worth; none before any economics."""
    if known is None:
        return None
    scored = scores.maturity
    return maturity_value(framework_get(assessment), known.costs, scored)
