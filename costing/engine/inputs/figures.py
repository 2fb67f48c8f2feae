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
            value = {str(place): each for place, each in enumerate(value)}.get(part)
        else:
            value = getattr(value, part, None)
        if value is None:
            return None
    return value


def with_figures(scenario: Scenario, figures: Mapping[str, Figure]) -> Scenario:
    """The scenario with the figures at these paths replaced; a figure may be a batch column."""
    changed: Scenario = _with_figures(scenario, figures)
    return changed


def _with_figures(holder: Any, figures: Mapping[str, Figure]) -> Any:
    """A section, or a tuple of them, with what stands at these paths below it replaced."""
    changed = {path: figure for path, figure in figures.items() if "." not in path}
    below: dict[str, dict[str, Figure]] = {}
    for path, figure in figures.items():
        head, dot, rest = path.partition(".")
        if dot:
            below.setdefault(head, {})[rest] = figure
    if isinstance(holder, tuple):
        return tuple(
            _with_figures(each, below[str(place)]) if str(place) in below else each
            for place, each in enumerate(holder)
        )
    changed |= {head: _with_figures(getattr(holder, head), each) for head, each in below.items()}
    return holder.model_copy(update=changed)


def with_requests(scenario: Scenario, requests_per_month: Figure) -> Scenario:
    """The same scenario at another volume, or at a batch of volumes of shape (n, 1)."""
    workload = scenario.workload.model_copy(update={"requests_per_month": requests_per_month})
    return scenario.model_copy(update={"workload": workload})


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a document that parses back to it: with defaults, without absent fields."""
    return scenario.model_dump(mode="json")
