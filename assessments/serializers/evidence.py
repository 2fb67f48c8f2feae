"""What the API takes and shows of evidence and notes."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.models import (
    NOTE_LENGTH,
    URL_LENGTH,
    AnswerKind,
    Evidence,
    EvidenceKind,
)
from assessments.uploads import LARGEST_FILE_BYTES
from organizations.serializers import InputSerializer


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

    url = serializers.CharField(max_length=URL_LENGTH)


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A file of a form; how large it is and what is in it, the domain judges."""


class EvidenceFileInputSerializer(InputSerializer):
    """A file that shows an answer: at most 10 MB, its kind told by its content."""

    file = UploadField(max_length=1000, allow_empty_file=True)

    def validate_file(self, file: Any) -> Any:
        """Refuse by its size before anything of it is read."""
        if file.size > LARGEST_FILE_BYTES:
            raise serializers.ValidationError("At most 10 MB, please.")
        return file


class NoteSerializer(serializers.Serializer):
    """What the firm notes for itself."""

    id = serializers.UUIDField()
    question = serializers.CharField(allow_blank=True, help_text="Empty: the whole assessment.")
    text = serializers.CharField()
    written_by = serializers.CharField(source="written_by_label", allow_blank=True)
    written_at = serializers.DateTimeField()


class NoteInputSerializer(InputSerializer):
    """A note on an assessment or on one of its questions."""

    text = serializers.CharField(max_length=NOTE_LENGTH)
    question = serializers.CharField(default="", allow_blank=True, max_length=40)
