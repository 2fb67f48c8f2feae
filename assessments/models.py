"""Tables of assessments: framework versions, assessments, answers, scorecards."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import ClientModel, User
from organizations.tenancy import tenant_key


class FrameworkVersion(models.Model):
    """A published version of the framework; never changed afterwards, the same for all firms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=20, unique=True)
    checksum = models.CharField(max_length=64)
    document = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)


class AssessmentStatus(models.TextChoices):
    """Where an assessment is on its way."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"


class Assessment(ClientModel):
    """One look at one client, bound to the framework version it started with."""

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    as_of = models.DateField()
    triggers = models.JSONField(default=list)
    weights = models.JSONField(default=dict)
    status = models.CharField(
        max_length=12, choices=AssessmentStatus.choices, default=AssessmentStatus.IN_PROGRESS
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_assessment", client=True),
            models.CheckConstraint(
                condition=Q(status=AssessmentStatus.SUBMITTED, submitted_at__isnull=False)
                | Q(status=AssessmentStatus.IN_PROGRESS, submitted_at__isnull=True),
                name="assessments_assessment_submitted_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "client", "-created_at"], name="assessments_recent"
            ),
        ]


class AnswerKind(models.TextChoices):
    """What an answer is about."""

    CHECK = "check"
    DIMENSION = "dimension"


class AnswerState(models.TextChoices):
    """Whether there is an answer, and if not, why."""

    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Answer(ClientModel):
    """The answer to one question of one assessment, its axes kept apart."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    key = models.CharField(max_length=40)
    state = models.CharField(
        max_length=14, choices=AnswerState.choices, default=AnswerState.UNANSWERED
    )
    value = models.CharField(max_length=8, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    comment = models.TextField(blank=True, max_length=4000)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_answer", client=True),
            models.UniqueConstraint(
                fields=["assessment", "kind", "key"], name="assessments_answer_one_a_question"
            ),
            models.CheckConstraint(
                condition=Q(value__in=["", "yes", "partial", "no"]),
                name="assessments_answer_value_known",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=5),
                name="assessments_answer_level_1_to_5",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnswerState.ANSWERED)
                | Q(kind=AnswerKind.CHECK, level__isnull=True) & ~Q(value="")
                | Q(kind=AnswerKind.DIMENSION, level__isnull=False, value=""),
                name="assessments_answer_answered_has_its_value",
            ),
        ]


class Scorecard(ClientModel):
    """The scores of an assessment as a job computed them once."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scorecards")
    job_id = models.UUIDField(unique=True)
    document = models.JSONField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [tenant_key("assessments_scorecard", client=True)]
