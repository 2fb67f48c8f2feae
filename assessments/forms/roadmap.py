"""The forms of the roadmap: its first day, and an action."""

from datetime import date
from typing import Any

from django import forms
from django.forms.models import model_to_dict

from assessments.content.roadmap import EFFORTS, STATUSES
from assessments.framework import Framework
from assessments.models import (
    ACTION_TEXT_LENGTH,
    ACTION_TITLE_LENGTH,
    OWNER_LENGTH,
    STATUS_REASON_LENGTH,
    RoadmapAction,
)
from assessments.roadmap import MAX_TEAM_SIZE
from assessments.selectors import FIRST_PLANNED, LAST_PLANNED
from assessments.services import ActionInput
from organizations.forms import DayField, DomainForm

OWNERS_LIST = "roadmap-owners"


class FirstDayForm(DomainForm):
    """The day that counts as the roadmap's first."""

    starts_on = DayField(label="Day 1 of the roadmap")

    def clean_starts_on(self) -> date:
        """Refuse a day outside of the years that can be planned."""
        day: date = self.cleaned_data["starts_on"]
        if not FIRST_PLANNED <= day <= LAST_PLANNED:
            span = f"{FIRST_PLANNED.year} to {LAST_PLANNED.year}"
            raise forms.ValidationError(f"Choose a day from {span}.")
        return day


class TeamForm(DomainForm):
    """How many people work on the roadmap."""

    team_size = forms.IntegerField(
        label="People who work on it full time", min_value=1, max_value=MAX_TEAM_SIZE
    )


class ActionForm(DomainForm):
    """An action's fields, over the version that the person read."""

    title = forms.CharField(label="Action", max_length=ACTION_TITLE_LENGTH)
    phase = forms.ChoiceField(label="Phase")
    owner = forms.CharField(
        label="Owner",
        required=False,
        max_length=OWNER_LENGTH,
        widget=forms.TextInput(attrs={"list": OWNERS_LIST, "autocomplete": "off"}),
    )
    due_on = DayField(label="Due")
    effort = forms.ChoiceField(label="Effort", choices=[*EFFORTS.items()])
    status = forms.ChoiceField(label="Status", choices=[*STATUSES.items()])
    reason = forms.CharField(
        label="Why it is dropped, or who accepted the risk",
        required=False,
        max_length=STATUS_REASON_LENGTH,
    )
    text = forms.CharField(
        label="What is to be done",
        required=False,
        max_length=ACTION_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(
        required=False, min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        framework: Framework,
        action: RoadmapAction | None = None,
        conflict: str = "",
        **kwargs: Any,
    ) -> None:
        if action is not None:
            kwargs.setdefault("initial", model_to_dict(action, list(self.base_fields)))
        super().__init__(*args, **kwargs)
        self.conflict = conflict
        if action is not None:
            self.auto_id = f"action-{action.pk}-%s"
        self.fields["phase"].choices = [  # type: ignore[attr-defined]
            (each.key, f"Days {each.first_day}–{each.last_day}: {each.title}")
            for each in framework.phases
        ]

    @property
    def values(self) -> dict[str, Any]:
        content = ActionInput.parse(self.cleaned_data)
        return {"content": content, "version": self.cleaned_data["version"] or 0}


class NewActionForm(ActionForm):
    """An action by hand, with the checks that it would bring to yes."""

    checks = forms.MultipleChoiceField(
        label="Checks that it brings to yes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, framework=framework, **kwargs)
        choices = [(each.key, each.title) for each in framework.checks]
        self.fields["checks"].choices = choices  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        return {"content": ActionInput.parse(self.cleaned_data)}
