"""Tables of assessments: framework versions, assessments, answers, scorecards."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.scoring import AnswerState, CheckValue, Confidence
from assessments.uploads import FILENAME_LENGTH, LARGEST_FILE_BYTES
from organizations.models import ClientModel, User
from organizations.tenancy import tenant_key

TITLE_LENGTH = 160
COMMENT_LENGTH = 4000
REMARK_LENGTH = 4000
URL_LENGTH = 2000
NOTE_LENGTH = 4000
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
VALUES = [value.value for value in CheckValue]
STATES = [state.value for state in AnswerState]
CONFIDENCES = [confidence.value for confidence in Confidence]


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
    APPROVED = "approved"


# Whom an assessment waits for, by its status; nobody once it is approved.
WAITS_FOR = {
    AssessmentStatus.IN_PROGRESS: "client",
    AssessmentStatus.SUBMITTED: "review",
}


class Assessment(ClientModel):
    """One look at one client, bound to the framework version it started with."""

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    as_of = models.DateField()
    triggers = models.JSONField(default=list)
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
    reviewed_by_label = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_assessment", client=True),
            models.CheckConstraint(
                condition=Q(
                    status__in=[AssessmentStatus.SUBMITTED, AssessmentStatus.APPROVED],
                    submitted_at__isnull=False,
                )
                | Q(status=AssessmentStatus.IN_PROGRESS, submitted_at__isnull=True),
                name="assessments_assessment_submitted_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=AssessmentStatus.APPROVED, approved_at__isnull=False)
                | ~Q(status=AssessmentStatus.APPROVED) & Q(approved_at__isnull=True),
                name="assessments_assessment_approved_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=False) & ~Q(remark="")
                | Q(returned_at__isnull=True, remark=""),
                name="assessments_assessment_returned_with_a_remark",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "client", "-created_at"], name="assessments_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_submitted(self) -> bool:
        """Tell whether it waits for a review."""
        return self.status == AssessmentStatus.SUBMITTED

    @property
    def is_approved(self) -> bool:
        """Tell whether a review accepted it."""
        return self.status == AssessmentStatus.APPROVED

    @property
    def is_fixed(self) -> bool:
        """Tell whether its answers can no longer be changed."""
        return self.status != AssessmentStatus.IN_PROGRESS

    @property
    def is_returned(self) -> bool:
        """Tell whether a review sent it back and it was not submitted again."""
        return not self.is_fixed and self.returned_at is not None

    @property
    def waits_for(self) -> str:
        """Whom it waits for: the client, a review, or nobody (empty)."""
        return WAITS_FOR.get(AssessmentStatus(self.status), "")


class AnswerKind(models.TextChoices):
    """What an answer is about."""

    CHECK = "check"
    DIMENSION = "dimension"


class Answer(ClientModel):
    """The answer to one question of one assessment, its axes kept apart."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=14, default=AnswerState.UNANSWERED.value)
    value = models.CharField(max_length=8, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    comment = models.TextField(blank=True, max_length=COMMENT_LENGTH)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_by_label = models.CharField(max_length=254, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_answer", client=True),
            models.UniqueConstraint(
                fields=["assessment", "kind", "key"], name="assessments_answer_one_a_question"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AnswerKind.values, state__in=STATES),
                name="assessments_answer_kind_and_state_known",
            ),
            models.CheckConstraint(
                condition=Q(value__in=["", *VALUES]),
                name="assessments_answer_value_known",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *CONFIDENCES]),
                name="assessments_answer_confidence_known",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True)
                | Q(level__gte=LOWEST_LEVEL, level__lte=HIGHEST_LEVEL),
                name="assessments_answer_level_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=AnswerState.ANSWERED.value, kind=AnswerKind.CHECK, level__isnull=True
                )
                & ~Q(value="")
                | Q(
                    state=AnswerState.ANSWERED.value,
                    kind=AnswerKind.DIMENSION,
                    level__isnull=False,
                    value="",
                )
                | ~Q(state=AnswerState.ANSWERED.value) & Q(level__isnull=True, value=""),
                name="assessments_answer_value_exactly_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(state=AnswerState.NOT_APPLICABLE.value) & ~Q(reason="")
                | ~Q(state=AnswerState.NOT_APPLICABLE.value) & Q(reason=""),
                name="assessments_answer_reason_exactly_when_not_applicable",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="assessments_answer_version_counts_from_one"
            ),
        ]


class EvidenceKind(models.TextChoices):
    """What shows an answer."""

    LINK = "link"
    FILE = "file"


class Evidence(ClientModel):
    """A link or a file that shows the answer to one question; it changes no score."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    key = models.CharField(max_length=40)
    evidence_kind = models.CharField(max_length=4, choices=EvidenceKind.choices)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    filename = models.CharField(max_length=FILENAME_LENGTH, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=80, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_by_label = models.CharField(max_length=254, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_evidence", client=True),
            models.CheckConstraint(
                condition=Q(kind__in=AnswerKind.values), name="assessments_evidence_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(evidence_kind=EvidenceKind.LINK, path="", filename="", size_bytes=0)
                & (Q(url__startswith="https://") | Q(url__startswith="http://"))
                | Q(
                    evidence_kind=EvidenceKind.FILE,
                    url="",
                    size_bytes__gte=1,
                    size_bytes__lte=LARGEST_FILE_BYTES,
                )
                & ~Q(path="")
                & ~Q(filename=""),
                name="assessments_evidence_link_or_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["assessment", "kind", "key"], name="assessments_evidence_question")
        ]

    @property
    def is_link(self) -> bool:
        """Tell a link from a file."""
        return self.evidence_kind == EvidenceKind.LINK

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return self.url or self.filename


class Note(ClientModel):
    """What a consultant notes for the firm alone, on an assessment or one of its questions."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=NOTE_LENGTH)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_label = models.CharField(max_length=254, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_note", client=True),
            models.CheckConstraint(condition=~Q(text=""), name="assessments_note_says_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["assessment", "-written_at"], name="assessments_note_recent")
        ]


class Scorecard(ClientModel):
    """The scores of an assessment as a job computed them once."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    job_id = models.UUIDField(unique=True)
    document = models.JSONField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [tenant_key("assessments_scorecard", client=True)]
        indexes: ClassVar = [
            models.Index(
                fields=["assessment", "-computed_at"], name="assessments_scorecard_latest"
            ),
        ]
