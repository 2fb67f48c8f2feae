"""Fields of the scenario form that hold many numbers: a week, tiers, terms, measured runs."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.latency import Point
from costing.engine.inputs.models import Tier
from costing.engine.units import HOURS_PER_WEEK
from presentation.number_field import parse_number, shown

MAX_TEXT_LENGTH = 10_000
NO_PRICE = "-"
POINT, TERMS = tuple(Point.model_fields), tuple(Provisioned.model_fields)
THRESHOLD, *TIER_PRICES = Tier.model_fields


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


class LinesField(NumbersField):
    """A line of numbers for each of several things; `read` is how one stands in the document."""

    def __init__(self, read: Callable[[str], dict[str, Any]], rows: int, **kwargs: Any) -> None:
        self.read = read
        super().__init__(rows, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return what the lines say; None where nothing was typed."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return [self.read(line) for line in lines if line] or None


def read_point(line: str) -> dict[str, Any]:
    """Read a measured run: calls at once, input, output, and both times in milliseconds."""
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


def read_tier(line: str) -> dict[str, Any]:
    """Read a tier: the threshold and up to four prices; `-` stands for none of its own."""
    threshold, *prices = re.split(r"[\s;|]+", line)
    if len(prices) > len(TIER_PRICES):
        raise ValidationError("A tier has a threshold and at most four prices.")
    tier = {THRESHOLD: parse_number(threshold)}
    for key, price in zip(TIER_PRICES, prices, strict=False):
        if price != NO_PRICE:
            tier[key] = parse_number(price)
    return tier


def shown_tiers(tiers: Sequence[Mapping[str, Any]] | None) -> str:
    """A model's stored tiers, a line each."""
    lines = []
    for tier in tiers or ():
        prices = [shown(tier.get(key)) or NO_PRICE for key in TIER_PRICES]
        line = " ".join([shown(tier.get(THRESHOLD)), *prices])
        lines.append(re.sub(rf"( {NO_PRICE})+$", "", line))
    return "\n".join(lines)
