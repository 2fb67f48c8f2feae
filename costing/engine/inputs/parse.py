"""Turns an untrusted scenario document into a Scenario, or into one error with every fault.

Pure: no Django, no NumPy, no clock, no I/O.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from costing.engine.inputs import bounds
from costing.engine.inputs.figures import figure_at
from costing.engine.inputs.reader import (
    Faults,
    Number,
    read_mapping,
    read_number,
    read_numbers,
    refuse_unknown_keys,
)
from costing.engine.inputs.scenario import Range, Scenario, tree_calls
from costing.engine.inputs.sections import (
    read_model,
    read_pool,
    read_routing,
    read_semantic_cache,
    read_workload,
)
from costing.engine.levers import (
    CURRENT,
    DIMENSIONS,
    LEVERS,
    SECTION_OF_LEVER,
    STRATEGIES,
    in_order,
)

TOP_LEVEL_KEYS = frozenset(bounds.SECTIONS) | frozenset(bounds.SETTINGS)
OTHER_KEYS = frozenset({"current_levers", "ranges", "maturity", "pairs", "as_of"})
SECTION_KEYS = frozenset(bounds.SECTIONS)


def parse_scenario(document: Mapping[str, Any]) -> Scenario:
    """Section 1: the scenario with its defaults filled in.

    Catalog references must have been replaced by prices before. Raises InvalidScenario, which
    names every field at fault with its path. Null counts as absent everywhere.
    """
    faults = Faults()
    if read_mapping(document, "scenario", faults) is None:
        faults.raise_if_any()
    refuse_unknown_keys(document, TOP_LEVEL_KEYS | OTHER_KEYS, "", faults)
    sections: dict[str, Any] = {
        "workload": read_workload(document, faults),
        "premium_model": read_model(document, "premium_model", True, faults),
        "small_model": read_model(document, "small_model", False, faults),
        "routing": read_routing(document, faults),
        "semantic_cache": read_semantic_cache(document, faults),
        "pool": read_pool(document, faults),
    }
    settings: dict[str, Any] = read_numbers(document, bounds.SETTINGS, "", faults)
    settings["current_levers"] = _read_current_levers(document.get("current_levers"), faults)
    settings["pairs"] = _read_pairs(document.get("pairs"), faults)
    settings["maturity"] = _read_maturity(document.get("maturity"), faults)
    settings["as_of"] = _read_as_of(document.get("as_of"), faults)
    _check_sections(document, settings["current_levers"], settings["pairs"] or (), faults)
    ranges = _read_ranges(document.get("ranges"), faults)
    faults.raise_if_any()
    scenario = Scenario(**sections, **settings)
    _check_ranges(scenario, ranges, faults)
    faults.raise_if_any()
    return replace(scenario, ranges=ranges)


def _check_sections(
    document: Mapping[str, Any],
    current_levers: tuple[str, ...],
    pairs: tuple[tuple[str, str], ...],
    faults: Faults,
) -> None:
    """Note the sections that are missing although something asked for needs them."""
    needs = [("current_levers", lever) for lever in current_levers]
    for pair in pairs:
        for name in pair:
            needs += [(name, lever) for lever in STRATEGIES.get(name, ())]
    for asked_by, lever in needs:
        section = SECTION_OF_LEVER.get(lever)
        if section is not None and document.get(section) is None:
            faults.add(section, f"is required by {asked_by}")
    if document.get("routing") is not None and document.get("small_model") is None:
        faults.add("small_model", "is required by routing")


def _read_current_levers(value: object, faults: Faults) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        faults.add("current_levers", "must be a list of levers")
        return ()
    if not all(isinstance(lever, str) and lever in LEVERS for lever in value):
        faults.add("current_levers", "must name only " + ", ".join(LEVERS))
        return ()
    if len(set(value)) != len(value):
        faults.add("current_levers", "must not repeat a lever")
    return in_order(value)


def _read_pairs(value: object, faults: Faults) -> tuple[tuple[str, str], ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > bounds.PAIRS_LIMIT:
        faults.add("pairs", f"must be a list of at most {bounds.PAIRS_LIMIT} pairs")
        return None
    pairs = [_read_pair(item, f"pairs.{index}", faults) for index, item in enumerate(value)]
    return tuple(pair for pair in pairs if pair is not None)


def _read_pair(value: object, path: str, faults: Faults) -> tuple[str, str] | None:
    """One pair, written as {"from": …, "to": …} or as a list of the two names."""
    if isinstance(value, Mapping):
        refuse_unknown_keys(value, frozenset({"from", "to"}), f"{path}.", faults)
        names = [value.get("from"), value.get("to")]
    elif isinstance(value, list | tuple) and len(value) == 2:
        names = list(value)
    else:
        faults.add(path, 'must be {"from": strategy, "to": strategy}')
        return None
    known = (*STRATEGIES, CURRENT)
    sound = True
    for key, name in zip(("from", "to"), names, strict=True):
        if not isinstance(name, str) or name not in known:
            faults.add(f"{path}.{key}", "must be one of " + ", ".join(known))
            sound = False
    if sound and names[0] == names[1]:
        faults.add(path, "must name two different strategies")
        sound = False
    return (str(names[0]), str(names[1])) if sound else None


def _read_maturity(value: object, faults: Faults) -> dict[str, float | None] | None:
    if value is None:
        return None
    mapping = read_mapping(value, "maturity", faults)
    if mapping is None:
        return None
    refuse_unknown_keys(mapping, frozenset(DIMENSIONS), "maturity.", faults)
    specs = dict.fromkeys(DIMENSIONS, bounds.SCORE)
    scores = read_numbers(mapping, specs, "maturity.", faults)
    return {dimension: scores.get(dimension) for dimension in DIMENSIONS}


def _read_as_of(value: object, faults: Faults) -> date | None:
    if type(value) is date:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            faults.add("as_of", "is not a day of the calendar")
            return None
    if value is not None:
        faults.add("as_of", "must be a date like 2026-11-01")
    return None


def _read_ranges(value: object, faults: Faults) -> dict[str, Range]:
    if value is None:
        return {}
    mapping = read_mapping(value, "ranges", faults)
    if mapping is None:
        return {}
    if len(mapping) > bounds.RANGES_LIMIT:
        faults.add("ranges", f"must have at most {bounds.RANGES_LIMIT} entries")
        return {}
    ranges: dict[str, Range] = {}
    for key, item in mapping.items():
        spec = _spec_at(key)
        path = f"ranges.{key if isinstance(key, str) else type(key).__name__}"
        if spec is None:
            faults.add(path, "is not the path of a numeric input")
            continue
        ends = read_mapping(item, path, faults)
        if ends is not None:
            found = _read_range(ends, spec, path, faults)
            if found is not None:
                ranges[key] = found
    return ranges


def is_whole(path: str) -> bool:
    """Whether the input at a path is a whole number."""
    spec = _spec_at(path)
    return spec is not None and spec.whole


def _spec_at(path: object) -> Number | None:
    """The bounds of the numeric input at a path like `pool.min_replicas`, else None."""
    if not isinstance(path, str):
        return None
    parts = path.split(".")
    if len(parts) == 2 and parts[0] in SECTION_KEYS:
        return bounds.SECTIONS[parts[0]].get(parts[1])
    if len(parts) == 4 and parts[0].endswith("_model") and parts[1] == "tiers":
        return bounds.TIER.get(parts[3])
    return None


def _read_range(ends: Mapping[Any, Any], spec: Number, path: str, faults: Faults) -> Range | None:
    refuse_unknown_keys(ends, frozenset({"low", "high"}), f"{path}.", faults)
    values = {}
    for key in ("low", "high"):
        if ends.get(key) is None:
            faults.add(f"{path}.{key}", "is required")
            continue
        values[key] = read_number(ends[key], spec, f"{path}.{key}", faults)
    low, high = values.get("low"), values.get("high")
    if low is None or high is None:
        return None
    if low > high:
        faults.add(path, "must have low at most high")
        return None
    return Range(float(low), float(high))


def _check_ranges(scenario: Scenario, ranges: Mapping[str, Range], faults: Faults) -> None:
    """Note ranges of inputs that the scenario has no value for, or that leave their value out."""
    for path, ends in ranges.items():
        value = figure_at(scenario, path)
        if value is None:
            faults.add(f"ranges.{path}", "needs a value of the input itself")
        elif not ends.low <= value <= ends.high:
            faults.add(f"ranges.{path}", f"must contain the input's value {value:,.10g}")
    _check_tree(scenario, ranges, faults)


def _check_tree(scenario: Scenario, ranges: Mapping[str, Range], faults: Faults) -> None:
    """Note a tree of agents that may outgrow its bound."""
    paths = ("workload.agent_branching", "workload.agent_depth")
    ends = [ranges[path].high if path in ranges else figure_at(scenario, path) for path in paths]
    if None in ends or tree_calls(*ends) <= bounds.CALLS_PER_REQUEST_LIMIT:
        return
    for path in paths:
        if path in ranges:
            limit = f"{bounds.CALLS_PER_REQUEST_LIMIT:,.0f}"
            faults.add(f"ranges.{path}", f"makes up to more than {limit} calls per request")
