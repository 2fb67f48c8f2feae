"""What a person may ask of a snapshot."""

from django import forms

from reports.models import DeliverableKind, PaperSize
from reports.services import SHARE_DAYS


class DeliverableForm(forms.Form):
    """A document and its paper."""

    kind = forms.ChoiceField(choices=DeliverableKind.choices)
    paper = forms.ChoiceField(choices=PaperSize.choices, required=False)

    def clean_paper(self) -> str:
        """A4 unless asked otherwise."""
        paper: str = self.cleaned_data["paper"]
        return paper or PaperSize.A4.value


class ShareLinkForm(forms.Form):
    """For how long a link leads to the documents."""

    days = forms.TypedChoiceField(
        choices=[(days, f"{days} days") for days in SHARE_DAYS], coerce=int
    )
