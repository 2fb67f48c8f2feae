"""What would change the advice: other hit ratios of the caches, or another use of the pool."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.bills import Bill, LeverSets, lever_sets
from costing.engine.inputs import Scenario
from costing.engine.levers import (
    CURRENT,
    PROMPT_CACHING,
    RUNNING_CACHE,
    SEMANTIC_CACHING,
    anywhere,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.offers import fitted
from costing.engine.results import Estimate, RatioChange, RatioFlip
from costing.engine.strategies import bill_of
from costing.engine.units import SAME_COST, Figure

SEMANTIC_HITS = "semantic_cache.hit_ratio"
PROMPT_HITS = "workload.prefix_hit_ratio"
UTILIZATION = "pool.utilization_ratio"

STEPS, ROUNDS = 100, 4
"""Ratios are tried in so many steps from the present one to 0 and to 1, then within a step."""

Costs = Callable[[FloatArray], FloatArray]
"""USD per month by ratio, a column, and lever set."""


def ratio_flips(estimate: Estimate, watch: Watch = unwatched) -> dict[str, RatioFlip]:
    """Section 15: by input, the nearest ratios at which another set costs less than the advised.

    One ratio stands for all applications. Empty where another set costs less already, and is not
    advised for what its change costs; a ratio that nothing in the scenario has is left out.
    """
    choice = _Choice.of(estimate)
    if choice is None:
        return {}
    sought = {
        SEMANTIC_HITS: choice.semantic_hits(),
        PROMPT_HITS: choice.prompt_hits(),
        UTILIZATION: choice.utilization(),
    }
    return {
        path: flip
        for path, found in sought.items()
        if found is not None and (flip := choice.flip(*found, watch)) is not None
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """All sets of levers, of which the first is advised, and how much less each other must cost.

    That is nothing, or what is material for a set that costs less by not so much already.
    """

    scenario: Scenario
    bill: Bill
    margins_usd: FloatArray

    @classmethod
    def of(cls, estimate: Estimate) -> "_Choice | None":
        """None where a set costs materially less, and is not advised."""
        scenario, advised = fitted(estimate.scenario), estimate.recommended.priced_as
        offers = [each.priced_as for each in estimate.subsets]
        offers += [each.priced_as for each in estimate.application_sets]
        uncached = tuple(each for each in advised if anywhere((each,)) != (PROMPT_CACHING,))
        names = tuple(dict.fromkeys((advised, uncached, *offers)))
        bill = bill_of(scenario, lever_sets(names))
        cheaper = bill.total < bill.total[0] * (1.0 - SAME_COST)
        least = scenario.materiality_ratio * estimate.strategies[CURRENT].usd_per_month
        margins = np.where(cheaper, least, 0.0)
        choice = cls(scenario, bill, margins)
        return None if choice.is_beaten(bill.total[None, :])[0] else choice

    @property
    def sets(self) -> LeverSets:
        return self.bill.sets

    def _beats(self, costs: FloatArray) -> BoolArray:
        own = costs[:, :1]
        beats: BoolArray = costs < own * (1.0 - SAME_COST) - self.margins_usd
        return beats

    def is_beaten(self, costs: FloatArray) -> BoolArray:
        """By row, whether another set costs less."""
        beaten: BoolArray = np.any(self._beats(costs), axis=1)
        return beaten

    def flip(self, present: float, costs: Costs, watch: Watch) -> RatioFlip | None:
        """None where applications with one ratio for all would be advised otherwise."""
        if self.is_beaten(costs(np.array([[present]])))[0]:
            return None
        below, above = (self._nearest(present, end, costs, watch) for end in (0.0, 1.0))
        return RatioFlip(present, below, above)

    def _nearest(
        self, present: float, end: float, costs: Costs, watch: Watch
    ) -> RatioChange | None:
        kept, flipped = present, end
        for _ in range(ROUNDS):
            watch()
            ratios = np.linspace(kept, flipped, STEPS + 1)
            places = np.flatnonzero(self.is_beaten(costs(ratios[:, None])))
            if not places.size:
                return None
            place = max(int(places[0]), 1)
            kept, flipped = float(ratios[place - 1]), float(ratios[place])
        (there,) = costs(np.array([[flipped]]))
        others = np.where(self._beats(there[None, :])[0], there, np.inf)
        return RatioChange(flipped, anywhere(self.sets.names[int(others.argmin())]))

    def semantic_hits(self) -> tuple[float, Costs] | None:
        """The share of calls that the semantic cache answers, and what the sets cost by it."""
        hits = calls = 0.0
        for part in self.scenario.parts:
            cache, allowed = part.scenario.semantic_cache, part.levers_allowed
            if cache is not None and (allowed is None or SEMANTIC_CACHING in allowed):
                workload = part.scenario.workload
                made = float(workload.requests_per_month * workload.fan_out)
                hits, calls = hits + made * float(cache.hit_ratio), calls + made
        if not calls:
            return None
        return hits / calls, self._by("semantic_cache", "hit_ratio")

    def prompt_hits(self) -> tuple[float, Costs] | None:
        """The share of calls whose prefix is cached already, as `prefix_hit_ratio` states it.

        Where it is worked out, the one ratio that hits as often: in what is advised with its
        prompts cached, or, where nothing of that goes by API, in prompt caching alone. What is
        advised pays for its cache as it runs, also where it loses.
        """
        measured, place = self.scenario.workload.prefix_hit_ratio, ("workload", "prefix_hit_ratio")
        for levers in (self.sets.names[0], ()):
            sets = lever_sets(((*levers, PROMPT_CACHING, RUNNING_CACHE),))
            none, every = (
                bill_of(self._with(*place, ratio), sets).hit_ratio(0) for ratio in (0.0, 1.0)
            )
            if every > none:
                now = bill_of(self.scenario, sets).hit_ratio(0)
                present = min(max((now - none) / (every - none), 0.0), 1.0)
                if measured is not None and not self.scenario.applications:
                    present = float(measured)
                return present, self._as_it_runs(self._by(*place), present)
        return None

    def _as_it_runs(self, costs: Costs, present: float) -> Costs:
        """Costs by hit ratio with the advised prompt cache running; as they are where it loses."""
        running = lever_sets(((*self.sets.names[0], RUNNING_CACHE),))

        def running_costs(ratios: FloatArray) -> FloatArray:
            found = costs(ratios).copy()
            own = bill_of(self._with("workload", "prefix_hit_ratio", ratios), running).total
            found[:, :1] = own
            return found

        is_beaten = self.is_beaten(running_costs(np.array([[present]])))[0]
        return costs if is_beaten else running_costs

    def utilization(self) -> tuple[float, Costs] | None:
        """The pool's utilization in what is advised, or in the cheapest set with a pool.

        That of every set moves by the same factor: a pool's capacity costs its busy part over it.
        """
        pool, hosting = self.bill.pool, self.sets.hosting
        if pool is None or not hosting.any():
            return None
        cheapest = int(np.where(hosting, self.bill.total, np.inf).argmin())
        present = float(pool.utilization_ratio[0 if hosting[0] else cheapest])
        if present <= 0.0:
            return None
        compute = pool.compute_busy + pool.compute_idle
        rest = self.bill.total - compute

        def costs(ratios: FloatArray) -> FloatArray:
            with np.errstate(divide="ignore", invalid="ignore"):
                usd: FloatArray = rest + np.where(compute > 0.0, compute * (present / ratios), 0.0)
            return usd

        return present, costs

    def _by(self, section: str, key: str) -> Costs:
        def costs(ratios: FloatArray) -> FloatArray:
            total = bill_of(self._with(section, key, ratios), self.sets).total
            return np.broadcast_to(total, (len(ratios), len(self.sets.names)))

        return costs

    def _with(self, section: str, key: str, ratio: Figure) -> Scenario:
        """The scenario with one ratio for all of its applications."""

        def changed(holder: object) -> dict[str, object]:
            own = getattr(holder, section)
            return {} if own is None else {section: own.model_copy(update={key: ratio})}

        own = tuple(each.model_copy(update=changed(each)) for each in self.scenario.applications)
        return self.scenario.model_copy(update={**changed(self.scenario), "applications": own})
