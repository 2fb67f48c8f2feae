"""Reads untrusted mappings field by field and gathers every fault with its path.

Pure: no Django, no NumPy, no clock, no I/O.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATH_LENGTH_LIMIT = 120


class InvalidScenario(ValueError):
    """A scenario with faults; `fields` maps each path at fault to its reasons."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("The scenario is not valid: " + ", ".join(sorted(fields)))
        self.fields = fields


class Faults:
    """The faults found so far, by path."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, reason: str) -> None:
        reasons = self.fields.setdefault(path[:PATH_LENGTH_LIMIT], [])
        if reason not in reasons:
            reasons.append(reason)

    def raise_if_any(self) -> None:
        if self.fields:
            raise InvalidScenario(self.fields)


@dataclass(frozen=True, slots=True)
class Number:
    """What a numeric field accepts: bounds, both included, and whether it must be there.

    `least` is the smallest figure above 0 where costs are divided by it.
    """

    low: float
    high: float
    required: bool = False
    whole: bool = False
    least: float = 0.0


def ratio(*, required: bool = False) -> Number:
    """A field that runs from 0 to 1."""
    return Number(0.0, 1.0, required=required)


def read_number(value: object, spec: Number, path: str, faults: Faults) -> float | int | None:
    """The number as float (int where whole), or None with a fault noted."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.add(path, "must be a number")
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add(path, "must be finite")
    elif not spec.low <= value <= spec.high:
        faults.add(path, f"must be from {spec.low:,.10g} to {spec.high:,.10g}")
    elif 0 < value < spec.least:
        faults.add(path, f"must be 0 or at least {spec.least:,.10g}")
    elif spec.whole and value != int(value):
        faults.add(path, "must be a whole number")
    else:
        return int(value) if spec.whole else float(value)
    return None


def read_mapping(value: object, path: str, faults: Faults) -> Mapping[Any, Any] | None:
    """The value if it is a mapping, else None with a fault noted."""
    if isinstance(value, Mapping):
        return value
    faults.add(path, "must be a mapping of keys to values")
    return None


def refuse_unknown_keys(
    document: Mapping[Any, Any], known: frozenset[str], prefix: str, faults: Faults
) -> None:
    """Note every key that the model does not know."""
    for key in document:
        if not isinstance(key, str) or key not in known:
            name = key if isinstance(key, str) else type(key).__name__
            faults.add(prefix + name, "is not a known key")


def read_numbers(
    document: Mapping[Any, Any], specs: Mapping[str, Number], prefix: str, faults: Faults
) -> dict[str, Any]:
    """The numeric fields that are present and sound; null counts as absent."""
    values: dict[str, Any] = {}
    for key, spec in specs.items():
        value = document.get(key)
        if value is None:
            if spec.required:
                faults.add(prefix + key, "is required")
            continue
        number = read_number(value, spec, prefix + key, faults)
        if number is not None:
            values[key] = number
    return values
