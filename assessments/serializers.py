"""What the API takes and gives of assessments."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments import models, roadmap
from assessments.framework import LEVELS
from assessments.models import WAITS_FOR, AnswerKind, AssessmentStatus, Evidence, EvidenceKind
from assessments.roadmap import ActionOrigin, ActionStatus, Effort
from assessments.scoring import AnswerState, CheckValue, Confidence, Scores, Target
from assessments.uploads import MAX_FILE_BYTES, TOO_MANY_BYTES
from organizations.serializers import InputSerializer, result_serializer

HIGHEST_VERSION = 2_000_000_000


class FrameworkVersionSerializer(serializers.Serializer):
    """A published version of the framework."""

    version = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")
    published_at = serializers.DateTimeField()


class FrameworkDocumentSerializer(FrameworkVersionSerializer):
    """A published version with what it says."""

    document = serializers.DictField(help_text="Dimensions, checks, levers, phases, triggers.")


class AssessmentSerializer(serializers.Serializer):
    """One look at one client."""

    id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id")
    previous = serializers.UUIDField(
        source="previous_id", allow_null=True, help_text="What it is the reassessment of."
    )
    title = serializers.CharField()
    as_of = serializers.DateField()
    triggers = serializers.ListField(child=serializers.CharField())
    weights = serializers.DictField(child=serializers.CharField())
    framework = serializers.CharField(source="framework.version")
    status = serializers.ChoiceField(choices=AssessmentStatus.choices)
    waits_for = serializers.ChoiceField(
        choices=sorted(WAITS_FOR.values()), allow_blank=True, help_text="Empty: for nobody."
    )
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField(allow_blank=True, help_text="Why a review returned it.")


class TitleInputSerializer(InputSerializer):
    """An assessment's title and date."""

    title = serializers.CharField(max_length=models.TITLE_LENGTH)
    as_of = serializers.DateField()


class AssessmentChangeInputSerializer(TitleInputSerializer):
    """An assessment's title, date and reasons."""

    triggers = serializers.ListField(
        child=serializers.CharField(max_length=60),
        default=list,
        max_length=20,
        help_text="Why it is run: keys of the framework's triggers.",
    )


class AssessmentInputSerializer(AssessmentChangeInputSerializer):
    """What an assessment starts from."""

    client = serializers.UUIDField()


class WeightsInputSerializer(InputSerializer):
    """The client's own weights of the dimensions; none of them takes all away."""

    weights = serializers.DictField(
        child=serializers.DecimalField(max_digits=7, decimal_places=3, min_value=Decimal(0))
    )


class RemarkInputSerializer(InputSerializer):
    """What a review asks for."""

    remark = serializers.CharField(max_length=models.REMARK_LENGTH)


MAX_ANSWERS = 100
STATES = [*AnswerState]


class AnswerSerializer(serializers.Serializer):
    """A question's answer, its axes kept apart; version 0 where there is none yet."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    key = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    value = serializers.ChoiceField(choices=[*CheckValue], allow_null=True, help_text="Of a check.")
    level = serializers.IntegerField(allow_null=True, help_text="Of a dimension, 1 to 5.")
    confidence = serializers.ChoiceField(choices=[*Confidence], allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why it does not apply.")
    comment = serializers.CharField(allow_blank=True)
    updated_at = serializers.DateTimeField(allow_null=True)


class AnswerListSerializer(serializers.Serializer):
    """Every question of an assessment with its answer."""

    results = AnswerSerializer(many=True)


class AnswerInputSerializer(InputSerializer):
    """An answer over the version that was read."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )
    state = serializers.ChoiceField(choices=STATES)
    value = serializers.ChoiceField(choices=[*CheckValue], default=None, allow_null=True)
    level = serializers.IntegerField(
        default=None, allow_null=True, min_value=LEVELS[0], max_value=LEVELS[-1]
    )
    confidence = serializers.ChoiceField(choices=[*Confidence], default=None, allow_null=True)
    reason = serializers.CharField(default=None, allow_null=True, max_length=40)
    comment = serializers.CharField(
        default="", allow_blank=True, max_length=models.COMMENT_LENGTH, trim_whitespace=False
    )


class OneOfManyInputSerializer(AnswerInputSerializer):
    """One answer among several, over the version that was read."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    key = serializers.CharField(max_length=40)
    version = serializers.IntegerField(min_value=0, max_value=HIGHEST_VERSION)


class AnswersInputSerializer(InputSerializer):
    """Several answers, stored all or none."""

    answers = OneOfManyInputSerializer(  # type: ignore[call-arg]
        many=True, allow_empty=False, max_length=MAX_ANSWERS
    )


class EvidenceSerializer(serializers.Serializer):
    """A link or a file that shows an answer."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    key = serializers.CharField()
    evidence_kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    url = serializers.CharField(allow_blank=True, help_text="Of a link.")
    filename = serializers.CharField(allow_blank=True, help_text="Of a file.")
    content_type = serializers.CharField(allow_blank=True, help_text="Of a file.")
    size_bytes = serializers.IntegerField(help_text="Of a file.")
    file = serializers.SerializerMethodField(help_text="Where the file is.")
    added_by = serializers.CharField(source="added_by_label", allow_blank=True)
    added_at = serializers.DateTimeField()

    def get_file(self, evidence: Evidence) -> str | None:
        """Return where a file is."""
        if evidence.is_link:
            return None
        return reverse("api:evidence-file", args=[self.context["org"], evidence.pk])


class EvidenceLinkInputSerializer(InputSerializer):
    """A web address that shows an answer."""

    url = serializers.CharField(max_length=models.URL_LENGTH)


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A file of a form; how large it is and what is in it, the domain judges."""


class EvidenceFileInputSerializer(InputSerializer):
    """A file that shows an answer: at most 10 MB, its kind told by its content."""

    file = UploadField(max_length=1000, allow_empty_file=True)

    def validate_file(self, file: Any) -> Any:
        """Refuse by its size before anything of it is read."""
        if file.size > MAX_FILE_BYTES:
            raise serializers.ValidationError(TOO_MANY_BYTES)
        return file


class NoteSerializer(serializers.Serializer):
    """What the organization notes for itself."""

    id = serializers.UUIDField()
    question = serializers.CharField(allow_blank=True, help_text="Empty: the whole assessment.")
    text = serializers.CharField()
    written_by = serializers.CharField(source="written_by_label", allow_blank=True)
    written_at = serializers.DateTimeField()


class NoteInputSerializer(InputSerializer):
    """A note on an assessment or on one of its questions."""

    text = serializers.CharField(max_length=models.NOTE_LENGTH)
    question = serializers.CharField(default="", allow_blank=True, max_length=40)


class StoredScorecardSerializer(serializers.Serializer):
    """The scores of a submission as a job computed them once."""

    id = serializers.UUIDField()
    job = serializers.UUIDField(source="job_id")
    computed_at = serializers.DateTimeField()
    scores = serializers.DictField(source="document")


TargetSerializer = result_serializer(Target)


class ScorecardSerializer(serializers.Serializer):
    """The scores that the answers come to as of now, and those stored last."""

    scores = result_serializer(Scores)()
    targets = serializers.DictField(
        child=TargetSerializer(), help_text="The level to aim at, by dimension."
    )
    stored = StoredScorecardSerializer(allow_null=True)


class TargetInputSerializer(InputSerializer):
    """A level to aim at for a reason."""

    level = serializers.IntegerField(min_value=LEVELS[0], max_value=LEVELS[-1])
    reason = serializers.CharField(max_length=models.TARGET_REASON_LENGTH)


MAX_CHECKS = 40
STATUSES, EFFORTS = [*ActionStatus], [*Effort]


class ActionSerializer(serializers.Serializer):
    """A step of the roadmap with what people said of it."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    key = serializers.CharField(help_text="The framework's action; empty where added by hand.")
    origin = serializers.ChoiceField(choices=[*ActionOrigin])
    phase = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    effort = serializers.ChoiceField(choices=EFFORTS)
    status = serializers.ChoiceField(choices=STATUSES)
    reason = serializers.CharField(help_text="Why it is dropped, or who accepted the risk.")
    lever = serializers.CharField()
    moves = serializers.DictField(
        child=serializers.CharField(), help_text="The checks that it would change, and to what."
    )
    drafted_usd_per_month = serializers.FloatField(
        allow_null=True,
        help_text="Its saving when it was drafted last; the roadmap has what it saves now.",
    )
    edited = serializers.ListField(
        child=serializers.CharField(), help_text="What drafting again leaves alone."
    )
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(source="changed_by_label")


class _TypedSerializer(InputSerializer):
    """What a person types into an action."""

    title = serializers.CharField(max_length=models.ACTION_TITLE_LENGTH)
    phase = serializers.CharField(max_length=40)
    due_on = serializers.DateField()
    text = serializers.CharField(default="", allow_blank=True, max_length=models.ACTION_TEXT_LENGTH)
    owner = serializers.CharField(default="", allow_blank=True, max_length=models.OWNER_LENGTH)
    effort = serializers.ChoiceField(choices=EFFORTS, default=Effort.MEDIUM.value)
    status = serializers.ChoiceField(choices=STATUSES, default=ActionStatus.OPEN.value)
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=models.STATUS_REASON_LENGTH
    )


class ActionInputSerializer(_TypedSerializer):
    """An action by hand, with the checks that it would bring to yes."""

    checks = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=MAX_CHECKS
    )


class ActionChangeInputSerializer(_TypedSerializer):
    """What an action shall say over the version that was read."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )


class RoadmapSerializer(serializers.Serializer):
    """The roadmap as it stands; money is USD a month, counted once."""

    is_begun = serializers.BooleanField()
    starts_on = serializers.DateField()
    phases = result_serializer(roadmap.PhaseEntry)(many=True)
    not_proposed = result_serializer(roadmap.NotProposed)(
        many=True, help_text="What is left out, and why."
    )
    projections = result_serializer(roadmap.Projection)(
        many=True, help_text="Score and spend at the end of each phase."
    )
    anti_patterns = result_serializer(roadmap.AntiPatternCost)(many=True)
    workload = result_serializer(roadmap.Workload)()


class TeamInputSerializer(InputSerializer):
    """How many people work full time on the roadmap."""

    team_size = serializers.IntegerField(min_value=1, max_value=roadmap.MAX_TEAM_SIZE)


DraftSerializer = result_serializer(roadmap.Redraft, "Draft")


class DraftInputSerializer(InputSerializer):
    """The difference that was previewed."""

    checksum = serializers.CharField(max_length=64)
    starts_on = serializers.DateField(required=False)


class MaturityValueAnswerSerializer(serializers.Serializer):
    """The value of maturity; null before any scenario is costed."""

    value = result_serializer(roadmap.MaturityValue)(allow_null=True)
