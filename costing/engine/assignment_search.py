"""The search for the cheapest levers of each application, one application after the other.

See `assignment.py` for what its bounds rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import inf
from operator import add

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, summed
from costing.engine.assignment_units import Asked, AskedTogether, SharedTerms
from costing.engine.inputs.pool import Pool
from costing.engine.pool import upkept_usd
from costing.engine.units import HOURS_PER_WEEK, WEEKS_PER_MONTH
from costing.engine.week import Hours, week_of_load

MOST_KEPT = 4_096
"""Partial choices kept at once; what is cut beyond that leaves a gap, which is told."""
SAME, SLACK = 1e-12, 1e-8
SHARES = np.linspace(0.0, 1.0, 65)
MEANS = np.stack((1.0 - SHARES, SHARES))
"""The means of the two ways to price tokens that are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What one application may choose: lever sets by column, their USD, and load by hour.

    `usd` has a column for each way to price tokens: one, or two under a commitment. `asked` is what
    they ask of units that all share, `least_units_usd` what that costs at least by way to lay the
    units' fees on hours.
    """

    columns: IndexArray
    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray
    asked: Asked
    least_units_usd: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """Choices of the first applications, each a row: USD without the pool, load, columns."""

    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray
    asked: Asked | AskedTogether
    least_units_usd: FloatArray
    columns: IndexArray

    @property
    def whole(self) -> Asked:
        """What each choice asks of units that all share."""
        if isinstance(self.asked, Asked):
            return self.asked
        return self.asked.at(np.arange(len(self.usd)))

    def with_each(self, options: Options) -> "Partial":
        """Every choice with every option of the next application."""
        old, new = np.divmod(np.arange(len(self.usd) * len(options.usd)), len(options.usd))
        return Partial(
            self.usd[old] + options.usd[new],
            self.hourly[old] + options.hourly[new],
            np.maximum(self.is_hosted[old], options.is_hosted[new]),
            AskedTogether(self.whole, options.asked, old, new),
            self.least_units_usd[old] + options.least_units_usd[new],
            np.column_stack((self.columns[old], options.columns[new])),
        )

    def at(self, rows: IndexArray) -> "Partial":
        return Partial(
            self.usd[rows],
            self.hourly[rows],
            self.is_hosted[rows],
            self.asked.at(rows),
            self.least_units_usd[rows],
            self.columns[rows],
        )


@dataclass(slots=True, eq=False)
class Search:
    """The best choice so far, and the least that one which was cut might have cost.

    `kept` is the price of a USD of tokens by way to price them.
    """

    pool: Pool | None
    hours: Hours
    fees_usd: FloatArray
    units: SharedTerms
    kept: FloatArray
    usd: float = inf
    columns: IndexArray | None = None
    least_cut: float = inf

    def pool_usd(self, partial: Partial) -> FloatArray:
        """USD per month of the pool for each choice, answers made again aside."""
        if self.pool is None or not partial.is_hosted.any():
            return np.zeros(len(partial.usd))
        load, week = week_of_load(partial.hourly, self.hours)
        return np.where(partial.is_hosted > 0.0, upkept_usd(load, load, week, self.pool), 0.0)

    def tokens_usd(self, partial: Partial) -> FloatArray:
        """USD per month of each choice without the pool, by way to price tokens."""
        if not self.units.terms:
            return partial.usd
        usd: FloatArray = partial.usd + self.units.usd(partial.whole)[:, None] * self.kept
        return usd

    def take_first(self, options: Sequence[Options]) -> None:
        """The cheapest of each application, where nothing makes them depend on one another."""
        usd = float(self.fees_usd[0]) + sum(float(each.usd[0, 0]) for each in options)
        if usd < self.usd * (1.0 - SAME):
            self.usd, self.columns = usd, np.array([each.columns[0] for each in options])

    def take(self, options: Sequence[Options], chosen: IndexArray) -> None:
        """The best of some choices, each a row of the options' places, where it is cheaper."""
        pairs = list(zip(options, chosen.T, strict=True))
        taken = Partial(
            self.fees_usd + sum(each.usd[places] for each, places in pairs),
            np.sum([each.hourly[places] for each, places in pairs], axis=0),
            np.max([each.is_hosted[places] for each, places in pairs], axis=0),
            reduce(add, (each.asked.at(places) for each, places in pairs)),
            summed(each.least_units_usd[places] for each, places in pairs),
            np.column_stack([each.columns[places] for each, places in pairs]),
        )
        usd = self.tokens_usd(taken).max(axis=1) + self.pool_usd(taken)
        best = int(usd.argmin())
        if usd[best] < self.usd * (1.0 - SAME):
            self.usd, self.columns = float(usd[best]), taken.columns[best]

    def _best(self, partial: Partial, bound: FloatArray) -> tuple[Partial, FloatArray]:
        """The choices that may still be cheaper, those of the least bounds first."""
        order = np.argsort(bound, kind="stable")
        order = order[bound[order] < self.usd * (1.0 - SAME)]
        if len(order) > MOST_KEPT:
            self.least_cut = min(self.least_cut, float(bound[order[MOST_KEPT]]))
        order = order[:MOST_KEPT]
        return partial.at(order), bound[order]

    def run(self, options: Sequence[Options]) -> None:
        """Look for a cheaper choice."""
        width = options[0].hourly.shape[-1]
        none = np.zeros((1, 0), dtype=np.intp)
        prices, upkeep = _least_prices(self.pool, self.hours, options)
        options = self._with_least_units(options, prices)
        asked = Asked.nothing(1, len(self.units.terms), width)
        start = np.zeros((1, options[0].least_units_usd.shape[-1]))
        partial = Partial(
            self.fees_usd[None, :], np.zeros((1, width)), np.zeros(1), asked, start, none
        )
        means = self._means(options, prices)
        left = [(each.usd @ means).min(axis=0) for each in options]
        left_loaded = [self._loaded(each, prices, means).min(axis=0) for each in options]
        for place, each in enumerate(options):
            partial = _undominated(partial.with_each(each))
            usd = self._bounds(partial, means) + sum(left_loaded[place + 1 :])
            loaded = partial.hourly @ prices + partial.is_hosted * upkeep
            bound = usd.max(axis=(1, 2)) + loaded - SLACK * prices.sum()
            partial, bound = self._best(partial, bound)
            usd = self.tokens_usd(partial) @ means + sum(left[place + 1 :])
            paid = usd.max(axis=1) + self.pool_usd(partial)
            partial, bound = self._best(partial, np.maximum(bound, paid))
            if not len(bound):
                return
        self.usd, self.columns = float(bound[0]), partial.columns[0]

    def improve(self, options: Sequence[Options]) -> None:
        """Change one application's levers after the other for as long as the month gets cheaper."""
        before = inf
        while self.columns is not None and self.usd < before:
            before = self.usd
            chosen = [
                np.flatnonzero(each.columns == column)
                for each, column in zip(options, self.columns, strict=True)
            ]
            if not all(map(len, chosen)):
                return  # a choice within fewer levers, of which one is not worth it here
            places = np.concatenate(chosen)
            tried = [
                np.where(np.arange(len(options)) == place, other, places)
                for place, each in enumerate(options)
                for other in range(len(each.columns))
            ]
            self.take(options, np.array(tried))

    def _means(self, options: Sequence[Options], prices: FloatArray) -> FloatArray:
        """Means of the ways to price tokens that bound from below, each a column of shares.

        Both ends, and of those between the one whose bound is highest. What is cheapest for each
        application by one of them is a good choice to begin with.
        """
        if len(self.fees_usd) == 1:
            return np.ones((1, 1))
        usd = [self._loaded(each, prices, MEANS).max(axis=1) for each in options]
        self.take(options, np.stack([each.argmin(axis=0) for each in usd], axis=1))
        bounds = self.fees_usd @ MEANS + np.sum([each.min(axis=0) for each in usd], axis=0)
        return MEANS[:, [0, int(bounds.argmax()), -1]]

    def _bounds(self, choices: Options | Partial, means: FloatArray) -> FloatArray:
        """USD of each at least without the pool, by way to lay fees and to price tokens."""
        units = choices.least_units_usd[:, :, None] * (self.kept @ means)
        usd: FloatArray = (choices.usd @ means)[:, None, :] + units
        return usd

    def _loaded(self, options: Options, prices: FloatArray, means: FloatArray) -> FloatArray:
        """The same with a pool's load."""
        usd: FloatArray = self._bounds(options, means) + (options.hourly @ prices)[:, None, None]
        return usd

    def _with_least_units(
        self, options: Sequence[Options], prices: FloatArray
    ) -> Sequence[Options]:
        """The options with what their units cost at least, by two ways to lay fees on hours.

        Evenly, and as is best for a choice that is cheap by that. It is a good one to begin with.
        """
        if not self.units.terms:
            return options
        even = self.units.even_prices()
        places = []
        for each in options:
            least = self.units.least_usd(each.asked, [even])[:, 0] * self.kept[-1]
            places.append(int((each.usd[:, -1] + least + each.hourly @ prices).argmin()))
        self.take(options, np.array([places]))
        chosen = reduce(
            add,
            (each.asked.at(np.array([place])) for each, place in zip(options, places, strict=True)),
        )
        best = self.units.best_prices(chosen)
        ways = [even, best, (even + best) / 2.0]
        return [
            replace(each, least_units_usd=self.units.least_usd(each.asked, ways))
            for each in options
        ]


def _undominated(partial: Partial) -> Partial:
    """Where no choice uses a pool: those than which none is as cheap both ways to price tokens."""
    if partial.is_hosted.any() or partial.asked.is_any:
        return partial
    order = np.lexsort(partial.usd.T[::-1])
    last = partial.usd[order, -1]
    before = np.minimum.accumulate(np.concatenate(([inf], last[:-1])))
    return partial.at(order[last < before])


def _least_prices(
    pool: Pool | None, hours: Hours, options: Sequence[Options]
) -> tuple[FloatArray, float]:
    """What a replica's load costs at least by hour of the week, and a pool's upkeep, per month.

    Whole replicas are no less than the load; where they are always on, in its heaviest hour.
    """
    width = options[0].hourly.shape[-1]
    if pool is None:
        return np.zeros(width), 0.0
    usd = WEEKS_PER_MONTH * pool.instances_per_replica * pool.regions * _least_price(pool)
    prices = usd * hours.counts
    if pool.scaling == "always_on":
        heaviest = sum(each.hourly.max(axis=0) for each in options)
        prices = np.where(np.arange(width) == np.argmax(heaviest), usd * HOURS_PER_WEEK, 0.0)
    upkeep = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    return prices, upkeep + pool.platform_usd_per_month + pool.extras_usd_per_month


def _least_price(pool: Pool) -> float:
    """What an instance costs at least in an hour in which it is needed."""
    hourly, reserved = pool.compute_usd_per_instance_hour, pool.reserved_usd_per_instance_hour
    if not pool.is_reserved or reserved is None:
        return float(hourly)
    return 0.0 if pool.reserved_instances is not None else float(min(hourly, reserved))
