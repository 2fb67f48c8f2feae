"""A pool's compute cost by volume: a staircase, for replicas are whole."""

from dataclasses import dataclass
from math import floor

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.pool import CEILING_TOLERANCE


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """A pool's compute cost: USD per replica for each weight of the week, and the load per request.

    Any traffic has at least one replica: the rounding tolerance of section 4 is no free capacity.
    The least number of replicas may be broken, where instances are reserved.
    """

    loads: FloatArray
    usd_per_replica: FloatArray
    spare_replicas: int
    min_replicas: float

    def is_same(self, other: "Staircase") -> bool:
        """Whether both cost the same at every volume."""
        kept = (self.spare_replicas, self.min_replicas)
        return (
            kept == (other.spare_replicas, other.min_replicas)
            and np.array_equal(self.loads, other.loads)
            and np.array_equal(self.usd_per_replica, other.usd_per_replica)
        )

    def first_index(self, volume: float) -> FloatArray:
        """Replicas needed just above a volume, before spares, for each weight."""
        return np.maximum(np.floor(self.loads * volume - CEILING_TOLERANCE) + 1.0, 1.0)

    def last_index(self, volume: float) -> FloatArray:
        """The number of the last step at or below a volume, for each weight."""
        return np.floor(self.loads * volume - CEILING_TOLERANCE)

    def first_step(self, volume: float) -> FloatArray:
        """The number of the first step above a volume that adds a replica, for each weight."""
        least = floor(self.min_replicas) - self.spare_replicas
        return np.maximum(self.first_index(volume), least)

    def usd(self, needed: FloatArray) -> float:
        """USD per month for so many needed replicas of each weight."""
        staffed = np.maximum(needed + self.spare_replicas, self.min_replicas)
        return float(staffed @ self.usd_per_replica)

    def usd_at(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these volumes."""
        needed = np.ceil(volumes[:, None] * self.loads - CEILING_TOLERANCE)
        with_spares = np.maximum(needed, 1.0) + self.spare_replicas
        usd: FloatArray = np.maximum(with_spares, self.min_replicas) @ self.usd_per_replica
        return usd

    def lines(self, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Straight lines below and above the staircase, by their USD at both ends of stretches.

        `ends` and the lines have a row of lower ends and one of upper ends.
        """
        needed = ends[..., None] * self.loads
        below = needed + (self.spare_replicas - CEILING_TOLERANCE)
        above = needed + (self.spare_replicas + 1.0)
        # Of the rising line and the minimum, the one that is higher in the middle.
        is_rising = below.mean(axis=0) > self.min_replicas
        below = np.where(is_rising, below, self.min_replicas)
        above = np.maximum(above, self.min_replicas)
        return below @ self.usd_per_replica, above @ self.usd_per_replica

    def count(self, low: float, high: float) -> float:
        """How many steps lie in (low, high]."""
        counts = self.last_index(high) - self.first_step(low) + 1.0
        return float(np.maximum(counts, 0.0).sum())

    def steps(self, low: float, high: float) -> tuple[FloatArray, FloatArray]:
        """Every step in (low, high]: its volume, and the rise in USD per month just above it."""
        first, last = self.first_step(low), self.last_index(high)
        counts = np.maximum(last - first + 1.0, 0.0).astype(np.int64)
        if len(counts) == 1:  # the same replicas in all hours
            numbers, loads, usd = first + np.arange(counts[0]), self.loads, self.usd_per_replica
        else:
            owner = np.repeat(np.arange(len(counts)), counts)
            offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            numbers = first[owner] + offsets
            loads, usd = self.loads[owner], self.usd_per_replica[owner]
        volumes = (numbers + CEILING_TOLERANCE) / loads
        before = np.maximum(numbers + self.spare_replicas, self.min_replicas)
        after = np.maximum(numbers + 1.0 + self.spare_replicas, self.min_replicas)
        return volumes, (after - before) * usd

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        per_replica = float(self.usd_per_replica.sum())
        slope = float(self.usd_per_replica @ self.loads)
        above = 1.0 + max(0, self.min_replicas - 1 - self.spare_replicas)
        low = per_replica * (self.spare_replicas - CEILING_TOLERANCE)
        return slope, low, per_replica * (self.spare_replicas + above)
