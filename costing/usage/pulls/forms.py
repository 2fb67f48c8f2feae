"""The forms of pulls: set one up, change how often it runs, give it another key."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from costing.usage.columns import CACHED_PLACES
from costing.usage.models import PullSchedule
from costing.usage.pulls.origins import ORIGINS
from costing.usage.pulls.services import PullInput
from organizations.exceptions import Conflict, Invalid
from organizations.forms import DayField, DomainForm

USUAL_DAYS = 30


def key_field(label: str) -> forms.CharField:
    """The field of a key, which no page shows again and no browser keeps."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=500, widget=widget)


def _usual_since() -> Any:
    return timezone.now().date() - timedelta(days=USUAL_DAYS)


class PullForm(DomainForm):
    """Where usage comes from, with which key, since when and how often."""

    shows = (Invalid, Conflict)
    origin = forms.ChoiceField(
        label="Source", choices=[(each.key, each.title) for each in ORIGINS.values()]
    )
    base_url = forms.CharField(
        label="Address",
        required=False,
        max_length=200,
        help_text="Of your own LiteLLM or Langfuse, or of another region: https://host.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    secret = key_field("Key")
    since = DayField(label="First day", initial=_usual_since)
    schedule = forms.ChoiceField(
        label="Runs", choices=PullSchedule.choices, initial=PullSchedule.DAILY
    )
    cached = forms.ChoiceField(
        label="Cached tokens",
        choices=[*CACHED_PLACES.items()],
        required=False,
        initial="inside",
        help_text="Of Helicone alone.",
    )

    @property
    def values(self) -> dict[str, Any]:
        """The pull as the service takes it."""
        given = dict(self.cleaned_data)
        is_inside = given.pop("cached") != "beside"
        return {"pull": PullInput(**given, input_includes_cache=is_inside)}


class PullKeyForm(DomainForm):
    """Another key."""

    shows = (Invalid, Conflict)
    secret = key_field("New key")


class PullScheduleForm(DomainForm):
    """How often a pull runs."""

    shows = (Invalid, Conflict)
    schedule = forms.ChoiceField(label="Runs", choices=PullSchedule.choices)
