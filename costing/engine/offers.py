"""What a scenario has to choose from: every set of levers, each run only as far as it pays."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from assessments.recommendation import Change, Options, least_difference_usd
from costing.engine.assignment import cheapest_by_application
from costing.engine.bills import Bill, lever_sets
from costing.engine.breakeven import Horizon, bills_over_horizon, months_worth
from costing.engine.inputs import Scenario
from costing.engine.levers import (
    CURRENT,
    LEVERS,
    OPEN_MODEL,
    PROMPT_CACHING,
    SELF_HOSTING,
    levers_for,
    scoped,
    subsets,
)
from costing.engine.results import NO_WORK, ApplicationsCost, EffortDays, Estimate, SubsetCost
from costing.engine.savings import SubsetCosts
from costing.engine.strategies import bill_of

MIN_SAFE_REPLICAS = 2
Offers: TypeAlias = Mapping[tuple[str, ...], SubsetCost | ApplicationsCost]


def application_sets(scenario: Scenario, bill: Bill) -> tuple[ApplicationsCost, ...]:
    """Section 9: by lever set, what each application runs of it in the cheapest month.

    The bill has a column for each set that the scenario prices; none without applications.
    """
    if not scenario.applications:
        return ()
    found = cheapest_by_application(scenario, bill, subsets(scenario.choosable))
    return tuple(
        ApplicationsCost(levers, each.usd, each.levers if each.is_mixed else {}, each.gap_usd)
        for levers, each in found.items()
    )


def offers_of(
    uniform: Iterable[SubsetCost], by_application: Sequence[ApplicationsCost]
) -> dict[tuple[str, ...], SubsetCost | ApplicationsCost]:
    """What there is to choose, by lever set: for applications, each what suits it of the set."""
    return {each.levers: each for each in by_application or uniform}


def stored_offers(estimate: Estimate) -> Offers:
    """What there was to choose from in an estimate; in older ones, not the open model by API."""
    advice = estimate.recommendation
    known = {each.lever for each in advice.not_recommended} if advice else set[str]()
    known |= set(advice.later.levers) if advice else set()
    sets = (
        each for each in estimate.subsets if OPEN_MODEL in known or OPEN_MODEL not in each.levers
    )
    return offers_of(sets, estimate.application_sets)


def fitted(scenario: Scenario) -> Scenario:
    """The same with no more replicas of a running pool than two, one of which may fail."""
    pool = scenario.pool
    if pool is None or SELF_HOSTING not in scenario.levers_of(CURRENT):
        return scenario
    if pool.min_replicas <= MIN_SAFE_REPLICAS:
        return scenario
    smaller = pool.model_copy(update={"min_replicas": MIN_SAFE_REPLICAS})
    return scenario.model_copy(update={"pool": smaller})


def fitting_offers(scenario: Scenario, offers: Offers) -> Offers:
    """What there is to choose from with a pool that fits; the same where it does."""
    fitting = fitted(scenario)
    if fitting is scenario:
        return offers
    bill = bill_of(fitting, lever_sets(scenario.lever_sets))
    priced = dict(zip(bill.sets.names, bill.total.tolist(), strict=True))
    uniform = [SubsetCost(levers, usd) for levers, usd in priced.items() if levers in offers]
    return offers_of(uniform, application_sets(fitting, bill))


def options_of(
    scenario: Scenario,
    offers: Offers,
    fitting: Offers,
    uniform_usd: float,
    current_usd: float,
    horizon: Horizon | None = None,
    effort_days: EffortDays = NO_WORK,
) -> Options:
    """What a scenario has to choose from, by the cost of each lever set in USD per month.

    A prompt cache that loses runs on only where it pays, a pool only as large as its load asks for,
    and of applications each runs what suits it; what they cost beyond that today is a loss.
    `uniform_usd` is what today's levers cost with such a cache, wherever they are allowed. What is
    too small to tell stays in the bill. A `horizon` has at least what is offered, and no lever.
    `effort_days` are those of the work of each change, by its key.
    """
    running = scenario.levers_of(CURRENT)
    costs = {levers: each.usd_per_month for levers, each in fitting.items()}
    losses = {PROMPT_CACHING: current_usd - uniform_usd}
    if fitting is not offers:
        losses[SELF_HOSTING] = offers[running].usd_per_month - costs[running]
    told = _told(scenario, losses, offers[running], uniform_usd, current_usd)
    costs[running] = current_usd - sum(told.values())
    effort = effort_usd(scenario, effort_days)
    once, total = _over_horizon(scenario, fitting, horizon, is_work=bool(effort))
    if effort:
        total[running] += (costs[running] - fitting[running].usd_per_month) * months_worth(scenario)
    return Options(
        order=LEVERS if scenario.open_model is None else (*LEVERS, OPEN_MODEL),
        running=frozenset(running),
        usd_per_month=_by_levers(costs),
        losses=told,
        one_time_usd=_by_levers(once),
        usd_over_horizon=_by_levers(total),
        must_repay=_must_repay(scenario, costs),
        materiality_ratio=scenario.materiality_ratio,
        effort_usd=effort,
        months_worth=months_worth(scenario) if effort else 0.0,
    )


def _told(
    scenario: Scenario,
    losses: Mapping[str, float],
    offer: SubsetCost | ApplicationsCost,
    uniform_usd: float,
    current_usd: float,
) -> dict[str, float]:
    """The losses that are large enough to tell, with those of levers that run where they lose."""
    least = least_difference_usd(current_usd)
    told = {lever: usd for lever, usd in losses.items() if usd > least}
    spread = uniform_usd - offer.usd_per_month
    if spread > max(least, scenario.materiality_ratio * current_usd):
        for lever, usd in _spread_too_far(scenario, scenario.levers_of(CURRENT), offer).items():
            told[lever] = told.get(lever, 0.0) + usd
    return told


def _spread_too_far(
    scenario: Scenario, running: tuple[str, ...], offer: SubsetCost | ApplicationsCost
) -> dict[str, float]:
    """What running levers cost beyond the applications that they suit, one after the other."""
    chosen = offer.by_application if isinstance(offer, ApplicationsCost) else {}
    sets = [scoped({part.key: running for part in scenario.parts})]
    for lever in running:
        kept = {
            part.key: [
                each
                for each in levers_for(part.key, sets[-1])
                if each != lever or lever in chosen.get(part.key, running)
            ]
            for part in scenario.parts
        }
        sets.append(scoped(kept))
    bill = bill_of(scenario, lever_sets(tuple(dict.fromkeys(sets))))
    usd = dict(zip(bill.sets.names, bill.total.tolist(), strict=True))
    steps = zip(running, pairwise(sets), strict=True)
    saved = {lever: usd[before] - usd[after] for lever, (before, after) in steps}
    return {lever: each for lever, each in saved.items() if each}


def effort_usd(scenario: Scenario, effort_days: EffortDays) -> dict[Change, float]:
    """Section 17: what the work of each change costs; nothing where a day has no price."""
    day = scenario.usd_per_day
    return {Change.of(key): days * day for key, days in effort_days.items() if days * day > 0.0}


def takes_money_first(scenario: Scenario) -> bool:
    """Whether a pool that does not run yet takes money before it saves some, or prices move."""
    pool = scenario.pool
    if pool is None or SELF_HOSTING in scenario.levers_of(CURRENT):
        return False
    return bool(pool.migration_usd) or pool.is_owned or scenario.outlook is not None


def _over_horizon(
    scenario: Scenario, offers: Offers, horizon: Horizon | None, *, is_work: bool
) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    """USD at the start and over the horizon by lever set, where a change takes money first."""
    sets = [each.priced_as for each in offers.values()]
    if takes_money_first(scenario):
        horizon = horizon or Horizon.of(scenario, ((), *sets))
        once, total = (dict(zip(offers, usd.tolist(), strict=True)) for usd in horizon.costs(sets))
    elif is_work:
        usd = bills_over_horizon(fitted(scenario), sets)
        once, total = {}, dict(zip(offers, usd.tolist(), strict=True))
    else:
        return {}, {}
    return once, total


def _must_repay(scenario: Scenario, costs: SubsetCosts) -> list[frozenset[str]]:
    """Section 15: where prices move, a new pool must pay over the horizon, not this month alone."""
    if scenario.outlook is None or SELF_HOSTING in scenario.levers_of(CURRENT):
        return []
    return [frozenset(levers) for levers in costs if SELF_HOSTING in levers]


def _by_levers(costs: SubsetCosts) -> dict[frozenset[str], float]:
    return {frozenset(levers): usd for levers, usd in costs.items()}
