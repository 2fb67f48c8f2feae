"""The form that asks for a document of a snapshot."""

from django import forms

from reports.models import DeliverableKind, PaperSize


class DeliverableForm(forms.Form):
    """A document and its paper."""

    kind = forms.ChoiceField(choices=DeliverableKind.choices)
    paper = forms.ChoiceField(choices=PaperSize.choices, required=False)

    def clean_paper(self) -> str:
        """A4 unless asked otherwise."""
        paper: str = self.cleaned_data["paper"]
        return paper or PaperSize.A4.value
