"""The search for the cheapest levers of each application, one application after the other.

See `assignment.py` for what its bounds rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import inf
from operator import add

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, summed
from costing.engine.assignment_beside import changed_for_the_better
from costing.engine.assignment_bounds import Rest, Way, linear_usd, loaded_usd
from costing.engine.assignment_options import Options, Partial
from costing.engine.assignment_units import Asked, SharedTerms
from costing.engine.deferral import least_prices_in_parts
from costing.engine.inputs.pool import Pool
from costing.engine.pool import upkept_usd, week_in
from costing.engine.units import HOURS_PER_WEEK, WEEKS_PER_MONTH
from costing.engine.week import Hours

MOST_KEPT = 4_096
"""Partial choices that are kept at once in the applications' own order."""
FEW_APPLICATIONS, MOST_OF_FEW, MOST_OF_MANY = 12, 65_536, 128
"""The same where those that differ most come first.

What is cut beyond that leaves a gap, which is told.
"""
MANY = 2_048
"""From so many partial choices on dearer bounds are worth their time."""
SAME, CLOSE = 1e-12, 1e-9
SHARES = np.linspace(0.0, 1.0, 65)
AT_ONCE = 8_192
ROUNDS = 6
PARTS = (0.0, 0.5, 1.0)
MEANS = np.stack((1.0 - SHARES, SHARES))
"""The means of the two ways to price tokens that are tried."""


@dataclass(slots=True, eq=False)
class Search:
    """The best choice so far, and the least that one which was cut might have cost.

    `kept` is the price of a USD of tokens by way to price them. `limit` is what a choice costs that
    was found beside the search.
    """

    pool: Pool | None
    hours: Hours
    fees_usd: FloatArray
    units: SharedTerms
    kept: FloatArray
    usd: float = inf
    columns: IndexArray | None = None
    least_cut: float = inf
    limit: float = inf
    beside: IndexArray | None = None
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

    def take_first(self, options: Sequence[Options]) -> None:
        """The cheapest of each application, where nothing makes them depend on one another."""
        usd = float(self.fees_usd[0]) + sum(float(each.usd[0, 0]) for each in options)
        if usd < self.usd * (1.0 - SAME):
            self.usd, self.columns = usd, np.array([each.columns[0] for each in options])

    def take(self, options: Sequence[Options], chosen: IndexArray) -> None:
        """The best of some choices, each a row of the options' places, where it is cheaper."""
        taken = self._chosen(options, chosen)
        usd = self.usd_of(taken)
        best = int(usd.argmin())
        self.starts.append(chosen[best])
        if usd[best] < self.usd * (1.0 - SAME):
            self.usd, self.columns = float(usd[best]), taken.columns[best]

    def _chosen(self, options: Sequence[Options], chosen: IndexArray) -> Partial:
        """Choices of all applications, each a row of the options' places."""
        pairs = list(zip(options, chosen.T, strict=True))
        return Partial(
            self.fees_usd + sum(each.usd[places] for each, places in pairs),
            np.sum([each.hourly[places] for each, places in pairs], axis=0),
            np.max([each.is_hosted[places] for each, places in pairs], axis=0),
            reduce(add, (each.asked.at(places) for each, places in pairs)),
            summed(each.least_units_usd[places] for each, places in pairs),
            np.column_stack([each.columns[places] for each, places in pairs]),
        )

    def usd_of(self, partial: Partial) -> FloatArray:
        """USD per month of each choice of all applications."""
        usd: FloatArray = self.tokens_usd(partial).max(axis=1) + self.pool_usd(partial)
        return usd

    def run(self, options: Sequence[Options]) -> None:
        """Look for a cheaper choice.

        Where there are too many partial choices to keep, once more with the applications first
        whose levers differ most in cost: more is decided early.
        """
        prices, upkeep = _least_prices(self.pool, self.hours, options)
        options = self._with_least_units(options, prices)
        way = Way.of(options, prices, upkeep, self._means(options, prices), self.kept)
        start = self.usd, self.columns
        gives_up = bool(self.units.terms) or len(options) <= FEW_APPLICATIONS
        if self._follow(way, MOST_KEPT, gives_up=gives_up) and self.least_cut >= self.usd:
            return
        known = min(self.usd, self.least_cut) if self.least_cut < inf else 0.0
        self.least_cut = inf
        self._look_beside(way)
        self._follow_widest(way)
        self.least_cut = max(self.least_cut, known)
        if self.least_cut < inf or self.usd >= self.limit * (1.0 - CLOSE):
            return
        # What costs the same is chosen in the applications' own order, where that can be.
        found, self.limit = (self.usd, self.columns), self.usd
        self.usd, self.columns = start
        if not self._follow(way, MOST_KEPT, gives_up=True):
            self.usd, self.columns = found

    def _follow_widest(self, way: Way) -> None:
        """Decide the applications that differ most first, some options left out."""
        if self.beside is None:
            return
        beside, before, order = self.beside, self.columns, way.widest_first()
        narrow, usual = self._narrowed(way, beside)
        self.beside = usual[order]
        is_few = len(way.options) <= FEW_APPLICATIONS
        self._follow(narrow.at(order), MOST_OF_FEW if is_few else MOST_OF_MANY, is_dear=True)
        self.beside = beside
        if self.columns is not before and self.columns is not None:
            self.columns = self.columns[np.argsort(order)]
        if self.limit < self.usd:
            self.take(way.options, beside[None, :])

    def _narrowed(self, way: Way, usual: IndexArray) -> tuple[Way, IndexArray]:
        """The way without options with which no choice is as cheap as the one that is known.

        Every one left out brings the bounds closer, which may leave out others.
        """
        means = MEANS[:, ::4] if len(self.fees_usd) > 1 else way.means
        nothing = self._nothing(way)
        for _ in range(ROUNDS):
            rest = Rest.of(way.options, usual, self.units.hours)
            own, of_rest = linear_usd(self.units, nothing.whole, rest)
            usd = self.fees_usd @ means + own * (self.kept @ means)
            by_option = way.least_by_option(rest, of_rest[0], means, self.kept)
            bounds = (usd + by_option).max(axis=1)
            is_left = bounds * (1.0 - CLOSE) < self.wanted
            is_left[rest.starts + usual] = True
            if is_left.all():
                break
            masks = np.split(is_left, rest.starts[1:])
            usual = np.array([int(mask[:at].sum()) for mask, at in zip(masks, usual, strict=True)])
            pairs = zip(way.options, masks, strict=True)
            way = way.with_options(
                [each.at(np.flatnonzero(mask)) for each, mask in pairs], self.kept
            )
        return way, usual

    def _follow(
        self, way: Way, most: int, *, gives_up: bool = False, is_dear: bool = False
    ) -> bool:
        """Decide one application after the other.

        False where it gave up, for what was cut may be cheaper than what is known. With dear bounds
        fewer are kept.
        """
        partial, bound = self._nothing(way), np.zeros(1)
        for place in range(len(way.options)):
            partial = self._laid_out(way, place, partial)
            best = bound = way.bound(partial, place)
            if is_dear:
                best = np.maximum(bound, self._dear_bound(way, place, partial))
            kept = self._worth_it(bound, best, most)
            partial, bound = partial.at(kept), bound[kept]
            usd = self.tokens_usd(partial) @ way.means + way.left_usd(place)
            bound = np.maximum(bound, usd.max(axis=1) + self.pool_usd(partial))
            kept = self._worth_it(bound, bound, most)
            partial, bound = partial.at(kept), bound[kept]
            if gives_up and self.least_cut < min(self.usd, self.limit) * (1.0 - CLOSE):
                self.least_cut = inf
                return False
            if not len(bound):
                return True
        self.usd, self.columns = float(bound[0]), partial.columns[0]
        return True

    def _nothing(self, way: Way) -> Partial:
        """Before anything is decided."""
        width = way.options[0].hourly.shape[-1]
        asked = Asked.nothing(1, len(self.units.terms), len(self.hours.counts))
        start = np.zeros((1, way.options[0].least_units_usd.shape[-1]))
        none = np.zeros((1, 0), dtype=np.intp)
        return Partial(
            self.fees_usd[None, :], np.zeros((1, width)), np.zeros(1), asked, start, none
        )

    def _worth_it(self, bound: FloatArray, best: FloatArray, most: int) -> IndexArray:
        """The choices that may still be cheaper, those of the least bounds first.

        By `best`, a better bound, some are left out; it does not say which comes first.
        """
        order = np.argsort(bound, kind="stable")
        order = order[best[order] < self.wanted]
        if len(order) <= most:
            return order
        ranks = np.argsort(best[order], kind="stable")
        self.least_cut = min(self.least_cut, float(best[order[ranks[most]]]))
        found: IndexArray = order[np.sort(ranks[:most])]
        return found

    def _laid_out(self, way: Way, place: int, partial: Partial) -> Partial:
        """The choices with each option of the next application; of very many those worth it.

        These are told by sums of bounds, without laying every pair out.
        """
        options, pairs = way.options[place], None
        if len(partial.usd) * len(options.usd) > MANY:
            self._look_beside(way)
            bound = way.bound_of_pairs(partial, place)
            pairs = np.flatnonzero(bound < self.wanted * (1.0 + CLOSE))
        return _undominated(partial.with_each(options, pairs))

    def _look_beside(self, way: Way) -> None:
        """A choice that no single change makes cheaper, as the limit of what is worth following."""
        if self.beside is not None:
            return
        for start in [*self.starts, way.cheapest()]:
            places = changed_for_the_better(way.options, start, self.fees_usd, self.usd_of)
            usd = float(self.usd_of(self._chosen(way.options, places[None, :]))[0])
            if usd < self.limit:
                self.limit, self.beside = usd, places

    def _dear_bound(self, way: Way, place: int, partial: Partial) -> FloatArray:
        """USD at least of each choice, with units' fees laid on hours as is best for it.

        A pool costs no less than for the load so far, and no less than a price of all its load; so
        no less than any mean of both. Nothing where few choices are left.
        """
        bounds = np.zeros(len(partial.usd))
        if len(bounds) <= MANY or place + 1 == len(way.options) or self.beside is None:
            return bounds
        rest = Rest.of(way.options[place + 1 :], self.beside[place + 1 :], self.units.hours)
        is_in_parts = len(way.prices) > len(self.hours.counts)  # an hour has several loads
        spare = 0 if self.pool is None or is_in_parts else self.pool.spare_replicas
        parts = PARTS if self.pool is not None and rest.is_hosted else (1.0,)
        for first in range(0, len(bounds), AT_ONCE):
            rows = np.arange(first, min(first + AT_ONCE, len(bounds)))
            some = partial.at(rows)
            own, of_rest = linear_usd(self.units, some.whole, rest)
            usd = some.usd @ way.means + own[:, None] * (self.kept @ way.means)
            paid, loaded = self.pool_usd(some), way.pool_usd(some, spare)
            for part in parts:
                least = usd + way.least_usd(rest, of_rest, self.kept, part)
                pool = (1.0 - part) * paid + part * loaded
                bounds[rows] = np.maximum(bounds[rows], least.max(axis=1) + pool)
        return bounds * (1.0 - CLOSE)

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
        usd = [loaded_usd(each, prices, MEANS, self.kept).max(axis=1) for each in options]
        self.take(options, np.stack([each.argmin(axis=0) for each in usd], axis=1))
        bounds = self.fees_usd @ MEANS + np.sum([each.min(axis=0) for each in usd], axis=0)
        return MEANS[:, [0, int(bounds.argmax()), -1]]

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
    heaviest = np.sum([each.hourly.max(axis=0) for each in options], axis=0)
    if width > len(hours.counts):
        prices = least_prices_in_parts(pool, usd * hours.counts, heaviest)
    elif pool.scaling == "always_on":
        prices = np.where(np.arange(width) == np.argmax(heaviest), usd * HOURS_PER_WEEK, 0.0)
    else:
        prices = usd * hours.counts
    upkeep = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    return prices, upkeep + pool.platform_usd_per_month + pool.extras_usd_per_month


def _least_price(pool: Pool) -> float:
    """What an instance costs at least in an hour in which it is needed."""
    hourly, reserved = pool.compute_usd_per_instance_hour, pool.reserved_usd_per_instance_hour
    if not pool.is_reserved or reserved is None:
        return float(hourly)
    return 0.0 if pool.reserved_instances is not None else float(min(hourly, reserved))
