"""Reads and replaces single figures of a scenario by their path, and writes a scenario out again.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from costing.engine.inputs.scenario import ModelPrices, Scenario
from costing.engine.units import Figure


def figure_at(scenario: Scenario, path: str) -> Figure | None:
    """The numeric input at a path like `pool.min_replicas`; None where the scenario has none."""
    value: Any = scenario
    for part in path.split("."):
        if isinstance(value, tuple):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = getattr(value, part, None)
        if value is None:
            return None
    return value


def with_figures(scenario: Scenario, figures: Mapping[str, Figure]) -> Scenario:
    """The scenario with the figures at these paths replaced; a figure may be a batch column."""
    by_section: dict[str, dict[str, Figure]] = {}
    for path, figure in figures.items():
        section, _, rest = path.partition(".")
        by_section.setdefault(section, {})[rest] = figure
    changed = {
        section: _with_fields(getattr(scenario, section), values)
        for section, values in by_section.items()
    }
    return replace(scenario, **changed)


def _with_fields(section: Any, values: Mapping[str, Figure]) -> Any:
    plain = {key: figure for key, figure in values.items() if "." not in key}
    tiers = list(section.tiers) if isinstance(section, ModelPrices) else []
    for key, figure in values.items():
        if "." in key:
            _, index, name = key.split(".")
            tiers[int(index)] = replace(tiers[int(index)], **{name: figure})
    if tiers:
        plain["tiers"] = tuple(tiers)
    return replace(section, **plain)


def with_requests(scenario: Scenario, requests_per_month: Figure) -> Scenario:
    """The same scenario at another volume, or at a batch of volumes of shape (n, 1)."""
    workload = replace(scenario.workload, requests_per_month=requests_per_month)
    return replace(scenario, workload=workload)


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a document that parses back to it: with defaults, without absent fields."""
    document: dict[str, Any] = _document(scenario)
    if scenario.pairs is not None:
        document["pairs"] = [{"from": first, "to": second} for first, second in scenario.pairs]
    if scenario.as_of is not None:
        document["as_of"] = scenario.as_of.isoformat()
    if not scenario.ranges:
        del document["ranges"]
    return document


def _document(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        items = ((item.name, getattr(value, item.name)) for item in fields(value))
        return {name: _document(item) for name, item in items if item is not None}
    if isinstance(value, Mapping):
        return {key: _document(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_document(item) for item in value]
    return value
