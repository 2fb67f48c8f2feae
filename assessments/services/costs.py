"""Keeps what the newest economics of an assessment came to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.models import Assessment, CostSummary
from assessments.roadmap import Costs


@dataclass(frozen=True)
class CostSource:
    """Which scenario's result some costs are of."""

    scenario_id: UUID
    scenario_title: str
    result_id: UUID
    computed_at: datetime


@transaction.atomic
def keep_costs(*, assessment_id: UUID, source: CostSource, costs: Costs) -> CostSummary:
    """Let the costs of a newer result take the place of an older one's.

    Part of storing that result, in its transaction: the result's audit row is the change's own.
    """
    assessment = Assessment.objects.select_for_update(no_key=True).get(pk=assessment_id)
    standing = CostSummary.objects.filter(assessment=assessment).first()
    if standing is not None and standing.computed_at > source.computed_at:
        return standing
    summary = standing or CostSummary(
        organization_id=assessment.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
    )
    summary.scenario_id, summary.scenario_title = source.scenario_id, source.scenario_title
    summary.result_id, summary.computed_at = source.result_id, source.computed_at
    summary.document = costs.document()
    summary.save()
    return summary
