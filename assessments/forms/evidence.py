"""The form that adds a link or a file to an answer."""

from typing import Any

from django import forms

from assessments.models import URL_LENGTH
from assessments.uploads import ACCEPTED, LARGEST_FILE_BYTES
from organizations.forms import DomainForm


class EvidenceForm(DomainForm):
    """A link or a file."""

    url = forms.CharField(required=False, label="Link", max_length=URL_LENGTH)
    file = forms.FileField(required=False, label="File", max_length=1000)

    def clean_file(self) -> Any:
        """Refuse by its size before anything of it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError("At most 10 MB, please.")
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or {}
        if not self.errors and not given.get("url") and not given.get("file"):
            raise forms.ValidationError(f"Give a link, or choose a file: {ACCEPTED}.")
        return given
