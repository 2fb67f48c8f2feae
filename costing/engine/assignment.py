"""The cheapest levers of each application, given the pool and platforms that all share (section 9).

Applications are decided one after the other. A partial choice is dropped once it cannot become
cheaper than one that is known: a pool never costs less for more load.

A commitment of C at a discount of d couples them too. Where all spend S on tokens, they cost the
larger of C and d·C + (1 − d)·S: of two ways to price them, tokens for nothing or at 1 − d, that
which comes to more. Each way by itself adds up over applications, and so does any mean of both,
which is never more than the larger: bounds are such means. Provisioned units that applications
share couple them as a pool does (`assignment_units.py`); what they cost is priced as tokens are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, summed
from costing.engine.assignment_known import SAME
from costing.engine.assignment_options import Every, Options, joined
from costing.engine.assignment_search import Search
from costing.engine.assignment_units import SharedTerms, asked_by_set
from costing.engine.bills import Bill, PartBill
from costing.engine.deferral import hours_for
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
from costing.engine.pool import hourly_weights_in
from costing.engine.week import Hours, hours_together

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


def _weights(
    bill: Bill, pool: Pool | None
) -> tuple[Sequence[FloatArray], Sequence[FloatArray], Hours]:
    """By application the weights of the hours of its week, and how a load of a pool lies in them.

    None where it never uses a pool, or units that are shared.
    """
    using = {}
    for part in bill.parts:
        demands = [*part.units.values(), *(() if part.demand is None else (part.demand,))]
        if demands:
            using[part.key] = demands[0].workload
    none = np.zeros(1, dtype=np.intp)
    hours = Hours((), np.ones(1), none, none)
    workloads = [*using.values()]
    if using:
        hours = hours_together(workloads) if pool is None else hours_for(pool, workloads)
    in_pool = hours.weights if pool is None else hourly_weights_in(pool, workloads, hours)

    def by_part(weights: Sequence[FloatArray]) -> Sequence[FloatArray]:
        of = dict(zip(using, weights, strict=True))
        nothing = np.zeros_like(weights[0] if weights else hours.counts)
        return [of.get(part.key, nothing) for part in bill.parts]

    return by_part(hours.weights), by_part(in_pool), hours


@dataclass(frozen=True, slots=True, eq=False)
class _Application:
    """What each lever set costs an application, the pool aside, and what it asks of a pool.

    Those that ask least of a pool first, then the cheapest. `beaten_by` has the columns of those
    before each that cost no more in any way, a bit each.
    """

    options: Options
    beaten_by: Sequence[int]

    @classmethod
    def of(
        cls,
        part: PartBill,
        weights: FloatArray,
        in_pool: FloatArray,
        scenario: Scenario,
        sections: Sequence[str],
    ) -> "_Application":
        usd, load = _ways_to_price(part, scenario.commitment), np.zeros_like(part.usd)
        hosting, pool = part.sets.hosting, scenario.pool
        if part.demand is not None and pool is not None:
            load = np.where(hosting, part.demand.load, 0.0)
            usd = usd + (part.demand.calls * pool.rework_ratio * pool.usd_per_rework)[:, None]
        asked = asked_by_set(part.units, sections, weights, len(load))
        compared = np.column_stack(
            (usd, asked.load.sum(axis=2), asked.usd.sum(axis=2), asked.is_on)
        )
        order = np.lexsort((*compared.T[::-1], load, hosting))
        options = Options(
            order,
            usd[order],
            load[order, None] * in_pool,
            hosting[order].astype(np.float64),
            asked.at(order),
            np.zeros((len(order), 1)),
        )
        return cls(options, _beaten_by(order, compared[order]))


def _beaten_by(columns: IndexArray, compared: FloatArray) -> list[int]:
    """For each row the columns of those before it that are nowhere more, a bit each."""
    beats = np.all(compared[None, :] <= compared[:, None], axis=2).tolist()
    bits: list[int] = [1 << column for column in columns.tolist()]
    return [
        sum(bit for bit, is_beaten in zip(bits[:row], each, strict=False) if is_beaten)
        for row, each in enumerate(beats)
    ]


def _ways_to_price(part: PartBill, terms: Commitment | None) -> FloatArray:
    """USD by lever set, and by way to price tokens; without what shared units serve."""
    shared = summed((np.zeros_like(part.usd), *part.shared_usd.values()))
    if terms is None or part.tokens_usd is None:
        return (part.usd - shared)[:, None]
    alone = part.tokens_usd - shared
    full = part.beside_usd + alone * (1.0 - terms.commitment_discount_ratio)
    return np.column_stack((part.beside_usd, full))


def _committed_usd(terms: Commitment | None) -> FloatArray:
    """What a commitment takes beside the tokens, by way to price them."""
    if terms is None:
        return np.zeros(1)
    return terms.committed_usd_per_month * np.array([1.0, terms.commitment_discount_ratio])


def _kept(terms: Commitment | None) -> FloatArray:
    """What a USD of tokens costs, by way to price them."""
    if terms is None:
        return np.ones(1)
    return np.array([0.0, 1.0 - terms.commitment_discount_ratio])


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
class _Finder:
    """Looks for the cheapest choice within a lever set, knowing those within its subsets."""

    scenario: Scenario
    bill: Bill
    every: Every
    beaten_by: Sequence[Sequence[int]]
    hours: Hours
    units: SharedTerms

    @classmethod
    def of(cls, scenario: Scenario, bill: Bill) -> "_Finder":
        weights, in_pool, hours = _weights(bill, scenario.pool)
        sections, own = [*bill.shared_units], zip(bill.parts, weights, in_pool, strict=True)
        applications = [_Application.of(*each, scenario, sections) for each in own]
        every = joined([each.options for each in applications])
        beaten_by = [each.beaten_by for each in applications]
        terms = {section: getattr(scenario, section).provisioned for section in sections}
        return cls(scenario, bill, every, beaten_by, hours, SharedTerms.of(terms, hours.counts))

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
        return replace(best, columns=(column,) * len(self.bill.parts), used=levers)

    def _searched(self, levers: frozenset[str], known: Sequence[_Found]) -> _Found:
        names = self.bill.sets.names
        columns = {column for column, each in enumerate(names) if levers.issuperset(each)}
        fees = sum(float(usd[[*columns]].max()) for usd in self.bill.platforms.values())
        best = min(known, key=lambda each: each.usd, default=_Found(inf, (), frozenset(), inf))
        least = min((each.least_usd for each in known), default=inf)
        every = self._options(columns)
        terms = self.scenario.commitment
        fees_usd, kept = fees + _committed_usd(terms), _kept(terms)
        must_host = SELF_HOSTING in levers and all(each.is_exact for each in known)
        search = Search(
            self.scenario.pool, self.hours, fees_usd, self.units, kept, must_host, best.usd
        )
        if SELF_HOSTING in levers or terms is not None or self.units.terms:
            search.run(every)
            if search.least_cut < inf:
                search.improve(every)
        else:
            search.take_first(every)
        if search.columns is not None:
            chosen = tuple(search.columns.tolist())
            best = _Found(search.usd, chosen, self._used(chosen), inf)
        return replace(best, least_usd=min(least, search.least_cut, best.usd))

    def _options(self, columns: Iterable[int]) -> Every:
        """Of these lever sets the cheapest of each load; more load only for less money."""
        allowed, place = sum(1 << column for column in columns), 0
        column_of: list[int] = self.every.options.columns.tolist()
        rows: list[int] = []
        sizes: list[int] = []
        for beaten_by in self.beaten_by:
            before = len(rows)
            for beaten in beaten_by:
                if allowed >> column_of[place] & 1 and not beaten & allowed:
                    rows.append(place)
                place += 1
            sizes.append(len(rows) - before)
        return Every.of(self.every.options.at(np.array(rows)), sizes)

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
