"""The cheapest levers of each application, given the pool and platforms that all share (section 9).

Applications are decided one after the other. A partial choice is dropped once it cannot become
cheaper than one that is known: a pool never costs less for more load.

A commitment of C at a discount of d couples them too. Where all spend S on tokens, they cost the
larger of C and d·C + (1 − d)·S: of two ways to price them, tokens for nothing or at 1 − d, that
which comes to more. Each way by itself adds up over applications, and so does any mean of both,
which is never more than the larger: bounds are such means. Provisioned units that applications
share couple them as a pool does (`units.py`); what they cost is priced as tokens are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment.applications import committed_usd, kept, options_in
from costing.engine.assignment.few import Bounds, Few, Terms, few, known_better
from costing.engine.assignment.options import Every
from costing.engine.assignment.prices import SAME, Prices
from costing.engine.assignment.search import Search
from costing.engine.assignment.sets import Begun, Within, begun
from costing.engine.assignment.units import SharedTerms
from costing.engine.bills import Bill
from costing.engine.inputs import Scenario
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    in_order,
)

PLATFORMS = frozenset({ROUTING, SEMANTIC_CACHING})
"""The levers whose platform is paid once, by whichever applications use it."""
SHARED = PLATFORMS | {SELF_HOSTING}
AT_ONCE = 2_000_000
"""So many figures of options are looked at together."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Levers by application, the month's USD, and how much less another choice may cost at most.

    `is_mixed`: not all applications run the same of what they are allowed.
    """

    levers: Mapping[str, tuple[str, ...]]
    usd: float
    gap_usd: float
    is_mixed: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """The cheapest choice: its USD, column by application and levers; what no other is below."""

    usd: float
    columns: tuple[int, ...]
    used: frozenset[str]
    least_usd: float

    @property
    def is_exact(self) -> bool:
        """Whether no other choice is cheaper."""
        return self.least_usd >= self.usd


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """Lever sets side by side: what applications may run of them, and the fees, by set."""

    levers: Sequence[frozenset[str]]
    within: Within
    fees_usd: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Finder:
    """Looks for the cheapest choice within each lever set; `found` are those that it has."""

    scenario: Scenario
    bill: Bill
    every: Every
    beaten_by: FloatArray
    prices: Prices
    found: dict[frozenset[str], _Found]

    @classmethod
    def of(cls, scenario: Scenario, bill: Bill) -> "_Finder":
        every, beaten_by, hours = options_in(scenario, bill)
        terms = {key: getattr(scenario, key).provisioned for key in bill.shared_units}
        units = SharedTerms.of(terms, hours.counts)
        prices = Prices.of(scenario.pool, hours, units, kept(scenario.commitment), every)
        return cls(scenario, bill, every, beaten_by, prices, {})

    def find(self, sets: Sequence[frozenset[str]]) -> None:
        """The choices of some sets, none of which comes before its subsets.

        Those without a pool first: of them each application has its cheapest, unless they share
        units or a commitment.
        """
        is_apart = not self.prices.units.terms and self.scenario.commitment is None
        alone = [levers for levers in sets if is_apart and SELF_HOSTING not in levers]
        if alone:
            self._take_first(self._side_by_side(alone))
        width = max(256, len(self.prices.hour_usd), self.prices.units.width)
        most = max(1, AT_ONCE // (len(self.every.owners) * width))
        for first in range(len(alone), len(sets), most):
            self._search(self._side_by_side(sets[first : first + most]))

    def _side_by_side(self, sets: Sequence[frozenset[str]]) -> _Sets:
        names = self.bill.sets.names
        is_allowed = np.array([[levers.issuperset(name) for name in names] for levers in sets])
        fees = [np.where(is_allowed, usd, 0.0).max(axis=1) for usd in self.bill.platforms.values()]
        fees_usd = sum(fees, np.zeros(len(sets)))[:, None]
        return _Sets(
            sets,
            Within.of(self.every, self.beaten_by, is_allowed),
            fees_usd + committed_usd(self.scenario.commitment),
        )

    def _take_first(self, sets: _Sets) -> None:
        """The cheapest of each application, where nothing makes them depend on one another."""
        own = self.every.options
        for place, levers in enumerate(sets.levers):
            best = self._within_fewer(levers)
            if best is None:
                rows, best = sets.within.rows[place, :, 0], self._known(levers)
                usd = float(sets.fees_usd[place, 0]) + sum(own.usd[rows, 0].tolist())
                if usd < best.usd * (1.0 - SAME):
                    best = self._choice(usd, own.columns[rows])
                best = replace(best, least_usd=best.usd)
            self.found[levers] = self._alike(levers, best)

    def _search(self, sets: _Sets) -> None:
        """The cheapest where they do; bounds leave few choices of most sets."""
        prices, within, fees_usd, found = self.prices, sets.within, sets.fees_usd, self.found
        start = begun(prices, within, fees_usd)
        has = np.array([[other <= one for other in sets.levers] for one in sets.levers])
        known = known_better(prices, within, start, has)
        is_hosting = np.array([SELF_HOSTING in levers for levers in sets.levers])
        bounds = Bounds.of(prices, within, known, fees_usd, is_hosting)
        smaller = [[each.usd for own, each in found.items() if own < one] for one in sets.levers]
        ceilings = np.minimum(known.usd, [min(each, default=inf) for each in smaller])
        cheapest = few(Terms(prices, within, fees_usd, known.means), bounds, ceilings, has)
        for place, levers in enumerate(sets.levers):
            best = self._within_fewer(levers) or self._searched(sets, place, start, cheapest)
            found[levers] = self._alike(levers, best)

    def _within_fewer(self, levers: frozenset[str]) -> _Found | None:
        """What was found of a set with one lever more, where it does without."""
        wider = (self.found.get(levers | {lever}) for lever in (PROMPT_CACHING, OPEN_MODEL))
        return next((each for each in wider if each and each.used <= levers), None)

    def _searched(self, sets: _Sets, place: int, start: Begun, cheapest: Few) -> _Found:
        """With all platforms that the set needs; without one, a smaller set is cheaper."""
        best = self._known(sets.levers[place])
        least, is_exact = best.least_usd, best.is_exact
        for each in start.starts:
            if each.usd[place] < best.usd * (1.0 - SAME):
                rows = sets.within.rows_at(each.places[place, None], np.array([place]))[0]
                best = self._choice(float(each.usd[place]), self.every.options.columns[rows])
        # Where a choice without a pool may be cheaper than what is known, bounds have its upkeep.
        is_few = cheapest.is_few[place] and (is_exact or SELF_HOSTING not in sets.levers[place])
        usd = float(cheapest.usd[place])
        if is_few and usd >= best.usd * (1.0 - SAME):
            return replace(best, least_usd=min(least, best.usd))
        if is_few and cheapest.is_one[place]:
            columns = self.every.options.columns[cheapest.rows[place]]
            return replace(self._choice(usd, columns), least_usd=min(least, usd))
        starts = [each.places[place] for each in start.starts]
        search = Search(self.prices, sets.fees_usd[place], starts, best.usd)
        search.run(sets.within.every_of(place, start.least_units_usd), start.means[place])
        if search.columns is not None:
            best = self._choice(search.usd, search.columns)
        return replace(best, least_usd=min(least, search.least_cut, best.usd))

    def _known(self, levers: frozenset[str]) -> _Found:
        """The cheapest of the sets without one platform, or the pool; the least of what bounds all.

        It is exact where they all are.
        """
        known = [self.found[levers - {each}] for each in in_order(levers & SHARED)]
        best = min(known, key=lambda each: each.usd, default=_Found(inf, (), frozenset(), inf))
        return replace(best, least_usd=min((each.least_usd for each in known), default=inf))

    def _alike(self, levers: frozenset[str], best: _Found) -> _Found:
        """What is alike for all is simpler, where it costs no more."""
        names = self.bill.sets.names
        column = next((place for place, each in enumerate(names) if levers == set(each)), None)
        if column is None or self.bill.total[column] > best.usd * (1.0 + SAME):
            return best
        return replace(best, columns=(column,) * len(self.bill.parts), used=levers)

    def _choice(self, usd: float, columns: IndexArray) -> _Found:
        chosen = tuple(columns.tolist())
        pairs = zip(self.bill.parts, chosen, strict=True)
        names = (part.sets.names[column] for part, column in pairs)
        return _Found(usd, chosen, frozenset(chain.from_iterable(names)), inf)

    def assignment(self, levers: tuple[str, ...]) -> Assignment:
        """What was found for a set, by application."""
        names, found = self.bill.sets.names, self.found[frozenset(levers)]
        is_mixed = any(names[column] != levers for column in found.columns)
        own = {
            part.key: part.sets.names[column]
            for part, column in zip(self.bill.parts, found.columns, strict=True)
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
    finder.find(sorted(map(frozenset, sets), key=_turn))
    return {levers: finder.assignment(levers) for levers in sets}


def _turn(levers: frozenset[str]) -> tuple[bool, int, int]:
    """Sets without a pool first, then few platforms, of which many levers: others follow them."""
    platforms = len(levers & PLATFORMS)
    return SELF_HOSTING in levers, platforms, platforms - len(levers)
