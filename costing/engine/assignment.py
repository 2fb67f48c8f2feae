"""The cheapest levers of each application, given the pool and platforms that all share (section 9).

Applications are decided one after the other. A partial choice is dropped once it cannot become
cheaper than one that is known: a pool never costs less for more load.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.inputs import Scenario, Workload
from costing.engine.inputs.pool import Pool
from costing.engine.pool import Demand, pool_bill
from costing.engine.strategies import Bill, PartBill
from costing.engine.units import HOURS_PER_WEEK, WEEKS_PER_MONTH
from costing.engine.week import Hours, hours_together, week_of_load

FEW, MOST_KEPT = 8, 4_096
"""Partial choices kept at once: for a first good answer, and for the search; what is cut beyond
that leaves a gap, which is told."""
SAME, SLACK = 1e-12, 1e-8


@dataclass(frozen=True, slots=True)
class Assignment:
    """Levers by application, the month's USD, and how much less another choice may cost at most."""

    levers: Mapping[str, tuple[str, ...]]
    usd: float
    gap_usd: float


@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """What one application may choose: lever sets by column, their USD, and load by hour."""

    columns: IndexArray
    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    """Choices of the first applications, each a row: USD without the pool, load, columns."""

    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray
    columns: IndexArray

    def with_each(self, options: _Options) -> "_Partial":
        """Every choice with every option of the next application."""
        old, new = np.divmod(np.arange(len(self.usd) * len(options.usd)), len(options.usd))
        return _Partial(
            self.usd[old] + options.usd[new],
            self.hourly[old] + options.hourly[new],
            np.maximum(self.is_hosted[old], options.is_hosted[new]),
            np.column_stack((self.columns[old], options.columns[new])),
        )

    def at(self, rows: IndexArray) -> "_Partial":
        return _Partial(self.usd[rows], self.hourly[rows], self.is_hosted[rows], self.columns[rows])


@dataclass(slots=True, eq=False)
class _Search:
    """The best choice so far, and the least that one which was cut might have cost."""

    pool: Pool | None
    hours: Hours
    workload: Workload
    usd: float = inf
    columns: IndexArray | None = None
    least_cut: float = inf

    def pool_usd(self, partial: _Partial) -> FloatArray:
        """USD per month of the pool for each choice, answers made again aside."""
        if self.pool is None:
            return np.zeros_like(partial.usd)
        load, week = week_of_load(partial.hourly, self.hours)
        bill = pool_bill(Demand(load, load, np.zeros_like(load), week, self.workload), self.pool)
        usd = bill.usd if bill.rework is None else bill.usd - bill.rework
        return np.where(partial.is_hosted > 0.0, usd, 0.0)

    def _best(self, partial: _Partial, bound: FloatArray, kept: int) -> tuple[_Partial, FloatArray]:
        """The choices that may still be cheaper, those of the least bounds first."""
        order = np.argsort(bound, kind="stable")
        order = order[bound[order] < self.usd * (1.0 - SAME)]
        if len(order) > kept:
            self.least_cut = min(self.least_cut, float(bound[order[kept]]))
        order = order[:kept]
        return partial.at(order), bound[order]

    def run(self, options: Sequence[_Options], fees_usd: float, kept: int) -> None:
        """Look for a cheaper choice, keeping so many partial ones."""
        width = options[0].hourly.shape[-1]
        none = np.zeros((1, 0), dtype=np.intp)
        partial = _Partial(np.array([fees_usd]), np.zeros((1, width)), np.zeros(1), none)
        prices, upkeep = _least_prices(self.pool, self.hours, options)
        least = [(each.usd.min(), (each.usd + each.hourly @ prices).min()) for each in options]
        for place, each in enumerate(options):
            left, left_hosted = np.sum([(0.0, 0.0), *least[place + 1 :]], axis=0)
            partial = partial.with_each(each)
            loaded = partial.hourly @ prices + partial.is_hosted * upkeep
            bound = partial.usd + loaded + left_hosted - SLACK * prices.sum()
            partial, bound = self._best(partial, bound, MOST_KEPT)
            bound = np.maximum(bound, partial.usd + self.pool_usd(partial) + left)
            partial, bound = self._best(partial, bound, kept)
            if not len(bound):
                return
        self.usd, self.columns = float(bound[0]), partial.columns[0]


def _least_prices(
    pool: Pool | None, hours: Hours, options: Sequence[_Options]
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


def cheapest_by_application(
    scenario: Scenario, bill: Bill, sets: Sequence[tuple[str, ...]]
) -> Assignment:
    """Section 9: which of these lever sets each application runs in the cheapest month.

    The bill has a column for each of the sets.
    """
    columns = np.array([bill.sets.names.index(levers) for levers in sets])
    weights, hours = _weights(bill)
    search = _Search(scenario.pool, hours, scenario.workload)
    paid = [name for name, usd in bill.platforms.items() if usd.any()]
    # With all platforms a good choice is soon found, which rules out most others at once.
    whole, *fewer = product((True, False), repeat=len(paid))
    for kept, are_on in ((FEW, whole), (MOST_KEPT, whole), *((MOST_KEPT, each) for each in fewer)):
        if are_on == whole:
            search.least_cut = inf
        is_paid = dict(zip(paid, are_on, strict=True))
        fees = sum(float(bill.platforms[name].max()) for name in paid if is_paid[name])
        options = [
            _options(part, columns, weight, scenario.pool, is_paid)
            for part, weight in zip(bill.parts, weights, strict=True)
        ]
        search.run(options, fees, kept)
    assert search.columns is not None
    levers = {
        part.key: part.sets.names[column]
        for part, column in zip(bill.parts, search.columns.tolist(), strict=True)
    }
    return Assignment(levers, search.usd, max(0.0, search.usd - search.least_cut))


def _weights(bill: Bill) -> tuple[Sequence[FloatArray], Hours]:
    """By application the weights of the hours of its week, none where it never uses a pool."""
    using = {part.key: part.demand for part in bill.parts if part.demand is not None}
    none = np.zeros(1, dtype=np.intp)
    hours = Hours((), np.ones(1), none, none)
    if using:
        hours = hours_together([demand.workload for demand in using.values()])
    nothing = np.zeros_like(hours.counts)
    of = dict(zip(using, hours.weights, strict=True))
    return [of.get(part.key, nothing) for part in bill.parts], hours


def _options(
    part: PartBill,
    columns: IndexArray,
    weights: FloatArray,
    pool: Pool | None,
    is_paid: Mapping[str, bool],
) -> _Options:
    """What an application may choose without a platform that is not paid, the best of each load."""
    masks = {"semantic_cache": part.sets.semantic, "routing": part.sets.routing}
    is_open = np.ones(len(columns), dtype=np.bool_)
    for name, paid in is_paid.items():
        is_open &= paid | ~masks[name][columns]
    chosen = columns[is_open]
    usd, hosted = part.usd[chosen], part.sets.hosting[chosen]
    load = np.zeros_like(usd)
    if part.demand is not None and pool is not None:
        load = np.where(hosted, part.demand.load[chosen], 0.0)
        usd = usd + part.demand.calls[chosen] * pool.rework_ratio * pool.usd_per_rework
    order = np.lexsort((usd, load, hosted))
    before = np.minimum.accumulate(np.concatenate(([inf], usd[order][:-1])))
    best = order[usd[order] < before]
    hourly = load[best, None] * weights
    return _Options(chosen[best], usd[best], hourly, hosted[best].astype(np.float64))
