"""The form that makes a share link."""

from django import forms

from reports.models import SHARE_DAYS


class ShareLinkForm(forms.Form):
    """For how long a link leads to the documents."""

    days = forms.TypedChoiceField(
        choices=[(days, f"{days} days") for days in SHARE_DAYS], coerce=int
    )
