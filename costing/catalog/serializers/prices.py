"""What the API shows of price books and their prices."""

from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing import catalog
from costing.catalog.models import ModelPrice


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


class PriceBookSerializer(serializers.Serializer):
    """The prices of one source as of one date."""

    id = serializers.UUIDField()
    source_key = serializers.CharField(help_text="The same for all books of a source.")
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField()
    as_of = serializers.DateField()
    checked_on = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")


class BookIdentitySerializer(PriceBookSerializer):
    """Which book something was compared with."""

    currency = None  # type: ignore[assignment]
    sha256 = serializers.CharField()


class PriceBookReportSerializer(serializers.Serializer):
    """A book against an earlier one and against other sources, in numbers."""

    models = serializers.IntegerField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Entries that are no text models, by why."
    )
    against = BookIdentitySerializer(allow_null=True)
    change_counts = serializers.DictField(child=serializers.IntegerField())
    compared_sources = BookIdentitySerializer(many=True)
    lint_counts = serializers.DictField(child=serializers.IntegerField())


class FigureChangeSerializer(serializers.Serializer):
    """One figure before and after."""

    name = serializers.CharField()
    before = FigureField(help_text="Null where it was not listed.")
    after = FigureField(help_text="Null where it is not listed.")


class PriceChangeSerializer(serializers.Serializer):
    """A model that a book gained, lost or prices otherwise."""

    kind = serializers.ChoiceField(["added", "removed", "changed"])
    reference = serializers.CharField()
    model_name = serializers.CharField()
    figures = FigureChangeSerializer(many=True)


class PriceLintSerializer(serializers.Serializer):
    """Something that looks wrong with a price."""

    code = serializers.ChoiceField(list(catalog.LINTS))
    reference = serializers.CharField()
    model_name = serializers.CharField()
    detail = serializers.CharField()


class ModelPriceSerializer(serializers.Serializer):
    """What one model costs by API, in USD per million tokens."""

    reference = serializers.CharField(help_text="As a scenario's `catalog` names it.")
    kind = serializers.ChoiceField(["list", "contract"])
    provider = serializers.CharField()
    provider_name = serializers.CharField()
    model = serializers.CharField()
    model_name = serializers.CharField()
    input_usd_per_mtok = serializers.FloatField()
    output_usd_per_mtok = serializers.FloatField()
    cache_read_usd_per_mtok = serializers.FloatField(allow_null=True)
    cache_write_usd_per_mtok = serializers.FloatField(allow_null=True)
    cache_ttl_seconds = serializers.IntegerField()
    min_cacheable_tokens = serializers.IntegerField()
    batch_discount_ratio = serializers.FloatField()
    tiers = serializers.SerializerMethodField()
    cache_write_1h_usd_per_mtok = serializers.FloatField(allow_null=True)
    batch_input_usd_per_mtok = serializers.FloatField(allow_null=True)
    batch_output_usd_per_mtok = serializers.FloatField(allow_null=True)
    context_window_tokens = serializers.IntegerField(allow_null=True)
    is_deprecated = serializers.BooleanField()
    deprecated_on = serializers.DateField(allow_null=True)
    checked_on = serializers.DateField(
        allow_null=True, help_text="Null where it is the book's own."
    )
    source_url = serializers.URLField()
    notes = serializers.ListField(child=serializers.CharField())

    def get_tiers(self, price: ModelPrice) -> list[dict[str, float]]:
        """Return the cliffs in the price, as a scenario's `tiers`."""
        return [{key: float(value) for key, value in tier.items()} for tier in price.tiers]
