"""Inputs in plain words: all of a result as a table, and each by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costing.catalog.price_text import unit_price
from costing.engine import Scenario
from costing.engine.inputs import (
    MODEL_SECTIONS,
    Basis,
    InputField,
    Stated,
    input_at,
    input_named,
    scenario_document,
    sections,
)
from costing.engine.inputs.commitments import Provisioned
from costing.scenarios.content.bases import TITLES as BASIS_TITLES
from costing.scenarios.content.sources import Source, source_of
from presentation.numbers import count, ratio_percent

WHOLE_ABOVE = 1000
PROVISIONED = input_named("premium_model.provisioned")


@dataclass(frozen=True)
class InputRow:
    """One input: what it is called, its value as a person writes it, and where it comes from."""

    label: str
    words: str
    unit: str
    source: Source | None = None
    basis: str = ""


@dataclass(frozen=True)
class InputGroup:
    """The inputs of one section."""

    title: str
    rows: tuple[InputRow, ...]


def input_groups(
    scenario: Scenario,
    sources: Sequence[Source],
    stated: Stated,
    bases: Mapping[str, Basis],
) -> list[InputGroup]:
    """Each section of the inputs that is there, with the figures that have a value.

    A figure carries where it comes from and its footnote; one that was typed over the catalog's
    has none of it.
    """
    groups, written = [], scenario_document(scenario)
    for key, section in sections().items():
        if key in written:
            typed = _typed(key, stated)
            rows = [
                _row(figure, value, None if figure.key in typed else sources, bases)
                for figure in section.figures
                if (value := written[key].get(figure.key)) is not None
            ]
            if key in MODEL_SECTIONS and (terms := getattr(scenario, key).provisioned):
                rows.append(_provisioned(terms))
            groups.append(InputGroup(section.title, tuple(rows)))
    return groups


def _provisioned(terms: Provisioned) -> InputRow:
    """The terms of a model's provisioned throughput."""
    words = f"{unit_price(terms.usd_per_unit_hour)} USD an hour"
    unit = f"a unit of {count(terms.tokens_per_minute_per_unit)} tokens a minute"
    return InputRow(PROVISIONED.label, words, unit)


def _typed(section: str, stated: Stated) -> set[str]:
    """The keys that are stated beside a reference to the catalog."""
    keys = set(stated.section(section))
    return keys - {"catalog"} if "catalog" in keys else set()


def written_figure(value: float, figure: InputField) -> str:
    """A figure as a person writes it, without its unit: `45 %`, `3,000,000`, `3.00`, `10`."""
    if figure.is_percent:
        return ratio_percent(value)
    if abs(value) >= WHOLE_ABOVE:
        return count(value)
    return unit_price(value) if figure.style in ("usd", "unit_price") else f"{value:.6g}"


def _row(
    figure: InputField,
    value: float,
    sources: Sequence[Source] | None,
    bases: Mapping[str, Basis],
) -> InputRow:
    return InputRow(
        label=figure.label,
        words=written_figure(value, figure),
        unit="" if figure.is_percent else figure.unit,
        source=source_of(figure.path, sources or ()),
        basis=BASIS_TITLES[bases[figure.path]] if figure.path in bases else "",
    )


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
