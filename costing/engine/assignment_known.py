"""What choices of levers cost, and the best that is known."""

from dataclasses import dataclass, field
from functools import reduce
from math import inf
from operator import add

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, summed
from costing.engine.assignment_bounds import Way
from costing.engine.assignment_options import Every, Options, Partial
from costing.engine.assignment_units import Asked, SharedTerms
from costing.engine.inputs.pool import Pool
from costing.engine.pool import upkept_usd, week_in
from costing.engine.week import Hours

SAME, CLOSE = 1e-12, 1e-9


@dataclass(slots=True, eq=False)
class Known:
    """The best choice so far.

    `kept` is the price of a USD of tokens by way to price them. `limit` is what a choice costs that
    was found beside the search. Where it `must_host`, choices without a pool are known to be no
    cheaper.
    """

    pool: Pool | None
    hours: Hours
    fees_usd: FloatArray
    units: SharedTerms
    kept: FloatArray
    must_host: bool
    usd: float = inf
    columns: IndexArray | None = None
    limit: float = inf
    starts: list[IndexArray] = field(default_factory=list)

    @property
    def wanted(self) -> float:
        """What a partial choice must cost less than; a little more than the limit, for rounding."""
        return min(self.usd * (1.0 - SAME), self.limit * (1.0 + CLOSE))

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

    def take_first(self, every: Every) -> None:
        """The cheapest of each application, where nothing makes them depend on one another."""
        usd = float(self.fees_usd[0]) + sum(every.options.usd[every.starts, 0].tolist())
        if usd < self.usd * (1.0 - SAME):
            self.usd, self.columns = usd, every.options.columns[every.starts]

    def take(self, every: Every, *groups: IndexArray) -> None:
        """The best of each group of choices, rows of the options' places, where it is cheaper."""
        taken = self.chosen(every, np.concatenate(groups))
        usd, first = self.usd_of(taken), 0
        for group in groups:
            best = int(usd[first : first + len(group)].argmin())
            self.starts.append(group[best])
            if usd[first + best] < self.usd * (1.0 - SAME):
                self.usd, self.columns = float(usd[first + best]), taken.columns[first + best]
            first += len(group)

    def chosen(self, every: Every, chosen: IndexArray, *, in_turn: bool = False) -> Partial:
        """Choices of all applications, each a row of the options' places.

        `in_turn` adds their USD to the fees one after the other, as the search does.
        """
        own, rows = every.options, (chosen + every.starts).T
        usd = own.usd[rows]
        asked = Asked(
            summed(own.asked.load[rows]),
            summed(own.asked.usd[rows]),
            own.asked.is_on[rows].any(axis=0),
        )
        return Partial(
            reduce(add, usd, self.fees_usd) if in_turn else self.fees_usd + summed(usd),
            summed(own.hourly[rows]),
            own.is_hosted[rows].max(axis=0),
            asked,
            own.least_units_usd[rows[0]],
            own.columns[rows].T,
        )

    def usd_of(self, partial: Partial) -> FloatArray:
        """USD per month of each choice of all applications."""
        usd: FloatArray = self.tokens_usd(partial).max(axis=1) + self.pool_usd(partial)
        return usd

    def usd_so_far(self, way: Way, place: int, partial: Partial) -> FloatArray:
        """USD at least of choices down to this place, by what those cost together."""
        usd = self.tokens_usd(partial) @ way.means + way.left_usd(place)
        so_far: FloatArray = usd.max(axis=1) + self.pool_usd(partial)
        return so_far

    def nothing(self, options: Options) -> Partial:
        """Before anything is decided."""
        width = options.hourly.shape[-1]
        asked = Asked.nothing(1, len(self.units.terms), len(self.hours.counts))
        start = np.zeros((1, options.least_units_usd.shape[-1]))
        none = np.zeros((1, 0), dtype=np.intp)
        return Partial(
            self.fees_usd[None, :], np.zeros((1, width)), np.zeros(1), asked, start, none
        )
