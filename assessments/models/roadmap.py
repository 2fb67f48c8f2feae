"""Tables of what an assessment aims at: the costs behind it, and target levels of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models.answers import HIGHEST_LEVEL, LOWEST_LEVEL
from assessments.models.assessments import Assessment
from organizations.models import ClientModel, User
from organizations.tenancy import tenant_key

TARGET_REASON_LENGTH = 400


class CostSummary(ClientModel):
    """What the newest economics of an assessment come to, handed down by whoever computed them.

    `document` holds plain values (`assessments.roadmap.Costs`); the two ids are the upper floor's.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    scenario_id = models.UUIDField()
    scenario_title = models.CharField(max_length=120)
    result_id = models.UUIDField()
    document = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_costsummary", client=True),
            models.UniqueConstraint(
                fields=["assessment"], name="assessments_costsummary_one_an_assessment"
            ),
        ]


class ChosenTarget(ClientModel):
    """A target level that a consultant chose for a dimension, with the reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=TARGET_REASON_LENGTH)
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    chosen_by_label = models.CharField(max_length=254, blank=True)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_chosentarget", client=True),
            models.UniqueConstraint(
                fields=["assessment", "dimension"],
                name="assessments_chosentarget_one_a_dimension",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=LOWEST_LEVEL, level__lte=HIGHEST_LEVEL),
                name="assessments_chosentarget_level_1_to_5",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="assessments_chosentarget_has_a_reason"
            ),
        ]
