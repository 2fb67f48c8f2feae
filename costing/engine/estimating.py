"""Computes an estimate from a scenario."""

from collections.abc import Mapping
from dataclasses import asdict

from costing.engine.api_lane import caching_pays_above
from costing.engine.breakeven import break_even, saving_over_horizon
from costing.engine.crossover import find_crossover
from costing.engine.inputs import Basis, Scenario
from costing.engine.levers import (
    CURRENT,
    DEFAULT_PAIRS,
    SECTION_OF_LEVER,
    SELF_HOSTING,
    STRATEGIES,
    Requirements,
    subsets,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.results import (
    ENGINE_VERSION,
    Estimate,
    NotRepaid,
    StrategyCost,
    SubsetCost,
    TodayRecommendation,
)
from costing.engine.savings import (
    SubsetCosts,
    allowed,
    held_back,
    is_within_target,
    recommend,
    saving_ratio,
    shapley,
    waterfall,
)
from costing.engine.strategies import Bill, bill_of, lever_sets
from costing.engine.uncertainty import with_uncertainty
from costing.engine.units import TOKENS_PER_MTOK


def estimate(
    scenario: Scenario,
    requirements: Requirements | None = None,
    watch: Watch = unwatched,
    bases: Mapping[str, Basis] | None = None,
) -> Estimate:
    """Section 5: strategies, levers, recommendation, crossovers, break-even; USD per month.

    `requirements` are the framework's, and needed where the scenario has maturity scores. What
    `watch` raises in a long loop ends the estimate. Where the `bases` of the inputs are given, a
    scenario without ranges is varied by the default ones.
    """
    available = scenario.available_levers
    names, running = subsets(available), scenario.priced_as(CURRENT)
    bill = bill_of(scenario, lever_sets(tuple(dict.fromkeys((*names, running)))))
    priced = dict(zip(bill.sets.names, bill.total.tolist(), strict=True))
    costs, current_usd = {levers: priced[levers] for levers in names}, priced[running]
    repaid, not_repaid = repaid_sets(scenario, costs)
    unready = held_back(available, scenario.maturity, requirements)
    repaid_today = repaid_sets(scenario, allowed(costs, unready))[0] if unready else repaid
    today = recommend(repaid_today, current_usd)
    pairs = _pairs(scenario)
    found = Estimate(
        engine_version=ENGINE_VERSION,
        scenario=scenario,
        strategies={
            name: _strategy(scenario, bill, name, current_usd) for name in _priced(scenario)
        },
        left_out=left_out(scenario),
        subsets=tuple(SubsetCost(levers, usd) for levers, usd in costs.items()),
        waterfall=waterfall(costs, available),
        shapley=shapley(costs, available),
        caching_pays_above_hit_ratio=caching_pays_above(scenario.premium_model, scenario.workload),
        recommended=recommend(repaid, current_usd),
        recommended_today=TodayRecommendation(**asdict(today), held_back=unready),
        crossovers=tuple(find_crossover(scenario, *pair, watch=watch) for pair in pairs),
        break_even=tuple(break_even(scenario, first, second) for first, second in pairs),
        not_repaid=not_repaid,
    )
    return with_uncertainty(found, bases or {}, watch)


def repaid_sets(
    scenario: Scenario, costs: SubsetCosts
) -> tuple[dict[tuple[str, ...], float], NotRepaid | None]:
    """Section 17: the lever sets whose one-time cost the horizon repays, and the best that is not.

    A set with a pool is held against the cheapest set without one; what runs today needs no change.
    """
    by_api = {levers: usd for levers, usd in costs.items() if SELF_HOSTING not in levers}
    if SELF_HOSTING in scenario.current_levers or len(by_api) == len(costs):
        return dict(costs), None
    best = min(by_api, key=lambda levers: (by_api[levers], len(levers)))
    hosted = [levers for levers, usd in costs.items() if usd < costs[best] and levers not in by_api]
    net = dict(zip(hosted, saving_over_horizon(scenario, best, hosted).tolist(), strict=True))
    repaid = {levers: usd for levers, usd in costs.items() if net.get(levers, 0.0) >= 0.0}
    cheapest = min(costs, key=lambda levers: (costs[levers], len(levers)))
    if cheapest in repaid:
        return repaid, None
    saving = min(repaid.values()) - costs[cheapest]
    return repaid, NotRepaid(cheapest, saving, -net[cheapest])


def strategy_costs(scenario: Scenario) -> dict[str, float]:
    """Section 5: USD per month of every named strategy that the scenario can price."""
    sets = {name: scenario.priced_as(name) for name in _priced(scenario)}
    total = bill_of(scenario, lever_sets(tuple(sets.values()))).total
    return dict(zip(sets, total.tolist(), strict=True))


def _priced(scenario: Scenario) -> list[str]:
    """The named strategies that the scenario can price, and what runs today."""
    missing = left_out(scenario)
    return [name for name in (*STRATEGIES, CURRENT) if name not in missing]


def left_out(scenario: Scenario) -> dict[str, str]:
    """The named strategies that the scenario cannot price, and why."""
    missing = {
        lever: section
        for lever, section in SECTION_OF_LEVER.items()
        if lever not in scenario.available_levers
    }
    reasons = {}
    for name, levers in STRATEGIES.items():
        sections = [missing[lever] for lever in levers if lever in missing]
        if sections:
            reasons[name] = "The scenario has no " + " and no ".join(sections) + "."
    return reasons


def _pairs(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The pairs asked for, else the default ones that can be priced."""
    if scenario.pairs is not None:
        return scenario.pairs
    missing = left_out(scenario)
    return tuple(pair for pair in DEFAULT_PAIRS if not set(pair) & set(missing))


def _strategy(scenario: Scenario, bill: Bill, name: str, current_usd: float) -> StrategyCost:
    column = bill.sets.names.index(scenario.priced_as(name))
    usd = float(bill.total[column])
    requests = scenario.workload.requests_per_month
    mtok = requests * float(scenario.workload.tokens_per_request) / TOKENS_PER_MTOK
    ratio = saving_ratio(current_usd, usd)
    pool = bill.pool if bill.sets.hosting[column] else None
    hours = None if pool is None else float(pool.instance_hours[column])
    return StrategyCost(
        levers=scenario.levers_of(name),
        usd_per_month=usd,
        lines=bill.lines(column),
        usd_per_mtok=usd / mtok if mtok > 0.0 else None,
        usd_per_request=usd / requests if requests > 0.0 else None,
        saving_usd_per_month=current_usd - usd,
        saving_ratio=ratio,
        is_within_target=is_within_target(ratio),
        peak_replicas=None if pool is None else int(pool.peak_replicas[column]),
        utilization_ratio=float(pool.utilization_ratio[column]) if pool and hours else None,
        instance_hours_per_month=hours,
        prefix_hit_ratio=_mean_hit_ratio(bill, column),
    )


def _mean_hit_ratio(bill: Bill, column: int) -> float:
    """The share of a strategy's API calls that hit a prompt cache; 0 without any API call."""
    complex_calls = float(bill.flow.complex_api[column])
    simple_calls = float(bill.flow.simple_api[column])
    hits = complex_calls * float(bill.complex_lane.hit_ratio[column])
    if bill.simple_lane is not None:
        hits += simple_calls * float(bill.simple_lane.hit_ratio[column])
    calls = complex_calls + simple_calls
    return hits / calls if calls > 0.0 else 0.0
