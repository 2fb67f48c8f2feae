"""Computes an estimate from a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from assessments.recommendation import (
    Options,
    Recommendation,
    State,
    recommend,
    way_to,
)
from costing.engine.bills import Bill, lever_sets
from costing.engine.breakeven import Horizon, break_evens, first_cheaper_month
from costing.engine.crossover import find_crossovers
from costing.engine.flips import hosting_flip
from costing.engine.goodput import goodput
from costing.engine.inputs import Basis, Scenario, default_pairs, measurement_range, with_figures
from costing.engine.inputs.default_ranges import GOODPUT
from costing.engine.inputs.latency import fit_error, nearest
from costing.engine.levers import (
    CURRENT,
    NAMED,
    OPEN_MODEL,
    SECTION_OF_LEVER,
    STRATEGIES,
    Requirements,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.offers import (
    Offers,
    application_sets,
    fitting_offers,
    offers_of,
    options_of,
    stored_offers,
    takes_money_first,
)
from costing.engine.pool import PoolBill
from costing.engine.prompt_cache import caching_pays_above
from costing.engine.ratio_flips import ratio_flips
from costing.engine.recommended_crossovers import recommended_crossovers
from costing.engine.results import (
    ENGINE_VERSION,
    NO_WORK,
    ApplicationsChoice,
    ApplicationsCost,
    BreakEven,
    Crossover,
    EffortDays,
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
from costing.engine.strategies import allowed, bill_of
from costing.engine.tokens import served_lengths
from costing.engine.uncertainty import with_uncertainty
from costing.engine.units import SAME_COST, TOKENS_PER_MTOK

MIN_SAFE_REPLICAS = 2


def estimate(
    scenario: Scenario,
    requirements: Requirements | None = None,
    watch: Watch = unwatched,
    bases: Mapping[str, Basis] | None = None,
    effort_days: EffortDays = NO_WORK,
) -> Estimate:
    """Section 5: strategies, levers, recommendation, crossovers, break-even; USD per month.

    `bases` ask for flips, and for default ranges where none are stated; `watch` may end it.
    """
    bill, priced = _whole_bill(scenario)
    uniform = tuple(SubsetCost(levers, priced[levers]) for levers in scenario.lever_sets)
    mixed, pairs = application_sets(scenario, bill), _pairs(scenario)
    usd, offered = _usd_running(scenario, priced), offers_of(uniform, mixed)
    horizon = _horizon(scenario, offered, pairs)
    advice, offers, today = _advised(scenario, offered, usd, requirements, effort_days, horizon)
    found = Estimate(
        engine_version=ENGINE_VERSION,
        scenario=scenario,
        strategies=_strategies(scenario, bill, usd[1]),
        left_out=left_out(scenario),
        subsets=uniform,
        waterfall=waterfall(priced, scenario.available_levers),
        shapley=shapley(priced, scenario.available_levers),
        caching_pays_above_hit_ratio=_caching_pays_above(scenario),
        rework_limits=rework_limits(scenario, bill),
        with_open_model=_with_open_model(scenario, priced, usd[1]),
        by_application=_by_application(scenario, today, offers),
        application_sets=mixed,
        recommended=_choice(advice, advice.later, offers),
        recommended_today=today,
        crossovers=_crossovers(scenario, pairs, watch),
        break_even=break_evens(scenario, pairs, horizon, effort_days) if horizon else (),
        not_repaid=_not_repaid(advice),
        recommendation=advice,
        measured=_measured(scenario),
        effort_days=effort_days if scenario.usd_per_day else {},
    )
    return _with_doubts(found, bases or {}, watch)


def _whole_bill(scenario: Scenario) -> tuple[Bill, SubsetCosts]:
    """Every set that can be priced, and what runs today; and their USD per month."""
    sets = (*scenario.lever_sets, scenario.priced_as(CURRENT))
    bill = bill_of(scenario, lever_sets(tuple(dict.fromkeys(sets))))
    return bill, dict(zip(bill.sets.names, bill.total.tolist(), strict=True))


def _usd_running(scenario: Scenario, priced: SubsetCosts) -> tuple[float, float]:
    """What today's levers cost with a cache that runs only where it pays, and as they run."""
    return priced[scenario.levers_of(CURRENT)], priced[scenario.priced_as(CURRENT)]


def _horizon(
    scenario: Scenario, offers: Offers, pairs: tuple[tuple[str, str], ...]
) -> Horizon | None:
    """The months ahead of the pairs, and of what is offered where that is chosen by them."""
    sets = [scenario.priced_as(name) for pair in pairs for name in pair]
    if takes_money_first(scenario):
        sets = [(), *(each.priced_as for each in offers.values()), *sets]
    return Horizon.of(scenario, sets) if sets else None


def _with_doubts(found: Estimate, bases: Mapping[str, Basis], watch: Watch) -> Estimate:
    """From which volume on the advice pays, what would change it, and how sure it is."""
    if bases:
        flips, pays = ratio_flips(found, watch), recommended_crossovers(found, watch)
        found = replace(found, hosting_flip=hosting_flip(found, watch), ratio_flips=flips)
        found = replace(found, recommended_crossovers=pays)
    return with_uncertainty(found, bases, watch)


def _caching_pays_above(scenario: Scenario) -> float | None:
    """Section 3's ratio; applications have one each, which none stands for."""
    if scenario.applications:
        return None
    return caching_pays_above(scenario.premium_model, scenario.workload)


def _crossovers(
    scenario: Scenario, pairs: tuple[tuple[str, str], ...], watch: Watch
) -> tuple[Crossover, ...]:
    """Where pairs of strategies cross, and when, where prices move."""
    found = find_crossovers(scenario, pairs, watch) if pairs else ()
    if scenario.outlook is None:
        return found
    return tuple(
        replace(each, crossover_on=first_cheaper_month(scenario, *pair))
        for each, pair in zip(found, pairs, strict=True)
    )


def _choice(advice: Recommendation, state: State, offers: Offers) -> LeverChoice:
    """A state with its saving, and what each application runs where they differ.

    What runs on as it is costs more than its offer, and is the same for all.
    """
    spend, usd, offer = advice.spend_usd_per_month, state.usd_per_month, offers[state.levers]
    own: Mapping[str, tuple[str, ...]] = {}
    if isinstance(offer, ApplicationsCost) and usd <= offer.usd_per_month * (1.0 + SAME_COST):
        own = offer.by_application
    return LeverChoice(state.levers, usd, saving_ratio(spend, usd), own)


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
    scenario: Scenario, today: LeverChoice, offers: Offers
) -> ApplicationsChoice | None:
    """Section 9: what is recommended today for each application; None without any."""
    if not scenario.applications:
        return None
    offer = offers[today.levers]
    gap = offer.gap_usd_per_month if isinstance(offer, ApplicationsCost) else 0.0
    levers = today.by_application or {
        part.key: allowed(lever_sets((today.levers,)), part).names[0] for part in scenario.parts
    }
    return ApplicationsChoice(levers, today.usd_per_month, today.saving_ratio, gap)


def advised_again(
    estimate: Estimate,
    maturity: Mapping[str, float | None] | None,
    requirements: Requirements | None,
    effort_days: EffortDays | None = None,
) -> Estimate:
    """The same estimate with the recommendation of other scores; no bill changes.

    And of other work, where it is given. What was computed of a recommendation that is another
    one now is left out, but from which volume on it pays is computed anew.
    """
    days = estimate.effort_days if effort_days is None else effort_days
    scenario = estimate.scenario.model_copy(update={"maturity": maturity})
    usd = _usd_today(estimate)
    offered = stored_offers(estimate)
    advice, offers, today = _advised(scenario, offered, usd, requirements, days)
    advised = replace(
        estimate,
        scenario=scenario,
        by_application=_by_application(scenario, today, offers),
        recommended=_choice(advice, advice.later, offers),
        recommended_today=today,
        not_repaid=_not_repaid(advice),
        recommendation=advice,
        effort_days=days,
        break_even=_break_even_again(estimate, days),
    )
    is_same = advised.recommended.priced_as == estimate.recommended.priced_as
    if not is_same:
        advised = replace(advised, hosting_flip=None, ratio_flips={})
    if is_same and today.priced_as == estimate.recommended_today.priced_as:
        return advised
    if odds := estimate.uncertainty:
        advised = replace(advised, uncertainty=replace(odds, choices={}))
    pays = recommended_crossovers(advised) if estimate.bases else ()
    return replace(advised, recommended_crossovers=pays)


def _break_even_again(estimate: Estimate, effort_days: EffortDays) -> tuple[BreakEven, ...]:
    """The break-even of the same pairs with other work."""
    pairs = tuple((each.from_strategy, each.to_strategy) for each in estimate.break_even)
    if effort_days == estimate.effort_days or not pairs:
        return estimate.break_even
    sets = [estimate.scenario.priced_as(name) for pair in pairs for name in pair]
    return break_evens(estimate.scenario, pairs, Horizon.of(estimate.scenario, sets), effort_days)


def _advised(
    scenario: Scenario,
    offers: Offers,
    usd: tuple[float, float],
    requirements: Requirements | None,
    effort_days: EffortDays,
    horizon: Horizon | None = None,
) -> tuple[Recommendation, Offers, TodayChoice]:
    """What to change of what is offered, with a pool that fits; `usd` as `options_of` takes it."""
    unready = held_back(scenario.choosable, scenario.maturity, requirements)
    fitting = fitting_offers(scenario, offers)
    options = options_of(scenario, offers, fitting, *usd, horizon, effort_days)
    advice = recommend(options, unready)
    today = _choice(advice, advice.now, fitting)
    return advice, fitting, _today(today, unready)


def _today(choice: LeverChoice, unready: Mapping[str, str]) -> TodayChoice:
    """What is recommended today, with what holds back the other levers."""
    levers, usd, own = choice.levers, choice.usd_per_month, choice.by_application
    return TodayChoice(levers, usd, choice.saving_ratio, own, held_back=unready)


def _usd_today(estimate: Estimate) -> tuple[float, float]:
    """What today's levers cost with a cache that runs only where it pays, and as they run."""
    running = estimate.scenario.levers_of(CURRENT)
    uniform = {each.levers: each.usd_per_month for each in estimate.subsets}
    return uniform[running], estimate.strategies[CURRENT].usd_per_month


def stored_options(estimate: Estimate) -> Options:
    """What there was to choose from in an estimate."""
    scenario, offers = estimate.scenario, stored_offers(estimate)
    fitting = fitting_offers(scenario, offers)
    usd, days = _usd_today(estimate), estimate.effort_days
    return options_of(scenario, offers, fitting, *usd, effort_days=days)


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
    """The named strategies that the scenario can price, the sets compared, and what runs today."""
    missing = left_out(scenario)
    named = STRATEGIES if scenario.open_model is None else NAMED
    return [name for name in (*named, *scenario.compared, CURRENT) if name not in missing]


def left_out(scenario: Scenario) -> dict[str, str]:
    """The named strategies that the scenario cannot price, and why."""
    available = scenario.available_levers
    missing = {
        lever: section for lever, section in SECTION_OF_LEVER.items() if lever not in available
    }
    if not missing:
        return {}
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
    pooling, unmoved = bill.pooling_usd(scenario.pool), bill.without_deferral(scenario.pool)
    found = {
        name: _strategy(scenario, bill, name, current_usd, pooling, unmoved)
        for name in _priced(scenario)
    }
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


def _strategy(
    scenario: Scenario,
    bill: Bill,
    name: str,
    current_usd: float,
    pooling_usd: Sequence[float | None],
    unmoved: PoolBill | None,
) -> StrategyCost:
    column = bill.sets.names.index(scenario.priced_as(name))
    usd = float(bill.total[column])
    requests = scenario.workload.requests_per_month
    mtok = requests * float(scenario.tokens_per_request) / TOKENS_PER_MTOK
    ratio = saving_ratio(current_usd, usd)
    pool = bill.pool if bill.sets.hosting[column] else None
    hours = None if pool is None else float(pool.instance_hours[column])
    reserved = None if pool is None else pool.reserved_instances
    before = None if pool is None else unmoved
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
        pooling_usd_per_month=pooling_usd[column],
        deferral_usd_per_month=float(before.usd[column] - pool.usd[column])
        if pool and before
        else None,
        peak_replicas_without_deferral=int(before.peak_replicas[column]) if before else None,
    )
