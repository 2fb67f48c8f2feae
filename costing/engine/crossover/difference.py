"""What the second of two strategies costs more than the first, and where that may change sign."""

from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.crossover.curve import CostCurve
from costing.engine.crossover.smooth import SmoothLane
from costing.engine.crossover.staircase import Staircase

TIE = 1e-14
"""Two costs that differ by less than this share of their sum are equal: float64 tells no more."""

PARALLEL = 1e-13
"""Two slopes that differ by less than this share of their sum are equal."""

DOUBT = 1e-10
"""A difference smaller than this share of the costs is not taken for sure without a closer look."""

LEAST_VOLUME = 1e-6
"""Requests per month from which on volumes are looked at."""

MAX_VOLUME = 1e30
"""Requests per month up to which strategies without a pool are looked at."""

MAX_REPLICAS = 1e12
"""Replicas of a pool up to which volumes are looked at."""


@dataclass(frozen=True, slots=True)
class Window:
    """The volumes between which the sign may change; below and above it is known.

    `is_cheaper_below` and `is_cheaper_above` are the signs there; None where that is not known.
    """

    low: float
    high: float
    is_cheaper_below: bool | None
    is_cheaper_above: bool | None


class Cells(NamedTuple):
    """Stretches of volume in order, with what each strategy's staircase costs there."""

    low: FloatArray
    high: FloatArray
    from_usd: FloatArray
    to_usd: FloatArray

    def pick(self, chosen: BoolArray | IndexArray) -> "Cells":
        """The chosen cells."""
        return Cells(*(part[chosen] for part in self))

    def halves(self) -> "Cells":
        """Each cell cut in two."""
        middle = (self.low + self.high) / 2.0
        return self._replace(high=middle).joined(self._replace(low=middle))

    def joined(self, other: "Cells") -> "Cells":
        """These cells followed by the others."""
        return Cells(*map(np.concatenate, zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Cost of `to_curve` less cost of `from_curve`, in USD per month."""

    from_curve: CostCurve
    to_curve: CostCurve

    @property
    def staircases(self) -> tuple[Staircase, ...]:
        """The staircases of both."""
        both = (self.from_curve.staircase, self.to_curve.staircase)
        return tuple(staircase for staircase in both if staircase is not None)

    @property
    def lanes(self) -> tuple[SmoothLane, ...]:
        """The lanes of both."""
        return (*self.from_curve.lanes, *self.to_curve.lanes)

    @property
    def unit_step(self) -> float:
        """The volume between two numbers of provisioned units; infinite without any."""
        return min([inf, *(lane.step for lane in self.lanes)])

    def above(self, volume: float) -> "Difference":
        """The same difference from a volume on."""
        return Difference(self.from_curve.above(volume), self.to_curve.above(volume))

    def is_cheaper(self, volumes: FloatArray, cells: Cells) -> BoolArray:
        """Whether the second is cheaper at one volume in each cell; equal costs are not cheaper."""
        from_usd = self.from_curve.smooth_usd(volumes) + cells.from_usd
        to_usd = self.to_curve.smooth_usd(volumes) + cells.to_usd
        cheaper: BoolArray = to_usd - from_usd < -TIE * (to_usd + from_usd)
        return cheaper

    def usd(self, volumes: FloatArray, cells: Cells) -> FloatArray:
        """The difference at one volume in each cell."""
        return self.smooth_usd(volumes) + (cells.to_usd - cells.from_usd)

    def smooth_usd(self, volumes: FloatArray) -> FloatArray:
        """The difference without the staircases."""
        usd = self.to_curve.smooth_usd(volumes)
        usd -= self.from_curve.smooth_usd(volumes)
        return usd

    def slopes(self, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of the difference in each cell."""
        from_least, from_most = self.from_curve.slopes(cells.low, cells.high)
        to_least, to_most = self.to_curve.slopes(cells.low, cells.high)
        return to_least - from_most, to_most - from_least

    def signs_over(self, low: FloatArray, high: FloatArray) -> list[int]:
        """1 or −1 where the second is surely dearer or cheaper in all of a [low, high], else 0.

        There must be no landmark inside. Everything is bounded by straight lines.
        """
        ends = np.stack((low, high))
        cells = Cells(low, high, np.zeros_like(low), np.zeros_like(low))
        least, most = self.slopes(cells)
        start = self.usd(low, cells)
        at_least = start + least * (ends - low)
        at_most = start + most * (ends - low)
        for curve, sign in ((self.from_curve, -1.0), (self.to_curve, 1.0)):
            if curve.staircase is not None:
                below, above = curve.staircase.lines(ends)
                at_least = at_least + (below if sign > 0.0 else -above)
                at_most = at_most + (above if sign > 0.0 else -below)
        usd = self.from_curve.usd(ends.ravel()) + self.to_curve.usd(ends.ravel())
        doubt = DOUBT * usd.reshape(ends.shape).max(axis=0)
        is_dearer, is_cheaper = at_least.min(axis=0) > doubt, at_most.max(axis=0) < -doubt
        signs: list[int] = (is_dearer.astype(np.int64) - is_cheaper).tolist()
        return signs

    def effort_per_step(self, volume: float) -> int:
        """How many exponentials a step above a volume takes, and one."""
        return 1 + sum(len(lane.shares) for lane in self.lanes if not lane.is_saturated(volume))

    def landmarks(self) -> FloatArray:
        """Volumes at which a lane has a kink, and some that keep the pieces nearly straight."""
        marks = [mark for lane in self.lanes for mark in (*lane.kinks(), *lane.landmarks())]
        # Plain `np.unique` loads masked arrays, which takes longer than an estimate.
        return np.array(sorted(set(marks)), dtype=np.float64)

    def window(self) -> Window:
        """Section 5: the analytic bounds of all sign changes, from the curves' asymptotes."""
        from_slope, from_low, from_high = self.from_curve.asymptote
        to_slope, to_low, to_high = self.to_curve.asymptote
        slope, low, high = to_slope - from_slope, to_low - from_high, to_high - from_low
        limit = self._limit()
        if abs(slope) <= PARALLEL * (to_slope + from_slope):
            is_known = high < 0.0 or low > 0.0
            top = LEAST_VOLUME if is_known else min(limit, self._settled_volume())
            return Window(LEAST_VOLUME, top, None, self._sign_of_parallels(high < 0.0, is_known))
        ends = sorted((-low / slope, -high / slope))
        bottom = min(max(ends[0] * (1.0 - 1e-9), LEAST_VOLUME), limit)
        top = max(ends[1] * (1.0 + 1e-9), LEAST_VOLUME)
        below = slope > 0.0 if bottom > LEAST_VOLUME else None
        if bottom >= limit:  # costs so nearly alike in slope change places beyond all volumes
            return Window(limit, limit, below, below)
        return Window(bottom, min(top, limit), below, slope < 0.0 if top <= limit else None)

    def _limit(self) -> float:
        loads = [float(staircase.loads.max()) for staircase in self.staircases]
        return min([MAX_VOLUME, *(MAX_REPLICAS / load for load in loads)])

    def _settled_volume(self) -> float:
        """The volume above which parallel curves without staircases keep their distance."""
        if self.staircases:
            return MAX_VOLUME
        return float(max([LEAST_VOLUME, *self.landmarks()])) * 2.0

    def _sign_of_parallels(self, is_cheaper: bool, is_known: bool) -> bool | None:
        if is_known:
            return is_cheaper
        if self.staircases:
            return None
        top = np.array([self._settled_volume()])
        nothing = np.zeros(1)
        return bool(self.is_cheaper(top, Cells(top, top, nothing, nothing))[0])


def difference(from_curve: CostCurve, to_curve: CostCurve) -> Difference:
    """The difference of two curves; lanes and staircases that are the same in both cancel."""
    first, second = from_curve.staircase, to_curve.staircase
    if first is not None and second is not None and first.is_same(second):
        from_curve = replace(from_curve, staircase=None)
        to_curve = replace(to_curve, staircase=None)
    return Difference(_without(from_curve, to_curve.lanes), _without(to_curve, from_curve.lanes))


def _without(curve: CostCurve, others: tuple[SmoothLane, ...]) -> CostCurve:
    """The curve without the lanes that are among the others."""
    lanes = tuple(lane for lane in curve.lanes if not any(lane.is_same(other) for other in others))
    return curve if len(lanes) == len(curve.lanes) else replace(curve, lanes=lanes)
