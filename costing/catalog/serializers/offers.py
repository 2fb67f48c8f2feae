"""What the API takes and shows of GPU offers, throughput profiles and pools."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing import catalog
from costing.engine.inputs.scenario import SCALINGS
from organizations.serializers import InputSerializer


class GpuOfferSerializer(serializers.Serializer):
    """One instance type in one place at one price."""

    key = serializers.CharField()
    provider = serializers.CharField()
    instance_type = serializers.CharField()
    region = serializers.CharField()
    zone = serializers.CharField(help_text="Empty where the whole region has one price.")
    pricing = serializers.ChoiceField(choices=list(catalog.PRICINGS))
    usd_per_instance_hour = serializers.FloatField()
    accelerator = serializers.CharField(allow_null=True, help_text="Null: unknown.")
    accelerators = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField()
    as_of = serializers.DateField(allow_null=True, help_text="Null: the source has no date.")
    checked_on = serializers.DateField()
    book = serializers.CharField(help_text="The offer book's id, or `bundled`.")


class OfferBookSerializer(serializers.Serializer):
    """The GPU offers of one source at one time; it never changes."""

    id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField()
    as_of = serializers.DateField(allow_null=True, help_text="Null: the source has no date.")
    checked_on = serializers.DateField()
    shape = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")
    imported_at = serializers.DateTimeField()


class GpuOfferPageSerializer(serializers.Serializer):
    """A part of the offers that pass the filters."""

    count = serializers.IntegerField(help_text="How many pass the filters.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = GpuOfferSerializer(many=True)


class ThroughputProfileSerializer(serializers.Serializer):
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
    source = serializers.CharField()  # type: ignore[assignment]
    protocol = serializers.CharField()
    source_url = serializers.URLField()
    as_of = serializers.DateField(allow_null=True, help_text="Null: the source has no date.")
    checked_on = serializers.DateField()


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
    model_class = serializers.ChoiceField(choices=list(catalog.model_classes()))
    precision = serializers.CharField(max_length=20, default="", allow_blank=True)
    takes_vendor_tuned = serializers.BooleanField(default=True)
    served = serializers.ChoiceField(
        choices=[catalog.ALL_CALLS, catalog.SIMPLE_CALLS],
        default=catalog.ALL_CALLS,
        help_text="`simple` is the share that the scenario's routing sends to a small model.",
    )
    provider = serializers.CharField(max_length=100, default="", allow_blank=True)
    region = serializers.CharField(max_length=100, default="", allow_blank=True)
    pricing = serializers.ChoiceField(choices=list(catalog.PRICINGS), default="", allow_blank=True)
    scaling = serializers.ChoiceField(choices=SCALINGS, default=SCALINGS[0])
    max_utilization_ratio = serializers.FloatField(min_value=0.01, max_value=1, default=0.7)
    interruption_overhead_ratio = serializers.FloatField(min_value=0, max_value=1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=catalog.PROPOSALS)


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

    def get_sizing(self, proposal: catalog.PoolProposal) -> str:
        """Return how many replicas the peak takes, and why."""
        return catalog.sizing_text(proposal)

    @extend_schema_field(PoolStepSerializer(many=True))
    def get_steps(self, proposal: catalog.PoolProposal) -> Any:
        """Return how each figure of the pool follows, with its source."""
        return PoolStepSerializer(catalog.steps_of(proposal), many=True).data


class PoolProposalListSerializer(serializers.Serializer):
    """The cheapest pools, the cheapest month first."""

    results = PoolProposalSerializer(many=True)
