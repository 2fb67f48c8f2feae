"""Tables of answers, their evidence, and the organization's notes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.framework import LEVELS
from assessments.models.assessments import Assessment
from assessments.scoring import AnswerState, CheckValue, Confidence
from assessments.uploads import FILENAME_LENGTH, MAX_FILE_BYTES
from organizations.models import LABEL_LENGTH, Archivable, ClientModel, User
from organizations.tenancy import check, tenant_key

COMMENT_LENGTH = 4000
URL_LENGTH = 2000
NOTE_LENGTH = 4000


class AnswerKind(models.TextChoices):
    """What an answer is about."""

    CHECK = "check"
    DIMENSION = "dimension"


class Answer(ClientModel):
    """The answer to one question of one assessment, its axes kept apart."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=14, default=AnswerState.UNANSWERED.value)
    value = models.CharField(max_length=8, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    comment = models.TextField(blank=True, max_length=COMMENT_LENGTH)
    # Taken from the assessment before this one, until somebody confirms it.
    is_carried_over = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_answer", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment", "kind", "key"],
                name="assessments_answer_one_a_question",
            ),
            check(
                "assessments_answer_kind_and_state_known",
                Q(kind__in=AnswerKind.values, state__in=[*AnswerState]),
            ),
            check("assessments_answer_value_known", Q(value__in=["", *CheckValue])),
            check("assessments_answer_confidence_known", Q(confidence__in=["", *Confidence])),
            check(
                "assessments_answer_level_1_to_5",
                Q(level__isnull=True) | Q(level__gte=LEVELS[0], level__lte=LEVELS[-1]),
            ),
            check(
                "assessments_answer_value_exactly_when_answered",
                Q(state=AnswerState.ANSWERED.value, kind=AnswerKind.CHECK, level__isnull=True)
                & ~Q(value="")
                | Q(
                    state=AnswerState.ANSWERED.value,
                    kind=AnswerKind.DIMENSION,
                    level__isnull=False,
                    value="",
                )
                | ~Q(state=AnswerState.ANSWERED.value) & Q(level__isnull=True, value=""),
            ),
            check(
                "assessments_answer_reason_exactly_when_not_applicable",
                Q(state=AnswerState.NOT_APPLICABLE.value) & ~Q(reason="")
                | ~Q(state=AnswerState.NOT_APPLICABLE.value) & Q(reason=""),
            ),
            check("assessments_answer_version_counts_from_one", Q(version__gte=1)),
        ]


class EvidenceKind(models.TextChoices):
    """What shows an answer."""

    LINK = "link"
    FILE = "file"


class Evidence(ClientModel):
    """A link or a file that shows the answer to one question; it changes no score."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    key = models.CharField(max_length=40)
    evidence_kind = models.CharField(max_length=4, choices=EvidenceKind.choices)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    filename = models.CharField(max_length=FILENAME_LENGTH, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=80, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_evidence", client=True),
            check("assessments_evidence_kind_known", Q(kind__in=AnswerKind.values)),
            check(
                "assessments_evidence_link_or_file",
                Q(evidence_kind=EvidenceKind.LINK, path="", filename="", size_bytes=0)
                & (Q(url__startswith="https://") | Q(url__startswith="http://"))
                | Q(
                    evidence_kind=EvidenceKind.FILE,
                    url="",
                    size_bytes__gte=1,
                    size_bytes__lte=MAX_FILE_BYTES,
                )
                & ~Q(path="")
                & ~Q(filename=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "kind", "key"],
                name="assessments_evidence_question",
            )
        ]

    @property
    def is_link(self) -> bool:
        return self.evidence_kind == EvidenceKind.LINK

    @property
    def name(self) -> str:
        return self.url or self.filename


class Note(Archivable, ClientModel):
    """A note for the organization alone, on an assessment or one of its questions."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    question = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=NOTE_LENGTH)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("assessments_note", client=True),
            check("assessments_note_says_something", ~Q(text="")),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "-written_at"], name="assessments_note_recent"
            )
        ]
