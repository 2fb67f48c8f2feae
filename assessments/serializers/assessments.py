"""What the API takes and shows of frameworks and assessments."""

from decimal import Decimal

from rest_framework import serializers

from assessments.models import (
    REMARK_LENGTH,
    TITLE_LENGTH,
    WAITS_FOR,
    AssessmentStatus,
)
from organizations.serializers import InputSerializer


class FrameworkVersionSerializer(serializers.Serializer):
    """A published version of the framework."""

    version = serializers.CharField()
    sha256 = serializers.CharField(source="checksum")
    published_at = serializers.DateTimeField()


class FrameworkDocumentSerializer(FrameworkVersionSerializer):
    """A published version with what it says."""

    document = serializers.DictField(help_text="Dimensions, checks, levers, phases, triggers.")


class AssessmentSerializer(serializers.Serializer):
    """One look at one client."""

    id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id")
    previous = serializers.UUIDField(
        source="previous_id", allow_null=True, help_text="What it is the reassessment of."
    )
    title = serializers.CharField()
    as_of = serializers.DateField()
    triggers = serializers.ListField(child=serializers.CharField())
    weights = serializers.DictField(child=serializers.CharField())
    framework = serializers.CharField(source="framework.version")
    status = serializers.ChoiceField(choices=AssessmentStatus.choices)
    waits_for = serializers.ChoiceField(
        choices=sorted(WAITS_FOR.values()), allow_blank=True, help_text="Empty: for nobody."
    )
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField(allow_blank=True, help_text="Why a review returned it.")


class TitleInputSerializer(InputSerializer):
    """An assessment's title and date."""

    title = serializers.CharField(max_length=TITLE_LENGTH)
    as_of = serializers.DateField()


class AssessmentChangeInputSerializer(TitleInputSerializer):
    """An assessment's title, date and reasons."""

    triggers = serializers.ListField(
        child=serializers.CharField(max_length=60),
        default=list,
        max_length=20,
        help_text="Why it is run: keys of the framework's triggers.",
    )


class AssessmentInputSerializer(AssessmentChangeInputSerializer):
    """What an assessment starts from."""

    client = serializers.UUIDField()


class WeightsInputSerializer(InputSerializer):
    """The client's own weights of the dimensions; none of them takes all away."""

    weights = serializers.DictField(
        child=serializers.DecimalField(max_digits=7, decimal_places=3, min_value=Decimal(0))
    )


class RemarkInputSerializer(InputSerializer):
    """What a review asks for."""

    remark = serializers.CharField(max_length=REMARK_LENGTH)
