"""API lanes by volume under commitments: provisioned units, and spend that is paid in any case."""

from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np

from costing.engine.arrays import FloatArray, in_parts
from costing.engine.commitment import settled
from costing.engine.crossover.smooth import Asymptote, SmoothCost
from costing.engine.inputs.commitments import Commitment, Provisioned
from costing.engine.provisioned import carried
from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK
from costing.engine.week import Week

SEARCH_STEPS, SEARCH_ROUNDS = np.linspace(0.0, 1.0, 66), 9
EFFORT_PER_HOUR = 16
"""A step of units is cut up to a thousandfold: it counts as so many exponentials an hour."""


@dataclass(frozen=True, slots=True, eq=False)
class _Over:
    """What is the same of all that is made of a cost as you go."""

    spend: SmoothCost

    def above(self, volume: float) -> Self:
        """The same cost from a volume on."""
        spend = self.spend.above(volume)
        return self if spend is self.spend else replace(self, spend=spend)

    @property
    def shares(self) -> FloatArray:
        """One for every exponential that a volume takes."""
        return np.concatenate([np.zeros(0), *(lane.shares for lane in self.spend.lanes)])

    @property
    def step(self) -> float:
        """The volume between two kinks of the lanes within."""
        return min([inf, *(lane.step for lane in self.spend.lanes)])

    def is_saturated(self, volume: float) -> bool:
        """Whether nothing moves any more from this volume on, as far as float64 can tell."""
        return all(lane.is_saturated(volume) for lane in self.spend.lanes)

    def landmarks(self) -> list[float]:
        """The volumes at which the lanes within bend."""
        lanes = self.spend.lanes
        return [mark for lane in lanes for mark in (*lane.kinks(), *lane.landmarks())]


@dataclass(frozen=True, slots=True, eq=False)
class CommittedSpend(_Over):
    """Section 13: what tokens cost where a spend is committed, and what is above is discounted."""

    terms: Commitment

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        return (
            isinstance(other, CommittedSpend)
            and self.terms == other.terms
            and self.spend.is_same_cost(other.spend)
        )

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these requests per month."""
        spend = self.spend.smooth_usd(volumes)
        factor, unused = settled(spend, self.terms)
        return spend * factor + unused

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of `usd` in each [low, high], the kink included."""
        least, most = self.spend.slopes(low, high)
        falls = np.minimum(least, 0.0) * (high - low)
        bottom = self.spend.smooth_usd(low) + falls
        top = self.spend.smooth_usd(high) - falls
        kept = 1.0 - self.terms.commitment_discount_ratio
        limit = self.terms.committed_usd_per_month
        may_be_below, may_be_above = bottom <= limit, top >= limit
        return (
            np.where(may_be_above, kept * least, inf).clip(max=np.where(may_be_below, 0.0, inf)),
            np.where(may_be_above, kept * most, -inf).clip(min=np.where(may_be_below, 0.0, -inf)),
        )

    def kinks(self) -> list[float]:
        """The volume at which the commitment is used up, and one from which on it always is."""
        slope, low, _ = self.spend.asymptote_with()
        if slope <= 0.0:
            return []
        last = max((self.terms.committed_usd_per_month - low) / slope, 0.0) * (1.0 + 1e-9)
        if last == inf:
            return []
        bottom, top = 0.0, last
        for _ in range(SEARCH_ROUNDS):
            volumes = bottom + (top - bottom) * SEARCH_STEPS
            spend = self.spend.smooth_usd(volumes[1:-1])
            place = int(np.sum(spend < self.terms.committed_usd_per_month))
            bottom, top = float(volumes[place]), float(volumes[place + 1])
        return [top, last]

    @property
    def asymptote(self) -> Asymptote:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        slope, low, high = self.spend.asymptote_with()
        limit, discount = self.terms.committed_usd_per_month, self.terms.commitment_discount_ratio
        kept = 1.0 - discount
        return (
            kept * slope,
            discount * limit + kept * low,
            max(limit, discount * limit + kept * high),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ProvisionedLane(_Over):
    """Section 13: a lane of which provisioned units carry what they can.

    `capacity` is that of a unit in requests of a month, times the hour's weight.
    """

    terms: Provisioned
    capacity: float
    week: Week

    @property
    def shares(self) -> FloatArray:
        """What a volume takes, in exponentials."""
        own = np.ones(EFFORT_PER_HOUR * len(self.week.weights))
        return np.concatenate((own, _Over.shares.fget(self)))  # type: ignore[attr-defined]

    @property
    def step(self) -> float:
        """The volume between two numbers of units where they are chosen by what costs least."""
        if self.terms.units is not None:
            return inf
        return self.capacity * self.terms.unit_step / float(self.week.weights.max())

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        return (
            isinstance(other, ProvisionedLane)
            and (self.terms, self.capacity) == (other.terms, other.capacity)
            and self.spend.is_same_cost(other.spend)
        )

    def is_saturated(self, volume: float) -> bool:
        """Units are chosen anew at every volume."""
        return False

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these requests per month."""
        return in_parts(self._usd, volumes)  # what is wide here is volumes × hours

    def _usd(self, volumes: FloatArray) -> FloatArray:
        spend = self.spend.smooth_usd(volumes)
        found = carried(volumes, spend, self.capacity, self.terms, self.week)
        return found.usd + found.spilled_ratio * spend

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of `usd` in each [low, high], with whatever units are bought there.

        With so many units it is a mean of 0, the slope of the spend and the spend per request.
        """
        least, most = self.spend.slopes(low, high)
        mean = self.spend.smooth_usd(low) / np.maximum(low, 1e-300)
        return np.minimum(least, 0.0), np.maximum(np.maximum(mean, most), 0.0)

    def kinks(self) -> list[float]:
        """The volumes at which a given number of units is full in another hour."""
        if self.terms.units is None:
            return []
        weights = self.week.weights[self.week.weights > 0.0]
        return (self.terms.units * self.capacity / weights).tolist() if self.terms.units else []

    @property
    def asymptote(self) -> Asymptote:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        slope, low, high = self.spend.asymptote_with()
        fee = HOURS_PER_MONTH * self.terms.usd_per_unit_hour
        if self.terms.units is not None:
            paid = self.terms.units * fee
            spared = self.terms.units * self.capacity * HOURS_PER_WEEK * slope + max(high, 0.0)
            return slope, paid + low - spared, paid + max(high, 0.0)
        heaviest = np.argsort(-self.week.weights, kind="stable")
        weights, hours = self.week.weights[heaviest], self.week.hours[heaviest]
        cost = np.diff(np.minimum(slope * np.cumsum(hours), fee / self.capacity), prepend=0.0)
        rounding = fee * (self.terms.min_units + self.terms.unit_step)
        return float(weights @ cost), min(low, 0.0), max(high, 0.0) + rounding
