"""Ranges of a scenario: how low and how high inputs may turn out, and which move together."""

from collections.abc import Mapping
from typing import Any

from costing.engine.inputs.errors import Errors
from costing.engine.inputs.fields import NO_MAPPING, key_text
from costing.engine.inputs.figures import figure_at
from costing.engine.inputs.registry import InputField, input_at
from costing.engine.inputs.scenario import MAX_RANGES, Range, Scenario
from costing.engine.inputs.workload import MAX_CALLS_PER_REQUEST, tree_calls

TREE = ("workload.agent_branching", "workload.agent_depth")
ENDS = ("low", "high")
OF_ALL = ("workload.requests_per_month", "workload.monthly_growth_ratio")
"""What no application varies alone: volumes are scaled by one factor."""


def read_ranges(value: object, errors: Errors) -> dict[str, Range]:
    """The ranges of a document by the path of their input."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        errors.add("ranges", NO_MAPPING)
        return {}
    if len(value) > MAX_RANGES:
        errors.add("ranges", f"must have at most {MAX_RANGES} entries")
        return {}
    ranges = {}
    for key, ends in value.items():
        path = f"ranges.{key_text(key)}"
        field = input_at(key) if isinstance(key, str) else None
        if field is None or not field.may_range:
            errors.add(path, "is not the path of a numeric input")
        elif field.path in OF_ALL and key != field.path:
            errors.add(path, f"is shared out: give the range of {field.path}")
        elif not isinstance(ends, Mapping):
            errors.add(path, NO_MAPPING)
        elif (found := _read_range(ends, field, path, errors)) is not None:
            ranges[key] = found
    return ranges


def _read_range(
    ends: Mapping[Any, Any], field: InputField, path: str, errors: Errors
) -> Range | None:
    for key in ends:
        if key not in ENDS:
            errors.add(f"{path}.{key_text(key)}", "is not a known key")
    values = [ends.get(end) for end in ENDS]
    reasons = ["is required" if value is None else field.reason(value) for value in values]
    for end, reason in zip(ENDS, reasons, strict=True):
        if reason:
            errors.add(f"{path}.{end}", reason)
    if any(reasons):
        return None
    low, high = (float(value) for value in values if value is not None)
    if low > high:
        errors.add(path, "must have low at most high")
        return None
    return Range(low, high)


def check_ranges(scenario: Scenario, ranges: Mapping[str, Range], errors: Errors) -> None:
    """Note ranges of inputs that the scenario has no value for, or that leave their value out."""
    for path, ends in ranges.items():
        value = figure_at(scenario, path)
        if value is None:
            errors.add(f"ranges.{path}", "needs a value of the input itself")
        elif not ends.low <= value <= ends.high:
            errors.add(f"ranges.{path}", f"must contain the input's value {value:,.10g}")
    _check_tree(scenario, ranges, errors)


def _check_tree(scenario: Scenario, ranges: Mapping[str, Range], errors: Errors) -> None:
    """Note a tree of agents that may outgrow its bound."""
    for place in ("", *(f"applications.{n}." for n in range(len(scenario.applications)))):
        tree = [f"{place}{path}" for path in TREE]
        ends = [ranges[path].high if path in ranges else figure_at(scenario, path) for path in tree]
        if None in ends or tree_calls(*ends) <= MAX_CALLS_PER_REQUEST:
            continue
        for path in tree:
            if path in ranges:
                reason = f"makes up to more than {MAX_CALLS_PER_REQUEST:,.0f} calls per request"
                errors.add(f"ranges.{path}", reason)


def check_correlations(scenario: Scenario, errors: Errors) -> None:
    """Note paths that no range has, pairs that come again, and values that cannot hold at once."""
    pairs: set[frozenset[str]] = set()
    for place, each in enumerate(scenario.correlations):
        for end, path in (("a", each.a), ("b", each.b)):
            field = input_at(path)
            if field is None or not field.may_range:
                errors.add(f"correlations.{place}.{end}", "is not the path of a numeric input")
        pair = frozenset((each.a, each.b))
        if len(pair) == 1:
            errors.add(f"correlations.{place}", "must name two different inputs")
        elif pair in pairs:
            errors.add(f"correlations.{place}", "must not repeat a pair")
        pairs.add(pair)
    if not scenario.correlations or errors.has("correlations"):
        return
    # Imported late: most reading needs no NumPy.
    from costing.engine.copula import are_possible

    if not are_possible(scenario.correlations):
        reason = "cannot hold all at once: their matrix is not positive semidefinite"
        errors.add("correlations", reason)
