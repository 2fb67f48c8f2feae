"""What the API takes and shows of scenarios side by side."""

from uuid import UUID

from rest_framework import serializers

from costing.scenarios.content import FEWEST_COMPARED, MOST_COMPARED
from organizations.serializers import InputSerializer


class ComparisonInputSerializer(InputSerializer):
    """Which scenarios to compare, in the order of the answer."""

    scenarios = serializers.ListField(
        child=serializers.UUIDField(), min_length=FEWEST_COMPARED, max_length=MOST_COMPARED
    )

    def validate_scenarios(self, keys: list[UUID]) -> list[UUID]:
        """Refuse to compare a scenario with itself."""
        if len(set(keys)) != len(keys):
            raise serializers.ValidationError("Name each scenario once.")
        return keys


class ComparedScenarioSerializer(serializers.Serializer):
    """One scenario of a comparison."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    is_computed = serializers.BooleanField(help_text="Else its values are null.")
    is_stale = serializers.BooleanField(help_text="Its figures changed since it was computed.")


class ComparedFigureSerializer(serializers.Serializer):
    """A figure of the input that is not the same in every scenario."""

    path = serializers.CharField()
    values = serializers.ListField(child=serializers.JSONField(allow_null=True))


class ComparedStrategySerializer(serializers.Serializer):
    """What one strategy costs in each scenario; null where it cannot be priced."""

    strategy = serializers.CharField()
    usd_per_month = serializers.ListField(child=serializers.FloatField(allow_null=True))


class ComparedCrossoverSerializer(serializers.Serializer):
    """Where one pair of strategies crosses in each scenario, in requests per month."""

    from_strategy = serializers.CharField()
    to_strategy = serializers.CharField()
    first_requests_per_month = serializers.ListField(child=serializers.FloatField(allow_null=True))
    dominance_requests_per_month = serializers.ListField(
        child=serializers.FloatField(allow_null=True)
    )


class ComparisonSerializer(serializers.Serializer):
    """Scenarios side by side; every list has one value for each, in the order asked for."""

    scenarios = ComparedScenarioSerializer(many=True)
    inputs = ComparedFigureSerializer(many=True)
    strategies = ComparedStrategySerializer(many=True)
    recommended_today = serializers.ListField(child=serializers.DictField(allow_null=True))
    recommended = serializers.ListField(child=serializers.DictField(allow_null=True))
    crossovers = ComparedCrossoverSerializer(many=True)
