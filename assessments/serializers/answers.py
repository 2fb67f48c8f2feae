"""What the API takes and shows of answers."""

from typing import Any

from rest_framework import serializers

from assessments import mapping
from assessments.models import (
    COMMENT_LENGTH,
    CONFIDENCES,
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    STATES,
    VALUES,
    AnswerKind,
)
from assessments.selectors import Question
from assessments.serializers.versions import HIGHEST_VERSION
from organizations.serializers import InputSerializer

MOST_ANSWERS = 100


class AnswerSerializer(serializers.Serializer):
    """A question's answer, its axes kept apart; version 0 where there is none yet."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    key = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    value = serializers.ChoiceField(choices=VALUES, allow_null=True, help_text="Of a check.")
    level = serializers.IntegerField(allow_null=True, help_text="Of a dimension, 1 to 5.")
    confidence = serializers.ChoiceField(choices=CONFIDENCES, allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why it does not apply.")
    comment = serializers.CharField(allow_blank=True)
    updated_at = serializers.DateTimeField(allow_null=True)


class AnswerListSerializer(serializers.Serializer):
    """Every question of an assessment with its answer."""

    results = AnswerSerializer(many=True)


class AnswerInputSerializer(InputSerializer):
    """An answer over the version that was read."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, help_text="Or `If-Match`."
    )
    state = serializers.ChoiceField(choices=STATES)
    value = serializers.ChoiceField(choices=VALUES, default=None, allow_null=True)
    level = serializers.IntegerField(
        default=None, allow_null=True, min_value=LOWEST_LEVEL, max_value=HIGHEST_LEVEL
    )
    confidence = serializers.ChoiceField(choices=CONFIDENCES, default=None, allow_null=True)
    reason = serializers.CharField(default=None, allow_null=True, max_length=40)
    comment = serializers.CharField(
        default="", allow_blank=True, max_length=COMMENT_LENGTH, trim_whitespace=False
    )


class OneOfManyInputSerializer(AnswerInputSerializer):
    """One answer among several, over the version that was read."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    key = serializers.CharField(max_length=40)
    version = serializers.IntegerField(min_value=0, max_value=HIGHEST_VERSION)


class AnswersInputSerializer(InputSerializer):
    """Several answers, stored all or none."""

    answers = OneOfManyInputSerializer(  # type: ignore[call-arg]
        many=True, allow_empty=False, max_length=MOST_ANSWERS
    )


def question_document(question: Question) -> dict[str, Any]:
    """Return a question's answer as plain values; of one that nobody answered, an empty one."""
    if question.answer is not None:
        return mapping.answer_document(question.answer)
    axes = ("value", "level", "confidence", "reason", "updated_at")
    return {
        "kind": question.kind.value,
        "key": question.key,
        "version": 0,
        "state": "unanswered",
        "comment": "",
        **dict.fromkeys(axes),
    }
