"""The form of a consultant's note."""

from typing import Any

from django import forms

from assessments.models import NOTE_LENGTH
from assessments.selectors import Question
from organizations.forms import DomainForm


class NoteForm(DomainForm):
    """What a consultant notes, and on which question."""

    question = forms.ChoiceField(required=False, label="About")
    text = forms.CharField(
        label="Note", max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["question"]
        assert isinstance(field, forms.ChoiceField)
        titles = [(each.key, each.name) for each in questions]
        field.choices = [("", "The assessment as a whole"), *titles]
