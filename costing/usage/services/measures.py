"""Hands what usage says about an assessment's claims down to it."""

from decimal import Decimal

from assessments.models import Assessment
from assessments.scoring import MeasuredUsage
from assessments.services import record_measured_usage
from costing.catalog import selectors as catalog_selectors
from costing.usage import figures_of, selectors
from costing.usage.models import UsageImport
from costing.usage.spending import spend_by_model, top_model_spend_ratio
from organizations.permissions import Actor


def hand_down_measures(*, by: Actor, assessment: Assessment) -> Assessment:
    """Let the assessment's claims be held against its newest usage; without any, against none."""
    usage_import = selectors.usage_import_measured(assessment)
    if usage_import is None:
        return record_measured_usage(
            by=by, assessment=assessment, measured=MeasuredUsage(), source=""
        )
    return record_measured_usage(
        by=by,
        assessment=assessment,
        measured=_measured(usage_import),
        source=usage_import.filename,
    )


def _measured(usage_import: UsageImport) -> MeasuredUsage:
    figures = figures_of(usage_import.figures)
    book = catalog_selectors.price_book_latest()
    prices = selectors.usage_prices(
        book,
        [item.model for item in figures.models],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    read = figures.cache_read_ratio
    return MeasuredUsage(
        cache_read_ratio=None if read is None else Decimal(repr(read)),
        top_model_spend_ratio=top_model_spend_ratio(spend_by_model(figures.models, prices)),
    )
