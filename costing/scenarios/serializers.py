"""What the API takes and shows of scenarios and their economics."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.serializers import HIGHEST_VERSION
from costing.catalog.model_families import model_families
from costing.catalog.offers import ACCELERATOR_FAMILY, PRICINGS
from costing.catalog.pool_steps import Step
from costing.catalog.pools import (
    ALL_CALLS,
    PROPOSALS,
    SIMPLE_CALLS,
    SPOT_OVERHEAD_RATIO,
    PoolMonth,
    PoolProposal,
    Proposed,
    sizing_text,
    steps_of,
)
from costing.catalog.serving import Refused, Serving
from costing.engine.inputs import MAX_RANGES, SCALINGS
from costing.scenarios.content.bases import basis_counts, guessed_paths
from costing.scenarios.content.comparison import MAX_COMPARED, MIN_COMPARED, Comparison
from costing.scenarios.estimates import MAX_IN_BULK
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.repricing import Repricing
from costing.scenarios.schemas import reference
from organizations.serializers import InputSerializer, TypedSerializer, result_serializer


@extend_schema_field(reference("Estimate"))
class EstimateField(serializers.DictField):
    """What the engine computes of a scenario."""


@extend_schema_field(reference("ScenarioDocument"))
class DocumentField(serializers.DictField):
    """A scenario's inputs; the engine reads them, so that errors name their paths."""


@extend_schema_field(reference("ScenarioDocument"))
class AnyDocumentField(serializers.Field):
    """A scenario's inputs, or whatever stands in their place: each has errors of its own."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class BulkEstimateInputSerializer(InputSerializer):
    """Scenarios to be estimated at once."""

    scenarios = serializers.ListField(
        child=AnyDocumentField(allow_null=True), min_length=1, max_length=MAX_IN_BULK
    )


ComparisonSerializer = result_serializer(Comparison)
RepricingSerializer = result_serializer(Repricing)


class ComparisonInputSerializer(InputSerializer):
    """Which scenarios to compare, in the order of the answer."""

    scenarios = serializers.ListField(
        child=serializers.UUIDField(), min_length=MIN_COMPARED, max_length=MAX_COMPARED
    )

    def validate_scenarios(self, keys: list[UUID]) -> list[UUID]:
        """Refuse to compare a scenario with itself."""
        if len(set(keys)) != len(keys):
            raise serializers.ValidationError("Name each scenario once.")
        return keys


def version_field() -> serializers.IntegerField:
    """The version of a scenario that was read."""
    return serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )


ALTERNATIVE_TO = (
    "The part of the workload that it would replace; null for a part, which counts in all sums."
)


GUESSED = "The paths of the inputs whose values are guesses, such as `routing.simple_ratio`."


class ScenarioSerializer(serializers.Serializer):
    """A client's workload with the prices and levers to compare."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    client = serializers.UUIDField(source="client_id")
    title = serializers.CharField()
    trigger = serializers.CharField(allow_blank=True)
    alternative_to = serializers.UUIDField(
        source="alternative_to_id", allow_null=True, help_text=ALTERNATIVE_TO
    )
    document = DocumentField(help_text="The inputs of docs/methodology.md.")
    guessed = serializers.SerializerMethodField(help_text=GUESSED)
    price_book = serializers.UUIDField(source="price_book_id", allow_null=True)
    contracts = serializers.DictField(
        help_text="Contract prices that are pinned with the book, by reference."
    )
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    def get_guessed(self, scenario: Scenario) -> list[str]:
        """Return the paths of the inputs that a person called guesses."""
        return guessed_paths(scenario.figure_origins)


class ScenarioInputSerializer(InputSerializer):
    """What a scenario says."""

    title = serializers.CharField(max_length=120)
    document = DocumentField()
    guessed = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=MAX_RANGES,
        help_text=GUESSED,
    )
    alternative_to = serializers.UUIDField(
        source="alternative_to_id", required=False, allow_null=True, help_text=ALTERNATIVE_TO
    )


class ScenarioChangeInputSerializer(ScenarioInputSerializer):
    """What a scenario shall say over the version that was read."""

    version = version_field()


class EconomicsSerializer(serializers.Serializer):
    """What the engine computed for one version of a scenario."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    scenario = serializers.UUIDField(source="scenario_id")
    scenario_version = serializers.IntegerField()
    job = serializers.UUIDField(source="job_id")
    engine_version = serializers.CharField()
    inputs_checksum = serializers.CharField()
    computed_at = serializers.DateTimeField()
    result = EstimateField(help_text="As `estimates/` answers.")
    basis_counts = serializers.SerializerMethodField(
        help_text="How many inputs come from where; `result.bases` names each."
    )
    anti_patterns = serializers.ListField(child=serializers.DictField())
    price_book = serializers.UUIDField(source="price_book_id", allow_null=True)
    prices = serializers.DictField(
        help_text="Where the models' prices came from; `kind` tells list from contract."
    )

    def get_url(self, economics: EconomicsResult) -> str:
        """Return where this one result stays."""
        return reverse("api:result-detail", args=[self.context["org"], economics.pk])

    def get_basis_counts(self, economics: EconomicsResult) -> dict[str, int]:
        """Return how many inputs were measured, stated, guessed and so on."""
        return basis_counts(economics.estimate.bases)


class LatestEconomicsSerializer(EconomicsSerializer):
    """The newest result of a scenario, and whether it still holds."""

    changed_since = serializers.SerializerMethodField()
    provisional = serializers.SerializerMethodField(
        help_text="Why its advice is provisional: too few questions are answered. Empty: it is not."
    )

    def get_changed_since(self, economics: EconomicsResult) -> Any:
        """Return `figures` or `scores` where those changed since, else an empty text."""
        return self.context["changed_since"]

    def get_provisional(self, economics: EconomicsResult) -> str:
        """Return why the advice is provisional, or an empty text."""
        return str(self.context["provisional"])


class RepricingInputSerializer(InputSerializer):
    """Which book to pin over which version."""

    price_book = serializers.UUIDField()
    version = version_field()


class PoolWishInputSerializer(InputSerializer):
    """What a pool is to serve, where it may run and how it may be bought."""

    scenario = serializers.UUIDField(
        required=False, help_text="Its workload and pool; or give a `workload`."
    )
    workload = serializers.DictField(
        required=False, help_text="As in a scenario; nothing of it is kept."
    )
    model_family = serializers.ChoiceField(choices=list(model_families()))
    ttft_ms = serializers.FloatField(
        min_value=0.001,
        max_value=1e6,
        default=None,
        allow_null=True,
        help_text="Most milliseconds to the first token; only runs under load can promise them.",
    )
    tpot_ms = serializers.FloatField(
        min_value=0.001,
        max_value=1e6,
        default=None,
        allow_null=True,
        help_text="The same for each further token.",
    )
    precision = serializers.CharField(max_length=20, default="", allow_blank=True)
    takes_vendor_tuned = serializers.BooleanField(default=True)
    served = serializers.ChoiceField(
        choices=[ALL_CALLS, SIMPLE_CALLS],
        default=ALL_CALLS,
        help_text="`simple` is the share that the scenario's routing sends to a small model.",
    )
    provider = serializers.CharField(max_length=100, default="", allow_blank=True)
    region = serializers.CharField(max_length=100, default="", allow_blank=True)
    accelerator = serializers.CharField(
        max_length=100, default="", allow_blank=True, help_text=ACCELERATOR_FAMILY
    )
    pricing = serializers.ChoiceField(choices=list(PRICINGS), default="", allow_blank=True)
    scaling = serializers.ChoiceField(choices=list(SCALINGS), default="always_on")
    max_utilization_ratio = serializers.FloatField(min_value=0.01, max_value=1, default=0.7)
    interruption_overhead_ratio = serializers.FloatField(
        min_value=0,
        max_value=1,
        default=None,
        allow_null=True,
        help_text=f"Hours on top for spot capacity; {SPOT_OVERHEAD_RATIO} is assumed unless given.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=50, default=PROPOSALS)


class PoolStepSerializer(TypedSerializer):
    """How one figure of a proposed pool follows."""

    shows, names = Step, ("path", "value", "text", "source_url")
    checked_on = serializers.DateField()


class ServingSerializer(TypedSerializer):
    """What a measured replica carries at the workload's lengths, and how that is known."""

    shows = Serving
    names = (
        *("stretch", "low_ratio", "high_ratio", "measured_at", "concurrency", "ttft_ms", "tpot_ms"),
        *("prefill_tokens_per_second", "decode_tokens_per_second"),
    )
    helps = {
        "stretch": "How many times the workload lies outside of the measured lengths; 1: inside.",
        "low_ratio": "9 of 10 cases carry at least so many times as much.",
        "high_ratio": "9 of 10 cases carry at most so many times as much.",
        "concurrency": "Calls at once within the latency target; null: throughput at saturation.",
        "prefill_tokens_per_second": "At saturation; null where runs under load were measured.",
        "decode_tokens_per_second": "The same of output.",
    }
    measurement = serializers.CharField(source="measurement.key")
    title = serializers.CharField(source="measurement.title")
    is_vendor_tuned = serializers.BooleanField(source="measurement.is_vendor_tuned")
    is_firm = serializers.BooleanField(
        help_text="No vendor tuned it, and its lengths were measured."
    )


class PoolMonthSerializer(TypedSerializer):
    """What one measurement makes of the month."""

    shows, names = PoolMonth, ("compute_usd_per_month", "peak_instances")
    serving = ServingSerializer()


class PoolProposalSerializer(TypedSerializer):
    """A pool, what it takes at the workload's peak, and what its month costs.

    Its measurement is the one in the middle of `months`, which has all that fit.
    """

    shows = PoolProposal
    names = (
        *("calls_per_month", "seconds_per_call", "peak_calls_per_second", "peak_load_replicas"),
        *("peak_replicas", "peak_instances", "instance_hours_per_month", "utilization_ratio"),
        *("compute_usd_per_month", "usd_per_mtok"),
    )
    offer = serializers.CharField(source="offer.key")
    serving = ServingSerializer()
    lowest_usd_per_month = serializers.FloatField()
    highest_usd_per_month = serializers.FloatField()
    months = PoolMonthSerializer(many=True)
    pool = serializers.DictField(help_text="A scenario's `pool`.")
    latency = serializers.SerializerMethodField(
        help_text="A scenario's `latency` that the measured points were held to; null without any."
    )
    ranges = serializers.DictField(
        source="ranges_document", help_text="A scenario's `ranges` of what a replica carries."
    )
    copies_per_instance = serializers.IntegerField(source="layout.copies_per_instance")
    idle_accelerators = serializers.IntegerField(source="layout.idle_accelerators")
    sizing = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    def get_latency(self, proposal: PoolProposal) -> dict[str, float | None] | None:
        """Return the target, also where none was asked for: a queue is none."""
        latency = proposal.serving.latency
        return None if latency is None else latency.model_dump()

    def get_sizing(self, proposal: PoolProposal) -> str:
        """Return how many replicas the peak takes, and why."""
        return sizing_text(proposal)

    @extend_schema_field(PoolStepSerializer(many=True))
    def get_steps(self, proposal: PoolProposal) -> Any:
        """Return how each figure of the pool follows, with its source."""
        return PoolStepSerializer(steps_of(proposal), many=True).data


class RefusedSerializer(TypedSerializer):
    """A measurement that says nothing of the workload."""

    shows, names = Refused, ("reason",)
    measurement = serializers.CharField(source="measurement.key")
    title = serializers.CharField(source="measurement.title")


class PoolProposalListSerializer(TypedSerializer):
    """The cheapest pools, the cheapest month first, and what could not be used."""

    shows, names = Proposed, ()
    results = PoolProposalSerializer(source="pools", many=True)
    refused = RefusedSerializer(many=True)


ARCHIVED_KINDS = ("client", "assessment", "scenario", "action", "note", "usage_import")


class ArchivedRowSerializer(serializers.Serializer):
    """Something that is archived."""

    kind = serializers.ChoiceField(choices=ARCHIVED_KINDS)
    id = serializers.UUIDField()
    title = serializers.CharField()
    client = serializers.CharField(help_text="Of which client it is, or which client it is.")
    archived_at = serializers.DateTimeField()
    archived_by = serializers.CharField()
