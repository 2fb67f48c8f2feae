"""What the API shows of price books and their prices."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.catalog.models import (
    PRICE_DIGITS,
    PRICE_PLACES,
    REASON_LENGTH,
    ModelPrice,
    PriceOverride,
)
from costing.catalog.offers import PRICINGS
from costing.catalog.pools import (
    ALL_CALLS,
    PROPOSALS,
    SIMPLE_CALLS,
    PoolProposal,
    sizing_text,
    steps_of,
)
from costing.catalog.price_reports import LINTS
from costing.catalog.throughput import model_classes
from costing.engine.inputs import SCALINGS
from organizations.serializers import InputSerializer


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

    code = serializers.ChoiceField(list(LINTS))
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


class DatedSerializer(serializers.Serializer):
    """Where something is from, and as of when."""

    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField()
    as_of = serializers.DateField(allow_null=True, help_text="Null: the source has no date.")
    checked_on = serializers.DateField()


class GpuOfferSerializer(DatedSerializer):
    """One instance type in one place at one price."""

    key = serializers.CharField()
    provider = serializers.CharField()
    instance_type = serializers.CharField()
    region = serializers.CharField()
    zone = serializers.CharField(help_text="Empty where the whole region has one price.")
    pricing = serializers.ChoiceField(choices=list(PRICINGS))
    usd_per_instance_hour = serializers.FloatField()
    accelerator = serializers.CharField(allow_null=True, help_text="Null: unknown.")
    accelerators = serializers.IntegerField(allow_null=True)
    book = serializers.CharField(help_text="The offer book's id, or `bundled`.")


class OfferBookSerializer(DatedSerializer):
    """The GPU offers of one source at one time; it never changes."""

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


class ThroughputProfileSerializer(DatedSerializer):
    """What one replica moved per second in a public measurement, and how the rates follow."""

    key = serializers.CharField()
    title = serializers.CharField()
    model_class = serializers.CharField()
    model_class_title = serializers.CharField()
    model = serializers.CharField()
    precision = serializers.CharField()
    engine = serializers.CharField()
    accelerator = serializers.CharField()
    accelerators = serializers.IntegerField(help_text="Of one replica.")
    nodes = serializers.IntegerField(help_text="Machines that one replica spans.")
    prefill_tokens_per_second = serializers.FloatField()
    decode_tokens_per_second = serializers.FloatField()
    derivation = serializers.CharField()
    is_fitted = serializers.BooleanField(help_text="Both rates from runs of different lengths.")
    prefill_to_decode_ratio = serializers.FloatField()
    mean_error_ratio = serializers.FloatField()
    largest_error_ratio = serializers.FloatField()
    is_vendor_tuned = serializers.BooleanField()
    protocol = serializers.CharField()


class ThroughputProfileListSerializer(serializers.Serializer):
    """The profiles that pass the filters."""

    results = ThroughputProfileSerializer(many=True)


class PoolWishInputSerializer(InputSerializer):
    """What a pool is to serve, where it may run and how it may be bought."""

    scenario = serializers.UUIDField(
        required=False, help_text="Its workload and pool; or give a `workload`."
    )
    workload = serializers.DictField(
        required=False, help_text="As in a scenario; nothing of it is kept."
    )
    model_class = serializers.ChoiceField(choices=list(model_classes()))
    precision = serializers.CharField(max_length=20, default="", allow_blank=True)
    takes_vendor_tuned = serializers.BooleanField(default=True)
    served = serializers.ChoiceField(
        choices=[ALL_CALLS, SIMPLE_CALLS],
        default=ALL_CALLS,
        help_text="`simple` is the share that the scenario's routing sends to a small model.",
    )
    provider = serializers.CharField(max_length=100, default="", allow_blank=True)
    region = serializers.CharField(max_length=100, default="", allow_blank=True)
    pricing = serializers.ChoiceField(choices=list(PRICINGS), default="", allow_blank=True)
    scaling = serializers.ChoiceField(choices=list(SCALINGS), default="always_on")
    max_utilization_ratio = serializers.FloatField(min_value=0.01, max_value=1, default=0.7)
    interruption_overhead_ratio = serializers.FloatField(min_value=0, max_value=1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=PROPOSALS)


class PoolStepSerializer(serializers.Serializer):
    """How one figure of a proposed pool follows."""

    path = serializers.CharField()
    value = serializers.FloatField()
    text = serializers.CharField()
    source_url = serializers.URLField()
    checked_on = serializers.DateField()


class PoolProposalSerializer(serializers.Serializer):
    """A pool, what it takes at the workload's peak, and what its month costs."""

    offer = serializers.CharField(source="offer.key")
    profile = serializers.CharField(source="profile.key")
    is_vendor_tuned = serializers.BooleanField(source="profile.is_vendor_tuned")
    pool = serializers.DictField(help_text="A scenario's `pool`.")
    copies_per_instance = serializers.IntegerField(source="layout.copies_per_instance")
    idle_accelerators = serializers.IntegerField(source="layout.idle_accelerators")
    calls_per_month = serializers.FloatField()
    seconds_per_call = serializers.FloatField()
    peak_calls_per_second = serializers.FloatField()
    peak_load_replicas = serializers.FloatField()
    peak_replicas = serializers.FloatField()
    peak_instances = serializers.FloatField()
    instance_hours_per_month = serializers.FloatField()
    utilization_ratio = serializers.FloatField()
    compute_usd_per_month = serializers.FloatField()
    usd_per_mtok = serializers.FloatField(allow_null=True)
    sizing = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    def get_sizing(self, proposal: PoolProposal) -> str:
        """Return how many replicas the peak takes, and why."""
        return sizing_text(proposal)

    @extend_schema_field(PoolStepSerializer(many=True))
    def get_steps(self, proposal: PoolProposal) -> Any:
        """Return how each figure of the pool follows, with its source."""
        return PoolStepSerializer(steps_of(proposal), many=True).data


class PoolProposalListSerializer(serializers.Serializer):
    """The cheapest pools, the cheapest month first."""

    results = PoolProposalSerializer(many=True)


MAX_VERSION = 2_000_000_000
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
        required=False, min_value=0, max_value=MAX_VERSION, help_text="Or `If-Match`."
    )
