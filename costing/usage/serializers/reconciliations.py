"""What the API takes and shows of scenarios made of usage, and of reconciliations."""

from rest_framework import serializers

from costing.usage import BUCKETS
from organizations.serializers import InputSerializer

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
