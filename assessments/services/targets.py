"""Writes of the inputs of scores and targets: chosen levels, measured values, costs."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessments import selectors
from assessments.framework import LEVELS
from assessments.models import (
    MEASURED_FROM_LENGTH,
    RATIO_PLACES,
    TARGET_REASON_LENGTH,
    Assessment,
    ChosenTarget,
    CostSummary,
)
from assessments.roadmap import Costs
from assessments.scoring import MeasuredUsage
from assessments.services.assessments import clean_text, lock_assessment
from organizations import audit
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Actor


@transaction.atomic
def choose_target(
    *, by: Actor, assessment: Assessment, dimension: str, level: int, reason: str
) -> ChosenTarget:
    """Choose another target level than the rules do, with a reason; a later choice replaces it.

    Raises Missing for a dimension that the framework does not know, Invalid for another level or
    no reason.
    """
    _check_dimension(assessment, dimension)
    if level not in LEVELS:
        raise Invalid.at("level", f"Choose a level from {LEVELS[0]} to {LEVELS[-1]}.")
    text = clean_text(" ".join(reason.split()), field="reason", max_length=TARGET_REASON_LENGTH)
    row = lock_assessment(assessment.pk)
    target = ChosenTarget.objects.filter(assessment=row, dimension=dimension).first()
    target = target or ChosenTarget(**row.place, dimension=dimension)
    target.level, target.reason = level, text
    target.chosen_by_id, target.chosen_by_label = by.user_id, by.label
    target.chosen_at = timezone.now()
    target.save()
    data = {"dimension": dimension, "level": level, "reason": text}
    audit.record(by=by, verb="target.chosen", subject=target, data=data)
    return target


@transaction.atomic
def clear_target(*, by: Actor, assessment: Assessment, dimension: str) -> None:
    """Return to the rules' target level; without a choice nothing changes."""
    _check_dimension(assessment, dimension)
    row = lock_assessment(assessment.pk)
    target = ChosenTarget.objects.filter(assessment=row, dimension=dimension).first()
    if target is None:
        return
    data = {"dimension": dimension, "level": target.level}
    audit.record(by=by, verb="target.cleared", subject=target, data=data)
    target.delete()


def _check_dimension(assessment: Assessment, dimension: str) -> None:
    if dimension not in selectors.framework_get(assessment).dimension_keys:
        raise Missing("The framework does not know this dimension.")


MEASURED = ("measured_cache_read_ratio", "measured_top_model_spend_ratio", "measured_from")


@transaction.atomic
def record_measured_usage(
    *, by: Actor, assessment: Assessment, measured: MeasuredUsage, source: str
) -> Assessment:
    """Keep measured ratios (0 to 1) and where they come from; empty ones take the last away.

    A scorecard that was stored on submission stays as it was.
    """
    row = lock_assessment(assessment.pk)
    before = model_to_dict(row, MEASURED)
    row.measured_cache_read_ratio = _rounded(measured.cache_read_ratio)
    row.measured_top_model_spend_ratio = _rounded(measured.top_model_spend_ratio)
    row.measured_from = source[:MEASURED_FROM_LENGTH] if row.is_measured else ""
    if model_to_dict(row, MEASURED) == before:
        return row
    row.save(update_fields=MEASURED)
    measured = MeasuredUsage(row.measured_cache_read_ratio, row.measured_top_model_spend_ratio)
    data = measured.document() | {"source": row.measured_from}
    audit.record(by=by, verb="assessment.measured", subject=row, data=data)
    return row


def _rounded(ratio: Decimal | None) -> Decimal | None:
    places = Decimal(1).scaleb(-RATIO_PLACES)
    return None if ratio is None else ratio.quantize(places, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class CostSource:
    """The scenario and result that costs come from."""

    scenario_id: UUID
    scenario_title: str
    result_id: UUID
    computed_at: datetime


@transaction.atomic
def forget_costs(*, assessment_id: UUID) -> Costs | None:
    """Leave an assessment without costs, as before any economics; return those that it had."""
    assessment = Assessment.objects.select_for_update(no_key=True).get(pk=assessment_id)
    standing = CostSummary.objects.filter(assessment=assessment).first()
    if standing is None:
        return None
    standing.delete()
    return standing.costs


@transaction.atomic
def keep_costs(*, assessment_id: UUID, source: CostSource, costs: Costs) -> CostSummary:
    """Replace the costs of an older result by those of a newer one.

    Part of storing that result, in its transaction: the result's audit row is the change's own.
    """
    assessment = lock_assessment(assessment_id)
    standing = CostSummary.objects.filter(assessment=assessment).first()
    if standing is not None and standing.computed_at > source.computed_at:
        return standing
    summary, _ = CostSummary.objects.update_or_create(
        **assessment.place, defaults=vars(source) | {"document": costs.document()}
    )
    return summary
