"""Rows of the scenario form that a person fills as many of as they need: ranges and pairs."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from costing.engine.inputs import MAX_PAIRS, MAX_RANGES, figures
from costing.scenarios.content.ranges import range_label
from costing.scenarios.content.titles import STRATEGY_TITLES
from presentation.number_field import NumberField, shown

SPARE_ROWS = 3
NO_CHOICE = ("", "–")
Data = Mapping[str, Any]
DocumentPart = Mapping[str, Any]


class Rows(ABC):
    """Rows of fields called `<name>_<number>__<part>`; empty ones are nothing."""

    name = ""
    parts: tuple[str, ...] = ()
    limit = 0

    def __init__(self, form: forms.Form, stored: int, data: Data | None) -> None:
        self.form = form
        sent = stored if data is None else _rows_sent(data, self.name, self.limit)
        self.count = min(sent + SPARE_ROWS, self.limit)
        for number in range(self.count):
            for part in self.parts:
                form.fields[self.field_name(number, part)] = self.make_field(part, number)
        self.used: list[int] = []

    def field_name(self, number: int, part: str) -> str:
        """The form field of one part of a row."""
        return f"{self.name}_{number}__{part}"

    @abstractmethod
    def make_field(self, part: str, number: int) -> forms.Field:
        """One part's field; each kind of rows says which."""

    @abstractmethod
    def field_of(self, path: str) -> str | None:
        """The field that the engine's error at a path belongs to; each kind of rows says which."""

    def bound(self) -> Iterator[dict[str, BoundField]]:
        """Each row's fields by part, for the template."""
        for number in range(self.count):
            yield {part: self.form[self.field_name(number, part)] for part in self.parts}

    def has_any(self) -> bool:
        """Whether anything is stored, typed or wrong in these rows."""
        names = [self.field_name(n, part) for n in range(self.count) for part in self.parts]
        return any(self.form[name].value() or self.form.errors.get(name) for name in names)

    def filled(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows in which something was typed, by their number."""
        for number in range(self.count):
            values = {
                part: self.form.cleaned_data.get(self.field_name(number, part))
                for part in self.parts
            }
            if any(value not in (None, "") for value in values.values()):
                yield number, values


def _rows_sent(data: Data, name: str, limit: int) -> int:
    """How many rows a sent form has, up to the last one with anything in it."""
    start = f"{name}_"
    numbers = [
        int(number)
        for key in data
        if key.startswith(start)
        and (number := key[len(start) :].partition("__")[0]).isdecimal()
        and len(number) < 4
        and data.get(key)
    ]
    return min(max(numbers, default=-1) + 1, limit)


class RangeRows(Rows):
    """How low and how high a figure may turn out, in the unit that its field has."""

    name = "range"
    parts = ("path", "low", "high")
    limit = MAX_RANGES

    def make_field(self, part: str, number: int) -> forms.Field:
        """A choice of figure, its low and its high."""
        if part == "path":
            return forms.ChoiceField(
                label=f"Figure {number + 1}",
                choices=[NO_CHOICE, *self.form.range_choices],  # type: ignore[attr-defined]
                required=False,
            )
        return NumberField(label=f"Figure {number + 1}, {part}", required=False)

    @staticmethod
    def initial(document: DocumentPart) -> dict[str, Any]:
        """The stored ranges as a person would type them."""
        start = {}
        for number, (path, ends) in enumerate((document.get("ranges") or {}).items()):
            is_percent = range_label(path).is_percent
            start[f"range_{number}__path"] = path
            for end in ("low", "high"):
                start[f"range_{number}__{end}"] = shown(ends.get(end), is_percent=is_percent)
        return start

    def clean(self) -> None:
        """Note rows without a figure, and figures with two rows."""
        seen: set[str] = set()
        for number, values in self.filled():
            path = values["path"]
            name = self.field_name(number, "path")
            if not path and name not in self.form.errors:
                self.form.add_error(name, "Choose the figure that this is the range of.")
            elif path in seen:
                self.form.add_error(name, "This figure has a range already.")
            seen.add(path or "")
            if path and range_label(path).is_percent:
                self._check_percent(number, values)

    def _check_percent(self, number: int, values: Mapping[str, Any]) -> None:
        for end in ("low", "high"):
            if values[end] is not None and values[end] > 100:
                self.form.add_error(
                    self.field_name(number, end), "Write a percentage from 0 to 100."
                )

    def document(self) -> dict[str, dict[str, Any]]:
        """The ranges of the document, percentages as ratios."""
        ranges: dict[str, dict[str, Any]] = {}
        for _, values in self.filled():
            if path := values["path"]:
                scale = 100 if range_label(path).is_percent else 1
                ranges[path] = {
                    end: None if values.get(end) is None else values[end] / scale
                    for end in ("low", "high")
                }
        return ranges

    def field_of(self, path: str) -> str | None:
        """The field that an error at `ranges.<path>[.low|.high]` belongs to."""
        for number, values in self.filled():
            if not values["path"]:
                continue
            if path == f"ranges.{values['path']}":
                return self.field_name(number, "path")
            for end in ("low", "high"):
                if path == f"ranges.{values['path']}.{end}":
                    return self.field_name(number, end)
        return None


class PairRows(Rows):
    """Pairs of strategies to compare instead of the usual three."""

    name = "pair"
    parts = ("from", "to")
    limit = MAX_PAIRS

    def make_field(self, part: str, number: int) -> forms.Field:
        """A strategy to come from, or one to go to."""
        label = f"Pair {number + 1}, {part}"
        choices = [NO_CHOICE, *STRATEGY_TITLES.items()]
        return forms.ChoiceField(label=label, choices=choices, required=False)

    @staticmethod
    def initial(document: DocumentPart) -> dict[str, Any]:
        """The stored pairs."""
        return {
            f"pair_{number}__{part}": pair.get(part, "")
            for number, pair in enumerate(stored_pairs(document))
            for part in ("from", "to")
        }

    def document(self) -> list[dict[str, str]] | None:
        """The pairs of the document; None for the usual ones."""
        pairs = [{"from": values["from"], "to": values["to"]} for _, values in self.filled()]
        return pairs or None

    def field_of(self, path: str) -> str | None:
        """The field that an error at `pairs.<number>[.from|.to]` belongs to."""
        _, _, rest = path.partition("pairs.")
        index, _, part = rest.partition(".")
        numbers = [number for number, _ in self.filled()]
        if not index.isdecimal() or int(index) >= len(numbers):
            return None
        return self.field_name(numbers[int(index)], part or "from")


def stored_pairs(document: DocumentPart) -> list[Mapping[str, Any]]:
    """A document's pairs, in whichever of the two ways they are written."""
    pairs = document.get("pairs") or []
    return [
        pair if isinstance(pair, Mapping) else dict(zip(("from", "to"), pair, strict=False))
        for pair in pairs
    ]


def range_choices(document: DocumentPart) -> list[tuple[str, str]]:
    """Every figure that may have a range, with its unit; a stored one of a tier among them."""
    paths = [figure.path for figure in figures() if figure.section]
    paths += [path for path in document.get("ranges") or {} if path not in paths]
    return [(path, _range_choice(path)) for path in paths]


def _range_choice(path: str) -> str:
    label = range_label(path)
    unit = "%" if label.is_percent else label.unit
    return f"{label.title} ({unit})" if unit else label.title
