"""Writes of what usage says about an assessment's claims; an upper floor reads the usage."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from assessments.models import MEASURED_FROM_LENGTH, RATIO_PLACES, Assessment
from assessments.scoring import MeasuredUsage
from organizations import audit
from organizations.permissions import Actor


@transaction.atomic
def record_measured_usage(
    *, by: Actor, assessment: Assessment, measured: MeasuredUsage, source: str
) -> Assessment:
    """Keep measured ratios (0 to 1) and where they come from; empty ones take the last away.

    A scorecard that was stored on submission stays as it was.
    """
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    before = (row.measured_cache_read_ratio, row.measured_top_model_spend_ratio, row.measured_from)
    row.measured_cache_read_ratio = _rounded(measured.cache_read_ratio)
    row.measured_top_model_spend_ratio = _rounded(measured.top_model_spend_ratio)
    row.measured_from = source[:MEASURED_FROM_LENGTH] if row.is_measured else ""
    now = (row.measured_cache_read_ratio, row.measured_top_model_spend_ratio, row.measured_from)
    if now == before:
        return row
    row.save(
        update_fields=[
            "measured_cache_read_ratio",
            "measured_top_model_spend_ratio",
            "measured_from",
        ]
    )
    data = {
        "cache_read_ratio": _written(now[0]),
        "top_model_spend_ratio": _written(now[1]),
        "source": row.measured_from,
    }
    audit.record(by=by, verb="assessment.measured", subject=row, data=data)
    return row


def _rounded(ratio: Decimal | None) -> Decimal | None:
    places = Decimal(1).scaleb(-RATIO_PLACES)
    return None if ratio is None else ratio.quantize(places, rounding=ROUND_HALF_UP)


def _written(ratio: Decimal | None) -> float | None:
    return None if ratio is None else float(ratio)
