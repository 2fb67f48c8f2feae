"""The forms of contract prices."""

from decimal import Decimal
from typing import Any

from django import forms

from costing.catalog.forms.choices import catalog_field
from costing.catalog.models import FIGURES, PRICE_DIGITS, PRICE_PLACES, REASON_LENGTH
from organizations.forms import DomainForm
from organizations.models import Client

LABELS = {
    "input_usd_per_mtok": "Input",
    "output_usd_per_mtok": "Output",
    "cache_read_usd_per_mtok": "Cached input",
    "cache_write_usd_per_mtok": "Cache write",
}
UNIT = "USD/Mtok"


class DayField(forms.DateField):
    """A day, by the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class PriceOverrideForm(DomainForm):
    """What was negotiated for a model, for whom, since when and why."""

    client = forms.ChoiceField(label="For", required=False)
    valid_from = DayField(label="First day")
    valid_until = DayField(
        label="Last day", required=False, help_text="Empty: until somebody ends it."
    )
    batch_discount_percent = forms.DecimalField(
        label="Batch discount",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    reason = forms.CharField(
        label="Where it was agreed",
        max_length=REASON_LENGTH,
        help_text="The contract, or who said so. Only your firm sees it.",
    )

    def __init__(
        self, *args: Any, clients: list[Client], options_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(client.pk): client for client in clients}
        choice = self.fields["client"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "All clients"), *((k, c.name) for k, c in self.clients.items())]
        self.fields["reference"] = catalog_field("Model", options_url)
        self.fields["reference"].required = True
        for name, label in LABELS.items():
            self.fields[name] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_value=1_000_000,
                max_digits=PRICE_DIGITS,
                decimal_places=PRICE_PLACES,
            )

    @property
    def prices(self) -> list[tuple[forms.BoundField, str]]:
        """The fields of prices with their unit."""
        return [(self[name], UNIT) for name in LABELS]

    def chosen_client(self) -> Client | None:
        """The client that the price is for; None: all."""
        return self.clients.get(self.cleaned_data["client"])

    def figures(self) -> dict[str, Decimal]:
        """The figures that were given, the discount as a ratio."""
        percent = self.cleaned_data["batch_discount_percent"]
        given = {**self.cleaned_data, "batch_discount_ratio": percent}
        figures = {name: given[name] for name in FIGURES if given.get(name) is not None}
        if percent is not None:
            figures["batch_discount_ratio"] = percent / 100
        return figures


class PriceOverrideEndForm(DomainForm):
    """From when on the list price holds again."""

    ended_on = DayField(
        label="First day of the list price",
        help_text="To undo a mistaken entry, give its own first day: then it never held.",
    )
    ended_reason = forms.CharField(label="Why", max_length=REASON_LENGTH, required=False)


class RepricingForm(DomainForm):
    """Which book to pin over which version of a scenario."""

    price_book = forms.UUIDField()
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
