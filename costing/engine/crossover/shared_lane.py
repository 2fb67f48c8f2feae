"""Lanes by API of several applications by volume, where they share provisioned units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, in_parts
from costing.engine.crossover.committed import EFFORT_PER_HOUR
from costing.engine.crossover.smooth import Asymptote, SmoothCost
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.workload import Workload
from costing.engine.provisioned import carried_together
from costing.engine.units import HOURS_PER_MONTH
from costing.engine.week import hours_together


@dataclass(frozen=True, eq=False)
class SharedLane:
    """Section 13: lanes of several applications of which shared units carry what they can.

    Of each application `spends` is the cost as it goes, `weights` the share of its calls in an hour
    of the week, and `loads` the units that a request of all takes in it; `hours` are how many hours
    are alike.
    """

    spends: tuple[SmoothCost, ...]
    terms: Provisioned
    weights: FloatArray
    loads: FloatArray
    hours: FloatArray

    @classmethod
    def of(
        cls,
        lanes: Sequence[tuple[SmoothCost, float, Workload]],
        terms: Provisioned,
    ) -> "SharedLane":
        """Of lanes with what they cost, units per request at weight 1, and their week."""
        spends, units, workloads = zip(*lanes, strict=True)
        hours = hours_together(workloads)
        weights = np.array(hours.weights)
        loads = weights * np.array(units)[:, None]
        # The heaviest first, as they are at every volume.
        order = np.argsort(-loads.sum(axis=0), kind="stable")
        return cls(spends, terms, weights[:, order], loads[:, order], hours.counts[order])

    @cached_property
    def load(self) -> FloatArray:
        """Units that a request of all takes, by hour of the week."""
        load: FloatArray = self.loads.sum(axis=0)
        return load

    def above(self, volume: float) -> "SharedLane":
        """The same cost from a volume on."""
        spends = tuple(each.above(volume) for each in self.spends)
        is_same = all(one is two for one, two in zip(self.spends, spends, strict=True))
        return self if is_same else replace(self, spends=spends)

    @property
    def shares(self) -> FloatArray:
        """What a volume takes, in exponentials."""
        own = np.ones(EFFORT_PER_HOUR * len(self.hours))
        within = [lane.shares for spend in self.spends for lane in spend.lanes]
        return np.concatenate((own, *within))

    @property
    def step(self) -> float:
        """The volume between two numbers of units where they are chosen by what costs least."""
        within = [inf, *(lane.step for spend in self.spends for lane in spend.lanes)]
        most = float(self.load.max())
        if self.terms.units is None and most > 0.0:
            within.append(self.terms.unit_step / most)
        return min(within)

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        return (
            isinstance(other, SharedLane)
            and self.terms == other.terms
            and np.array_equal(self.loads, other.loads)
            and np.array_equal(self.weights, other.weights)
            and len(self.spends) == len(other.spends)
            and all(
                one.is_same_cost(two) for one, two in zip(self.spends, other.spends, strict=True)
            )
        )

    def is_saturated(self, volume: float) -> bool:
        """Units are chosen anew at every volume."""
        return False

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these requests per month."""
        return in_parts(self._usd, volumes)  # what is wide here is volumes × hours

    def _usd(self, volumes: FloatArray) -> FloatArray:
        spends = np.stack([each.smooth_usd(volumes) for each in self.spends], axis=-1)
        load = volumes[:, None] * self.load
        found = carried_together(load, spends @ self.weights, self.hours, self.terms)
        return found.usd + found.spilled_usd

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of `usd` in each [low, high], with whatever units are bought there.

        With so many units it is, application by application, a mean of 0, the slope of its spend
        and its spend per request.
        """
        least, most = np.zeros_like(low), np.zeros_like(low)
        for spend in self.spends:
            own_least, own_most = spend.slopes(low, high)
            mean = spend.smooth_usd(low) / np.maximum(low, 1e-300)
            least = least + np.minimum(own_least, 0.0)
            most = most + np.maximum(np.maximum(mean, own_most), 0.0)
        return least, most

    def kinks(self) -> list[float]:
        """The volumes at which a given number of units is full in another hour."""
        if not self.terms.units:
            return []
        kinks: list[float] = (self.terms.units / self.load[self.load > 0.0]).tolist()
        return sorted(set(kinks))

    def landmarks(self) -> list[float]:
        """The volumes at which the lanes within bend."""
        lanes = [lane for spend in self.spends for lane in spend.lanes]
        return [mark for lane in lanes for mark in (*lane.kinks(), *lane.landmarks())]

    @property
    def asymptote(self) -> Asymptote:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        slopes, lows, highs = np.array([each.asymptote_with() for each in self.spends]).T
        low, high = float(np.minimum(lows, 0.0).sum()), float(np.maximum(highs, 0.0).sum())
        fee = HOURS_PER_MONTH * self.terms.usd_per_unit_hour
        usd = slopes @ self.weights
        if self.terms.units is not None:
            is_some = self.load > 0.0
            per_unit = np.where(is_some, usd / np.where(is_some, self.load, 1.0), 0.0)
            spared = self.terms.units * float(per_unit @ self.hours) + high
            paid = self.terms.units * fee
            return float(slopes.sum()), paid + low - spared, paid + high
        # Of as many requests as make one unit's steps vanish: the price of a broken number.
        best = _broken_usd(self.load, usd * self.hours, fee)
        rounding = fee * (self.terms.min_units + self.terms.unit_step)
        return best, low, high + rounding


def _broken_usd(load: FloatArray, usd: FloatArray, fee: float) -> float:
    """USD of a request where any part of a unit is sold; the heaviest hours first."""
    units = np.concatenate(([0.0], load))[:, None]
    is_some = load > 0.0
    spilled = np.maximum(1.0 - units / np.where(is_some, load, 1.0), 0.0) * is_some
    return float((units[:, 0] * fee + spilled @ usd).min())
