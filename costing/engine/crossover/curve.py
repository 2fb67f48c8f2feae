"""A strategy's monthly cost as a function of volume: a smooth part, and a pool's staircase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.bills import Flow, LeverSets, lever_sets
from costing.engine.crossover.cached_lane import CachedLane
from costing.engine.crossover.cheapest_lane import CachedWay, CheapestLane
from costing.engine.crossover.committed import CommittedSpend, ProvisionedLane
from costing.engine.crossover.shared_lane import SharedLane
from costing.engine.crossover.smooth import Asymptote, SmoothCost, SmoothLane
from costing.engine.crossover.staircase import Staircase
from costing.engine.inputs import ModelPrices, Pool, Scenario, Workload, with_requests
from costing.engine.inputs.commitments import Commitment, Provisioned
from costing.engine.inputs.scenario import Part
from costing.engine.levers import PROMPT_CACHING, RUNNING_CACHE
from costing.engine.pool import Demand, demand_of, pooled, staffing
from costing.engine.prompt_cache import CallRates, burst_size, call_rates, renewals_per_call
from costing.engine.provisioned import calls_of_unit
from costing.engine.purchase import purchase_of
from costing.engine.strategies import allowed, flow_of, lanes_by_api
from costing.engine.units import HOURS_PER_MONTH, SECONDS_PER_MONTH, WEEKS_PER_MONTH
from costing.engine.week import Week, week_of

MAX_REQUESTS = 1e30
"""A lane that next to no request reaches has units for more requests than are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class CostCurve(SmoothCost):
    """A strategy's cost in USD per month: fixed + per request + lanes + staircase."""

    staircase: Staircase | None

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these requests per month."""
        smooth = self.smooth_usd(volumes)
        return smooth if self.staircase is None else smooth + self.staircase.usd_at(volumes)

    @property
    def asymptote(self) -> Asymptote:
        """Slope in USD per request, and how far the cost can lie below and above slope·volume."""
        steps = self.staircase
        return self.asymptote_with(*([] if steps is None else [steps.asymptote]))


def cost_curve(scenario: Scenario, levers: tuple[str, ...]) -> CostCurve:
    """Section 5: the cost of a lever set over requests_per_month, everything else fixed."""
    return cost_curves(scenario, (levers,))[levers]


def cost_curves(
    scenario: Scenario, sets: tuple[tuple[str, ...], ...]
) -> dict[tuple[str, ...], CostCurve]:
    """Section 5: the cost of each lever set over requests_per_month, everything else fixed.

    Applications keep their shares of the requests: one factor scales them all (section 9).
    """
    masks = lever_sets(tuple(dict.fromkeys(sets)))
    parts = with_requests(_without_platforms(scenario), 1.0).parts
    calls = [_Calls.of(part, masks) for part in parts]
    return {levers: _curve(scenario, calls, column) for column, levers in enumerate(masks.names)}


@dataclass(frozen=True, slots=True, eq=False)
class _Calls:
    """What one request of all makes an application call, by lever set, and what a call costs.

    `rates` are by section of the scenario, of the models that one of the sets calls.
    """

    scenario: Scenario
    sets: LeverSets
    flow: Flow
    lanes: tuple[tuple[str, FloatArray, BoolArray], ...]
    rates: Mapping[str, tuple[CallRates, ...]]
    week: Week
    demand: Demand | None
    shared_units: tuple[str, ...]

    @classmethod
    def of(cls, part: Part, every: LeverSets) -> "_Calls":
        scenario, sets = part.scenario, allowed(every, part)
        flow, week, pool = flow_of(scenario, sets), week_of(scenario.workload), scenario.pool
        demand = None
        if pool is not None and sets.hosting.any():
            demand = demand_of(flow.pooled, pool, scenario.workload, week, scenario.latency)
        lanes = tuple(
            (section, calls, is_on)
            for section, calls, is_on, _ in lanes_by_api(sets, flow)
            if getattr(scenario, section) is not None and is_on.any()
        )
        rates = {
            section: call_rates(getattr(scenario, section), scenario.workload)
            for section, *_ in lanes
        }
        return cls(scenario, sets, flow, lanes, rates, week, demand, part.shared_units)

    def calls_to(self, section: str, column: int) -> float | None:
        """Calls to a model in a lever set; None where the set does not use it."""
        reached = (
            float(calls[column])
            for name, calls, is_on in self.lanes
            if name == section and is_on[column]
        )
        return next(reached, None)

    def unit_lane(
        self, section: str, column: int, calls: float
    ) -> tuple[SmoothCost, float, Workload]:
        """What calls to a model cost as you go, the units that they take, and their week."""
        model, workload = getattr(self.scenario, section), self.scenario.workload
        levers = self.sets.names[column]
        spend = _as_you_go(workload, model, calls, levers, self.rates[section], self.week)
        units = calls / float(calls_of_unit(model.provisioned, model, workload))
        return spend, max(units, 1.0 / MAX_REQUESTS), workload


def _curve(scenario: Scenario, parts: Sequence[_Calls], column: int) -> CostCurve:
    """The cost of one lever set."""
    fixed, per_request = _platforms_usd(scenario, [part.sets for part in parts], column), 0.0
    lanes: list[SmoothLane] = []
    spends: list[SmoothCost] = []
    for part in parts:
        cost, ahead = _part(part, column)
        per_request += cost.usd_per_request
        lanes += cost.lanes
        spends += ahead
    spends += _with_shared_units(parts, column)
    for cost in _committed(scenario.commitment, spends):
        fixed += cost.fixed_usd
        per_request += cost.usd_per_request
        lanes += cost.lanes
    staircase = None
    hosting = [part.demand for part in parts if part.sets.hosting[column]]
    demands = [each.at(np.array([column])) for each in hosting if each is not None]
    if scenario.pool is not None and demands:
        demand = pooled(demands, scenario.pool)
        idle_usd, staircase = _pool_curve(scenario.pool, demand)
        fixed += idle_usd
        again = scenario.pool.rework_ratio * scenario.pool.usd_per_rework
        per_request += float(demand.calls[0]) * again
    return CostCurve(fixed, per_request, tuple(lanes), staircase)


def _platforms_usd(scenario: Scenario, own: Sequence[LeverSets], column: int) -> float:
    """The fees that are fixed, where an application has the lever."""
    cache, triage, usd = scenario.semantic_cache, scenario.routing, 0.0
    if cache is not None and any(sets.semantic[column] for sets in own):
        usd += cache.platform_usd_per_month
    if triage is not None and any(sets.routing[column] for sets in own):
        usd += triage.platform_usd_per_month
    return usd


def _part(part: _Calls, column: int) -> tuple[SmoothCost, list[SmoothCost]]:
    """Fees and lanes by API of one application, for its flow of one request of all.

    And apart what those who sell tokens are paid where something is bought ahead of them.
    """
    scenario, levers = part.scenario, part.sets.names[column]
    usd = float(part.flow.usd[column])
    lanes: list[SmoothLane] = []
    ahead: list[SmoothCost] = []
    for section, reached, is_on in part.lanes:
        model, calls = getattr(scenario, section), float(reached[column])
        if not is_on[column]:
            continue
        lane_of = (scenario.workload, model, calls, levers, part.rates[section], part.week)
        if scenario.commitment is not None or model.provisioned is not None:
            usd += calls * model.rework_ratio * model.usd_per_rework
        if section in part.shared_units:
            continue
        if scenario.commitment is not None or model.provisioned is not None:
            ahead.append(_spend(*lane_of))
        elif calls > 0.0:
            steady, lane = _lane(*lane_of)
            usd += steady
            lanes += [] if lane is None else [lane]
    return SmoothCost(0.0, usd, tuple(lanes)), ahead


def _with_shared_units(parts: Sequence[_Calls], column: int) -> list[SmoothCost]:
    """Section 13: what lanes are paid for whose units several applications share, by model."""
    sections = dict.fromkeys(section for part in parts for section in part.shared_units)
    found = []
    for section in sections:
        sharing = [part for part in parts if section in part.shared_units]
        reached = [part.calls_to(section, column) for part in sharing]
        terms = getattr(sharing[0].scenario, section).provisioned
        lanes = [
            part.unit_lane(section, column, calls)
            for part, calls in zip(sharing, reached, strict=True)
            if calls
        ]
        if lanes:
            found.append(SmoothCost(0.0, 0.0, (SharedLane.of(lanes, terms),)))
        elif any(calls is not None for calls in reached):
            found.append(SmoothCost(_given_units_usd(terms), 0.0, ()))
    return found


def _spend(
    workload: Workload,
    model: ModelPrices,
    calls: float,
    levers: tuple[str, ...],
    ways: tuple[CallRates, ...],
    week: Week,
) -> SmoothCost:
    """Section 13: what those who sell tokens are paid for a lane, provisioned units included."""
    terms = model.provisioned
    if calls <= 0.0:
        return SmoothCost(_given_units_usd(terms), 0.0, ())
    spend = _as_you_go(workload, model, calls, levers, ways, week)
    if terms is None:
        return spend
    capacity = min(float(calls_of_unit(terms, model, workload)) / calls, MAX_REQUESTS)
    return SmoothCost(0.0, 0.0, (ProvisionedLane(spend, terms, capacity, week),))


def _given_units_usd(terms: Provisioned | None) -> float:
    """USD a month for units whose number is stated, used or not."""
    if terms is None or terms.units is None:
        return 0.0
    return terms.units * HOURS_PER_MONTH * terms.usd_per_unit_hour


def _as_you_go(
    workload: Workload,
    model: ModelPrices,
    calls: float,
    levers: tuple[str, ...],
    ways: tuple[CallRates, ...],
    week: Week,
) -> SmoothCost:
    """What a lane's tokens cost without any unit."""
    usd, lane = _lane(workload, model, calls, levers, ways, week)
    rework = calls * model.rework_ratio * model.usd_per_rework
    return SmoothCost(0.0, usd - rework, () if lane is None else (lane,))


def _committed(terms: Commitment | None, spends: list[SmoothCost]) -> list[SmoothCost]:
    """Section 13: what all spend on tokens together, where it is under a commitment."""
    if terms is None:
        return spends
    if not spends:
        return [SmoothCost(terms.committed_usd_per_month, 0.0, ())]
    whole = SmoothCost(
        sum(each.fixed_usd for each in spends),
        sum(each.usd_per_request for each in spends),
        tuple(lane for each in spends for lane in each.lanes),
    )
    return [SmoothCost(0.0, 0.0, (CommittedSpend(whole, terms),))]


def _without_platforms(scenario: Scenario) -> Scenario:
    """The scenario with no fixed fees on a call's way, so that one request shows its own."""
    sections = {"semantic_cache": scenario.semantic_cache, "routing": scenario.routing}
    free = {"platform_usd_per_month": 0.0}
    return scenario.model_copy(
        update={
            name: None if section is None else section.model_copy(update=free)
            for name, section in sections.items()
        }
    )


def _lane(
    workload: Workload,
    model: ModelPrices,
    calls: float,
    levers: tuple[str, ...],
    ways: tuple[CallRates, ...],
    week: Week,
) -> tuple[float, SmoothLane | None]:
    """USD per request that does not depend on volume, and the part of the lane that does.

    `ways` are the rates of its calls by lifetime of the prompt cache.
    """
    rates = ways[0]
    usd = calls * float(rates.rest_usd + rates.output_usd)
    usd += calls * model.rework_ratio * model.usd_per_rework
    off = float(rates.prefix_input_usd)
    usable = [each for each in ways if each.can_cache and PROMPT_CACHING in levers]
    if not usable:
        return usd + calls * off, None
    if RUNNING_CACHE in levers:
        off = inf  # it runs, so there is no way around it
    if len(ways) > 1 or rates.is_stored:
        rest = calls * float(rates.rest_usd)
        cached = tuple(_way(each, calls, workload, week) for each in usable)
        return usd - rest, CheapestLane(rest + calls * off, cached)
    return _cached_lane(rates, usd, calls, off, workload, week)


def _cached_lane(
    rates: CallRates, usd: float, calls: float, off: float, workload: Workload, week: Week
) -> tuple[float, CachedLane | None]:
    """The lane of a cache with one lifetime and without storage, and what else a request costs."""
    carried = float(rates.carried_read_usd + rates.carried_write_usd)
    read, write = float(rates.prefix_read_usd) + carried, float(rates.prefix_write_usd) + carried
    if rates.captured < 1.0:
        read = write - rates.captured * (write - read)
    burst = float(burst_size(np.array(calls), rates, workload))
    renewals = calls / burst * float(renewals_per_call(rates, workload)) * week.weights
    measured = workload.prefix_hit_ratio
    is_active = renewals > 0.0
    if measured is not None or not is_active.any():
        hits = 0.0 if measured is None else measured
        return usd + calls * min(off, hits * read + (1.0 - hits) * write), None
    if burst > 1.0:  # all but the first hit
        write = read + (write - read) / burst
    shares = (week.weights * week.hours)[is_active]
    return usd, CachedLane(calls, off, read, write, shares, renewals[is_active])


def _way(rates: CallRates, calls: float, workload: Workload, week: Week) -> CachedWay:
    """Section 12: one way of caching a lane, its storage and what never repeats included."""
    steady = rates.rest_usd + rates.carried_read_usd + rates.carried_write_usd
    write = calls * float(steady + rates.prefix_write_usd)
    spread = calls * float(rates.captured * (rates.prefix_write_usd - rates.prefix_read_usd))
    burst = float(burst_size(np.array(calls), rates, workload))
    renewals = calls / burst * float(renewals_per_call(rates, workload)) * week.weights
    shares = week.weights * week.hours
    if workload.prefix_hit_ratio is not None:
        write -= spread * workload.prefix_hit_ratio
        shares = np.zeros_like(shares)
    elif burst > 1.0:  # all but the first hit
        write, spread = write - spread * (1.0 - 1.0 / burst), spread / burst
    hourly = float(rates.storage_usd_per_hour) if rates.is_stored else 0.0
    is_kept = rates.ttl_seconds >= SECONDS_PER_MONTH
    stored = week.hours * (0.0 if is_kept else hourly * WEEKS_PER_MONTH)
    is_active = renewals > 0.0
    if not is_active.any():  # nothing lives on: every call misses
        renewals, is_active = np.ones_like(renewals), np.ones_like(is_active)
        shares, stored = np.zeros_like(shares), np.zeros_like(shares)
    return CachedWay(
        write_usd=write,
        spread_usd=spread,
        renewals_per_request=renewals[is_active],
        shares=shares[is_active],
        stored_usd=stored[is_active],
        fixed_usd=hourly * HOURS_PER_MONTH if is_kept else 0.0,
    )


def _pool_curve(pool: Pool, demand: Demand) -> tuple[float, Staircase | None]:
    """The pool's fixed USD per month, and its staircase; None where no load moves it.

    `demand` is that of one request.
    """
    fixed = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    fixed += pool.platform_usd_per_month + pool.extras_usd_per_month
    plan = staffing(pool, demand.week)
    bought = purchase_of(pool, plan.weights, plan.replica_hours)
    loads = float(demand.load[0]) * plan.weights.ravel()
    usd = bought.usd.ravel() * (pool.instances_per_replica * pool.regions)
    moves = (loads > 0.0) & (usd > 0.0)
    # Replicas within a fixed number of reserved instances cost nothing more, as if always staffed.
    within = bought.fixed / pool.instances_per_replica
    least = max(pool.min_replicas, within)
    fixed += bought.fixed_usd * pool.regions
    if pool.scaling != "scheduled" or demand.calls[0] > 0.0:
        fixed += float(usd[~moves].sum()) * least - float(usd.sum()) * within
    if not moves.any():
        return fixed, None
    return fixed, Staircase(loads[moves], usd[moves], pool.spare_replicas, least)
