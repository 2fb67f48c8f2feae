"""Computes an estimate from a scenario."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from assessments.recommendation import (
    Options,
    Recommendation,
    State,
    least_difference_usd,
    recommend,
    way_to,
)
from costing.engine.assignment import cheapest_by_application
from costing.engine.breakeven import break_even, costs_over_horizon, first_cheaper_month
from costing.engine.crossover import find_crossover
from costing.engine.flips import hosting_flip
from costing.engine.goodput import goodput
from costing.engine.inputs import Basis, Scenario, default_pairs, measurement_range, with_figures
from costing.engine.inputs.default_ranges import GOODPUT
from costing.engine.inputs.latency import fit_error, nearest
from costing.engine.levers import (
    CURRENT,
    LEVERS,
    NAMED,
    OPEN_MODEL,
    PROMPT_CACHING,
    SECTION_OF_LEVER,
    SELF_HOSTING,
    STRATEGIES,
    Requirements,
    subsets,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.prompt_cache import caching_pays_above
from costing.engine.results import (
    ENGINE_VERSION,
    ApplicationsChoice,
    Crossover,
    Estimate,
    LeverChoice,
    Measured,
    NotRepaid,
    StrategyCost,
    SubsetCost,
    TodayChoice,
    parse_estimate,
)
from costing.engine.savings import (
    SubsetCosts,
    held_back,
    is_within_target,
    saving_ratio,
    shapley,
    waterfall,
)
from costing.engine.sensitivity import rework_limits
from costing.engine.strategies import Bill, bill_of, lever_sets
from costing.engine.tokens import served_lengths
from costing.engine.uncertainty import with_uncertainty
from costing.engine.units import TOKENS_PER_MTOK

MIN_SAFE_REPLICAS = 2


def estimate(
    scenario: Scenario,
    requirements: Requirements | None = None,
    watch: Watch = unwatched,
    bases: Mapping[str, Basis] | None = None,
) -> Estimate:
    """Section 5: strategies, levers, recommendation, crossovers, break-even; USD per month.

    `requirements` are the framework's, and needed where the scenario has maturity scores. What
    `watch` raises in a long loop ends the estimate. Where the `bases` of the inputs are given, a
    scenario without ranges is varied by the default ones, and `hosting_flip` is searched.
    """
    available, running = scenario.available_levers, scenario.priced_as(CURRENT)
    bill = bill_of(scenario, lever_sets(tuple(dict.fromkeys((*scenario.lever_sets, running)))))
    priced = dict(zip(bill.sets.names, bill.total.tolist(), strict=True))
    costs, current_usd = {levers: priced[levers] for levers in subsets(available)}, priced[running]
    unready = held_back(scenario.choosable, scenario.maturity, requirements)
    advice = recommend(options_of(scenario, _offers(scenario, priced), current_usd), unready)
    found = Estimate(
        engine_version=ENGINE_VERSION,
        scenario=scenario,
        strategies=_strategies(scenario, bill, current_usd),
        left_out=left_out(scenario),
        subsets=tuple(SubsetCost(levers, priced[levers]) for levers in scenario.lever_sets),
        waterfall=waterfall(costs, available),
        shapley=shapley(costs, available),
        caching_pays_above_hit_ratio=_caching_pays_above(scenario),
        rework_limits=rework_limits(scenario, bill),
        with_open_model=_with_open_model(scenario, priced, current_usd),
        by_application=_by_application(scenario, bill, unready, current_usd),
        recommended=_choice(advice, advice.later),
        recommended_today=_today(advice, unready),
        crossovers=tuple(_crossover(scenario, pair, watch) for pair in _pairs(scenario)),
        break_even=tuple(break_even(scenario, *pair) for pair in _pairs(scenario)),
        not_repaid=_not_repaid(advice),
        recommendation=advice,
        measured=_measured(scenario),
    )
    flip = hosting_flip(found, watch) if bases else None
    return with_uncertainty(replace(found, hosting_flip=flip), bases or {}, watch)


def _offers(scenario: Scenario, priced: SubsetCosts) -> SubsetCosts:
    return {levers: priced[levers] for levers in scenario.lever_sets}


def _caching_pays_above(scenario: Scenario) -> float | None:
    """Section 3's ratio; applications have one each, which none stands for."""
    if scenario.applications:
        return None
    return caching_pays_above(scenario.premium_model, scenario.workload)


def _crossover(scenario: Scenario, pair: tuple[str, str], watch: Watch) -> Crossover:
    """Where two strategies cross, and when, where prices move."""
    found = find_crossover(scenario, *pair, watch=watch)
    if scenario.outlook is None:
        return found
    return replace(found, crossover_on=first_cheaper_month(scenario, *pair))


def options_of(scenario: Scenario, costs: SubsetCosts, current_usd: float) -> Options:
    """What a scenario has to choose from, by the cost of each lever set in USD per month.

    A prompt cache that loses runs on only where it pays, a pool only as large as its load asks for;
    what they cost beyond that today is a loss. One too small to tell stays in the bill.
    """
    running = scenario.levers_of(CURRENT)
    losses = {PROMPT_CACHING: current_usd - costs[running]}
    once: SubsetCosts = {}
    total: SubsetCosts = {}
    if SELF_HOSTING in running:
        fitting = _fitting_pool(scenario)
        if fitting is not scenario:
            bill = bill_of(fitting, lever_sets(tuple(costs)))
            fitted = dict(zip(bill.sets.names, bill.total.tolist(), strict=True))
            losses[SELF_HOSTING] = costs[running] - fitted[running]
            costs = fitted
    elif scenario.pool is not None and (
        scenario.pool.migration_usd or scenario.pool.is_owned or scenario.outlook is not None
    ):
        sets = tuple(costs)
        once_usd, total_usd = costs_over_horizon(scenario, sets)
        once = dict(zip(sets, once_usd.tolist(), strict=True))
        total = dict(zip(sets, total_usd.tolist(), strict=True))
    least = least_difference_usd(current_usd)
    untold = sum(usd for usd in losses.values() if usd <= least)
    costs = {**costs, running: costs[running] + untold}
    return Options(
        order=LEVERS if scenario.open_model is None else (*LEVERS, OPEN_MODEL),
        running=frozenset(running),
        usd_per_month=_by_levers(costs),
        losses={lever: usd for lever, usd in losses.items() if usd > least},
        one_time_usd=_by_levers(once),
        usd_over_horizon=_by_levers(total),
        must_repay=_must_repay(scenario, costs),
    )


def _must_repay(scenario: Scenario, costs: SubsetCosts) -> list[frozenset[str]]:
    """Section 15: where prices move, a new pool must pay over the horizon, not this month alone."""
    if scenario.outlook is None or SELF_HOSTING in scenario.levers_of(CURRENT):
        return []
    return [frozenset(levers) for levers in costs if SELF_HOSTING in levers]


def _by_levers(costs: SubsetCosts) -> dict[frozenset[str], float]:
    return {frozenset(levers): usd for levers, usd in costs.items()}


def _fitting_pool(scenario: Scenario) -> Scenario:
    """The scenario with no more replicas kept than two, one of which may fail."""
    pool = scenario.pool
    if pool is None or pool.min_replicas <= MIN_SAFE_REPLICAS:
        return scenario
    smaller = pool.model_copy(update={"min_replicas": MIN_SAFE_REPLICAS})
    return scenario.model_copy(update={"pool": smaller})


def _choice(advice: Recommendation, state: State) -> LeverChoice:
    spend, usd = advice.spend_usd_per_month, state.usd_per_month
    return LeverChoice(state.levers, usd, saving_ratio(spend, usd))


def _with_open_model(
    scenario: Scenario, priced: SubsetCosts, current_usd: float
) -> LeverChoice | None:
    """Section 10: the cheapest of the sets with the open model by API in the pool's place."""
    sets = [levers for levers in scenario.lever_sets if OPEN_MODEL in levers]
    if not sets:
        return None
    best = min(sets, key=lambda levers: (priced[levers], len(levers)))
    return LeverChoice(best, priced[best], saving_ratio(current_usd, priced[best]))


def _by_application(
    scenario: Scenario, bill: Bill, unready: Collection[str], current_usd: float
) -> ApplicationsChoice | None:
    """Section 9: what each application would run for the cheapest month; None without any."""
    if not scenario.applications:
        return None
    running = scenario.levers_of(CURRENT)
    may_run = [
        lever for lever in scenario.available_levers if lever not in unready or lever in running
    ]
    found = cheapest_by_application(scenario, bill, subsets(may_run))
    ratio = saving_ratio(current_usd, found.usd)
    return ApplicationsChoice(found.levers, found.usd, ratio, found.gap_usd)


def _today(advice: Recommendation, unready: Mapping[str, str]) -> TodayChoice:
    return TodayChoice(**asdict(_choice(advice, advice.now)), held_back=unready)


def advised_again(
    estimate: Estimate,
    maturity: Mapping[str, float | None] | None,
    requirements: Requirements | None,
) -> Estimate:
    """The same estimate with the recommendation that other scores allow; no cost changes.

    What was computed of a recommendation that is another one now is left out.
    """
    scenario = estimate.scenario.model_copy(update={"maturity": maturity})
    unready = held_back(scenario.choosable, maturity, requirements)
    advice = recommend(stored_options(estimate), unready)
    advised = replace(
        estimate,
        scenario=scenario,
        recommended=_choice(advice, advice.later),
        recommended_today=_today(advice, unready),
        not_repaid=_not_repaid(advice),
        recommendation=advice,
    )
    is_same = advised.recommended.levers == estimate.recommended.levers
    if not is_same:
        advised = replace(advised, hosting_flip=None)
    odds, today = estimate.uncertainty, estimate.recommended_today.levers
    if odds and not (is_same and advised.recommended_today.levers == today):
        advised = replace(advised, uncertainty=replace(odds, choices={}))
    return advised


def stored_options(estimate: Estimate) -> Options:
    """What there was to choose from in an estimate; in older ones, not the open model by API."""
    advice = estimate.recommendation
    known = {each.lever for each in advice.not_recommended} if advice else set[str]()
    known |= set(advice.later.levers) if advice else set()
    costs = {
        subset.levers: subset.usd_per_month
        for subset in estimate.subsets
        if OPEN_MODEL in known or OPEN_MODEL not in subset.levers
    }
    return options_of(estimate.scenario, costs, estimate.strategies[CURRENT].usd_per_month)


def read_estimate(document: Mapping[str, Any]) -> Estimate:
    """The estimate that a stored document holds; raises pydantic's ValidationError for no such.

    One that was stored before there were steps gets those to what it recommends.
    """
    estimate = parse_estimate(document)
    if estimate.recommendation is not None or not estimate.subsets:
        return estimate
    now, later = estimate.recommended_today.levers, estimate.recommended.levers
    advice = way_to(stored_options(estimate), frozenset(now), frozenset(later))
    return replace(estimate, recommendation=advice)


def _not_repaid(advice: Recommendation) -> NotRepaid | None:
    """The cheapest month that the horizon does not repay, with the fewest levers."""
    unpaid = [
        NotRepaid(each.levers, each.saving_usd_per_month or 0.0, each.missing_usd)
        for each in advice.not_recommended
        if each.reason == "not_repaid"
    ]
    return max(unpaid, key=lambda one: (one.saving_usd_per_month, -len(one.levers)), default=None)


def strategy_costs(scenario: Scenario) -> dict[str, float]:
    """Section 5: USD per month of every named strategy that the scenario can price."""
    sets = {name: scenario.priced_as(name) for name in _priced(scenario)}
    total = bill_of(scenario, lever_sets(tuple(sets.values()))).total
    return dict(zip(sets, total.tolist(), strict=True))


def _priced(scenario: Scenario) -> list[str]:
    """The named strategies that the scenario can price, and what runs today."""
    missing = left_out(scenario)
    named = STRATEGIES if scenario.open_model is None else NAMED
    return [name for name in (*named, CURRENT) if name not in missing]


def left_out(scenario: Scenario) -> dict[str, str]:
    """The named strategies that the scenario cannot price, and why."""
    missing = {
        lever: section
        for lever, section in SECTION_OF_LEVER.items()
        if lever not in scenario.available_levers
    }
    reasons = {}
    named = STRATEGIES if scenario.open_model is None else NAMED
    for name, levers in named.items():
        sections = [missing[lever] for lever in levers if lever in missing]
        if sections:
            reasons[name] = "The scenario has no " + " and no ".join(sections) + "."
    return reasons


def _pairs(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The pairs asked for, else the default ones that can be priced."""
    if scenario.pairs is not None:
        return scenario.pairs
    missing = left_out(scenario)
    return tuple(pair for pair in default_pairs(scenario) if not set(pair) & set(missing))


def _strategies(scenario: Scenario, bill: Bill, current_usd: float) -> dict[str, StrategyCost]:
    found = {name: _strategy(scenario, bill, name, current_usd) for name in _priced(scenario)}
    ends = measurement_range(scenario).get(GOODPUT)
    if ends is None or bill.pool is None:
        return found
    ratios = np.array([[ends.high], [ends.low]])
    fewest, most = _replicas(bill_of(with_figures(scenario, {GOODPUT: ratios}), bill.sets))
    within = dict(zip(bill.sets.names, zip(fewest, most, strict=True), strict=True))
    return {
        name: replace(cost, peak_replicas_within=within[scenario.priced_as(name)])
        if cost.peak_replicas is not None
        else cost
        for name, cost in found.items()
    }


def _replicas(bill: Bill) -> list[list[int]]:
    replicas = bill.pool.peak_replicas if bill.pool is not None else np.zeros((2, 1))
    counts: list[list[int]] = replicas.astype(np.int64).tolist()
    return counts


def _measured(scenario: Scenario) -> Measured | None:
    """Section 14: what one replica carries; None where no point was measured under load.

    Of calls of one kind: applications have lengths of their own each.
    """
    pool, workload = scenario.pool, scenario.workload
    if pool is None or not pool.points or scenario.applications:
        return None
    lengths = served_lengths(pool, workload)
    carried, near = goodput(pool.points, scenario.latency, *lengths), nearest(pool.points, *lengths)
    error = fit_error(near.factor)
    return Measured(
        concurrency=float(carried.concurrency),
        calls_per_second=pool.goodput_ratio / float(carried.seconds_per_call),
        ttft_ms=float(carried.ttft_ms),
        tpot_ms=float(carried.tpot_ms),
        **asdict(near),
        low_ratio=error.low,
        high_ratio=error.high,
    )


def _strategy(scenario: Scenario, bill: Bill, name: str, current_usd: float) -> StrategyCost:
    column = bill.sets.names.index(scenario.priced_as(name))
    usd = float(bill.total[column])
    requests = scenario.workload.requests_per_month
    mtok = requests * float(scenario.tokens_per_request) / TOKENS_PER_MTOK
    ratio = saving_ratio(current_usd, usd)
    pool = bill.pool if bill.sets.hosting[column] else None
    hours = None if pool is None else float(pool.instance_hours[column])
    reserved = None if pool is None else pool.reserved_instances
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
        prefix_hit_ratio=bill.hit_ratio(column),
        cache_ttl_seconds=bill.cache_ttl_seconds(column),
        reserved_instances=None if reserved is None else int(reserved[column]),
        provisioned_units=bill.provisioned_units(column),
        by_application=bill.by_application(column),
        pooling_usd_per_month=bill.pooling_usd(scenario.pool, column),
    )
