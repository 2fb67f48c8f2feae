"""Tables of what lists show, filter and sort by, kept so that no list computes it.

Both follow from other rows: costing.scenarios.summaries alone writes them.
"""

from typing import ClassVar

from django.db import models

from assessments.models.assessments import Assessment
from organizations.models import Client, ClientModel
from organizations.tenancy import tenant_key

BAND_LENGTH = 120
SCORE_DIGITS, SCORE_PLACES = 28, 27


class AssessmentSummary(ClientModel):
    """How far an assessment is answered, and its overall score as it may be stated."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    answered = models.PositiveIntegerField()
    questions = models.PositiveIntegerField()
    overall = models.DecimalField(null=True, max_digits=SCORE_DIGITS, decimal_places=SCORE_PLACES)
    low = models.DecimalField(null=True, max_digits=SCORE_DIGITS, decimal_places=SCORE_PLACES)
    high = models.DecimalField(null=True, max_digits=SCORE_DIGITS, decimal_places=SCORE_PLACES)
    band = models.CharField(max_length=BAND_LENGTH, blank=True)
    provisional = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_assessmentsummary", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment"],
                name="assessments_assessmentsummary_one_an_assessment",
            ),
        ]


class ClientSummary(ClientModel):
    """Where a client stands: its latest assessment, what is at stake, and when it was changed.

    USD per month as the engine's floats, so that sums and order are those of the results.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    latest = models.ForeignKey(
        AssessmentSummary,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        db_index=False,
    )
    # Of the workload of the assessment that was computed last, passed in by the costing packages.
    today_usd_per_month = models.FloatField(null=True)
    saving_usd_per_month = models.FloatField(null=True)
    held_back_usd_per_month = models.FloatField(null=True)
    sureness = models.JSONField(null=True)
    active_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_clientsummary", client=True),
            models.UniqueConstraint(
                fields=["organization", "client"], name="assessments_clientsummary_one_a_client"
            ),
        ]
