"""Forms of clients and assessments."""

from typing import Any

from django import forms

from assessments.framework import Framework, Trigger
from assessments.models import REMARK_LENGTH, TITLE_LENGTH
from organizations.forms import DomainForm

CLIENT_NAME_LENGTH = 120


class ClientForm(DomainForm):
    """A client's name."""

    name = forms.CharField(max_length=CLIENT_NAME_LENGTH, label="Name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"


class AssessmentForm(DomainForm):
    """What an assessment is called, its date, and why it is run."""

    title = forms.CharField(max_length=TITLE_LENGTH, label="Title")
    as_of = forms.DateField(
        label="As of",
        help_text="The day that the answers describe.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    triggers = forms.MultipleChoiceField(
        label="What brings the client here?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, framework: Framework | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = framework.triggers if framework else ()
        field = self.fields["triggers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.key, f"{each.title}: {each.text}") for each in known]


class IntakeForm(DomainForm):
    """Why an assessment is run, and which intake the person had read."""

    read = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    triggers = forms.MultipleChoiceField(
        label="What brings you here?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.framework = framework
        field = self.fields["triggers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.key, each.title) for each in framework.triggers]

    @property
    def reasons(self) -> list[tuple[forms.boundfield.BoundWidget, Trigger]]:
        """Each reason's box to tick, with what the reason is."""
        return list(zip(self["triggers"], self.framework.triggers, strict=True))


class RemarkForm(DomainForm):
    """What a review asks of the client."""

    remark = forms.CharField(
        label="What should the client look at again?",
        help_text="The client’s people read this above the questionnaire.",
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
