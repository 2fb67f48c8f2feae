"""What choices of levers cost, and what they cost at least."""

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, summed
from costing.engine.assignment.bounds import Way
from costing.engine.assignment.options import Every, Options, Partial
from costing.engine.assignment.units import Asked, SharedTerms
from costing.engine.deferral import least_prices_in_parts
from costing.engine.inputs.pool import Pool
from costing.engine.pool import upkept_usd, week_in
from costing.engine.units import HOURS_PER_WEEK, WEEKS_PER_MONTH
from costing.engine.week import Hours

SAME, CLOSE = 1e-12, 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What choices cost beside their own calls: a pool's hours, shared units, spend on tokens.

    `kept` is the price of a USD of tokens by way to price them. A replica's load costs at least
    `hour_usd` by hour of the week, a replica in one hour of each week `replica_usd`, and a pool
    `upkeep_usd`, all per month; it has `least_replicas` in every hour.
    """

    pool: Pool | None
    hours: Hours
    units: SharedTerms
    kept: FloatArray
    hour_usd: FloatArray
    replica_usd: float
    upkeep_usd: float
    least_replicas: float

    @classmethod
    def of(
        cls, pool: Pool | None, hours: Hours, units: SharedTerms, kept: FloatArray, every: Every
    ) -> "Prices":
        """The prices of what these options ask for."""
        is_in_parts = every.options.hourly.shape[-1] > len(hours.counts)
        is_staffed = pool is not None and pool.scaling != "scheduled" and not is_in_parts
        least = float(pool.min_replicas) if pool is not None and is_staffed else 0.0
        return cls(pool, hours, units, kept, *_least_prices(pool, hours, every), least)

    @property
    def is_level(self) -> bool:
        """Whether the pool has the same replicas in all hours in which it runs."""
        return self.pool is not None and self.pool.scaling != "autoscaled"

    @property
    def is_in_parts(self) -> bool:
        """Whether an hour has several loads, as calls may wait."""
        return len(self.hour_usd) > len(self.hours.counts)

    @property
    def runs_with_traffic(self) -> bool:
        """Whether the pool runs in the hours that have traffic alone."""
        return self.pool is not None and self.pool.scaling == "scheduled"

    def pool_usd(self, partial: Partial) -> FloatArray:
        """USD per month of the pool for each choice, answers made again aside."""
        if self.pool is None or not partial.is_hosted.any():
            return np.zeros(len(partial.usd))
        load, week = week_in(self.pool, partial.hourly, self.hours)
        return np.where(partial.is_hosted > 0.0, upkept_usd(load, load, week, self.pool), 0.0)

    def tokens_usd(self, partial: Partial) -> FloatArray:
        """USD per month of each choice without the pool, by way to price tokens."""
        if not self.units.terms:
            return partial.usd
        usd: FloatArray = partial.usd + self.units.usd(partial.whole)[:, None] * self.kept
        return usd

    def usd_of(self, partial: Partial) -> FloatArray:
        """USD per month of each choice of all applications."""
        usd: FloatArray = self.tokens_usd(partial).max(axis=1) + self.pool_usd(partial)
        return usd

    def usd_so_far(self, way: Way, place: int, partial: Partial) -> FloatArray:
        """USD at least of choices down to this place, by what those cost together."""
        usd = self.tokens_usd(partial) @ way.means + way.left_usd(place)
        so_far: FloatArray = usd.max(axis=1) + self.pool_usd(partial)
        return so_far

    def chosen(
        self, every: Every, rows: IndexArray, fees_usd: FloatArray, *, in_turn: bool = False
    ) -> Partial:
        """Choices of all applications, each a row of the options' rows.

        `in_turn` adds their USD to the fees one after the other, as the search does.
        """
        own, rows = every.options, rows.T
        usd = own.usd[rows]
        asked = Asked(
            summed(own.asked.load[rows]),
            summed(own.asked.usd[rows]),
            np.any(own.asked.is_on[rows], axis=0),
        )
        return Partial(
            reduce(add, usd, fees_usd) if in_turn else fees_usd + summed(usd),
            summed(own.hourly[rows]),
            own.is_hosted[rows].max(axis=0),
            asked,
            own.least_units_usd[rows[0]],
            own.columns[rows].T,
        )

    def nothing(self, options: Options, fees_usd: FloatArray) -> Partial:
        """Before anything is decided."""
        width = options.hourly.shape[-1]
        asked = Asked.nothing(1, len(self.units.terms), len(self.hours.counts))
        start = np.zeros((1, options.least_units_usd.shape[-1]))
        none = np.zeros((1, 0), dtype=np.intp)
        return Partial(fees_usd[None, :], np.zeros((1, width)), np.zeros(1), asked, start, none)


def _least_prices(pool: Pool | None, hours: Hours, every: Every) -> tuple[FloatArray, float, float]:
    """What a replica's load and a replica cost at least by hour, and a pool's upkeep, per month.

    Whole replicas are no less than the load; where they are always on, in its heaviest hour.
    """
    hourly = every.options.hourly
    width = hourly.shape[-1]
    if pool is None:
        return np.zeros(width), 0.0, 0.0
    usd = WEEKS_PER_MONTH * pool.instances_per_replica * pool.regions * _least_price(pool)
    heaviest = np.maximum.reduceat(hourly, every.starts, axis=0).sum(axis=0)
    if width > len(hours.counts):
        prices = least_prices_in_parts(pool, usd * hours.counts, heaviest)
    elif pool.scaling == "always_on":
        prices = np.where(np.arange(width) == np.argmax(heaviest), usd * HOURS_PER_WEEK, 0.0)
    else:
        prices = usd * hours.counts
    upkeep = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    return prices, usd, upkeep + pool.platform_usd_per_month + pool.extras_usd_per_month


def _least_price(pool: Pool) -> float:
    """What an instance costs at least in an hour in which it is needed."""
    hourly, reserved = pool.compute_usd_per_instance_hour, pool.reserved_usd_per_instance_hour
    if not pool.is_reserved or reserved is None:
        return float(hourly)
    return 0.0 if pool.reserved_instances is not None else float(min(hourly, reserved))
