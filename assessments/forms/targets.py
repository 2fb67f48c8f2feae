"""The form of a target level that a consultant chooses."""

from typing import Any

from django import forms

from assessments.models import HIGHEST_LEVEL, LOWEST_LEVEL, TARGET_REASON_LENGTH
from organizations.forms import DomainForm

BY_THE_RULES = "As the rules say"


class TargetForm(DomainForm):
    """A level with its reason; no level means what the rules say."""

    level = forms.TypedChoiceField(
        label="Aim at",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", BY_THE_RULES),
            *((each, f"Level {each}") for each in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)),
        ],
    )
    reason = forms.CharField(
        label="Reason",
        help_text="The client reads it beside the target.",
        required=False,
        max_length=TARGET_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, dimension: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"target-{dimension}-%s"
        self.dimension = dimension
