"""Rows of the scenario form: what all have in common, those of ranges, and those of pairs."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from django import forms
from django.forms import BaseFormSet, BoundField
from django.forms.renderers import get_default_renderer

from costing.engine.inputs import MAX_PAIRS, MAX_RANGES, figures, input_at
from costing.engine.inputs.readers import PAIR_ENDS, write_end
from costing.engine.levers import set_name
from costing.scenarios.content.inputs import range_label
from costing.scenarios.content.titles import STRATEGY_TITLES
from presentation.number_field import NEGATIVE, NumberField, percent_span, shown

Document = Mapping[str, Any]
NO_CHOICE = ("", "–")


class Rows(BaseFormSet):  # type: ignore[type-arg]
    """Rows of which a person fills as many as they need; empty ones are nothing."""

    extra = 3
    min_num = 0
    can_order = can_delete = validate_min = validate_max = edit_only = False
    can_delete_extra = True
    renderer = get_default_renderer()

    @property
    def has_any(self) -> bool:
        """Whether anything is stored, typed or wrong in these rows."""
        return any(field.value() or field.errors for row in self for field in row)

    @staticmethod
    def name_field(field: forms.Field, label: str, shown: str) -> None:
        """Name a field differently from those of other rows, and show what fits its column.

        Errors and assistive technology use `label`, which contains the text that is `shown`.
        """
        field.label = label
        field.shown_label = shown  # type: ignore[attr-defined]
        field.widget.attrs["aria-label"] = label

    @abstractmethod
    def field_at(self, path: str) -> BoundField | None:
        """The field that the engine's error at a path belongs to."""

    def filled(self) -> list[forms.Form]:
        """The rows in which something was typed."""
        return [
            row
            for row in self.forms
            if any(value not in (None, "") for value in row.cleaned_data.values())
        ]


class RangeForm(forms.Form):
    """How low and how high a figure may turn out, in the unit that its field has."""

    path = forms.ChoiceField(required=False)
    low = NumberField(required=False, low=-inf)
    high = NumberField(required=False, low=-inf)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> None:
        path = self.cleaned_data.get("path")
        ends = {end: self.cleaned_data.get(end) for end in ("low", "high")}
        given = {end: value for end, value in ends.items() if value is not None}
        if given and not path and "path" not in self.errors:
            self.add_error("path", "Choose the figure that this is the range of.")
        figure = input_at(path) if path else None
        for end, value in given.items():
            if figure and figure.is_percent and not figure.low <= value / 100 <= figure.high:
                span = percent_span(min(figure.low, 0.0), figure.high)
                self.add_error(end, f"Write a percentage {span}.")
            elif value < 0 and (figure is None or figure.low >= 0):
                self.add_error(end, NEGATIVE)


class RangeRows(Rows):
    """The ranges of a scenario, each of another figure."""

    form = RangeForm
    max_num = absolute_max = MAX_RANGES

    def __init__(self, data: Any, document: Document) -> None:
        initial = []
        for path, ends in (document.get("ranges") or {}).items():
            is_percent = range_label(path).is_percent
            low, high = (shown(ends.get(end), is_percent=is_percent) for end in ("low", "high"))
            initial.append({"path": path, "low": low, "high": high})
        choices = {"choices": [NO_CHOICE, *range_choices(document)]}
        super().__init__(data, prefix="range", initial=initial, form_kwargs=choices)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        number = (index or 0) + 1
        form.fields["path"].label = f"Figure {number}"
        for end in ("low", "high"):
            self.name_field(form.fields[end], f"Figure {number}, {end}", end.capitalize())

    def clean(self) -> None:
        seen = set()
        for row in self.filled():
            path = row.cleaned_data.get("path")
            if path and path in seen:
                row.add_error("path", "This figure has a range already.")
            seen.add(path)

    def document(self) -> dict[str, dict[str, Any]]:
        """The ranges of the document, percentages as ratios."""
        ranges: dict[str, dict[str, Any]] = {}
        for row in self.filled():
            if path := row.cleaned_data.get("path"):
                scale = 100 if range_label(path).is_percent else 1
                ends = {end: row.cleaned_data.get(end) for end in ("low", "high")}
                ranges[path] = {
                    end: None if value is None else value / scale for end, value in ends.items()
                }
        return ranges

    def field_at(self, path: str) -> BoundField | None:
        """The field that an error at `ranges.<path>[.low|.high]` belongs to."""
        for row in self.filled():
            start = f"ranges.{row.cleaned_data.get('path')}"
            names = {start: "path", f"{start}.low": "low", f"{start}.high": "high"}
            if path in names:
                return row[names[path]]
        return None


class PairForm(forms.Form):
    """A strategy to come from, and one to go to."""

    choices = (NO_CHOICE, *STRATEGY_TITLES.items())
    start = forms.ChoiceField(label="From", choices=choices, required=False)
    end = forms.ChoiceField(label="To", choices=choices, required=False)


class PairRows(Rows):
    """Pairs of strategies to compare instead of the usual three."""

    form = PairForm
    max_num = absolute_max = MAX_PAIRS

    def __init__(self, data: Any, document: Document) -> None:
        pairs = document.get("pairs") or []
        ends = [(p["from"], p["to"]) if isinstance(p, Mapping) else tuple(p) for p in pairs]
        named = [[each if isinstance(each, str) else set_name(each) for each in p] for p in ends]
        initial = [{"start": start, "end": end} for start, end in named]
        super().__init__(data, prefix="pair", initial=initial)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        number = (index or 0) + 1
        form.fields["start"].label = f"Pair {number}, from"
        self.name_field(form.fields["end"], f"Pair {number}, to", "To")

    def document(self) -> list[dict[str, str | list[str]]]:
        """The pairs of the document; none for the usual ones."""
        rows = [row.cleaned_data for row in self.filled()]
        ends = [(row.get("start", ""), row.get("end", "")) for row in rows]
        written = ([write_end(name) if name else "" for name in pair] for pair in ends)
        return [dict(zip(PAIR_ENDS, pair, strict=True)) for pair in written]

    def field_at(self, path: str) -> BoundField | None:
        """The field that an error at `pairs.<number>[.from|.to]` belongs to."""
        _, index, part = [*path.split("."), "from"][:3]
        rows = dict(enumerate(self.filled()))
        row = rows.get(int(index)) if index.isdecimal() else None
        return row["end" if part == "to" else "start"] if row else None


def range_choices(document: Document) -> list[tuple[str, str]]:
    """Every figure that may have a range, with its unit; a stored one of a tier among them."""
    paths = [figure.path for figure in figures() if figure.section]
    choices = []
    for path in dict.fromkeys([*paths, *(document.get("ranges") or {})]):
        label = range_label(path)
        unit = "%" if label.is_percent else label.unit
        choices.append((path, f"{label.title} ({unit})" if unit else label.title))
    return choices


def put_or_drop(holder: dict[str, Any], key: str, value: Any) -> None:
    """Write a value into a document; none, or an empty one, is not written."""
    if value:
        holder[key] = value
    else:
        holder.pop(key, None)
