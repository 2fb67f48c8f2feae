"""What the API takes to start an assessment anew."""

from rest_framework import serializers

from assessments.serializers import TitleInputSerializer


class ReassessmentInputSerializer(TitleInputSerializer):
    """The reassessment's title and date, and whether the scenarios come along."""

    takes_scenarios = serializers.BooleanField(default=True)
