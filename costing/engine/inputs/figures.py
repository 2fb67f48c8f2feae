"""Reads and replaces figures of a scenario by their path, and writes a scenario out again."""

from collections.abc import Mapping
from typing import Any

from costing.engine.inputs.scenario import Scenario
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
    return scenario.model_copy(update=changed)


def _with_fields(section: Any, values: Mapping[str, Figure]) -> Any:
    plain = {key: figure for key, figure in values.items() if "." not in key}
    tiers = list(getattr(section, "tiers", ()))
    for key, figure in values.items():
        if "." in key:
            _, index, name = key.split(".")
            tiers[int(index)] = tiers[int(index)].model_copy(update={name: figure})
    if tiers:
        plain["tiers"] = tuple(tiers)
    return section.model_copy(update=plain)


def with_requests(scenario: Scenario, requests_per_month: Figure) -> Scenario:
    """The same scenario at another volume, or at a batch of volumes of shape (n, 1)."""
    workload = scenario.workload.model_copy(update={"requests_per_month": requests_per_month})
    return scenario.model_copy(update={"workload": workload})


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a document that parses back to it: with defaults, without absent fields."""
    return scenario.model_dump(mode="json")
