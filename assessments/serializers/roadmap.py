"""What the API takes and shows of the roadmap."""

from typing import Any

from rest_framework import serializers

from assessments.models import (
    ACTION_TEXT_LENGTH,
    ACTION_TITLE_LENGTH,
    OWNER_LENGTH,
    STATUS_REASON_LENGTH,
    RoadmapAction,
)
from assessments.roadmap import ActionOrigin, ActionStatus, Effort
from assessments.serializers.versions import HIGHEST_VERSION
from organizations.serializers import InputSerializer

MOST_CHECKS = 40
STATUSES = [each.value for each in ActionStatus]
EFFORTS = [each.value for each in Effort]


class ActionSerializer(serializers.Serializer):
    """A step of the roadmap with what people said of it."""

    id = serializers.UUIDField()
    assessment = serializers.UUIDField(source="assessment_id")
    key = serializers.CharField(help_text="The framework's action; empty where added by hand.")
    origin = serializers.ChoiceField(choices=[each.value for each in ActionOrigin])
    phase = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    effort = serializers.ChoiceField(choices=EFFORTS)
    status = serializers.ChoiceField(choices=STATUSES)
    reason = serializers.CharField(help_text="Why it is dropped, or who accepted the risk.")
    lever = serializers.CharField()
    moves = serializers.DictField(
        child=serializers.CharField(), help_text="The checks that it would change, and to what."
    )
    drafted_usd_per_month = serializers.SerializerMethodField(
        help_text="Its saving when it was drafted last; the roadmap has what it saves now."
    )
    edited = serializers.ListField(
        child=serializers.CharField(), help_text="What drafting again leaves alone."
    )
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(source="changed_by_label")

    def get_drafted_usd_per_month(self, action: RoadmapAction) -> float | None:
        """Return money as a number."""
        money = action.drafted_usd_per_month
        return None if money is None else float(money)


class _SaidSerializer(InputSerializer):
    """What a person says of an action."""

    title = serializers.CharField(max_length=ACTION_TITLE_LENGTH)
    phase = serializers.CharField(max_length=40)
    due_on = serializers.DateField()
    text = serializers.CharField(default="", allow_blank=True, max_length=ACTION_TEXT_LENGTH)
    owner = serializers.CharField(default="", allow_blank=True, max_length=OWNER_LENGTH)
    effort = serializers.ChoiceField(choices=EFFORTS, default=Effort.MEDIUM.value)
    status = serializers.ChoiceField(choices=STATUSES, default=ActionStatus.OPEN.value)
    reason = serializers.CharField(default="", allow_blank=True, max_length=STATUS_REASON_LENGTH)


class ActionInputSerializer(_SaidSerializer):
    """An action by hand, with the checks that it would bring to yes."""

    checks = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=MOST_CHECKS
    )


class ActionChangeInputSerializer(_SaidSerializer):
    """What an action shall say over the version that was read."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )


class RoadmapPhaseSerializer(serializers.Serializer):
    """A third of the roadmap with its actions."""

    key = serializers.CharField()
    title = serializers.CharField()
    from_day = serializers.IntegerField()
    to_day = serializers.IntegerField()
    actions = serializers.ListField(child=serializers.DictField())


class RoadmapSerializer(serializers.Serializer):
    """The roadmap as it stands; money is USD a month, counted once."""

    is_begun = serializers.BooleanField()
    starts_on = serializers.DateField()
    phases = RoadmapPhaseSerializer(many=True)
    not_proposed = serializers.ListField(
        child=serializers.DictField(), help_text="What is left out, and why."
    )
    projections = serializers.ListField(
        child=serializers.DictField(), help_text="Score and spend at days 30, 60 and 90."
    )
    anti_patterns = serializers.ListField(child=serializers.DictField())


class DraftSerializer(serializers.Serializer):
    """What drafting would change; `checksum` confirms it."""

    starts_on = serializers.DateField()
    checksum = serializers.CharField()
    new = serializers.ListField(child=serializers.DictField())
    changed = serializers.ListField(child=serializers.DictField())
    gone = serializers.ListField(child=serializers.DictField())
    kept = serializers.ListField(
        child=serializers.DictField(),
        help_text="No longer proposed, but kept for what people did with them.",
    )
    same = serializers.IntegerField()


class DraftInputSerializer(InputSerializer):
    """The difference that was previewed."""

    checksum = serializers.CharField(max_length=64)
    starts_on = serializers.DateField(required=False)


class UnlockedSerializer(serializers.Serializer):
    """What one dimension is worth at the highest level that a lever asks of it."""

    dimension = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    is_met = serializers.BooleanField()
    usd_per_month = serializers.FloatField()
    levers = serializers.ListField(child=serializers.CharField())


class MaturityValueSerializer(serializers.Serializer):
    """What maturity holds back: the cheapest allowed today less the cheapest of all."""

    today_usd_per_month = serializers.FloatField()
    usd_per_month = serializers.FloatField()
    levers = serializers.ListField(child=serializers.CharField())
    dimensions = UnlockedSerializer(many=True)


class MaturityValueAnswerSerializer(serializers.Serializer):
    """The value of maturity; null before any scenario is costed."""

    value = MaturityValueSerializer(allow_null=True)


def said(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a person said, in the words of the domain."""
    names = ("title", "phase", "due_on", "text", "owner", "reason")
    return {
        **{name: data[name] for name in names},
        "effort": Effort(data["effort"]),
        "status": ActionStatus(data["status"]),
        "checks": tuple(data.get("checks", ())),
    }
