"""What the API takes and shows of snapshots and deliverables."""

from django.urls import reverse
from rest_framework import serializers

from jobs.serializers import JobSerializer
from organizations.serializers import InputSerializer
from reports.models import Deliverable, DeliverableKind, PaperSize


class SnapshotSerializer(serializers.Serializer):
    """An assessment with its economics as they stood once."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    client = serializers.UUIDField(source="client_id")
    number = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the frozen content's canonical JSON.")
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(
        source="publication.published_at",
        default=None,
        allow_null=True,
        help_text="Null: the client's people do not see it.",
    )


class SnapshotContentSerializer(SnapshotSerializer):
    """A snapshot with its frozen content."""

    payload = serializers.DictField()


class DeliverableSerializer(serializers.Serializer):
    """One document of one snapshot."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    snapshot = serializers.UUIDField(source="snapshot_id")
    kind = serializers.ChoiceField(choices=DeliverableKind.choices)
    paper = serializers.ChoiceField(choices=PaperSize.choices)
    is_ready = serializers.BooleanField()
    file = serializers.SerializerMethodField()
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the file.")
    job = JobSerializer(help_text="What draws it.")
    requested_at = serializers.DateTimeField()
    rendered_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, deliverable: Deliverable) -> str:
        """Return where to read it again."""
        return reverse("api:deliverable-detail", args=[self.context["org"], deliverable.pk])

    def get_file(self, deliverable: Deliverable) -> str | None:
        """Return where the file is, as soon as it is there."""
        if not deliverable.is_ready:
            return None
        return reverse("api:deliverable-file", args=[self.context["org"], deliverable.pk])


class DeliverableInputSerializer(InputSerializer):
    """Which document to draw, and on which paper."""

    kind = serializers.ChoiceField(choices=DeliverableKind.choices)
    paper = serializers.ChoiceField(choices=PaperSize.choices, default=PaperSize.A4)
