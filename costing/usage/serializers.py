"""What the API takes and shows of usage imports."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.usage.entries import BUCKETS, CACHED_PLACES, COLUMNS, MAX_COLUMN_LENGTH
from costing.usage.models import UsageImport, UsageImportState
from costing.usage.proposal import propose
from costing.usage.sources import SOURCES
from organizations.serializers import InputSerializer

FORMATS = [(key, source.title) for key, source in SOURCES.items()]
MAX_REFERENCE_LENGTH = 200


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file in a form."""


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
    cached = serializers.ChoiceField(
        choices=[*CACHED_PLACES],
        required=False,
        default="inside",
        help_text="In a CSV file of your own: whether the input counts the cached tokens.",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return a field for each column too."""
        columns = {
            name: serializers.CharField(
                required=False,
                allow_blank=True,
                max_length=MAX_COLUMN_LENGTH,
                help_text=f"In a CSV file of your own: the column of {column.description}.",
            )
            for name, column in COLUMNS.items()
        }
        return super().get_fields() | columns


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

    total = serializers.IntegerField(source="bad_rows")
    results = BadRowSerializer(many=True, source="listed_rows")


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

    workload = serializers.DictField(source="workload_document")
    ranges = serializers.DictField(source="ranges_document")
    current_levers = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


class UsageFiguresSerializer(serializers.Serializer):
    """What an import came to."""

    first_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    is_hourly = serializers.BooleanField(source="measured.is_hourly")
    total = UseSerializer(source="measured")
    calls_per_month = serializers.FloatField(source="measured.calls_per_month", allow_null=True)
    input_tokens_per_call = serializers.FloatField(
        source="measured.input_tokens_per_call", allow_null=True
    )
    output_tokens_per_call = serializers.FloatField(
        source="measured.output_tokens_per_call", allow_null=True
    )
    cache_read_ratio = serializers.FloatField(source="measured.cache_read_ratio", allow_null=True)
    prefix_hit_ratio = serializers.FloatField(source="measured.prefix_hit_ratio", allow_null=True)
    models = ModelUseSerializer(many=True, source="measured.models")
    hourly_profile = serializers.ListField(
        child=serializers.FloatField(),
        source="measured.profile",
        help_text="Shares of the week's 168 hours, Monday 00:00 UTC first.",
    )
    proposal = serializers.SerializerMethodField()

    @extend_schema_field(ProposalSerializer)
    def get_proposal(self, usage_import: UsageImport) -> dict[str, Any]:
        """Return the workload that the figures propose."""
        return dict(ProposalSerializer(propose(usage_import.measured)).data)


class MeasuredScenarioInputSerializer(InputSerializer):
    """Which scenario the measured workload goes into, and what the file does not say."""

    scenario = serializers.UUIDField(
        required=False, help_text="One of the same assessment; a new one where none is named."
    )
    model = serializers.CharField(
        required=False,
        max_length=MAX_REFERENCE_LENGTH,
        help_text="For a new scenario: the model that answers, as the catalog names it.",
    )
    calls_per_month = serializers.FloatField(
        required=False,
        min_value=0.000001,
        max_value=1e15,
        help_text="Where the source counts no calls.",
    )


def _usd(**options: Any) -> serializers.DecimalField:
    """An amount in USD as text that keeps every digit."""
    return serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True, **options
    )


class PartsSerializer(serializers.Serializer):
    """What explains a difference, in USD; the parts add up to it."""

    price = _usd()
    volume = _usd()
    cache = _usd()
    unknown_model = _usd()


class ReconciliationLineSerializer(serializers.Serializer):
    """One bucket of a model."""

    bucket = serializers.ChoiceField(choices=BUCKETS)
    used_tokens = serializers.IntegerField()
    billed_tokens = serializers.IntegerField(allow_null=True)
    usd_per_mtok = serializers.FloatField(allow_null=True)
    predicted_usd = serializers.FloatField()


class MoneySerializer(serializers.Serializer):
    """Predicted, billed, and what explains the difference, in USD with every digit."""

    predicted_usd = _usd()
    billed_usd = _usd()
    difference_usd = _usd()
    parts = PartsSerializer()


class ModelReconciliationSerializer(MoneySerializer):
    """One model."""

    model = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(
        allow_blank=True, help_text="In the price book; empty where it has no price."
    )
    lines = ReconciliationLineSerializer(many=True)


class ReconciliationSerializer(MoneySerializer):
    """What a price book predicts of usage, held against what was billed."""

    predicted_usd = _usd(source="result.predicted_usd")
    billed_usd = _usd(source="result.billed_usd")
    difference_usd = _usd(source="result.difference_usd")
    parts = PartsSerializer(source="result.parts")
    usage_import = serializers.UUIDField(source="usage.pk")
    billing = serializers.UUIDField(source="billing.pk")
    price_book = serializers.UUIDField(source="book.pk")
    price_book_as_of = serializers.DateField(source="book.as_of")
    start_at = serializers.DateTimeField(source="start")
    end_at = serializers.DateTimeField(source="end")
    is_whole = serializers.BooleanField(
        source="result.is_whole", help_text="The bill could not be told apart by model."
    )
    models = ModelReconciliationSerializer(many=True, source="result.models")
