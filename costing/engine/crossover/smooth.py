"""A cost by volume without jumps: fixed, per request, and lanes whose cost per request moves."""

from dataclasses import dataclass, replace
from math import inf
from typing import ClassVar, Protocol, Self, TypeAlias

import numpy as np

from costing.engine.arrays import FloatArray

Asymptote: TypeAlias = tuple[float, float, float]
"""Slope in USD per request, and how far a cost can lie below and above slope·volume."""


class SmoothLane(Protocol):
    """What a lane costs by volume, in USD per month, and what is known of its slope.

    `step` is the volume between two kinks where there are too many to list, else infinite. Each of
    `shares` stands for an exponential, or as much work, that a volume takes. `above` costs the very
    same from a volume on, for less work where the lane is settled there.
    """

    @property
    def shares(self) -> FloatArray: ...
    @property
    def step(self) -> float: ...
    @property
    def asymptote(self) -> Asymptote: ...
    def is_same(self, other: object) -> bool: ...
    def is_saturated(self, volume: float) -> bool: ...
    def above(self, volume: float) -> "SmoothLane": ...
    def usd(self, volumes: FloatArray) -> FloatArray: ...
    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]: ...
    def kinks(self) -> list[float]: ...
    def landmarks(self) -> list[float]: ...


@dataclass(frozen=True, slots=True, eq=False)
class SettledLane:
    """A lane whose calls cost the same at every volume that is looked at."""

    calls_per_request: float
    usd_per_call: float
    asymptote: Asymptote
    shares: ClassVar[FloatArray] = np.zeros(0)
    step: ClassVar[float] = inf

    def is_same(self, other: object) -> bool:
        """Whether both cost the same at every volume."""
        return self is other

    def is_saturated(self, volume: float) -> bool:
        """Whether nothing moves any more from this volume on."""
        return True

    def above(self, volume: float) -> "SettledLane":
        """The same cost from a volume on."""
        return self

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these volumes."""
        cost: FloatArray = volumes * self.calls_per_request
        cost *= self.usd_per_call
        return cost

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The slope, twice."""
        slope = np.full_like(low, self.usd_per_call * self.calls_per_request)
        return slope, slope

    def kinks(self) -> list[float]:
        """None."""
        return []

    def landmarks(self) -> list[float]:
        """None: it is straight."""
        return []


@dataclass(frozen=True, slots=True, eq=False)
class SmoothCost:
    """A cost in USD per month: fixed + per request + lanes."""

    fixed_usd: float
    usd_per_request: float
    lanes: tuple[SmoothLane, ...]

    def smooth_usd(self, volumes: FloatArray) -> FloatArray:
        """The cost of all this, at these requests per month."""
        usd: FloatArray = self.usd_per_request * volumes
        usd += self.fixed_usd
        for lane in self.lanes:
            usd += lane.usd(volumes)
        return usd

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of the smooth part in each [low, high]."""
        least = most = np.full_like(low, self.usd_per_request)
        for lane in self.lanes:
            lane_least, lane_most = lane.slopes(low, high)
            least, most = least + lane_least, most + lane_most
        return least, most

    def above(self, volume: float) -> Self:
        """The same cost from a volume on."""
        lanes = tuple(lane.above(volume) for lane in self.lanes)
        is_same = all(one is two for one, two in zip(self.lanes, lanes, strict=True))
        return self if is_same else replace(self, lanes=lanes)

    def asymptote_with(self, *more: Asymptote) -> Asymptote:
        """That of the cost and more beside it."""
        parts = [*(lane.asymptote for lane in self.lanes), *more]
        slope = self.usd_per_request + sum(part[0] for part in parts)
        low = self.fixed_usd + sum(part[1] for part in parts)
        return slope, low, self.fixed_usd + sum(part[2] for part in parts)

    def is_same_cost(self, other: "SmoothCost") -> bool:
        """Whether both cost the same at every volume."""
        return (
            (self.fixed_usd, self.usd_per_request) == (other.fixed_usd, other.usd_per_request)
            and len(self.lanes) == len(other.lanes)
            and all(one.is_same(two) for one, two in zip(self.lanes, other.lanes, strict=True))
        )
