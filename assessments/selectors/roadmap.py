"""Reads of the roadmap: as people left it, and what drafting it again would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from assessments import mapping
from assessments.framework import Framework
from assessments.models import Answer, Assessment, RoadmapAction
from assessments.models import Roadmap as RoadmapRow
from assessments.roadmap import (
    FollowedRoadmap,
    MaturityValue,
    Redraft,
    Roadmap,
    draft_from_costs,
    follow_roadmap,
    maturity_value,
    redraft,
)
from assessments.scoring import AnswerValue, Scores, score
from assessments.selectors.frameworks import framework_get
from assessments.selectors.targets import KnownCosts, costs_find

# The days that anybody plans for.
FIRST_PLANNED, LAST_PLANNED = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class RoadmapBasis:
    """What a roadmap follows from: the answers, their scores, and the newest economics."""

    framework: Framework
    answers: Mapping[str, AnswerValue]
    scores: Scores
    known: KnownCosts | None
    draft: Roadmap


@dataclass(frozen=True)
class RoadmapView:
    """A roadmap as it stands; `row` is None, and there is no action, before it was begun."""

    assessment: Assessment
    row: RoadmapRow | None
    rows: Mapping[str, RoadmapAction]
    basis: RoadmapBasis
    followed: FollowedRoadmap


def roadmap_find(assessment: Assessment) -> RoadmapRow | None:
    """Return an assessment's roadmap, if it was begun."""
    return RoadmapRow.objects.filter(assessment=assessment).first()


def action_get(action_id: UUID) -> RoadmapAction:
    """Return an action with its assessment; raises RoadmapAction.DoesNotExist."""
    rows = RoadmapAction.objects.select_related("assessment__framework", "assessment__client")
    return rows.defer("assessment__framework__document").get(pk=action_id)


def action_list(assessment: Assessment) -> QuerySet[RoadmapAction]:
    """Return an assessment's actions in the order of their dates."""
    return RoadmapAction.objects.filter(assessment=assessment).order_by("due_on", "pk")


def first_day(assessment: Assessment, row: RoadmapRow | None = None) -> date:
    """Return the day that counts as the roadmap's first: the assessment's, until it is begun."""
    row = row or roadmap_find(assessment)
    return row.starts_on if row else min(max(assessment.as_of, FIRST_PLANNED), LAST_PLANNED)


def roadmap_basis(assessment: Assessment) -> RoadmapBasis:
    """Return what an assessment's roadmap follows from, with a fresh draft."""
    framework = framework_get(assessment)
    answers = mapping.answer_values(Answer.objects.filter(assessment=assessment))
    weights = mapping.weights_of(assessment)
    measured = mapping.measured_of(assessment)
    scores = score(framework, answers, weights=weights, measured=measured)
    known = costs_find(assessment)
    draft = draft_from_costs(framework, answers, scores, known.costs if known else None, weights)
    return RoadmapBasis(framework, answers, scores, known, draft)


def roadmap_read(assessment: Assessment) -> RoadmapView:
    """Return an assessment's roadmap as it stands, with money and projections."""
    basis = roadmap_basis(assessment)
    row = roadmap_find(assessment)
    rows = {str(each.pk): each for each in action_list(assessment)}
    followed = follow_roadmap(
        basis.framework,
        basis.answers,
        basis.scores,
        [mapping.planned_action(each) for each in rows.values()],
        starts_on=first_day(assessment, row),
        costs=basis.known.costs if basis.known else None,
        weights=mapping.weights_of(assessment),
    )
    return RoadmapView(assessment, row, rows, basis, followed)


def redraft_preview(assessment: Assessment, *, starts_on: date) -> Redraft:
    """Return what drafting again from that first day would change."""
    basis = roadmap_basis(assessment)
    standing = [mapping.planned_action(each) for each in action_list(assessment)]
    return redraft(basis.framework, basis.draft, standing, starts_on=starts_on)


def maturity_value_compute(
    framework: Framework, scores: Scores, known: KnownCosts | None
) -> MaturityValue | None:
    """Return what raising each dimension is worth; none before any economics."""
    if known is None:
        return None
    costs = known.costs.usd_per_month_by_levers
    return maturity_value(framework, costs, mapping.maturity_document(scores))
