"""The cheapest levers of each application, given the pool and platforms that all share (section 9).

Applications are decided one after the other. A partial choice is dropped once it cannot become
cheaper than one that is known: a pool never costs less for more load.

A commitment of C at a discount of d couples them too. Where all spend S on tokens, they cost the
larger of C and d·C + (1 − d)·S: of two ways to price them, tokens for nothing or at 1 − d, that
which comes to more. Each way by itself adds up over applications, and so does any mean of both,
which is never more than the larger: bounds are such means.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.inputs import Scenario
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.pool import Pool
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    in_order,
)
from costing.engine.pool import upkept_usd
from costing.engine.strategies import Bill, PartBill
from costing.engine.units import HOURS_PER_WEEK, WEEKS_PER_MONTH
from costing.engine.week import Hours, hours_together, week_of_load

MOST_KEPT = 4_096
"""Partial choices kept at once; what is cut beyond that leaves a gap, which is told."""
SAME, SLACK = 1e-12, 1e-8
SHARES = np.linspace(0.0, 1.0, 65)
MEANS = np.stack((1.0 - SHARES, SHARES))
"""The means of the two ways to price tokens that are tried."""
PLATFORMS = frozenset({ROUTING, SEMANTIC_CACHING})
"""The levers whose platform is paid once, by whichever applications use it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Levers by application, the month's USD, and how much less another choice may cost at most.

    `is_mixed`: not all applications run the same of what they are allowed.
    """

    levers: Mapping[str, tuple[str, ...]]
    usd: float
    gap_usd: float
    is_mixed: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """What one application may choose: lever sets by column, their USD, and load by hour.

    `usd` has a column for each way to price tokens: one, or two under a commitment.
    """

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

    @property
    def paid_usd(self) -> FloatArray:
        """USD of each choice without the pool: by whichever way to price tokens comes to more."""
        usd: FloatArray = self.usd.max(axis=1)
        return usd

    def at(self, rows: IndexArray) -> "_Partial":
        return _Partial(self.usd[rows], self.hourly[rows], self.is_hosted[rows], self.columns[rows])


@dataclass(slots=True, eq=False)
class _Search:
    """The best choice so far, and the least that one which was cut might have cost."""

    pool: Pool | None
    hours: Hours
    fees_usd: FloatArray
    usd: float = inf
    columns: IndexArray | None = None
    least_cut: float = inf

    def pool_usd(self, partial: _Partial) -> FloatArray:
        """USD per month of the pool for each choice, answers made again aside."""
        if self.pool is None or not partial.is_hosted.any():
            return np.zeros(len(partial.usd))
        load, week = week_of_load(partial.hourly, self.hours)
        return np.where(partial.is_hosted > 0.0, upkept_usd(load, load, week, self.pool), 0.0)

    def take_first(self, options: Sequence[_Options]) -> None:
        """The cheapest of each application, where nothing makes them depend on one another."""
        usd = float(self.fees_usd[0]) + sum(float(each.usd[0, 0]) for each in options)
        if usd < self.usd * (1.0 - SAME):
            self.usd, self.columns = usd, np.array([each.columns[0] for each in options])

    def take(self, options: Sequence[_Options], chosen: IndexArray) -> None:
        """The best of some choices, each a row of the options' places, where it is cheaper."""
        pairs = list(zip(options, chosen.T, strict=True))
        taken = _Partial(
            self.fees_usd + sum(each.usd[places] for each, places in pairs),
            np.sum([each.hourly[places] for each, places in pairs], axis=0),
            np.max([each.is_hosted[places] for each, places in pairs], axis=0),
            np.column_stack([each.columns[places] for each, places in pairs]),
        )
        usd = taken.paid_usd + self.pool_usd(taken)
        best = int(usd.argmin())
        if usd[best] < self.usd * (1.0 - SAME):
            self.usd, self.columns = float(usd[best]), taken.columns[best]

    def _best(self, partial: _Partial, bound: FloatArray) -> tuple[_Partial, FloatArray]:
        """The choices that may still be cheaper, those of the least bounds first."""
        order = np.argsort(bound, kind="stable")
        order = order[bound[order] < self.usd * (1.0 - SAME)]
        if len(order) > MOST_KEPT:
            self.least_cut = min(self.least_cut, float(bound[order[MOST_KEPT]]))
        order = order[:MOST_KEPT]
        return partial.at(order), bound[order]

    def run(self, options: Sequence[_Options]) -> None:
        """Look for a cheaper choice."""
        width = options[0].hourly.shape[-1]
        none = np.zeros((1, 0), dtype=np.intp)
        partial = _Partial(self.fees_usd[None, :], np.zeros((1, width)), np.zeros(1), none)
        prices, upkeep = _least_prices(self.pool, self.hours, options)
        means = self._means(options, prices)
        least = np.array(
            [
                ((each.usd @ means).min(axis=0), _loaded(each, prices, means).min(axis=0))
                for each in options
            ]
        )
        for place, each in enumerate(options):
            left, left_hosted = least[place + 1 :].sum(axis=0)
            partial = _undominated(partial.with_each(each))
            usd = partial.usd @ means
            loaded = partial.hourly @ prices + partial.is_hosted * upkeep
            bound = (usd + left_hosted).max(axis=1) + loaded - SLACK * prices.sum()
            partial, bound = self._best(partial, bound)
            paid = (partial.usd @ means + left).max(axis=1) + self.pool_usd(partial)
            partial, bound = self._best(partial, np.maximum(bound, paid))
            if not len(bound):
                return
        self.usd, self.columns = float(bound[0]), partial.columns[0]

    def improve(self, options: Sequence[_Options]) -> None:
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

    def _means(self, options: Sequence[_Options], prices: FloatArray) -> FloatArray:
        """Means of the ways to price tokens that bound from below, each a column of shares.

        Both ends, and of those between the one whose bound is highest. What is cheapest for each
        application by one of them is a good choice to begin with.
        """
        if len(self.fees_usd) == 1:
            return np.ones((1, 1))
        usd = [_loaded(each, prices, MEANS) for each in options]
        self.take(options, np.stack([each.argmin(axis=0) for each in usd], axis=1))
        bounds = self.fees_usd @ MEANS + np.sum([each.min(axis=0) for each in usd], axis=0)
        return MEANS[:, [0, int(bounds.argmax()), -1]]


def _loaded(options: _Options, prices: FloatArray, means: FloatArray) -> FloatArray:
    """USD of each option, a pool's load included, by way to price tokens."""
    usd: FloatArray = options.usd @ means + (options.hourly @ prices)[:, None]
    return usd


def _undominated(partial: _Partial) -> _Partial:
    """Where no choice uses a pool: those than which none is as cheap both ways to price tokens."""
    if partial.is_hosted.any():
        return partial
    order = np.lexsort(partial.usd.T[::-1])
    last = partial.usd[order, -1]
    before = np.minimum.accumulate(np.concatenate(([inf], last[:-1])))
    return partial.at(order[last < before])


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


@dataclass(frozen=True, slots=True, eq=False)
class _Application:
    """What each lever set costs an application, the pool aside, and what it asks of a pool."""

    usd: FloatArray
    load: FloatArray
    is_hosted: BoolArray
    weights: FloatArray
    order: Sequence[tuple[int, Sequence[float]]]
    """Each column with its USD: those that ask least of a pool first, then the cheapest."""

    @classmethod
    def of(cls, part: PartBill, weights: FloatArray, scenario: Scenario) -> "_Application":
        usd, load = _ways_to_price(part, scenario.commitment), np.zeros_like(part.usd)
        hosting, pool = part.sets.hosting, scenario.pool
        if part.demand is not None and pool is not None:
            load = np.where(hosting, part.demand.load, 0.0)
            usd = usd + (part.demand.calls * pool.rework_ratio * pool.usd_per_rework)[:, None]
        order = np.lexsort((*usd.T[::-1], load, hosting)).tolist()
        paid = usd.tolist()
        return cls(usd, load, hosting, weights, [(column, paid[column]) for column in order])

    def options(self, columns: Collection[int]) -> _Options:
        """Of these lever sets the cheapest of each load; more load only for less money."""
        kept: dict[int, Sequence[float]] = {}
        for column, usd in self.order:
            if column in columns and not any(
                one[0] <= usd[0] and one[-1] <= usd[-1] for one in kept.values()
            ):
                kept[column] = usd
        chosen = np.array([*kept])
        hourly = self.load[chosen, None] * self.weights
        return _Options(chosen, self.usd[chosen], hourly, self.is_hosted[chosen] * 1.0)


def _ways_to_price(part: PartBill, terms: Commitment | None) -> FloatArray:
    """USD by lever set, and by way to price tokens."""
    if terms is None or part.tokens_usd is None:
        return part.usd[:, None]
    full = part.beside_usd + part.tokens_usd * (1.0 - terms.commitment_discount_ratio)
    return np.column_stack((part.beside_usd, full))


def _committed_usd(terms: Commitment | None) -> FloatArray:
    """What a commitment takes beside the tokens, by way to price them."""
    if terms is None:
        return np.zeros(1)
    return terms.committed_usd_per_month * np.array([1.0, terms.commitment_discount_ratio])


@dataclass(frozen=True, slots=True)
class _Found:
    """The cheapest choice: its USD, column by application and levers; what no other is below."""

    usd: float
    columns: tuple[int, ...]
    used: frozenset[str]
    least_usd: float


@dataclass(frozen=True, slots=True, eq=False)
class _Finder:
    """Looks for the cheapest choice within a lever set, knowing those within its subsets."""

    scenario: Scenario
    bill: Bill
    applications: Sequence[_Application]
    hours: Hours

    @classmethod
    def of(cls, scenario: Scenario, bill: Bill) -> "_Finder":
        weights, hours = _weights(bill)
        pairs = zip(bill.parts, weights, strict=True)
        applications = [_Application.of(part, each, scenario) for part, each in pairs]
        return cls(scenario, bill, applications, hours)

    def cheapest(self, levers: frozenset[str], found: Mapping[frozenset[str], _Found]) -> _Found:
        """With all platforms that the set needs; without one, a smaller set is cheaper."""
        wider = (found.get(levers | {lever}) for lever in (PROMPT_CACHING, OPEN_MODEL))
        best = next((each for each in wider if each and each.used <= levers), None)
        if best is None:
            shared = PLATFORMS | {SELF_HOSTING}
            smaller = [levers - {lever} for lever in in_order(levers & shared)]
            best = self._searched(levers, [found[each] for each in smaller])
        names = self.bill.sets.names
        column = next((place for place, each in enumerate(names) if levers == set(each)), None)
        if column is None or self.bill.total[column] > best.usd * (1.0 + SAME):
            return best
        # What is alike for all is simpler, where it costs no more.
        return replace(best, columns=(column,) * len(self.applications), used=levers)

    def _searched(self, levers: frozenset[str], known: Sequence[_Found]) -> _Found:
        names = self.bill.sets.names
        columns = {column for column, each in enumerate(names) if levers.issuperset(each)}
        fees = sum(float(usd[[*columns]].max()) for usd in self.bill.platforms.values())
        best = min(known, key=lambda each: each.usd, default=_Found(inf, (), frozenset(), inf))
        least = min((each.least_usd for each in known), default=inf)
        options = [each.options(columns) for each in self.applications]
        terms = self.scenario.commitment
        search = _Search(self.scenario.pool, self.hours, fees + _committed_usd(terms), best.usd)
        if SELF_HOSTING in levers or terms is not None:
            search.run(options)
            if search.least_cut < inf:
                search.improve(options)
        else:
            search.take_first(options)
        if search.columns is not None:
            chosen = tuple(search.columns.tolist())
            best = _Found(search.usd, chosen, self._used(chosen), inf)
        return replace(best, least_usd=min(least, search.least_cut, best.usd))

    def _used(self, columns: Sequence[int]) -> frozenset[str]:
        pairs = zip(self.bill.parts, columns, strict=True)
        return frozenset(chain.from_iterable(part.sets.names[column] for part, column in pairs))

    def assignment(self, levers: tuple[str, ...], found: _Found) -> Assignment:
        """What was found for a set, by application."""
        names, chosen = self.bill.sets.names, found.columns
        is_mixed = any(names[column] != levers for column in chosen)
        own = {
            part.key: part.sets.names[column]
            for part, column in zip(self.bill.parts, chosen, strict=True)
        }
        return Assignment(own, found.usd, max(0.0, found.usd - found.least_usd), is_mixed)


def cheapest_by_application(
    scenario: Scenario, bill: Bill, sets: Sequence[tuple[str, ...]]
) -> dict[tuple[str, ...], Assignment]:
    """Section 9: by lever set, the cheapest month in which each application runs what suits it.

    The sets come with all their subsets. The bill has a column for each set but those with both a
    pool and the open model by API, which different applications may use.
    """
    finder = _Finder.of(scenario, bill)
    found: dict[frozenset[str], _Found] = {}
    for levers in sorted(map(frozenset, sets), key=_turn):
        found[levers] = finder.cheapest(levers, found)
    return {levers: finder.assignment(levers, found[frozenset(levers)]) for levers in sets}


def _turn(levers: frozenset[str]) -> tuple[bool, int, int]:
    """Sets without a pool first, then few platforms, of which many levers: others follow them."""
    platforms = len(levers & PLATFORMS)
    return SELF_HOSTING in levers, platforms, platforms - len(levers)
