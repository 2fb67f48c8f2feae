"""What the API takes and shows of usage imports."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.usage import BUCKETS, SOURCES, figures_of, propose
from costing.usage.models import UsageImport, UsageImportState
from organizations.serializers import InputSerializer

LONGEST_COLUMN = 200
FORMATS = [(key, source.title) for key, source in SOURCES.items()]
PLACES = ("inside", "beside")


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file in a form."""


def _column(what: str) -> serializers.CharField:
    return serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_COLUMN,
        help_text=f"In a CSV file of your own: the column of {what}.",
    )


class UsageInputSerializer(InputSerializer):
    """A file of usage: CSV, JSON or JSONL, also gzipped, of at most 200 MB."""

    file = UploadField()
    format = serializers.ChoiceField(
        choices=FORMATS,
        required=False,
        allow_blank=True,
        default="",
        help_text="Recognized by the content where none is named.",
    )
    time = _column("the time (ISO 8601, or seconds since 1970)")
    model = _column("the model")
    calls = _column("the number of calls; without one a row with an hour is one call")
    input = _column("the input tokens")
    cache_read = _column("the tokens read from a cache")
    cache_write_5m = _column("the tokens written to a cache for 5 minutes")
    cache_write_1h = _column("the tokens written to a cache for an hour")
    output = _column("the output tokens")
    cost = _column("the cost in USD")
    cached = serializers.ChoiceField(
        choices=PLACES,
        required=False,
        default="inside",
        help_text="In a CSV file of your own: whether the input counts the cached tokens.",
    )


class UsageImportSerializer(serializers.Serializer):
    """A file of usage and how many of its rows counted."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    assessment = serializers.UUIDField(source="assessment_id")
    client = serializers.UUIDField(source="client_id")
    state = serializers.ChoiceField(choices=UsageImportState.choices)
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(source="checksum")
    format = serializers.CharField(source="source")
    rows = serializers.IntegerField()
    good_rows = serializers.IntegerField()
    bad_rows = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField())
    first_at = serializers.DateTimeField(allow_null=True)
    end_at = serializers.DateTimeField(allow_null=True)
    imported_by = serializers.CharField(source="imported_by_label")
    imported_at = serializers.DateTimeField()

    def get_url(self, usage_import: UsageImport) -> str:
        """Return where the import stays."""
        return reverse("api:usage-import-detail", args=[self.context["org"], usage_import.pk])


class BadRowSerializer(serializers.Serializer):
    """A row that could not be used."""

    line = serializers.IntegerField()
    row = serializers.IntegerField(help_text="Its number among the rows.")
    reason = serializers.CharField()


class BadRowListSerializer(serializers.Serializer):
    """The first hundred rows that could not be used, and how many there are in all."""

    total = serializers.IntegerField()
    results = BadRowSerializer(many=True)


class TokensSerializer(serializers.Serializer):
    """Tokens by bucket; no token is in two of them."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return a count for each bucket."""
        return {bucket: serializers.IntegerField() for bucket in BUCKETS}


class UseSerializer(serializers.Serializer):
    """Calls, tokens and cost."""

    calls = serializers.IntegerField(allow_null=True)
    tokens = TokensSerializer()
    billed_usd = serializers.FloatField(allow_null=True)


class ModelUseSerializer(UseSerializer):
    """The use of one model."""

    model = serializers.CharField(allow_blank=True)


class ProposalSerializer(serializers.Serializer):
    """The part of a scenario that was measured."""

    workload = serializers.DictField()
    ranges = serializers.DictField()
    current_levers = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


class UsageFiguresSerializer(serializers.Serializer):
    """What an import came to."""

    first_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    is_hourly = serializers.BooleanField(source="figures.is_hourly")
    total = UseSerializer(source="figures")
    calls_per_month = serializers.FloatField(source="figures.calls_per_month", allow_null=True)
    input_tokens_per_call = serializers.FloatField(
        source="figures.input_tokens_per_call", allow_null=True
    )
    output_tokens_per_call = serializers.FloatField(
        source="figures.output_tokens_per_call", allow_null=True
    )
    cache_read_ratio = serializers.FloatField(source="figures.cache_read_ratio", allow_null=True)
    prefix_hit_ratio = serializers.FloatField(source="figures.prefix_hit_ratio", allow_null=True)
    models = ModelUseSerializer(many=True, source="figures.models")
    hourly_profile = serializers.ListField(
        child=serializers.FloatField(),
        source="figures.profile",
        help_text="Shares of the week's 168 hours, Monday 00:00 UTC first.",
    )
    proposal = serializers.SerializerMethodField()

    @extend_schema_field(ProposalSerializer)
    def get_proposal(self, usage_import: UsageImport) -> dict[str, Any]:
        """Return the workload that the figures propose."""
        proposal = propose(figures_of(usage_import.figures))
        return dict(ProposalSerializer(proposal).data)
