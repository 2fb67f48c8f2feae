"""The reporting currency of the scenario form, with the day and the source of its rate."""

from typing import Any

from django import forms
from django.forms import BoundField

from costing.engine.inputs import Stated, input_named, sections
from costing.engine.inputs.currency import CODES, MAX_SOURCE_LENGTH
from costing.scenarios.form_rows import put_or_drop
from organizations.forms import DayField
from presentation.money import currency_name

CURRENCY = sections()["currency"]
CODE, RATE, RATE_ON, SOURCE = (
    input_named(f"currency.{key}") for key in ("code", "units_per_usd", "rate_on", "source")
)


def start_of_currency(stated: Stated) -> dict[str, str]:
    """What the form shows of a scenario's currency, beside its rate."""
    currency = stated.section(CURRENCY.key)
    return {each.name: currency.get(each.key, "") for each in (CODE, RATE_ON, SOURCE)}


class CurrencyForm(forms.Form):
    """What is asked of a currency beside its rate."""

    def add_currency(self) -> None:
        """Add its code, the day of the rate and its source; the engine says what is missing."""
        choices = sorted((currency_name(code), code) for code in CODES)
        self.fields[CODE.name] = forms.ChoiceField(
            label=CODE.label,
            choices=[("", "Choose one"), *((code, f"{name} ({code})") for name, code in choices)],
            required=False,
        )
        self.fields[RATE_ON.name] = DayField(
            label=RATE_ON.label, help_text=RATE_ON.help, required=False
        )
        self.fields[SOURCE.name] = forms.CharField(
            label=SOURCE.label,
            help_text=SOURCE.help,
            max_length=MAX_SOURCE_LENGTH,
            required=False,
        )

    def currency_fields(self) -> list[tuple[BoundField, str]]:
        """The fields in order, with their units."""
        return [
            (self[CODE.name], ""),
            (self[RATE.name], RATE.unit),
            (self[RATE_ON.name], ""),
            (self[SOURCE.name], ""),
        ]

    def put_currency(self, stated: dict[str, Any]) -> None:
        """Write the same into the section of a document, beside its rate."""
        rate_on = self.cleaned_data.get(RATE_ON.name)
        put_or_drop(stated, CODE.key, self.cleaned_data.get(CODE.name))
        put_or_drop(stated, RATE_ON.key, rate_on and rate_on.isoformat())
        put_or_drop(stated, SOURCE.key, self.cleaned_data.get(SOURCE.name))
