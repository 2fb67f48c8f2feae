"""What a person wishes of a pool: the model, where it may run, how full it may get."""

from collections.abc import Mapping
from typing import Any

from django import forms

from costing.catalog import selectors as catalog_selectors
from costing.catalog.forms import ANY, SCALINGS
from costing.catalog.offers import PRICINGS, OfferFilter, provider_title
from costing.catalog.pools import ALL_CALLS, SIMPLE_CALLS, PoolWish
from costing.catalog.throughput import model_classes, throughput_profiles
from costing.engine.inputs import input_named
from organizations.forms import DomainForm
from presentation.number_field import NumberField, shown

DEFAULT_UTILIZATION_RATIO = 0.7
SERVED = [(ALL_CALLS, "All calls"), (SIMPLE_CALLS, "The simple calls alone")]


FILLED = input_named("pool.max_utilization_ratio")
INTERRUPTIONS = input_named("pool.interruption_overhead_ratio")


class PoolWishForm(forms.Form):
    """The wizard's questions; `wish` and `offers` are what they say."""

    use_required_attribute = False

    model_class = forms.ChoiceField(label="Model", help_text="The nearest in size and build.")
    precision = forms.ChoiceField(required=False)
    served = forms.ChoiceField(label="It answers", required=False, choices=SERVED)
    provider = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    pricing = forms.ChoiceField(label="Bought", required=False, choices=[ANY, *PRICINGS.items()])
    scaling = forms.ChoiceField(required=False, choices=SCALINGS)
    max_utilization_ratio = NumberField(
        label=FILLED.label,
        required=False,
        is_percent=True,
        placeholder=shown(FILLED.default, is_percent=True),
    )
    interruption_overhead_ratio = NumberField(
        label=INTERRUPTIONS.label,
        required=False,
        is_percent=True,
        placeholder=shown(INTERRUPTIONS.default, is_percent=True),
        help_text="Hours lost to interruptions, on top. Measure it: no source states it.",
    )
    independent = forms.BooleanField(
        label="Leave out what a vendor measured itself", required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        facets: catalog_selectors.OfferFacets,
        pool: Mapping[str, Any],
        has_routing: bool,
    ) -> None:
        super().__init__(data, initial=_initial(pool), auto_id="wish-%s")
        self.kept_pool = dict(pool)
        precisions = sorted({each.precision for each in throughput_profiles()})
        self._offer("model_class", list(model_classes().items()))
        self._offer("precision", [ANY, *((name, _precision(name)) for name in precisions)])
        titles = [(name, provider_title(name)) for name in facets.providers]
        self._offer("provider", [ANY, *titles])
        self._offer("region", [ANY, *((name, name) for name in facets.regions)])
        if not has_routing:
            self._offer("served", SERVED[:1])

    def clean_max_utilization_ratio(self) -> float:
        """A pool cannot be filled up to nothing."""
        given = self.cleaned_data["max_utilization_ratio"]
        if given is None:
            return DEFAULT_UTILIZATION_RATIO
        if given < 0.01:
            raise forms.ValidationError("Write a percentage from 1 to 100.")
        return float(given)

    def wish(self) -> PoolWish:
        """What the pool is to serve and how it runs; the scenario's own figures stay."""
        data = self.cleaned_data
        return PoolWish(
            model_class=data["model_class"],
            precision=data["precision"],
            takes_vendor_tuned=not data["independent"],
            served=data["served"] or ALL_CALLS,
            scaling=data["scaling"] or SCALINGS[0][0],
            max_utilization_ratio=data["max_utilization_ratio"],
            interruption_overhead_ratio=data["interruption_overhead_ratio"] or 0.0,
            keeps=self.kept_pool,
        )

    def offers(self) -> OfferFilter:
        """Where it may run and how it may be bought."""
        names = ("provider", "region", "pricing")
        return OfferFilter(**{name: self.cleaned_data[name] for name in names})

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PoolChoiceForm(forms.Form):
    """The proposal that a person takes, over the version of the scenario that they saw."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    offer = forms.CharField(max_length=400)
    profile = forms.CharField(max_length=200)


class RepricingForm(DomainForm):
    """Which book to pin over which version of a scenario."""

    price_book = forms.UUIDField()
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)


def _initial(pool: Mapping[str, Any]) -> dict[str, Any]:
    percents = ("max_utilization_ratio", "interruption_overhead_ratio")
    return {
        "scaling": pool.get("scaling", SCALINGS[0][0]),
        **{name: shown(pool.get(name), is_percent=True) for name in percents},
    }


def _precision(name: str) -> str:
    """A precision in words: `FP8`; what a vendor did not state says so."""
    return name.upper() if name.startswith("fp") else "Not stated"
