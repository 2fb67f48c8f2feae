"""What narrows the lists of GPU offers and measured speeds."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from costing import catalog
from costing.catalog import selectors
from costing.catalog.models import OfferBook

ANY = ("", "Any")
LONGEST_SEARCH = 100


class OfferFilterForm(forms.Form):
    """Provider, place, accelerator, way of buying, and words."""

    q = forms.CharField(label="Words", required=False, max_length=LONGEST_SEARCH)
    provider = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    accelerator = forms.ChoiceField(required=False)
    pricing = forms.ChoiceField(
        label="Bought", required=False, choices=[ANY, *catalog.PRICINGS.items()]
    )

    book = forms.ChoiceField(required=False)

    def __init__(
        self, data: Any, *, facets: selectors.OfferFacets, books: Sequence[OfferBook]
    ) -> None:
        super().__init__(data, auto_id="filter-%s")
        titles = [(name, catalog.provider_title(name)) for name in facets.providers]
        _offer(self, "provider", titles)
        _offer(self, "region", [(name, name) for name in facets.regions])
        _offer(self, "accelerator", [(name, name) for name in facets.accelerators])
        if books:
            named = [(str(book.pk), str(book)) for book in books]
            _offer(self, "book", [(catalog.BUNDLED, "Bundled"), *named])
        else:
            del self.fields["book"]

    def wanted(self) -> catalog.OfferFilter:
        """What was chosen; nothing of a choice that cannot be used."""
        chosen = {name: self.cleaned_data.get(name, "") for name in self.fields if name != "q"}
        return catalog.OfferFilter(search=self.cleaned_data.get("q", ""), **chosen)


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
        families = {catalog.family_of(each.accelerator) for each in catalog.throughput_profiles()}
        _offer(self, "model_class", catalog.model_classes().items())
        _offer(self, "accelerator", [(name, name) for name in sorted(families)])

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as the selector takes it."""
        tuned = {"yes": True, "no": False}.get(self.cleaned_data.get("vendor_tuned", ""))
        return {
            "model_class": self.cleaned_data.get("model_class", ""),
            "accelerator": self.cleaned_data.get("accelerator", ""),
            "is_vendor_tuned": tuned,
        }


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [ANY, *choices]
