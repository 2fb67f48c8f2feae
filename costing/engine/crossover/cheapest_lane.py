"""An API lane by volume where there are several ways of caching, or storage to pay."""

from dataclasses import dataclass
from math import e, inf
from typing import ClassVar

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.crossover.cached_lane import LANDMARKS, SATURATED, slope_bounds_of_hits

GRID, BISECTIONS = 400, 60
SAME = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class CachedWay:
    """One way of caching a lane's prefixes: USD per request and, for storage, per month.

    A call costs `write_usd` less `spread_usd` times the hit ratio, Σ share·(1 − exp(−b·volume)),
    with b the renewals per request. Storage is Σ stored·(1 − exp(−b·volume)), and a fixed sum.
    """

    write_usd: float
    spread_usd: float
    renewals_per_request: FloatArray
    shares: FloatArray
    stored_usd: FloatArray
    fixed_usd: float

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these volumes."""
        alive = -np.expm1(-volumes[:, None] * self.renewals_per_request)
        prefixes = volumes * (self.write_usd - self.spread_usd * (alive @ self.shares))
        usd: FloatArray = prefixes + alive @ self.stored_usd + self.fixed_usd * (volumes > 0.0)
        return usd

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of `usd` in each [low, high]."""
        first, last = (ends[:, None] * self.renewals_per_request for ends in (low, high))
        ends = (
            self.write_usd - self.spread_usd * bound @ self.shares
            for bound in slope_bounds_of_hits(first, last)
        )
        least, most = np.sort(np.array(list(ends)), axis=0)
        rise = self.stored_usd * self.renewals_per_request
        return least + np.exp(-last) @ rise, most + np.exp(-first) @ rise

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for ways that cost the same at every volume."""
        arrays = (self.renewals_per_request, self.shares, self.stored_usd)
        figures = (self.write_usd, self.spread_usd, self.fixed_usd)
        return *figures, *(array.tobytes() for array in arrays)

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        total = float(self.shares.sum())
        # v·exp(−b·v) is at most 1/(e·b).
        reach = self.spread_usd * float(np.sum(self.shares / self.renewals_per_request)) / e
        above = max(reach, 0.0) + float(self.stored_usd.sum()) + self.fixed_usd
        return self.write_usd - self.spread_usd * total, min(reach, 0.0), above


@dataclass(frozen=True, slots=True, eq=False)
class CheapestLane:
    """The prefixes of an API lane, cached in whichever way is cheapest, or not at all.

    `off_usd` is per request; infinite where the cache runs in any case.
    """

    off_usd: float
    ways: tuple[CachedWay, ...]
    step: ClassVar[float] = inf

    @property
    def shares(self) -> FloatArray:
        """One for every exponential that a volume takes."""
        return np.concatenate([way.renewals_per_request for way in self.ways])

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        return isinstance(other, CheapestLane) and self._key == other._key

    @property
    def _key(self) -> tuple[object, ...]:
        return self.off_usd, *(way.key for way in self.ways)

    def is_saturated(self, volume: float) -> bool:
        """Whether every entry lives from this volume on, as far as float64 can tell."""
        return bool(self.shares.min() * volume > SATURATED)

    def above(self, volume: float) -> "CheapestLane":
        """The same cost from a volume on."""
        return self

    def usd(self, volumes: FloatArray) -> FloatArray:
        """Section 12: USD per month of the lane's prefixes."""
        cheapest: FloatArray = self._costs(volumes).min(axis=0)
        return cheapest

    def _costs(self, volumes: FloatArray) -> FloatArray:
        costs = [way.usd(volumes) for way in self.ways]
        return np.array(costs if self.off_usd == inf else [*costs, volumes * self.off_usd])

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of `usd` in each [low, high], kinks inside included.

        They are those of the ways that may be the cheapest somewhere in it.
        """
        bounds = [way.slopes(low, high) for way in self.ways]
        if self.off_usd != inf:
            bounds.append((np.full_like(low, self.off_usd),) * 2)
        least, most = (np.array(each) for each in zip(*bounds, strict=True))
        may_be = self._may_be_cheapest(low, high - low, least, most)
        return (
            np.where(may_be, least, inf).min(axis=0),
            np.where(may_be, most, -inf).max(axis=0),
        )

    def _may_be_cheapest(
        self, low: FloatArray, width: FloatArray, least: FloatArray, most: FloatArray
    ) -> BoolArray:
        """Whether each way may be the cheapest somewhere in each stretch: none is below it all."""
        start = self._costs(low)
        gap = start[:, None] - start[None, :] - SAME * start[:, None]
        end = gap + (least[:, None] - most[None, :]) * width
        is_above: BoolArray = (gap > 0.0) & (end > 0.0)
        return np.logical_not(is_above.any(axis=1))

    def kinks(self) -> list[float]:
        """The volumes at which another way becomes the cheapest, as a fine grid shows them."""
        rates = self.shares
        ends = 1e-6 / rates.max(), 2.0 * SATURATED / rates.min()
        volumes = np.geomspace(*ends, GRID)
        best = self._costs(volumes).argmin(axis=0)
        found = []
        for place in np.flatnonzero(np.diff(best)):
            low, high = float(volumes[place]), float(volumes[place + 1])
            for _ in range(BISECTIONS):
                middle = (low + high) / 2.0
                is_before = self._costs(np.array([middle])).argmin(axis=0)[0] == best[place]
                low, high = (middle, high) if is_before else (low, middle)
            found.append(high)
        return found

    def landmarks(self) -> list[float]:
        """Volumes that cut the curve into nearly straight pieces."""
        scales = [
            scale
            for way in self.ways
            if way.renewals_per_request.size
            for scale in (way.renewals_per_request.max(), way.renewals_per_request.min())
        ]
        return [float(factor / scale) for scale in scales for factor in LANDMARKS]

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        lines = [way.asymptote for way in self.ways]
        if self.off_usd != inf:
            lines.append((self.off_usd, 0.0, 0.0))
        slope = min(line[0] for line in lines)
        flattest = [line for line in lines if line[0] == slope]
        return slope, min(line[1] for line in lines), min(line[2] for line in flattest)
