"""What to see of the clients, as it stands in the page's address."""

from collections.abc import Sequence
from typing import Any

from django import forms

from costing.scenarios.content.portfolio import STATUSES, WAITS, PortfolioQuery

SEARCH_LENGTH = 120
# The orders that the list offers; a column's head may ask for another one.
SORT_TITLES = {
    "name": "Name",
    "waits": "What waits for us first",
    "-activity": "Last activity",
    "-score": "Score, highest first",
    "score": "Score, lowest first",
    "-spend": "Spend, highest first",
    "-saving": "Saving, highest first",
    "-held_back": "Held back, highest first",
}
OTHER_SORT_TITLES = {
    "-name": "Name, from the end",
    "status": "Status",
    "-status": "Status, from the end",
    "-waits": "What waits for us last",
    "activity": "Last activity, oldest first",
    "spend": "Spend, lowest first",
    "saving": "Saving, lowest first",
    "held_back": "Held back, lowest first",
}


class PortfolioForm(forms.Form):
    """Search, filters and order; what cannot be used is left out."""

    search = forms.CharField(
        max_length=SEARCH_LENGTH,
        label="Search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    waits_for = forms.ChoiceField(label="Waits for", choices=[("", "Anybody"), *WAITS.items()])
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), *STATUSES.items()])
    band = forms.ChoiceField(label="Score")
    sort = forms.ChoiceField(label="Order")

    def __init__(self, data: Any, *, bands: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        band, sort = self.fields["band"], self.fields["sort"]
        assert isinstance(band, forms.ChoiceField)
        assert isinstance(sort, forms.ChoiceField)
        band.choices = [("", "Any"), *bands]
        asked = data.get("sort")
        others = [(key, title) for key, title in OTHER_SORT_TITLES.items() if key == asked]
        sort.choices = [*SORT_TITLES.items(), *others]
        for field in self.fields.values():
            field.required = False

    @property
    def query(self) -> PortfolioQuery:
        """What was asked for, as far as it can be used."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return PortfolioQuery(**given)
