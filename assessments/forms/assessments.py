"""Forms of assessments, targets, evidence and notes."""

from typing import Any

from django import forms

from assessments.framework import LEVELS, Framework, Trigger
from assessments.models import (
    NOTE_LENGTH,
    REMARK_LENGTH,
    TARGET_REASON_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
)
from assessments.selectors import Question
from assessments.uploads import ACCEPTED, MAX_FILE_BYTES, TOO_MANY_BYTES
from organizations.forms import DayField, DomainForm


class AssessmentForm(DomainForm):
    """What an assessment is called, its date, and why it is run."""

    title = forms.CharField(max_length=TITLE_LENGTH, label="Title")
    as_of = DayField(label="As of", help_text="The day that the answers describe.")
    triggers = forms.MultipleChoiceField(
        label="What brings the client here?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, framework: Framework | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = framework.triggers if framework else ()
        choices = [(each.key, f"{each.title}: {each.text}") for each in known]
        self.fields["triggers"].choices = choices  # type: ignore[attr-defined]


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
        choices = [(each.key, each.title) for each in framework.triggers]
        self.fields["triggers"].choices = choices  # type: ignore[attr-defined]

    @property
    def reasons(self) -> list[tuple[forms.boundfield.BoundWidget, Trigger]]:
        return list(zip(self["triggers"], self.framework.triggers, strict=True))


class RemarkForm(DomainForm):
    """What a review asks of the client."""

    remark = forms.CharField(
        label="What should the client look at again?",
        help_text="The client’s people read this above the questionnaire.",
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TargetForm(DomainForm):
    """A level with its reason; no level means what the rules say."""

    level = forms.TypedChoiceField(
        label="Aim at",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "As the rules say"), *((each, f"Level {each}") for each in LEVELS)],
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


class EvidenceForm(DomainForm):
    """A link or a file."""

    url = forms.CharField(required=False, label="Link", max_length=URL_LENGTH)
    file = forms.FileField(required=False, label="File", max_length=1000)

    def clean_file(self) -> Any:
        """Refuse by its size before anything of it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_MANY_BYTES)
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or {}
        if not self.errors and not given.get("url") and not given.get("file"):
            raise forms.ValidationError(f"Give a link, or choose a file: {ACCEPTED}.")
        return given


class NoteForm(DomainForm):
    """What a consultant notes, and on which question."""

    question = forms.ChoiceField(required=False, label="About")
    text = forms.CharField(
        label="Note", max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", "The assessment as a whole"),
            *((each.key, each.name) for each in questions),
        ]
        self.fields["question"].choices = choices  # type: ignore[attr-defined]
