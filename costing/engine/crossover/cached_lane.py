"""The prefixes of an API lane by volume: the more requests, the more of them hit the cache."""

from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import ClassVar

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.crossover.smooth import SettledLane, SmoothLane

SATURATED = 45.0
"""Expected renewals above which 1 − exp(−x) is 1 in float64."""

STEEPEST = 2.0
"""x·(1 − exp(−x)) is steepest at x = 2."""

LANDMARKS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Renewals between which the curve is nearly straight."""

SEARCH_STEPS = np.linspace(0.0, 1.0, 129)
SEARCH_ROUNDS = 9


@dataclass(frozen=True, eq=False)
class CachedLane:
    """The prefixes of an API lane whose hit ratio follows the arrivals, per request."""

    calls_per_request: float
    off_usd: float
    read_usd: float
    write_usd: float
    shares: FloatArray
    renewals_per_request: FloatArray
    step: ClassVar[float] = inf

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        if not isinstance(other, CachedLane):
            return False
        prices = (self.calls_per_request, self.off_usd, self.read_usd, self.write_usd)
        other_prices = (other.calls_per_request, other.off_usd, other.read_usd, other.write_usd)
        return prices == other_prices and np.array_equal(
            self.renewals_per_request, other.renewals_per_request
        )

    def is_saturated(self, volume: float) -> bool:
        """Whether every call hits from this volume on, as far as float64 can tell."""
        return self._least_renewals * volume > SATURATED

    @cached_property
    def _least_renewals(self) -> float:
        return float(self.renewals_per_request.min())

    @cached_property
    def _all_hits(self) -> float:
        """The hit ratio where every entry lives."""
        return float(self.shares.sum())

    def above(self, volume: float) -> SmoothLane:
        """The same cost from a volume on: settled, where every call hits."""
        if not self.is_saturated(volume):
            return self
        cached = self.write_usd - (self.write_usd - self.read_usd) * self._all_hits
        return SettledLane(self.calls_per_request, min(cached, self.off_usd), self.asymptote)

    def hits(self, volumes: FloatArray) -> FloatArray:
        """The hit ratio at these volumes."""
        if volumes.size == 0 or self.is_saturated(float(volumes.min())):
            return np.full_like(volumes, self._all_hits)
        renewals = volumes[:, None] * self.renewals_per_request
        found: FloatArray = -np.expm1(-renewals) @ self.shares
        return found

    def is_used(self, volumes: FloatArray) -> BoolArray:
        """Whether caching is cheaper than not caching at these volumes."""
        cached = self.write_usd - (self.write_usd - self.read_usd) * self.hits(volumes)
        used: BoolArray = cached < self.off_usd
        return used

    def usd(self, volumes: FloatArray) -> FloatArray:
        """Section 3: USD per month of the lane's prefixes, cached or not, whichever is cheaper."""
        cached = self.write_usd - (self.write_usd - self.read_usd) * self.hits(volumes)
        cost: FloatArray = volumes * self.calls_per_request * np.minimum(cached, self.off_usd)
        return cost

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of `usd` in each [low, high] without a kink inside."""
        least, most = self._hit_slopes(low, high)
        spread = self.write_usd - self.read_usd
        ends = np.sort([self.write_usd - spread * least, self.write_usd - spread * most], axis=0)
        used = self.is_used((low + high) / 2.0)
        bounds = np.where(used, ends, self.off_usd) * self.calls_per_request
        return bounds[0], bounds[1]

    def _hit_slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of v·hits(v), which is Σ share·(1 − exp(−x)·(1 − x))."""
        if low.size == 0 or self.is_saturated(float(low.min())):
            return np.full_like(low, self._all_hits), np.full_like(low, self._all_hits)
        first = low[:, None] * self.renewals_per_request
        last = high[:, None] * self.renewals_per_request
        least, most = slope_bounds_of_hits(first, last)
        return least @ self.shares, most @ self.shares

    def kinks(self) -> list[float]:
        """The volume at which caching starts (or stops) to be cheaper, where there is one."""
        spread = self.write_usd - self.read_usd
        wanted = (self.write_usd - self.off_usd) / spread if spread != 0.0 else -1.0
        if not 0.0 < wanted < self._all_hits:
            return []
        low = 1e-18 / float(self.renewals_per_request.max())
        high = 2.0 * SATURATED / self._least_renewals
        for _ in range(SEARCH_ROUNDS):
            points = low * (high / low) ** SEARCH_STEPS
            place = min(max(int(self.hits(points).searchsorted(wanted)), 1), len(points) - 1)
            low, high = float(points[place - 1]), float(points[place])
        return [high]

    def landmarks(self) -> list[float]:
        """Volumes that cut the curve into nearly straight pieces."""
        scales = (self.renewals_per_request.max(), self.renewals_per_request.min())
        return [float(factor / scale) for scale in scales for factor in LANDMARKS]

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        spread = self.write_usd - self.read_usd
        slope = self.calls_per_request * min(self.read_usd, self.off_usd)
        # v·exp(−b·v) is at most 1/(e·b).
        reach = abs(spread) * self.calls_per_request
        reach *= float((self.shares / self.renewals_per_request).sum()) / np.e
        return slope, (0.0 if spread >= 0.0 else -reach), (reach if spread >= 0.0 else 0.0)


def _slope_of_hits(x: FloatArray) -> FloatArray:
    slope: FloatArray = 1.0 - np.exp(-x) * (1.0 - x)
    return slope


def slope_bounds_of_hits(first: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the greatest slope of x·(1 − exp(−x)) between two x."""
    at_first, at_last = _slope_of_hits(first), _slope_of_hits(last)
    has_peak = (first < STEEPEST) & (last > STEEPEST)
    peak = float(_slope_of_hits(np.array(STEEPEST)))
    most = np.where(has_peak, peak, np.maximum(at_first, at_last))
    return np.minimum(at_first, at_last), most
