"""The search for the cheapest levers of each application, one application after the other.

See `assignment.py` for what its bounds rest on.
"""

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment_beside import changed_for_the_better
from costing.engine.assignment_bounds import Rest, Way, linear_usd, loaded_usd
from costing.engine.assignment_few import found_among_few
from costing.engine.assignment_known import CLOSE, Known
from costing.engine.assignment_options import Every, Partial, joined
from costing.engine.deferral import least_prices_in_parts
from costing.engine.inputs.pool import Pool
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
SHARES = np.linspace(0.0, 1.0, 65)
AT_ONCE = 8_192
ROUNDS = 6
PARTS = (0.0, 0.5, 1.0)
MEANS = np.stack((1.0 - SHARES, SHARES))
"""The means of the two ways to price tokens that are tried."""


@dataclass(slots=True, eq=False)
class Search(Known):
    """Looks for the best choice, and keeps the least that one which was cut might have cost."""

    least_cut: float = inf
    beside: IndexArray | None = None

    def run(self, every: Every) -> None:
        """Look for a cheaper choice.

        Where there are too many partial choices to keep, once more with the applications first
        whose levers differ most in cost: more is decided early.
        """
        if self._is_taken(every):
            return
        prices, upkeep = _least_prices(self.pool, self.hours, every)
        every, means = self._begun(every, prices)
        if found_among_few(self, every, Way.together(every, prices, upkeep, means, self.kept)):
            return
        way, start = Way.of(every.each, prices, upkeep, means, self.kept), (self.usd, self.columns)
        gives_up = bool(self.units.terms) or len(way.options) <= FEW_APPLICATIONS
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

    def _is_taken(self, every: Every) -> bool:
        """Whether there is but one choice, where such are priced before the search."""
        is_one = len(every.owners) == len(every.starts)
        if is_one and (self.units.terms or len(self.fees_usd) > 1):
            self.take(every, np.zeros((1, len(every.starts)), dtype=np.intp))
            return True
        return False

    def _begun(self, every: Every, prices: FloatArray) -> tuple[Every, FloatArray]:
        """The options with what their units cost at least, and means of the ways to price tokens.

        What is cheap by these bounds is a good choice to begin with.
        """
        groups = []
        if self.units.terms:
            every, even = self._with_least_units(every, prices)
            groups.append(even)
        means = np.ones((1, 1))
        if len(self.fees_usd) > 1:
            means, by_share = self._means(every, prices)
            groups.append(by_share)
        if groups:
            self.take(every, *groups)
        return every, means

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
            self.take(joined(way.options), beside[None, :])

    def _narrowed(self, way: Way, usual: IndexArray) -> tuple[Way, IndexArray]:
        """The way without options with which no choice is as cheap as the one that is known.

        Every one left out brings the bounds closer, which may leave out others.
        """
        means = MEANS[:, ::4] if len(self.fees_usd) > 1 else way.means
        nothing = self.nothing(way.options[0])
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
        partial, bound = self.nothing(way.options[0]), np.zeros(1)
        for place in range(len(way.options)):
            partial = self._laid_out(way, place, partial)
            best = bound = way.bound(partial, place)
            if is_dear:
                best = np.maximum(bound, self._dear_bound(way, place, partial))
            kept = self._worth_it(bound, best, most)
            partial, bound = partial.at(kept), bound[kept]
            bound = np.maximum(bound, self.usd_so_far(way, place, partial))
            kept = self._worth_it(bound, bound, most)
            partial, bound = partial.at(kept), bound[kept]
            if gives_up and self.least_cut < min(self.usd, self.limit) * (1.0 - CLOSE):
                self.least_cut = inf
                return False
            if not len(bound):
                return True
        self.usd, self.columns = float(bound[0]), partial.columns[0]
        return True

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
        every = joined(way.options)
        for start in [*self.starts, way.cheapest()]:
            places = changed_for_the_better(every, start, self.fees_usd, self.usd_of)
            usd = float(self.usd_of(self.chosen(every, places[None, :]))[0])
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

    def improve(self, every: Every) -> None:
        """Change one application's levers after the other for as long as the month gets cheaper."""
        before, options = inf, every.each
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
            self.take(every, np.array(tried))

    def _means(self, every: Every, prices: FloatArray) -> tuple[FloatArray, IndexArray]:
        """Means of the ways to price tokens that bound from below, each a column of shares.

        Both ends, and of those between the one whose bound is highest. And what is cheapest for
        each application by any of them.
        """
        usd = loaded_usd(every.options, prices, MEANS, self.kept).max(axis=1)
        bounds = self.fees_usd @ MEANS + every.least(usd).sum(axis=0)
        cheapest = zip(*(each.tolist() for each in every.cheapest(usd)), strict=True)
        return MEANS[:, [0, int(bounds.argmax()), -1]], np.array([*dict.fromkeys(cheapest)])

    def _with_least_units(self, every: Every, prices: FloatArray) -> tuple[Every, IndexArray]:
        """The options with what their units cost at least, by two ways to lay fees on hours.

        Evenly, and as is best for a choice that is cheap by that; and that choice.
        """
        own, even = every.options, self.units.even_prices()
        least = self.units.least_usd(own.asked, [even])
        usd = own.usd[:, -1] + least[:, 0] * self.kept[-1] + own.hourly @ prices
        places = np.array([every.cheapest(usd)])
        best = self.units.best_prices(self.chosen(every, places).whole)
        others = self.units.least_usd(own.asked, [best, (even + best) / 2.0])
        units_usd = np.concatenate((least, others), axis=1)
        return replace(every, options=replace(own, least_units_usd=units_usd)), places


def _undominated(partial: Partial) -> Partial:
    """Where no choice uses a pool: those than which none is as cheap both ways to price tokens."""
    if partial.is_hosted.any() or partial.asked.is_any:
        return partial
    order = np.lexsort(partial.usd.T[::-1])
    last = partial.usd[order, -1]
    before = np.minimum.accumulate(np.concatenate(([inf], last[:-1])))
    return partial.at(order[last < before])


def _least_prices(pool: Pool | None, hours: Hours, every: Every) -> tuple[FloatArray, float]:
    """What a replica's load costs at least by hour of the week, and a pool's upkeep, per month.

    Whole replicas are no less than the load; where they are always on, in its heaviest hour.
    """
    hourly = every.options.hourly
    width = hourly.shape[-1]
    if pool is None:
        return np.zeros(width), 0.0
    usd = WEEKS_PER_MONTH * pool.instances_per_replica * pool.regions * _least_price(pool)
    heaviest = np.maximum.reduceat(hourly, every.starts, axis=0).sum(axis=0)
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
