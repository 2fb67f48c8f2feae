"""What the scenario form offers to choose from, and where each choice comes from."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from costing.catalog import offers, selectors
from costing.catalog.measured_points import measured_models, measured_series
from costing.catalog.model_families import model_families
from costing.catalog.models import PRICE_DIGITS, PRICE_PLACES, REASON_LENGTH, OfferBook
from costing.catalog.origins import Origin
from costing.catalog.price_overrides import PriceOverrideInput
from costing.catalog.price_text import TOKEN_PRICES
from costing.catalog.throughput import find_profile, model_classes, throughput_profiles
from costing.engine import inputs
from organizations.forms import DayField, DomainForm
from organizations.models import Client
from presentation.number_field import shown

Choice = tuple[str, str]

SCALINGS = list(inputs.SCALINGS.items())


def catalog_field(label: str, options_url: str) -> forms.CharField:
    """A model by its reference, with the catalog's offers as one types."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "list": "model-options"}
    if options_url:
        attrs |= {
            "hx-get": options_url,
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#model-options",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": "Choose a model from the catalog, or type its prices below."},
        help_text="From the catalog, written as provider:model. Start typing to search.",
    )


def offer_choices() -> list[Choice | tuple[str, list[Choice]]]:
    """The bundled GPU offers by accelerator, after a price of one's own."""
    groups: dict[str, list[Choice]] = {}
    for offer in offers.gpu_offers():
        gpus = f", {offer.accelerators} × {offer.accelerator}" if offer.accelerator else ""
        bought = "" if offer.pricing == "on_demand" else f", {offer.pricing_title.lower()}"
        price = shown(float(offer.usd_per_instance_hour))
        name = f"{offer.provider_title} {offer.instance_type}"
        label = f"{name}{gpus}, {offer.place}{bought}: {price} USD per hour"
        groups.setdefault(offer.family, []).append((offer.key, label))
    titled = ((family or "Accelerator not stated", groups[family]) for family in sorted(groups))
    return [("", "Own price, typed below"), *titled]


def throughput_choices() -> list[Choice | tuple[str, list[Choice]]]:
    """The measured speeds by class of model, after a measurement of one's own."""
    groups: dict[str, list[Choice]] = {}
    for profile in throughput_profiles():
        tuned = " (vendor-tuned)" if profile.is_vendor_tuned else ""
        groups.setdefault(profile.model_class_title, []).append(
            (profile.key, f"{profile.title}{tuned}")
        )
    return [("", "Own measurement, typed below"), *groups.items()]


def is_own_choice(path: str, origin: Origin | None) -> bool:
    """Whether a figure with that origin is an offer's or measurement's that the form can choose."""
    known = offers.find_offer if path == "pool.usd_per_instance_hour" else find_profile
    return origin is not None and bool(origin.key) and known(origin.key) is not None


ANY = ("", "Any")


class OfferFilterForm(forms.Form):
    """Provider, place, accelerator, way of buying, and words."""

    q = forms.CharField(label="Words", required=False, max_length=100)
    provider = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    accelerator = forms.ChoiceField(required=False)
    pricing = forms.ChoiceField(
        label="Bought", required=False, choices=[ANY, *offers.PRICINGS.items()]
    )

    book = forms.ChoiceField(required=False)

    def __init__(
        self, data: Any, *, facets: selectors.OfferFacets, books: Sequence[OfferBook]
    ) -> None:
        super().__init__(data, auto_id="filter-%s")
        _offer(self, "provider", [(name, offers.provider_title(name)) for name in facets.providers])
        _offer(self, "region", [(name, name) for name in facets.regions])
        _offer(self, "accelerator", [(name, name) for name in facets.accelerators])
        if books:
            named = [(str(book.pk), str(book)) for book in books]
            _offer(self, "book", [(offers.BUNDLED, "Bundled"), *named])
        else:
            del self.fields["book"]

    def wanted(self) -> offers.OfferFilter:
        """What was chosen; nothing of a choice that cannot be used."""
        chosen = {name: self.cleaned_data.get(name, "") for name in self.fields if name != "q"}
        return offers.OfferFilter(search=self.cleaned_data.get("q", ""), **chosen)


class ThroughputFilterForm(forms.Form):
    """Class of model, accelerator, and who measured."""

    model_class = forms.ChoiceField(label="Model", required=False)
    accelerator = forms.ChoiceField(required=False)
    vendor_tuned = forms.ChoiceField(
        label="Measured",
        required=False,
        choices=[ANY, ("no", "Independently"), ("yes", "By a vendor")],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        families = {offers.family_of(each.accelerator) for each in throughput_profiles()}
        _offer(self, "model_class", model_classes().items())
        _offer(self, "accelerator", [(name, name) for name in sorted(families)])

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as the selector takes it."""
        tuned = {"yes": True, "no": False}.get(self.cleaned_data.get("vendor_tuned", ""))
        chosen = {name: self.cleaned_data.get(name, "") for name in ("model_class", "accelerator")}
        return chosen | {"is_vendor_tuned": tuned}


class HostedPriceFilterForm(forms.Form):
    """One model."""

    model_family = forms.ChoiceField(label="Model", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        families = [(key, each.title) for key, each in model_families().items()]
        _offer(self, "model_family", families)

    def wanted(self) -> str:
        """The model's key; nothing where none is known."""
        return str(self.cleaned_data.get("model_family", ""))


class MeasuredPointFilterForm(forms.Form):
    """Model and accelerator."""

    model = forms.ChoiceField(required=False)
    accelerator = forms.ChoiceField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        families = {offers.family_of(each.accelerator) for each in measured_series()}
        _offer(self, "model", [(name, name) for name in measured_models()])
        _offer(self, "accelerator", [(name, name) for name in sorted(families)])

    def wanted(self) -> dict[str, str]:
        """What was chosen; nothing of a choice that cannot be used."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [ANY, *choices]


class PriceOverrideForm(DomainForm):
    """What was negotiated for a model, for whom, since when and why."""

    client = forms.ChoiceField(label="For", required=False)
    valid_from = DayField(label="First day")
    valid_until = DayField(
        label="Last day", required=False, help_text="Empty: until somebody ends it."
    )
    batch_discount_percent = forms.DecimalField(
        label=inputs.input_named("premium_model.batch_discount_ratio").label,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    reason = forms.CharField(
        label="Where it was agreed",
        max_length=REASON_LENGTH,
        help_text="The contract, or who said so. Only your organization sees it.",
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
        for name, title in TOKEN_PRICES.items():
            self.fields[name] = forms.DecimalField(
                label=title.capitalize(),
                required=False,
                min_value=0,
                max_value=1_000_000,
                max_digits=PRICE_DIGITS,
                decimal_places=PRICE_PLACES,
            )

    @property
    def prices(self) -> list[tuple[forms.BoundField, str]]:
        """The fields of prices with their unit."""
        return [(self[name], "USD/Mtok") for name in TOKEN_PRICES]

    @property
    def values(self) -> dict[str, Any]:
        """What was negotiated, the discount as a ratio."""
        typed = dict(self.cleaned_data)
        figures = {name: typed.pop(name) for name in TOKEN_PRICES}
        percent = typed.pop("batch_discount_percent")
        figures["batch_discount_ratio"] = percent and percent / 100
        typed["client"] = self.clients.get(typed["client"])
        given = {name: figure for name, figure in figures.items() if figure is not None}
        return {"content": PriceOverrideInput(figures=given, **typed)}


class PriceOverrideEndForm(DomainForm):
    """From when on the list price holds again."""

    ended_on = DayField(
        label="First day of the list price",
        help_text="To undo a mistaken entry, give its own first day: then it never held.",
    )
    ended_reason = forms.CharField(label="Why", max_length=REASON_LENGTH, required=False)

    @property
    def values(self) -> dict[str, Any]:
        """From when on, and why."""
        ended_on, reason = self.cleaned_data["ended_on"], self.cleaned_data["ended_reason"]
        return {"ended_on": ended_on, "reason": reason}
