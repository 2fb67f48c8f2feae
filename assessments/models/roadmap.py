"""Tables of what an assessment aims at: costs, chosen target levels, roadmap and actions."""

from functools import cached_property
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.framework import LEVELS
from assessments.models.assessments import Assessment
from assessments.roadmap import (
    DEFAULT_TEAM_SIZE,
    GIVEN_UP,
    MAX_TEAM_SIZE,
    ActionStatus,
    Costs,
    Effort,
)
from assessments.roadmap import ActionOrigin as Origin
from organizations.models import LABEL_LENGTH, Archivable, ClientModel, User
from organizations.tenancy import check, tenant_key

TARGET_REASON_LENGTH = 400
ACTION_TITLE_LENGTH = 160
ACTION_TEXT_LENGTH = 2000
OWNER_LENGTH = 120
STATUS_REASON_LENGTH = 400
GIVEN_UP_VALUES = sorted(each.value for each in GIVEN_UP)


class CostSummary(ClientModel):
    """The results of an assessment's newest economics, passed in by the costing packages.

    `document` holds plain values (`assessments.roadmap.Costs`); the two ids are the upper floor's.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    scenario_id = models.UUIDField()
    scenario_title = models.CharField(max_length=120)
    result_id = models.UUIDField()
    document = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_costsummary", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment"],
                name="assessments_costsummary_one_an_assessment",
            ),
        ]

    @cached_property
    def costs(self) -> Costs:
        return Costs.parse(self.document)


class ChosenTarget(ClientModel):
    """A target level that a consultant chose for a dimension, with the reason."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    dimension = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=TARGET_REASON_LENGTH)
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    chosen_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_chosentarget", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment", "dimension"],
                name="assessments_chosentarget_one_a_dimension",
            ),
            check(
                "assessments_chosentarget_level_1_to_5",
                Q(level__gte=LEVELS[0], level__lte=LEVELS[-1]),
            ),
            check("assessments_chosentarget_has_a_reason", ~Q(reason="")),
        ]


class Roadmap(ClientModel):
    """That a roadmap was begun for an assessment, and the day that counts as its first."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    starts_on = models.DateField()
    # The people who work full time on it: they bound what is promised.
    team_size = models.PositiveSmallIntegerField(default=DEFAULT_TEAM_SIZE)
    drafted_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_roadmap", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment"],
                name="assessments_roadmap_one_an_assessment",
            ),
            check(
                "assessments_roadmap_team_is_somebody",
                Q(team_size__gte=1, team_size__lte=MAX_TEAM_SIZE),
            ),
        ]


class RoadmapAction(Archivable, ClientModel):
    """A step of the roadmap with people's edits; drafted from a gap, or added by hand."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    key = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Origin])
    phase = models.CharField(max_length=40)
    title = models.CharField(max_length=ACTION_TITLE_LENGTH)
    text = models.TextField(blank=True, max_length=ACTION_TEXT_LENGTH)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True)
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    effort = models.CharField(max_length=6, choices=[(each.value, each.value) for each in Effort])
    status = models.CharField(
        max_length=13,
        choices=[(each.value, each.value) for each in ActionStatus],
        default=ActionStatus.OPEN.value,
    )
    reason = models.TextField(blank=True, max_length=STATUS_REASON_LENGTH)
    lever = models.CharField(max_length=40, blank=True)
    moves = models.JSONField(default=dict)
    # What it saved when it was drafted last; what it saves now follows from the costs.
    drafted_usd_per_month = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    # The fields that a person changed: drafting again leaves them alone.
    edited = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_roadmapaction", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment", "key"],
                condition=~Q(key=""),
                name="assessments_roadmapaction_one_a_template",
            ),
            check(
                "assessments_roadmapaction_drafted_has_its_template",
                Q(origin=Origin.DRAFTED.value) & ~Q(key="") | Q(origin=Origin.ADDED.value, key=""),
            ),
            check(
                "assessments_roadmapaction_status_known",
                Q(status__in=[each.value for each in ActionStatus]),
            ),
            check(
                "assessments_roadmapaction_effort_known",
                Q(effort__in=[each.value for each in Effort]),
            ),
            check(
                "assessments_roadmapaction_given_up_for_a_reason",
                ~Q(status__in=GIVEN_UP_VALUES) | ~Q(reason=""),
            ),
            check("assessments_roadmapaction_has_a_title", ~Q(title="")),
            check("assessments_roadmapaction_takes_a_day", Q(days__gte=1)),
            check("assessments_roadmapaction_version_counts_from_one", Q(version__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "due_on"], name="assessments_action_due"
            )
        ]
