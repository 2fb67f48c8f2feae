"""Reads of target levels and of the costs that they follow."""

from dataclasses import dataclass

from assessments import mapping
from assessments.models import Assessment, ChosenTarget, CostSummary
from assessments.roadmap import Costs
from assessments.scoring import Scores, Target, TargetOverride, targets
from assessments.selectors.frameworks import framework_get


@dataclass(frozen=True)
class KnownCosts:
    """The costs of an assessment's newest economics, and the row that says whose they are."""

    summary: CostSummary
    costs: Costs


def costs_find(assessment: Assessment) -> KnownCosts | None:
    """Return what the newest economics came to; none before any."""
    summary = CostSummary.objects.filter(assessment=assessment).first()
    return None if summary is None else KnownCosts(summary, mapping.costs_of(summary))


def chosen_targets(assessment: Assessment) -> dict[str, TargetOverride]:
    """Return the target levels that a consultant chose, by dimension."""
    rows = ChosenTarget.objects.filter(assessment=assessment).order_by("dimension")
    return {row.dimension: TargetOverride(row.level, row.reason) for row in rows}


def targets_compute(
    assessment: Assessment, scores: Scores, known: KnownCosts | None = None
) -> dict[str, Target]:
    """Return the levels to aim at: by default, by the economics, or as a consultant chose."""
    known = known or costs_find(assessment)
    hosting = known.costs.hosting if known else None
    return targets(framework_get(assessment), scores, hosting, chosen_targets(assessment))
