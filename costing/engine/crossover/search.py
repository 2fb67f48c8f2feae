"""Walks a window of volumes up or down: sure stretches at once, the others step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from costing.engine.crossover.difference import Difference
from costing.engine.crossover.scan import Changes, changes_between
from costing.engine.limits import Watch, unwatched

STEPS_AT_ONCE = 65_536
EFFORT_AT_ONCE = 1_000_000
MAX_EFFORT = 2_000_000
"""Bounds the search, about half a second: steps looked at from below, and again from above, each
counted once and once more for every hour of the week in which a cache's hit ratio still moves."""

SIGNS_AT_ONCE = 64
FEW_STEPS = 256
"""So many steps of a window are looked at sooner than bounded."""


@dataclass(slots=True)
class Effort:
    """What a search may still spend; one may be shared by several searches."""

    left: float = MAX_EFFORT
    watch: Watch = unwatched


NARROWEST = 1e-12
"""A stretch is halved no further once it is this share of its volume."""


def upwards(curves: Difference, low: float, high: float, effort: Effort) -> Iterator[Changes]:
    """The window's sign changes stretch by stretch from below, until the effort is spent."""
    return _walk(curves, _pieces(curves, low, high)[::-1], effort, is_upwards=True)


def last_turn(curves: Difference, low: float, high: float, effort: Effort) -> float:
    """The last volume at which the second turns cheaper, or the least one checked to be above it.

    Above `high` the second must be cheaper for good.
    """
    reached = high
    for changes in _walk(curves, _pieces(curves, low, high), effort, is_upwards=False):
        if not changes.ends_cheaper:
            return reached
        turns = changes.volumes[changes.turns_cheaper]
        if turns.size:
            return float(turns[-1])
        reached = changes.low
        if not changes.starts_cheaper:
            return reached
    return reached


def _pieces(curves: Difference, low: float, high: float) -> list[tuple[float, float]]:
    """The window cut at the landmarks."""
    marks = curves.landmarks()
    edges = [low, *marks[(marks > low) & (marks < high)].tolist(), high]
    return list(pairwise(edges))


def _walk(
    curves: Difference, stretches: list[tuple[float, float]], effort: Effort, *, is_upwards: bool
) -> Iterator[Changes]:
    """Take stretches from the list's end; halve those that are neither sure nor short."""
    if len(stretches) == 1 and (steps := _steps(curves, *stretches[0])) <= FEW_STEPS:
        effort.watch()
        yield _looked_at(curves, *stretches.pop(), steps, effort)
    known: list[tuple[float, float, int]] = []
    while (known or stretches) and effort.left > 0.0:
        effort.watch()
        if not known:
            known = _with_signs(curves, stretches[-SIGNS_AT_ONCE:])
            del stretches[-SIGNS_AT_ONCE:]
        low, high, sign = known.pop()
        effort.left -= 1.0
        if sign != 0:
            yield Changes(low, high, sign < 0, sign < 0, np.zeros(0), np.zeros(0, dtype=np.bool_))
            continue
        steps = _steps(curves, low, high)
        weight = curves.effort_per_step(low)
        is_short = steps <= STEPS_AT_ONCE and steps * weight <= EFFORT_AT_ONCE
        if is_short or high - low <= NARROWEST * high:
            yield _looked_at(curves, low, high, steps, effort)
            continue
        middle = (low + high) / 2.0 if high < 4.0 * low else float(np.sqrt(low * high))
        halves = [(middle, high), (low, middle)]
        known += _with_signs(curves, halves if is_upwards else halves[::-1])


def _looked_at(
    curves: Difference, low: float, high: float, steps: float, effort: Effort
) -> Changes:
    """The sign changes in (low, high], looked at step by step."""
    effort.left -= steps * curves.effort_per_step(low)
    return changes_between(curves, low, high)


def _steps(curves: Difference, low: float, high: float) -> float:
    """How many steps lie in (low, high]: of staircases, and of provisioned units."""
    steps = sum(staircase.count(low, high) for staircase in curves.staircases)
    return steps + (high - low) / curves.unit_step


def _with_signs(
    curves: Difference, stretches: list[tuple[float, float]]
) -> list[tuple[float, float, int]]:
    """Stretches with what is sure of their sign."""
    low, high = np.array(stretches).T
    return [
        (*ends, sign) for ends, sign in zip(stretches, curves.signs_over(low, high), strict=True)
    ]
