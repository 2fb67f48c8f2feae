"""What a reassessment is called, its date, and what comes along."""

from django import forms

from assessments.models import TITLE_LENGTH
from organizations.forms import DomainForm


class ReassessmentForm(DomainForm):
    """A reassessment's title and date, and whether it takes the scenarios."""

    title = forms.CharField(max_length=TITLE_LENGTH, label="Title")
    as_of = forms.DateField(
        label="As of",
        help_text="The day that the answers describe.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    takes_scenarios = forms.BooleanField(
        label="Take the scenarios along, at the prices they have",
        required=False,
        help_text="They are computed again with the scores of the reassessment.",
    )
