"""The framework's faults that no schema sees: keys that point nowhere, orders and sums.

Must not import Django.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Document = Mapping[str, Any]
Faults = dict[str, list[str]]


def reference_faults(document: Document) -> Faults:
    """Every broken reference of a document that its schema accepts, by path."""
    faults: Faults = {}
    for path, message in _all(document):
        faults.setdefault(path, []).append(message)
    return faults


def _all(document: Document) -> Iterable[tuple[str, str]]:
    yield from _duplicates(document)
    yield from _unknown_keys(document)
    yield from _levels(document)
    yield from _bands(document)
    yield from _roadmap(document)
    yield from _money(document)


def _keys(document: Document, section: str) -> list[str]:
    return [item["key"] for item in document[section]]


def _duplicates(document: Document) -> Iterable[tuple[str, str]]:
    sections = [name for name, value in document.items() if isinstance(value, list)]
    for section in sections:
        keys = _keys(document, section)
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield section, f"The key {key!r} is used twice."
    for key in sorted(set(_keys(document, "checks")) & set(_keys(document, "dimensions"))):
        yield "checks", f"The key {key!r} is also that of a dimension."


def _unknown_keys(document: Document) -> Iterable[tuple[str, str]]:
    dimensions, levers = _keys(document, "dimensions"), _keys(document, "levers")
    checks, actions = _keys(document, "checks"), _keys(document, "actions")
    pointers: list[tuple[str, Iterable[str], list[str]]] = []
    for section in ("checks", "levers"):
        pointers += [
            (f"{section}.{x['key']}.dimension", [x["dimension"]], dimensions)
            for x in document[section]
        ]
    pointers += [
        (f"levers.{x['key']}.requires", x["requires"], dimensions) for x in document["levers"]
    ]
    pointers += [
        (f"anti_patterns.{x['key']}.lever", [x["lever"]], levers) for x in document["anti_patterns"]
    ]
    for x in document["actions"]:
        pointers.append((f"actions.{x['key']}.phase", [x["phase"]], _keys(document, "phases")))
        pointers.append((f"actions.{x['key']}.lever", [x["lever"]] if x["lever"] else [], levers))
        pointers.append((f"actions.{x['key']}.moves", x["moves"], checks))
        pointers.append((f"actions.{x['key']}.after", x["after"], actions))
    steps = _keys(document, "triage_steps")
    pointers += [
        (f"triage_steps.{x['key']}.next", x["next"], steps) for x in document["triage_steps"]
    ]
    refutations = document["scoring"]["refutations"]
    pointers += [
        (f"scoring.refutations.{x['key']}", [x["dimension"]], dimensions) for x in refutations
    ]
    economics = document["targets"]["by_economics"]
    pointers.append(("targets.by_economics.dimension", [economics["dimension"]], dimensions))
    for path, named, known in pointers:
        yield from ((path, f"Unknown key {key!r}.") for key in named if key not in known)


def _levels(document: Document) -> Iterable[tuple[str, str]]:
    for dimension in document["dimensions"]:
        if [anchor["level"] for anchor in dimension["anchors"]] != [1, 2, 3, 4, 5]:
            yield f"dimensions.{dimension['key']}.anchors", "Give the levels 1 to 5 in order."
        if not any(check["dimension"] == dimension["key"] for check in document["checks"]):
            yield f"dimensions.{dimension['key']}", "No check belongs to this dimension."
    if sum(dimension["weight"] for dimension in document["dimensions"]) <= 0:
        yield "dimensions", "The weights must have a positive sum."
    for name in ("does_not_pay", "from_first_crossover", "above_dominance"):
        span = document["targets"]["by_economics"][name]
        if span["low"] > span["high"]:
            yield f"targets.by_economics.{name}", "The low level is above the high one."


def _bands(document: Document) -> Iterable[tuple[str, str]]:
    ends = [band["below"] for band in document["bands"]]
    if ends[-1] is not None or any(end is None for end in ends[:-1]):
        yield "bands", "The last band, and no other, has no upper end."
    elif ends[:-1] != sorted(set(ends[:-1])):
        yield "bands", "The upper ends must rise."


def _roadmap(document: Document) -> Iterable[tuple[str, str]]:
    day = 0
    for phase in document["phases"]:
        if phase["first_day"] != day + 1 or phase["last_day"] < phase["first_day"]:
            yield f"phases.{phase['key']}", "Phases must follow each other without a gap."
        day = phase["last_day"]
    phases = {phase["key"]: phase for phase in document["phases"]}
    for action in document["actions"]:
        phase = phases.get(action["phase"])
        inside = (
            phase
            and phase["first_day"] <= action["first_day"] <= action["last_day"] <= phase["last_day"]
        )
        if phase and not inside:
            yield f"actions.{action['key']}", "The days must lie within the phase."
        if action["effort_days"][0] > action["effort_days"][1]:
            yield f"actions.{action['key']}.effort_days", "The low end is above the high one."
    yield from _order(document)


def _order(document: Document) -> Iterable[tuple[str, str]]:
    seen: set[str] = set()
    order = _keys(document, "phases")
    last_phase = 0
    for action in document["actions"]:
        later = [
            key for key in action["after"] if key not in seen and key in _keys(document, "actions")
        ]
        if later:
            yield (
                f"actions.{action['key']}.after",
                f"Comes before what it needs: {', '.join(later)}.",
            )
        position = order.index(action["phase"]) if action["phase"] in order else last_phase
        if position < last_phase:
            yield (
                f"actions.{action['key']}.phase",
                "Actions must stand in the order of their phases.",
            )
        seen.add(action["key"])
        last_phase = position


def _money(document: Document) -> Iterable[tuple[str, str]]:
    actions = document["actions"]
    for lever in _keys(document, "levers"):
        earning = [
            action["key"]
            for action in actions
            if action["brings_money"] and action["lever"] == lever
        ]
        if len(earning) != 1:
            yield f"levers.{lever}", "Exactly one action must bring the lever's money."
    for action in actions:
        if action["brings_money"] and action["lever"] is None:
            yield f"actions.{action['key']}", "An action without a lever brings no money."
