"""What the API takes and shows of usage imports."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.catalog.resolve import MAX_REFERENCE_LENGTH
from costing.engine.inputs.fields import LEAST
from costing.engine.inputs.workload import MAX_REQUESTS_PER_MONTH
from costing.usage.baseline import Baseline
from costing.usage.columns import (
    CACHED_PLACES,
    COLUMNS,
    MAX_COLUMN_LENGTH,
    RATE_BOUNDS,
    RATE_DIGITS,
    RATE_PLACES,
)
from costing.usage.figures import Figures
from costing.usage.groups import MAX_GROUP_LENGTH, SPLITS
from costing.usage.merging import OVERLAPS
from costing.usage.models import UsageImport, UsageImportState
from costing.usage.previewing import Preview
from costing.usage.proposal import propose
from costing.usage.reconciling import ModelReconciliation, Parts
from costing.usage.records import LIMITS
from costing.usage.selectors import usage_baseline
from costing.usage.services import MAX_MERGED
from costing.usage.sources import SOURCES
from costing.usage.uses import GroupUse, ModelUse, Use
from costing.usage.volume import Volume
from costing.usage.written import DATES, NUMBERS
from organizations.serializers import InputSerializer, result_serializer

FORMATS = [(key, source.title) for key, source in SOURCES.items()]
MAX_ZONE_LENGTH = 40


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file in a form."""


class UsageInputSerializer(InputSerializer):
    """Files of usage: CSV, JSON or JSONL, also gzipped, or Parquet: 200 MB at most; XLSX: 50."""

    file = serializers.ListField(
        child=UploadField(),
        min_length=1,
        max_length=LIMITS.files,
        help_text="Once for each file. Several are one import, in which what overlaps counts once.",
    )
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
        help_text="In a CSV file of your own and in spans: whether the input counts cached tokens.",
    )

    numbers = serializers.ChoiceField(
        choices=[*NUMBERS.items()],
        required=False,
        allow_blank=True,
        default="",
        help_text="In a CSV file of your own: how numbers are written; else recognized.",
    )
    dates = serializers.ChoiceField(
        choices=[*DATES.items()],
        required=False,
        allow_blank=True,
        default="",
        help_text="In a CSV file of your own: how days are written; else recognized.",
    )

    split_by = serializers.ChoiceField(
        choices=[*SPLITS.items()],
        required=False,
        allow_blank=True,
        default="",
        help_text="Whose calls are told apart; names and ids alone are kept, and never a secret.",
    )
    tag = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_GROUP_LENGTH,
        help_text="The key of the tag that counts, where a call has several.",
    )

    currency = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=3,
        help_text="Of a bill in a currency other than USD: its three letters, with its rate.",
    )
    usd_per_unit = serializers.DecimalField(
        required=False,
        allow_null=True,
        **RATE_BOUNDS,
        help_text="What one unit of the currency is worth in USD.",
    )
    rate_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day of that rate."
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


class MergeInputSerializer(InputSerializer):
    """Imports of the assessment that are to be one, and what the hours are that several have."""

    imports = serializers.ListField(
        child=serializers.UUIDField(), min_length=2, max_length=MAX_MERGED
    )
    overlap = serializers.ChoiceField(choices=[*OVERLAPS.items()])


PreviewSerializer = result_serializer(Preview)


class RateSerializer(serializers.Serializer):
    """What one unit of another currency counts as, as somebody entered it."""

    currency = serializers.CharField()
    usd_per_unit = serializers.DecimalField(RATE_DIGITS, RATE_PLACES, normalize_output=True)
    on = serializers.DateField()


class FileSerializer(serializers.Serializer):
    """One of several files that were sent together; its rows count once it was read."""

    filename = serializers.CharField()
    format = serializers.CharField(source="source")
    rows = serializers.IntegerField(default=0)
    good_rows = serializers.IntegerField(default=0)


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
    files = FileSerializer(many=True)
    split_by = serializers.CharField(help_text="Empty where it is not split.")
    rate = RateSerializer(allow_null=True)
    merged_from = serializers.ListField(child=serializers.UUIDField())
    time_zone = serializers.CharField()
    covers_from = serializers.DateField(allow_null=True, help_text="As a person said, or null.")
    covers_to = serializers.DateField(allow_null=True)
    first_at = serializers.DateTimeField(allow_null=True)
    end_at = serializers.DateTimeField(allow_null=True)
    imported_by = serializers.CharField(source="imported_by_label")
    imported_at = serializers.DateTimeField()
    hours_removed_at = serializers.DateTimeField(
        allow_null=True, help_text="Its figures stay; what needs its hours is refused from then on."
    )

    def get_url(self, usage_import: UsageImport) -> str:
        """Return where the import stays."""
        return reverse("api:usage-import-detail", args=[self.context["org"], usage_import.pk])


class CoverageInputSerializer(InputSerializer):
    """What a file covers: the time zone of its days, its first and its last one."""

    time_zone = serializers.CharField(
        max_length=MAX_ZONE_LENGTH, help_text="By its name in the IANA database: Europe/Berlin."
    )
    covers_from = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Null, like `covers_to`, to go by what the file says, else by its calls.",
    )
    covers_to = serializers.DateField(required=False, allow_null=True, default=None)


class BadRowSerializer(serializers.Serializer):
    """A row that could not be used."""

    line = serializers.IntegerField()
    row = serializers.IntegerField(help_text="Its number among the rows.")
    reason = serializers.CharField()
    file = serializers.CharField(default="", help_text="Where several were sent.")


class BadRowListSerializer(serializers.Serializer):
    """The first hundred rows that could not be used, and how many there are in all."""

    total = serializers.IntegerField(source="bad_rows")
    results = BadRowSerializer(many=True, source="listed_rows")


class ProposalSerializer(serializers.Serializer):
    """The part of a scenario that was measured."""

    workload = serializers.DictField(source="workload_document")
    ranges = serializers.DictField(source="ranges_document")
    current_levers = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


BaselineSerializer = result_serializer(Baseline)


class UsageFiguresSerializer(serializers.Serializer):
    """What an import came to."""

    first_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    is_hourly = serializers.BooleanField(source="measured.is_hourly")
    total = result_serializer(Use)(source="measured")
    models = result_serializer(ModelUse)(many=True, source="measured.models")
    groups = result_serializer(GroupUse)(
        many=True,
        source="measured.groups",
        help_text="The applications, keys or tags, where usage was split.",
    )
    volume = result_serializer(Volume)(source="measured.volume", allow_null=True)
    hourly_profile = serializers.ListField(
        child=serializers.FloatField(),
        source="measured.profile",
        help_text="Shares of the week's 168 hours, Monday 00:00 UTC first.",
    )
    proposal = serializers.SerializerMethodField()
    baseline = serializers.SerializerMethodField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return the ratios too."""
        ratios = {
            name: serializers.FloatField(source=f"measured.{name}", allow_null=True)
            for name in Figures.model_computed_fields
        }
        return super().get_fields() | ratios

    @extend_schema_field(BaselineSerializer(allow_null=True))
    def get_baseline(self, usage_import: UsageImport) -> dict[str, Any] | None:
        """Return what runs today, with the classes of traffic and the levers that show in it."""
        baseline = usage_baseline(usage_import)
        return dict(BaselineSerializer(baseline).data) if baseline else None

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
        min_value=LEAST,
        max_value=MAX_REQUESTS_PER_MONTH,
        help_text="Where the source counts no calls.",
    )
    by_group = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Whether each application, key or tag that usage is split by is an application;"
        " in a scenario that has some, those of the same name are filled in any case.",
    )


def _usd(**options: Any) -> serializers.DecimalField:
    """An amount in USD as text that keeps every digit."""
    return serializers.DecimalField(
        max_digits=None, decimal_places=None, coerce_to_string=True, **options
    )


class ReconciliationSerializer(serializers.Serializer):
    """What a price book predicts of usage, held against what was billed."""

    predicted_usd = _usd(source="result.predicted_usd")
    billed_usd = _usd(source="result.billed_usd")
    difference_usd = _usd(source="result.difference_usd")
    parts = result_serializer(Parts)(source="result.parts")
    usage_import = serializers.UUIDField(source="usage.pk")
    billing = serializers.UUIDField(source="billing.pk")
    price_book = serializers.UUIDField(source="book.pk")
    price_book_as_of = serializers.DateField(source="book.as_of")
    start_at = serializers.DateTimeField(source="start")
    end_at = serializers.DateTimeField(source="end")
    is_whole = serializers.BooleanField(
        source="result.is_whole", help_text="The bill could not be told apart by model."
    )
    models = result_serializer(ModelReconciliation)(many=True, source="result.models")
