"""What the API shows of GPU offers and throughput profiles."""

from rest_framework import serializers

from costing import catalog


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
