"""What the API shows of the catalog, and takes of contract prices."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.catalog import prices
from costing.catalog.measured_points import MeasuredPoint, MeasuredSeries
from costing.catalog.models import REASON_LENGTH, ModelPrice, PriceOverride
from costing.catalog.offers import PRICINGS, GpuOffer
from costing.catalog.price_fields import MAX_FIGURES
from costing.catalog.price_reports import LINTS, BookIdentity, FigureChange, Lint, PriceChange
from costing.catalog.price_text import BESIDE, TOKEN_PRICES
from costing.catalog.prices import FIGURES
from costing.catalog.throughput import ThroughputProfile
from organizations import clock
from organizations.serializers import InputSerializer, TypedSerializer


@extend_schema_field(
    {
        "oneOf": [{"type": "number"}, {"type": "string"}, {"type": "boolean"}],
        "nullable": True,
    }
)
class FigureField(serializers.Field):
    """A figure of a price: a number, a date, a word or a truth; null where there is none."""

    def to_representation(self, value: Any) -> Any:
        """Return prices as numbers and dates as texts."""
        if isinstance(value, Decimal):
            return float(value)
        return value.isoformat() if isinstance(value, date) else value


class BookIdentitySerializer(TypedSerializer):
    """Which book something was compared with."""

    shows = BookIdentity
    names = ("source_key", "source", "source_url", "as_of", "checked_on", "sha256")
    helps = {"source_key": "The same for all books of a source."}
    id = serializers.UUIDField()


class PriceBookSerializer(BookIdentitySerializer):
    """The prices of one source as of one date."""

    currency = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")


class PriceBookReportSerializer(serializers.Serializer):
    """A book against an earlier one and against other sources, in numbers."""

    models = serializers.IntegerField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Entries that are not text models, by reason."
    )
    against = BookIdentitySerializer(allow_null=True)
    change_counts = serializers.DictField(child=serializers.IntegerField())
    compared_sources = BookIdentitySerializer(many=True)
    lint_counts = serializers.DictField(child=serializers.IntegerField())


class FigureChangeSerializer(TypedSerializer):
    """One figure before and after."""

    shows, names = FigureChange, ("name",)
    before = FigureField(help_text="Null where it was not listed.")
    after = FigureField(help_text="Null where it is not listed.")


class PriceChangeSerializer(TypedSerializer):
    """A model that a book gained, lost or prices otherwise."""

    shows, names = PriceChange, ("reference", "model_name")
    kind = serializers.ChoiceField(["added", "removed", "changed"])
    figures = FigureChangeSerializer(many=True)


class PriceLintSerializer(TypedSerializer):
    """Something that looks wrong with a price."""

    shows, names = Lint, ("reference", "model_name", "detail")
    code = serializers.ChoiceField(list(LINTS))


class ModelPriceSerializer(TypedSerializer):
    """What one model costs by API, in USD per million tokens."""

    shows = prices.ModelPrice
    names = (
        *("reference", "provider", "provider_name", "model", "model_name"),
        *(*TOKEN_PRICES, "cache_ttl_seconds", "min_cacheable_tokens", "batch_discount_ratio"),
        *(*BESIDE, "context_window_tokens", "is_deprecated", "deprecated_on", "checked_on"),
        "source_url",
    )
    helps = {
        "reference": "As a scenario's `catalog` names it.",
        "checked_on": "Null where it is the book's own.",
    }
    kind = serializers.ChoiceField([prices.LIST, prices.CONTRACT])
    tiers = serializers.SerializerMethodField()
    notes = serializers.ListField(child=serializers.CharField())
    further = serializers.DictField(
        child=serializers.FloatField(),
        help_text="Other tiers and tokens that the source lists; what is not there is unknown.",
    )

    def get_tiers(self, price: ModelPrice) -> list[dict[str, float]]:
        """Return the cliffs in the price, as a scenario's `tiers`."""
        return [{key: float(value) for key, value in tier.items()} for tier in price.tiers]


DATED = ("source", "source_url", "as_of", "checked_on")
UNDATED = {"as_of": "Null: the source has no date."}


class GpuOfferSerializer(TypedSerializer):
    """One instance type in one place at one price."""

    shows = GpuOffer
    names = (
        *(*DATED, "key", "provider", "instance_type", "region", "zone"),
        *("usd_per_instance_hour", "accelerator", "accelerators", "book"),
    )
    helps = UNDATED | {
        "zone": "Empty where the whole region has one price.",
        "accelerator": "Null: unknown.",
        "book": "The offer book's id, or `bundled`.",
    }
    pricing = serializers.ChoiceField(choices=list(PRICINGS))


class OfferBookSerializer(TypedSerializer):
    """The GPU offers of one source at one time; it never changes."""

    shows, names, helps = GpuOffer, DATED, UNDATED
    id = serializers.UUIDField()
    shape = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")
    imported_at = serializers.DateTimeField()


class GpuOfferPageSerializer(serializers.Serializer):
    """A part of the offers that pass the filters."""

    count = serializers.IntegerField(help_text="How many pass the filters.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = GpuOfferSerializer(many=True)


class ThroughputProfileSerializer(TypedSerializer):
    """What one replica moved per second in a public measurement, and how the rates follow."""

    shows = ThroughputProfile
    names = (
        *(*DATED, "key", "title", "model_class", "model_class_title", "model", "precision"),
        *("engine", "accelerator", "accelerators", "nodes", "prefill_tokens_per_second"),
        *("decode_tokens_per_second", "derivation", "is_fitted", "prefill_to_decode_ratio"),
        *("mean_error_ratio", "largest_error_ratio", "is_vendor_tuned", "protocol"),
        "context_window_tokens",
    )
    helps = UNDATED | {
        "accelerators": "Of one replica.",
        "nodes": "Machines that one replica spans.",
        "context_window_tokens": "Input and output of one call together.",
        "is_fitted": "Both rates from runs of different lengths.",
    }


class ThroughputProfileListSerializer(serializers.Serializer):
    """The profiles that pass the filters."""

    results = ThroughputProfileSerializer(many=True)


class HostedFamilySerializer(serializers.Serializer):
    """A model of open weights with its prices where others host it, the cheapest first."""

    model_family = serializers.CharField(source="family.key")
    title = serializers.CharField(source="family.title")
    context_window_tokens = serializers.IntegerField(source="family.context_window_tokens")
    prices = ModelPriceSerializer(many=True)


class HostedFamilyListSerializer(serializers.Serializer):
    """The models that pass the filter."""

    results = HostedFamilySerializer(many=True)


class MeasuredPointSerializer(TypedSerializer):
    """One run of one replica under load."""

    shows = MeasuredPoint
    names = (
        *("concurrency", "input_tokens", "output_tokens", "ttft_ms", "tpot_ms"),
        *("engine_version", "measured_on"),
    )
    helps = {
        "ttft_ms": "To the first token; the source names no percentile.",
        "tpot_ms": "For each further token.",
        "measured_on": "Null: the source has no date.",
    }


class MeasuredSeriesSerializer(TypedSerializer):
    """What one replica carried in one configuration, run by run."""

    shows = MeasuredSeries
    names = (
        *("key", "model", "accelerator", "accelerators", "engine", "precision"),
        *(*DATED, "protocol"),
    )
    helps = UNDATED | {"accelerators": "Of one replica."}
    title = serializers.CharField()
    points = MeasuredPointSerializer(many=True)


class MeasuredSeriesListSerializer(serializers.Serializer):
    """The configurations that pass the filters."""

    results = MeasuredSeriesSerializer(many=True)


class PriceOverrideSerializer(TypedSerializer):
    """A contract price; figures that are null stay at the list price."""

    shows = prices.PriceOverride
    names = ("reference", "valid_from", "valid_until")
    helps = {"valid_until": "The last day."}
    id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id", allow_null=True)
    model_name = serializers.CharField()
    ended_on = serializers.DateField(allow_null=True, help_text="The first day without it.")
    state = serializers.SerializerMethodField()
    reason = serializers.CharField()
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    ended_reason = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return the fields with every figure."""
        figures = {name: serializers.FloatField(allow_null=True) for name in FIGURES}
        return super().get_fields() | figures

    def get_state(self, override: PriceOverride) -> str:
        """Return whether it holds today: `in force`, `to come`, `over` or `undone`."""
        return override.state_on(clock.today())


class PriceOverrideInputSerializer(InputSerializer):
    """What was negotiated for a model; give at least one figure."""

    reference = serializers.CharField(max_length=200)
    client = serializers.UUIDField(
        required=False, allow_null=True, help_text="Null: for all clients."
    )
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=REASON_LENGTH)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return the fields with every figure."""
        return super().get_fields() | {name: _figure_input(name) for name in FIGURES}


def _figure_input(name: str) -> serializers.DecimalField:
    column = PriceOverride._meta.get_field(name)
    assert isinstance(column, DecimalField)
    return serializers.DecimalField(
        max_digits=column.max_digits,
        decimal_places=column.decimal_places,
        min_value=0,
        max_value=int(MAX_FIGURES[name]),
        required=False,
        allow_null=True,
        coerce_to_string=False,
    )


class PriceOverrideEndInputSerializer(InputSerializer):
    """From when on the list price holds again."""

    ended_on = serializers.DateField(help_text="Its own first day: it never held.")
    reason = serializers.CharField(
        max_length=REASON_LENGTH, required=False, allow_blank=True, default=""
    )
