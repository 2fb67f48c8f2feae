"""What the API takes and shows of prices, scenarios and their economics."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from costing.models import EconomicsResult, ModelPrice
from costing.serializers.offers import (
    GpuOfferPageSerializer,
    GpuOfferSerializer,
    OfferBookSerializer,
    PoolProposalListSerializer,
    PoolWishInputSerializer,
    ThroughputProfileListSerializer,
    ThroughputProfileSerializer,
)
from organizations.serializers import InputSerializer

__all__ = [
    "HIGHEST_VERSION",
    "EconomicsSerializer",
    "GpuOfferPageSerializer",
    "GpuOfferSerializer",
    "LatestEconomicsSerializer",
    "ModelPriceSerializer",
    "OfferBookSerializer",
    "PoolProposalListSerializer",
    "PoolWishInputSerializer",
    "PriceBookSerializer",
    "ScenarioChangeInputSerializer",
    "ScenarioInputSerializer",
    "ScenarioSerializer",
    "ThroughputProfileListSerializer",
    "ThroughputProfileSerializer",
]

HIGHEST_VERSION = 2_000_000_000


class PriceBookSerializer(serializers.Serializer):
    """The prices of one source as of one date."""

    id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField()
    as_of = serializers.DateField()
    checked_on = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")


class ModelPriceSerializer(serializers.Serializer):
    """What one model costs by API, in USD per million tokens."""

    reference = serializers.CharField(help_text="As a scenario's `catalog` names it.")
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
    context_window_tokens = serializers.IntegerField(allow_null=True)
    is_deprecated = serializers.BooleanField()
    source_url = serializers.URLField()
    notes = serializers.ListField(child=serializers.CharField())

    def get_tiers(self, price: ModelPrice) -> list[dict[str, float]]:
        """Return the cliffs in the price, as a scenario's `tiers`."""
        return [{key: float(value) for key, value in tier.items()} for tier in price.tiers]


class ScenarioSerializer(serializers.Serializer):
    """A client's workload with the prices and levers to compare."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    client = serializers.UUIDField(source="client_id")
    title = serializers.CharField()
    trigger = serializers.CharField(allow_blank=True)
    document = serializers.DictField(help_text="The inputs of docs/methodology.md.")
    price_book = serializers.UUIDField(source="price_book_id", allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class ScenarioInputSerializer(InputSerializer):
    """What a scenario says."""

    title = serializers.CharField(max_length=120)
    document = serializers.DictField()


class ScenarioChangeInputSerializer(ScenarioInputSerializer):
    """What a scenario shall say over the version that was read."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )


class EconomicsSerializer(serializers.Serializer):
    """What the engine answered for one version of a scenario."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    scenario = serializers.UUIDField(source="scenario_id")
    scenario_version = serializers.IntegerField()
    job = serializers.UUIDField(source="job_id")
    engine_version = serializers.CharField()
    inputs_checksum = serializers.CharField()
    computed_at = serializers.DateTimeField()
    result = serializers.DictField(help_text="As `estimates/` answers.")
    anti_patterns = serializers.ListField(child=serializers.DictField())

    def get_url(self, economics: EconomicsResult) -> str:
        """Return where this one result stays."""
        return reverse("api:result-detail", args=[self.context["org"], economics.pk])


class LatestEconomicsSerializer(EconomicsSerializer):
    """The newest result of a scenario, and whether it still holds."""

    changed_since = serializers.SerializerMethodField()

    def get_changed_since(self, economics: EconomicsResult) -> Any:
        """Return `figures` or `scores` where those changed since, else an empty text."""
        return self.context["changed_since"]
