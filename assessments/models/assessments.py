"""Tables of framework versions, assessments and their scorecards."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import LABEL_LENGTH, Archivable, ClientModel, User
from organizations.tenancy import check, tenant_key

TITLE_LENGTH = 160
REMARK_LENGTH = 4000
RATIO_DIGITS, RATIO_PLACES = 7, 6
MEASURED_FROM_LENGTH = 160


class FrameworkVersion(models.Model):
    """A published version of the framework: it never changes and belongs to no organization."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=20, unique=True)
    checksum = models.CharField(max_length=64)
    document = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)


class AssessmentStatus(models.TextChoices):
    """Where an assessment is on its way."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    APPROVED = "approved"


# Whom an assessment waits for, by its status; nobody once it is approved.
WAITS_FOR = {
    AssessmentStatus.IN_PROGRESS: "client",
    AssessmentStatus.SUBMITTED: "review",
}


class Assessment(Archivable, ClientModel):
    """One look at one client, bound to the framework version it started with."""

    # Its answers, as who changes one has read them under its lock: all in this transaction.
    answers_locked: Sequence[Any] | None = None

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    as_of = models.DateField()
    # The assessment that this one was started from as its reassessment.
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    triggers = models.JSONField(default=list)
    # When somebody last said why the assessment is run, even if for none of the reasons.
    intake_at = models.DateTimeField(null=True)
    weights = models.JSONField(default=dict)
    status = models.CharField(
        max_length=12, choices=AssessmentStatus.choices, default=AssessmentStatus.IN_PROGRESS
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True, max_length=REMARK_LENGTH)
    returned_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # When results were first published to the client's people; empty while they see none.
    published_at = models.DateTimeField(null=True)
    reviewed_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    # What imported usage says of it, which `costing.usage` passes; empty where none was read.
    measured_cache_read_ratio = models.DecimalField(
        null=True, max_digits=RATIO_DIGITS, decimal_places=RATIO_PLACES
    )
    measured_top_model_spend_ratio = models.DecimalField(
        null=True, max_digits=RATIO_DIGITS, decimal_places=RATIO_PLACES
    )
    measured_from = models.CharField(blank=True, max_length=MEASURED_FROM_LENGTH)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_assessment", client=True),
            models.UniqueConstraint(
                fields=["organization", "previous"],
                condition=Q(archived_at=None),
                name="assessments_assessment_one_reassessment",
            ),
            check(
                "assessments_assessment_measures_are_ratios",
                (
                    Q(measured_cache_read_ratio=None)
                    | Q(measured_cache_read_ratio__gte=0, measured_cache_read_ratio__lte=1)
                )
                & (
                    Q(measured_top_model_spend_ratio=None)
                    | Q(
                        measured_top_model_spend_ratio__gte=0,
                        measured_top_model_spend_ratio__lte=1,
                    )
                ),
            ),
            check(
                "assessments_assessment_submitted_has_a_time",
                Q(
                    status__in=[AssessmentStatus.SUBMITTED, AssessmentStatus.APPROVED],
                    submitted_at__isnull=False,
                )
                | Q(status=AssessmentStatus.IN_PROGRESS, submitted_at__isnull=True),
            ),
            check(
                "assessments_assessment_approved_has_a_time",
                Q(status=AssessmentStatus.APPROVED, approved_at__isnull=False)
                | ~Q(status=AssessmentStatus.APPROVED) & Q(approved_at__isnull=True),
            ),
            check(
                "assessments_assessment_returned_with_a_remark",
                Q(returned_at__isnull=False) & ~Q(remark="")
                | Q(returned_at__isnull=True, remark=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "client", "-created_at"], name="assessments_recent"
            ),
            models.Index(fields=["organization", "-created_at"], name="assessments_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> dict[str, Any]:
        """The columns that place a row of another table in it."""
        return {
            "organization_id": self.organization_id,
            "client_id": self.client_id,
            "assessment": self,
        }

    @property
    def is_measured(self) -> bool:
        ratios = (self.measured_cache_read_ratio, self.measured_top_model_spend_ratio)
        return any(ratio is not None for ratio in ratios)

    @property
    def is_submitted(self) -> bool:
        return self.status == AssessmentStatus.SUBMITTED

    @property
    def is_approved(self) -> bool:
        return self.status == AssessmentStatus.APPROVED

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_fixed(self) -> bool:
        return self.status != AssessmentStatus.IN_PROGRESS

    @property
    def has_intake(self) -> bool:
        return self.intake_at is not None or bool(self.triggers)

    @property
    def is_returned(self) -> bool:
        """Tell whether a review sent it back and it was not submitted again."""
        return not self.is_fixed and self.returned_at is not None

    @property
    def waits_for(self) -> str:
        """Whom it waits for: the client, a review, or nobody (empty)."""
        return WAITS_FOR.get(AssessmentStatus(self.status), "")


class Scorecard(ClientModel):
    """The scores of an assessment as a job computed them once."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    job_id = models.UUIDField()
    document = models.JSONField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_scorecard", client=True),
            models.UniqueConstraint(
                fields=["organization", "job_id"], name="assessments_scorecard_one_a_job"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "-computed_at"],
                name="assessments_scorecard_latest",
            ),
        ]
