"""Parts of the scenario form: rows of ranges and pairs, weeks and tiers, errors in its words."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, BoundField
from django.forms.renderers import get_default_renderer

from costing.engine.inputs import MAX_PAIRS, MAX_RANGES, figures, input_at
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.latency import Point
from costing.engine.inputs.readers import PAIR_ENDS, write_end
from costing.engine.levers import set_name
from costing.engine.units import HOURS_PER_WEEK
from costing.scenarios.content.inputs import range_label
from costing.scenarios.content.titles import STRATEGY_TITLES
from presentation.number_field import NEGATIVE, NumberField, parse_number, percent_span, shown

Document = Mapping[str, Any]
NO_CHOICE = ("", "–")
MAX_TEXT_LENGTH = 10_000
TIER_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
)
NO_PRICE = "-"
POINT, TERMS = tuple(Point.model_fields), tuple(Provisioned.model_fields)


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


class NumbersField(forms.CharField):
    """Many numbers in one text."""

    def __init__(self, rows: int, **kwargs: Any) -> None:
        attrs = {"rows": rows, "spellcheck": "false", "autocomplete": "off", "class": "numbers"}
        widget = forms.Textarea(attrs)
        super().__init__(max_length=MAX_TEXT_LENGTH, required=False, widget=widget, **kwargs)


class ProfileField(NumbersField):
    """168 weights, separated by whatever a person or a spreadsheet puts between them."""

    def to_python(self, value: Any) -> Any:
        """Return the weights; None where nothing was pasted."""
        words = re.split(r"[\s,;]+", (super().to_python(value) or "").strip())
        if words == [""]:
            return None
        if len(words) != HOURS_PER_WEEK:
            raise ValidationError(
                f"There are {len(words)} numbers; a week has {HOURS_PER_WEEK} hours."
            )
        return [parse_number(word) for word in words]


class PointField(NumbersField):
    """A line a measured run: calls at once, input, output, and both times in milliseconds."""

    def to_python(self, value: Any) -> Any:
        """Return the points as the document has them; None where nothing was typed."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return [_point(line) for line in lines if line] or None


def _point(line: str) -> dict[str, Any]:
    figures = re.split(r"[\s;|]+", line)
    if len(figures) != len(POINT):
        raise ValidationError(f"A measured run has {len(POINT)} numbers; “{line[:40]}” has not.")
    return dict(zip(POINT, map(parse_number, figures), strict=True))


def shown_points(points: Sequence[Mapping[str, Any]] | None) -> str:
    """A pool's stored runs, a line each."""
    return "\n".join(" ".join(shown(point.get(key)) for key in POINT) for point in points or ())


class TermsField(forms.CharField):
    """Terms of provisioned throughput on one line, in the order of their declaration."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TEXT_LENGTH, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the terms as the document has them; None where nothing was typed."""
        words = re.split(r"[\s;|]+", (super().to_python(value) or "").strip())
        if words == [""]:
            return None
        if len(words) > len(TERMS):
            raise ValidationError(f"There are at most {len(TERMS)} numbers.")
        return dict(zip(TERMS, map(parse_number, words), strict=False))


def shown_terms(terms: Mapping[str, Any] | None) -> str:
    """A model's stored terms of provisioned throughput, those that are their default included."""
    if not terms:
        return ""
    fields = Provisioned.model_fields
    values = [terms.get(key, fields[key].get_default()) for key in TERMS]
    return " ".join(shown(value) for value in values if value is not None and value is not ...)


class TierField(NumbersField):
    """A line a tier: the threshold and up to four prices; `-` stands for none of its own."""

    def to_python(self, value: Any) -> Any:
        """Return the tiers as the document has them; None where nothing was typed."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return [_tier(line) for line in lines if line] or None


def _tier(line: str) -> dict[str, Any]:
    threshold, *prices = re.split(r"[\s;|]+", line)
    if len(prices) > len(TIER_PRICES):
        raise ValidationError("A tier has a threshold and at most four prices.")
    tier = {"above_input_tokens": parse_number(threshold)}
    for key, price in zip(TIER_PRICES, prices, strict=False):
        if price != NO_PRICE:
            tier[key] = parse_number(price)
    return tier


def shown_tiers(tiers: Sequence[Mapping[str, Any]] | None) -> str:
    """A model's stored tiers, a line each."""
    lines = []
    for tier in tiers or ():
        prices = [shown(tier.get(key)) or NO_PRICE for key in TIER_PRICES]
        line = " ".join([shown(tier.get("above_input_tokens")), *prices])
        lines.append(re.sub(rf"( {NO_PRICE})+$", "", line))
    return "\n".join(lines)


def put_or_drop(holder: dict[str, Any], key: str, value: Any) -> None:
    """Write a value into a document; none, or an empty one, is not written."""
    if value:
        holder[key] = value
    else:
        holder.pop(key, None)


# The engine speaks of keys; here the same is said of the fields that a person sees.
PLAIN_REASONS = {
    "is required": "Please fill this in.",
    "is required by routing": "Choose where simple calls go, or switch routing off.",
    "is required by current_levers": "It runs today, so describe it here.",
    "is required, unless hardware_usd_per_instance is given": (
        "Choose an offer, type a price, or give bought hardware."
    ),
    "must not exceed input_tokens_per_call": "Must not exceed the input per call.",
    "cannot be combined with agent_branching": "Leave this empty where agents are given.",
    "is required with agent_branching": "Please fill in both figures of the agents.",
    "is required with agent_depth": "Please fill in both figures of the agents.",
    "is required, unless points are given": (
        "Choose a measurement, type a speed, or give runs measured under load."
    ),
    "needs hardware_usd_per_instance": "Goes with bought hardware alone.",
}


def plain_reason(reason: str, field: forms.Field) -> str:
    """The reason as a sentence that a person understands."""
    if isinstance(field, NumberField) and field.is_percent and reason.startswith("must be"):
        return f"Write a percentage above {field.low * 100:,.10g}, up to {field.high * 100:,.10g}."
    end = "" if reason.endswith((".", "?")) else "."
    return PLAIN_REASONS.get(reason) or reason[:1].upper() + reason[1:] + end
