"""Rows of the scenario form for figures that move together (section 17)."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import BoundField

from costing.engine.inputs import input_named
from costing.engine.inputs.correlations import MAX_CORRELATIONS, Correlation
from costing.scenarios.form_rows import NO_CHOICE, Document, Rows, range_choices
from presentation.number_field import NumberField, shown

ENDS = ("a", "b")
FIELDS = tuple(Correlation.model_fields)
VALUE = input_named("correlations.*.value")


class CorrelationForm(forms.Form):
    """Two figures, and how far they move together."""

    a = forms.ChoiceField(required=False)
    b = forms.ChoiceField(required=False)
    value = NumberField(required=False, low=VALUE.low, high=VALUE.high)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end in ENDS:
            self.fields[end].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> None:
        missing = [name for name in FIELDS if self.cleaned_data.get(name) in (None, "")]
        if len(missing) == len(FIELDS):
            return
        for name in missing:
            if name not in self.errors:
                self.add_error(name, "A correlation needs two figures and a value.")


class CorrelationRows(Rows):
    """The correlations of a scenario, a pair of figures each."""

    form = CorrelationForm
    extra = 2
    max_num = absolute_max = MAX_CORRELATIONS

    def __init__(self, data: Any, document: Document) -> None:
        self.off: set[str] = set()
        stated = document.get("correlations") or []
        initial = [{**each, "value": shown(each.get("value"))} for each in stated]
        paths: dict[str, Document] = {each.get(end): {} for each in stated for end in ENDS}
        known = {**document, "ranges": {**(document.get("ranges") or {}), **paths}}
        choices = {"choices": [NO_CHOICE, *range_choices(known)]}
        super().__init__(data, prefix="correlation", initial=initial, form_kwargs=choices)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        number = (index or 0) + 1
        form.fields["a"].label = f"Pair {number}, one figure"
        self.name_field(form.fields["b"], f"Pair {number}, the other", "The other")
        self.name_field(form.fields["value"], f"Pair {number}, correlation", "Correlation")

    def kept(self) -> list[forms.Form]:
        """The rows filled whose figures take part."""
        return [
            row
            for row in self.filled()
            if not {str(row.cleaned_data.get(end)).partition(".")[0] for end in ENDS} & self.off
        ]

    def document(self, off: Collection[str] = ()) -> list[dict[str, Any]]:
        """The correlations of the document, without those of the sections that are `off`."""
        self.off = {*off}
        return [{name: row.cleaned_data.get(name) for name in FIELDS} for row in self.kept()]

    def field_at(self, path: str) -> BoundField | None:
        """The field that an error at `correlations[.<number>[.<part>]]` belongs to."""
        _, index, part = [*path.split("."), *("0", "value")[path.count(".") :]]
        rows = dict(enumerate(self.kept()))
        row = rows.get(int(index)) if index.isdecimal() else None
        return row[part] if row and part in FIELDS else None
