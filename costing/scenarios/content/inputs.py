"""Inputs in plain words: all of a result as a table, and each by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costing.catalog.price_text import unit_price
from costing.engine.inputs import Basis, InputField, input_at, input_named, sections
from costing.scenarios.content.bases import TITLES as BASIS_TITLES
from costing.scenarios.content.sources import Source, source_of
from presentation.numbers import count, ratio_percent

WHOLE_ABOVE = 1000
PROVISIONED = input_named("premium_model.provisioned")


def input_groups(
    inputs: Mapping[str, Any],
    sources: Sequence[Source],
    document: Mapping[str, Any],
    bases: Mapping[str, Basis],
) -> list[dict[str, Any]]:
    """Each section of the inputs that is there, with the figures that have a value.

    A figure carries where it comes from and its footnote; one that was typed over the catalog's
    has none of it.
    """
    groups = []
    for key, section in sections().items():
        values = inputs.get(key)
        if isinstance(values, Mapping):
            typed = _typed(key, document)
            rows = [
                _row(figure, values, None if figure.key in typed else sources, bases)
                for figure in section.figures
            ]
            rows.append(_provisioned(values.get(PROVISIONED.key)))
            groups.append(
                {"title": section.title, "rows": [row for row in rows if row is not None]}
            )
    return groups


def _provisioned(terms: object) -> dict[str, Any] | None:
    """The terms of a model's provisioned throughput, where it states any."""
    if not isinstance(terms, Mapping):
        return None
    words = f"{unit_price(terms['usd_per_unit_hour'])} USD an hour"
    unit = f"a unit of {count(terms['tokens_per_minute_per_unit'])} tokens a minute"
    return {"label": PROVISIONED.label, "words": words, "unit": unit, "source": None, "basis": ""}


def _typed(section: str, document: Mapping[str, Any]) -> set[str]:
    """The keys that a document states beside a reference to the catalog."""
    stated = document.get(section)
    if not isinstance(stated, Mapping) or "catalog" not in stated:
        return set()
    return set(stated) - {"catalog"}


def written_figure(value: float, figure: InputField) -> str:
    """A figure as a person writes it, without its unit: `45 %`, `3,000,000`, `3.00`, `10`."""
    if figure.is_percent:
        return ratio_percent(value)
    if abs(value) >= WHOLE_ABOVE:
        return count(value)
    return unit_price(value) if figure.style in ("usd", "unit_price") else f"{value:.6g}"


def _row(
    figure: InputField,
    section: Mapping[str, Any],
    sources: Sequence[Source] | None,
    bases: Mapping[str, Basis],
) -> dict[str, Any] | None:
    value = section.get(figure.key)
    if value is None:
        return None
    return {
        "label": figure.label,
        "words": written_figure(value, figure),
        "unit": "" if figure.is_percent else figure.unit,
        "source": source_of(figure.path, sources or ()),
        "basis": BASIS_TITLES[bases[figure.path]] if figure.path in bases else "",
    }


@dataclass(frozen=True)
class RangeLabel:
    """How an input is called away from its form, with its unit; a percentage has none."""

    title: str
    unit: str
    is_percent: bool


def range_label(path: str, applications: Sequence[str] = ()) -> RangeLabel:
    """The label of any numeric input by its path, that of a tier included.

    `applications` are their titles; one that has none here is named by its number.
    """
    figure = input_at(path)
    if figure is None:
        return RangeLabel(path, "", is_percent=False)
    unit = "" if figure.is_percent else figure.unit
    if path.startswith("applications."):
        _, number, rest = path.split(".", 2)
        own, at = range_label(rest), int(number)
        name = applications[at] if at < len(applications) else f"Application {at + 1}"
        return RangeLabel(f"{name}: {own.title}", unit, own.is_percent)
    section, _, rest = path.partition(".")
    if figure.group is None or section == "workload":
        return RangeLabel(figure.label, unit, figure.is_percent)
    _, _, place = rest.removesuffix(figure.key).rstrip(".").partition(".")
    label = f"{figure.label[:1].lower()}{figure.label[1:]}"
    tier = f"tier {place}, " if place else ""
    return RangeLabel(f"{figure.group.title}: {tier}{label}", unit, figure.is_percent)


def in_sentence(path: str, title: str) -> str:
    """An input's title inside a sentence; one of an application begins as people call that."""
    return title if path.startswith("applications.") else f"{title[:1].lower()}{title[1:]}"
