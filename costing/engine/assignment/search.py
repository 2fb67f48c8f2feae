"""The search for the cheapest levers of each application, one application after the other.

See `choosing.py` for what its bounds rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment.beside import changed_for_the_better
from costing.engine.assignment.bounds import Rest, Way, linear_usd
from costing.engine.assignment.dual import bounded
from costing.engine.assignment.options import Every, Partial, joined
from costing.engine.assignment.prices import CLOSE, SAME, Prices
from costing.engine.assignment.sets import MEANS

MAX_KEPT = 4_096
"""Partial choices that are kept at once in the applications' own order."""
FEW_APPLICATIONS, MAX_OF_FEW, MAX_OF_MANY = 12, 65_536, 128
"""The same where those that differ most come first.

What is cut beyond that leaves a gap, which is told.
"""
MANY = 2_048
"""From so many partial choices on dearer bounds are worth their time."""
AT_ONCE = 8_192
ROUNDS = 6
PARTS = (0.0, 0.5, 1.0)


@dataclass(slots=True, eq=False)
class Search:
    """Looks for the best choice, and keeps the least that one which was cut might have cost.

    `starts` are choices to begin with. `limit` is what a choice costs that was found `beside` the
    search.
    """

    prices: Prices
    fees_usd: FloatArray
    starts: Sequence[IndexArray]
    usd: float
    columns: IndexArray | None = None
    limit: float = inf
    least_cut: float = inf
    beside: IndexArray | None = None

    @property
    def wanted(self) -> float:
        """What a partial choice must cost less than; a little more than the limit, for rounding."""
        return min(self.usd * (1.0 - SAME), self.limit * (1.0 + CLOSE))

    def run(self, every: Every, means: FloatArray) -> None:
        """Look for a cheaper choice, by these means of the ways to price tokens.

        Where there are too many partial choices to keep, once more with the applications first
        whose levers differ most in cost: more is decided early.
        """
        prices, start = self.prices, (self.usd, self.columns)
        way = Way.of(every.each, prices.hour_usd, prices.upkeep_usd, means, prices.kept)
        is_few = len(way.options) <= FEW_APPLICATIONS
        # Of many that share units, or a pool for which calls wait, all but always too many are left
        # in the applications' own order, and each takes long to price.
        is_tried = is_few or not (prices.units.terms or prices.is_in_parts)
        if is_tried and self._follow(way, MAX_KEPT, gives_up=is_few) and self.least_cut >= self.usd:
            return
        known = min(self.usd, self.least_cut) if self.least_cut < inf else 0.0
        self.least_cut = inf
        self._look_beside(way)
        self._follow_widest(way)
        self.least_cut = max(self.least_cut, known)
        if self.least_cut < inf:
            self._bound_all(every)
            return
        if self.usd >= self.limit * (1.0 - CLOSE):
            return
        # What costs the same is chosen in the applications' own order, where that can be.
        found, self.limit = (self.usd, self.columns), self.usd
        self.usd, self.columns = start
        if not self._follow(way, MAX_KEPT, gives_up=True):
            self.usd, self.columns = found

    def _usd_of(self, every: Every, places: IndexArray) -> tuple[FloatArray, IndexArray]:
        """USD per month of choices, each a row of places by application, and their columns."""
        chosen = self.prices.chosen(every, places + every.starts, self.fees_usd)
        return self.prices.usd_of(chosen), chosen.columns

    def _take(self, every: Every, places: IndexArray) -> None:
        """The best of some choices, where it is cheaper."""
        usd, columns = self._usd_of(every, places)
        best = int(usd.argmin())
        if usd[best] < self.usd * (1.0 - SAME):
            self.usd, self.columns = float(usd[best]), columns[best]

    def _follow_widest(self, way: Way) -> None:
        """Decide the applications that differ most first, some options left out."""
        if self.beside is None:
            return
        beside, before, order = self.beside, self.columns, way.widest_first()
        narrow, usual = self._narrowed(way, beside)
        self.beside = usual[order]
        is_few = len(way.options) <= FEW_APPLICATIONS
        self._follow(narrow.at(order), MAX_OF_FEW if is_few else MAX_OF_MANY, is_dear=True)
        self.beside = beside
        if self.columns is not before and self.columns is not None:
            self.columns = self.columns[np.argsort(order)]
        if self.limit < self.usd:
            self._take(joined(way.options), beside[None, :])

    def _narrowed(self, way: Way, usual: IndexArray) -> tuple[Way, IndexArray]:
        """The way without options with which no choice is as cheap as the one that is known.

        Every one left out brings the bounds closer, which may leave out others.
        """
        means = MEANS[:, ::4] if len(self.fees_usd) > 1 else way.means
        nothing = self.prices.nothing(way.options[0], self.fees_usd)
        for _ in range(ROUNDS):
            rest = Rest.of(way.options, usual, self.prices.units.hours)
            own, of_rest = linear_usd(self.prices.units, nothing.whole, rest)
            usd = self.fees_usd @ means + own * (self.prices.kept @ means)
            by_option = way.least_by_option(rest, of_rest[0], means, self.prices.kept)
            bounds = (usd + by_option).max(axis=1)
            is_left = bounds * (1.0 - CLOSE) < self.wanted
            is_left[rest.starts + usual] = True
            if is_left.all():
                break
            masks = np.split(is_left, rest.starts[1:])
            usual = np.array([int(mask[:at].sum()) for mask, at in zip(masks, usual, strict=True)])
            pairs = zip(way.options, masks, strict=True)
            way = way.with_options(
                [each.at(np.flatnonzero(mask)) for each, mask in pairs], self.prices.kept
            )
        return way, usual

    def _follow(
        self, way: Way, most: int, *, gives_up: bool = False, is_dear: bool = False
    ) -> bool:
        """Decide one application after the other.

        False where it gave up, for what was cut may be cheaper than what is known. With dear bounds
        fewer are kept.
        """
        partial, bound = self.prices.nothing(way.options[0], self.fees_usd), np.zeros(1)
        for place in range(len(way.options)):
            partial = self._laid_out(way, place, partial)
            best = bound = way.bound(partial, place)
            if is_dear:
                best = np.maximum(bound, self._dear_bound(way, place, partial))
            kept = self._worth_it(bound, best, most)
            partial, bound = partial.at(kept), bound[kept]
            bound = np.maximum(bound, self.prices.usd_so_far(way, place, partial))
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
            places = changed_for_the_better(every, start, self.fees_usd, self.prices.usd_of)
            usd = float(self._usd_of(every, places[None, :])[0][0])
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
        rest = Rest.of(way.options[place + 1 :], self.beside[place + 1 :], self.prices.units.hours)
        terms = self.prices.pool
        spare = 0 if terms is None or self.prices.is_in_parts else terms.spare_replicas
        parts = PARTS if terms is not None and rest.is_hosted else (1.0,)
        for first in range(0, len(bounds), AT_ONCE):
            rows = np.arange(first, min(first + AT_ONCE, len(bounds)))
            some = partial.at(rows)
            own, of_rest = linear_usd(self.prices.units, some.whole, rest)
            usd = some.usd @ way.means + own[:, None] * (self.prices.kept @ way.means)
            paid, loaded = self.prices.pool_usd(some), way.pool_usd(some, spare)
            for part in parts:
                least = usd + way.least_usd(rest, of_rest, self.prices.kept, part)
                pool = (1.0 - part) * paid + part * loaded
                bounds[rows] = np.maximum(bounds[rows], least.max(axis=1) + pool)
        return bounds * (1.0 - CLOSE)

    def _bound_all(self, every: Every) -> None:
        """Where some were cut: try what is cheap by a bound of all, and see how close it comes."""
        least, choices = bounded(self.prices, every, self.fees_usd, self.usd)
        if len(choices):
            self._take(every, choices)
        self._improve(every)
        self.least_cut = max(self.least_cut, least)

    def _improve(self, every: Every) -> None:
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
            self._take(every, np.array(tried))


def _undominated(partial: Partial) -> Partial:
    """Where no choice uses a pool: those than which none is as cheap both ways to price tokens."""
    if partial.is_hosted.any() or partial.asked.is_any:
        return partial
    order = np.lexsort(partial.usd.T[::-1])
    last = partial.usd[order, -1]
    before = np.minimum.accumulate(np.concatenate(([inf], last[:-1])))
    return partial.at(order[last < before])
