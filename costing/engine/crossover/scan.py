"""Finds every sign change of a cost difference in a range of volumes, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.crossover.difference import Cells, Difference
from costing.engine.crossover.staircase import Staircase

THINNEST = 1.0 / 1024.0
"""A cell is cut no further once it is this share of its step: below the promised 0.1 %."""

PRECISION = 1e-13
MAX_ROUNDS = 400

# A round costs much the same for a few volumes as for one, so the fewer roots, the more parts: how
# many at most, and where each is cut.
CUTS = (
    (16, np.arange(1, 64) / 64.0),
    (1_000, np.arange(1, 8) / 8.0),
    (inf, np.array([0.5])),
)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The volumes at which the second turns cheaper or dearer, in order.

    `starts_cheaper` and `ends_cheaper` are the signs just above `low` and at `high`.
    """

    low: float
    high: float
    starts_cheaper: bool
    ends_cheaper: bool
    volumes: FloatArray
    turns_cheaper: BoolArray

    def events(self, is_cheaper_before: bool) -> Iterator[tuple[float, bool]]:
        """The changes as (volume, turns cheaper), one at `low` included where the sign differs."""
        if self.starts_cheaper != is_cheaper_before:
            yield self.low, self.starts_cheaper
        yield from zip(self.volumes.tolist(), self.turns_cheaper.tolist(), strict=True)


def changes_between(difference: Difference, low: float, high: float) -> Changes:
    """Section 5: every sign change in (low, high], to a relative 1e-13 of its volume.

    There must be no landmark inside. Steps are jumps: at its very volume a step's cost is still
    the lower one. A sign change inside a step is found where it lasts longer than a thousandth of
    the step.
    """
    difference = difference.above(low)
    cells = _settle(difference, _steps(difference, low, high))
    at_low = difference.is_cheaper(cells.low, cells)
    at_high = difference.is_cheaper(cells.high, cells)
    jumps = np.zeros_like(at_low)
    jumps[1:] = at_low[1:] != at_high[:-1]
    crosses = at_low != at_high
    roots = _roots(difference, cells.pick(crosses), at_high[crosses])
    volumes = np.concatenate((cells.low[jumps], roots))
    turns_cheaper = np.concatenate((at_low[jumps], at_high[crosses]))
    # A jump at a cell's low end comes before the root inside the same cell.
    place = np.concatenate((np.flatnonzero(jumps) * 2, np.flatnonzero(crosses) * 2 + 1))
    order = np.argsort(place)
    return Changes(
        low, high, bool(at_low[0]), bool(at_high[-1]), volumes[order], turns_cheaper[order]
    )


def _steps(difference: Difference, low: float, high: float) -> Cells:
    """The steps of both staircases in (low, high], cut where provisioned units may change."""
    from_volumes, from_rises, from_usd = _rises(difference.from_curve.staircase, low, high)
    to_volumes, to_rises, to_usd = _rises(difference.to_curve.staircase, low, high)
    width = difference.unit_step
    cuts = (
        np.arange(low // width + 1.0, high // width + 1.0) * width if width < inf else np.zeros(0)
    )
    volumes = np.concatenate((from_volumes, to_volumes, cuts))
    order = np.argsort(volumes, kind="stable")
    none = np.zeros_like(cuts)
    from_levels = np.concatenate((from_rises, np.zeros(len(to_volumes)), none))[order]
    to_levels = np.concatenate((np.zeros(len(from_volumes)), to_rises, none))[order]
    edges = np.minimum(np.maximum(volumes[order], low), high)
    cells = Cells(
        np.concatenate(([low], edges)),
        np.concatenate((edges, [high])),
        from_usd + np.concatenate(([0.0], np.cumsum(from_levels))),
        to_usd + np.concatenate(([0.0], np.cumsum(to_levels))),
    )
    chosen = cells.high > cells.low
    found = np.count_nonzero(chosen)
    if found == len(chosen):
        return cells
    chosen[-1] |= not found
    return cells.pick(chosen)


def _rises(
    staircase: Staircase | None, low: float, high: float
) -> tuple[FloatArray, FloatArray, float]:
    """The steps' volumes, their rises, and the cost just above `low`."""
    if staircase is None:
        return np.zeros(0), np.zeros(0), 0.0
    volumes, rises = staircase.steps(low, high)
    return volumes, rises, staircase.usd(staircase.first_index(low))


def _settle(difference: Difference, steps: Cells) -> Cells:
    """Cut cells until the signs at both ends tell all: monotone, free of zeros, or thin enough."""
    settled, cells, share = steps.pick(np.arange(0)), steps, 1.0
    while len(cells.low) and share > THINNEST:
        is_done = _is_settled(difference, cells)
        if cells is steps and is_done.all():
            return steps
        settled = settled.joined(cells.pick(is_done))
        cells = cells.pick(~is_done).halves()
        share /= 2.0
    settled = settled.joined(cells)
    return settled.pick(np.argsort(settled.low, kind="stable"))


def _is_settled(difference: Difference, cells: Cells) -> BoolArray:
    least, most = difference.slopes(cells)
    is_monotone = (least >= 0.0) | (most <= 0.0)
    if is_monotone.all():
        return is_monotone
    middle = (cells.low + cells.high) / 2.0
    reach = np.maximum(np.abs(least), np.abs(most)) * (cells.high - cells.low) / 2.0
    settled: BoolArray = is_monotone | (np.abs(difference.usd(middle, cells)) > reach)
    return settled


def _roots(difference: Difference, cells: Cells, ends_cheaper: BoolArray) -> FloatArray:
    """The volume in each cell at which the sign changes, by cutting the cell ever smaller."""
    count = len(cells.low)
    cuts = next(cuts for most, cuts in CUTS if count <= most)
    low, high = cells.low, cells.high
    steps_usd, goal = (cells.to_usd - cells.from_usd)[:, None], ends_cheaper[:, None]
    edges = np.empty((count, len(cuts) + 2))
    points, in_line = edges[:, 1:-1], edges.ravel()
    starts = np.arange(count) * (len(cuts) + 2)
    is_past = np.ones((count, len(cuts) + 1), dtype=np.bool_)
    for _ in range(MAX_ROUNDS):
        width = high - low
        if not np.count_nonzero(width > PRECISION * high):
            break
        np.multiply(width[:, None], cuts, out=points)
        points += low[:, None]
        usd = difference.smooth_usd(points.ravel()).reshape(points.shape)
        usd += steps_usd
        np.equal(usd < 0.0, goal, out=is_past[:, :-1])
        edges[:, 0], edges[:, -1] = low, high
        place = starts + is_past.argmax(axis=1)
        low, high = in_line[place], in_line[place + 1]
    return high
