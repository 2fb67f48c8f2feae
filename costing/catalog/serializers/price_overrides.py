"""What the API takes and shows of contract prices and of re-pricing."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from costing.catalog.models import FIGURES, PRICE_DIGITS, PRICE_PLACES, REASON_LENGTH, PriceOverride
from organizations.serializers import InputSerializer

HIGHEST_VERSION = 2_000_000_000
STATES = ["in force", "to come", "over", "undone"]


class PriceOverrideSerializer(serializers.Serializer):
    """A contract price; figures that are null stay at the list price."""

    id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id", allow_null=True)
    reference = serializers.CharField()
    model_name = serializers.CharField()
    input_usd_per_mtok = serializers.FloatField(allow_null=True)
    output_usd_per_mtok = serializers.FloatField(allow_null=True)
    cache_read_usd_per_mtok = serializers.FloatField(allow_null=True)
    cache_write_usd_per_mtok = serializers.FloatField(allow_null=True)
    batch_discount_ratio = serializers.FloatField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="The last day.")
    ended_on = serializers.DateField(allow_null=True, help_text="The first day without it.")
    state = serializers.SerializerMethodField()
    reason = serializers.CharField()
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    ended_reason = serializers.CharField(allow_blank=True)

    def get_state(self, override: PriceOverride) -> str:
        """Return whether it holds today: `in force`, `to come`, `over` or `undone`."""
        return override.state_on(timezone.now().date())


def _price() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=PRICE_DIGITS,
        decimal_places=PRICE_PLACES,
        min_value=0,
        max_value=1_000_000,
        required=False,
        allow_null=True,
        coerce_to_string=False,
    )


class PriceOverrideInputSerializer(InputSerializer):
    """What was negotiated for a model; give at least one figure."""

    reference = serializers.CharField(max_length=200)
    client = serializers.UUIDField(
        required=False, allow_null=True, help_text="Null: for all clients."
    )
    input_usd_per_mtok = _price()
    output_usd_per_mtok = _price()
    cache_read_usd_per_mtok = _price()
    cache_write_usd_per_mtok = _price()
    batch_discount_ratio = serializers.DecimalField(
        max_digits=5,
        decimal_places=4,
        min_value=0,
        max_value=1,
        required=False,
        allow_null=True,
        coerce_to_string=False,
    )
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=REASON_LENGTH)

    @staticmethod
    def figures(data: dict[str, Any]) -> dict[str, Any]:
        """Return the figures that were given."""
        return {name: data[name] for name in FIGURES if data.get(name) is not None}


class PriceOverrideEndInputSerializer(InputSerializer):
    """From when on the list price holds again."""

    ended_on = serializers.DateField(help_text="Its own first day: it never held.")
    reason = serializers.CharField(
        max_length=REASON_LENGTH, required=False, allow_blank=True, default=""
    )


class BookReferenceSerializer(serializers.Serializer):
    """A price book in short."""

    id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]
    as_of = serializers.DateField()


class BookMoveSerializer(serializers.Serializer):
    """The pinned book, and the one to pin."""

    before = BookReferenceSerializer(allow_null=True)
    after = BookReferenceSerializer(allow_null=True)


class ModelMoveSerializer(serializers.Serializer):
    """A model's price before and after."""

    model = serializers.ChoiceField(["premium_model", "small_model"])
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class MonthMoveSerializer(serializers.Serializer):
    """What a strategy costs a month, before and after."""

    strategy = serializers.CharField()
    before_usd_per_month = serializers.FloatField(allow_null=True)
    after_usd_per_month = serializers.FloatField(allow_null=True)


class RepricingSerializer(serializers.Serializer):
    """What re-pricing a scenario would change."""

    price_book = BookMoveSerializer()
    is_possible = serializers.BooleanField(help_text="Whether the book knows every model.")
    is_change = serializers.BooleanField()
    faults = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    models = ModelMoveSerializer(many=True)
    strategies = MonthMoveSerializer(many=True)


class RepricingInputSerializer(InputSerializer):
    """Which book to pin over which version."""

    price_book = serializers.UUIDField()
    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )
