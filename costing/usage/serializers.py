"""What the API takes and shows of usage imports."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.usage import BUCKETS, SOURCES, propose
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

    workload = serializers.DictField(source="workload_document")
    ranges = serializers.DictField(source="ranges_document")
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
        return dict(ProposalSerializer(propose(usage_import.measured)).data)


LONGEST_REFERENCE = 200


class MeasuredScenarioInputSerializer(InputSerializer):
    """Which scenario the measured workload goes into, and what the file does not say."""

    scenario = serializers.UUIDField(
        required=False, help_text="One of the same assessment; a new one where none is named."
    )
    model = serializers.CharField(
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text="For a new scenario: the model that answers, as the catalog names it.",
    )
    calls_per_month = serializers.FloatField(
        required=False,
        min_value=0.000001,
        max_value=1e15,
        help_text="Where the source counts no calls.",
    )


class PartsSerializer(serializers.Serializer):
    """What explains a difference, in USD; the parts add up to it."""

    price = serializers.DecimalField(max_digits=None, decimal_places=None, coerce_to_string=True)
    volume = serializers.DecimalField(max_digits=None, decimal_places=None, coerce_to_string=True)
    cache = serializers.DecimalField(max_digits=None, decimal_places=None, coerce_to_string=True)
    unknown_model = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True
    )


class ReconciliationLineSerializer(serializers.Serializer):
    """One bucket of a model."""

    bucket = serializers.ChoiceField(choices=BUCKETS)
    used_tokens = serializers.IntegerField()
    billed_tokens = serializers.IntegerField(allow_null=True)
    usd_per_mtok = serializers.FloatField(allow_null=True)
    predicted_usd = serializers.FloatField()


class MoneySerializer(serializers.Serializer):
    """Predicted, billed, and what explains the difference, in USD with every digit."""

    predicted_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True
    )
    billed_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True
    )
    difference_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True
    )
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

    predicted_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True, source="result.predicted_usd"
    )
    billed_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True, source="result.billed_usd"
    )
    difference_usd = serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True, source="result.difference_usd"
    )
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
