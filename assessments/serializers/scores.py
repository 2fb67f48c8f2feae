"""What the API takes and shows of scorecards and targets."""

from rest_framework import serializers

from assessments.models import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    TARGET_REASON_LENGTH,
)
from organizations.serializers import InputSerializer


class StoredScorecardSerializer(serializers.Serializer):
    """The scores of a submission as a job computed them once."""

    id = serializers.UUIDField()
    job = serializers.UUIDField(source="job_id")
    computed_at = serializers.DateTimeField()
    scores = serializers.DictField(source="document")


class ScorecardSerializer(serializers.Serializer):
    """The scores that the answers come to as of now, and those stored last."""

    scores = serializers.DictField(help_text="Dimensions, overall, band, explanation.")
    targets = serializers.DictField(help_text="The level to aim at, by dimension.")
    stored = StoredScorecardSerializer(allow_null=True)


class TargetSerializer(serializers.Serializer):
    """The level to aim at in a dimension; both ends null while the economics are open."""

    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    level = serializers.JSONField(help_text="A number, or text such as `1–2` for a range.")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=["default", "economics", "open", "override"]
    )
    reason = serializers.CharField()
    gap = serializers.FloatField(allow_null=True, help_text="Levels the score is short of `low`.")


class TargetInputSerializer(InputSerializer):
    """A level to aim at for a reason."""

    level = serializers.IntegerField(min_value=LOWEST_LEVEL, max_value=HIGHEST_LEVEL)
    reason = serializers.CharField(max_length=TARGET_REASON_LENGTH)
