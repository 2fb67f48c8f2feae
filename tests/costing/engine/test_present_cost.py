"""Section 17: what is paid once is weighed by present cost, all else by the month."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from assessments.recommendation import Options, Recommendation, recommend
from costing.engine import estimate, parse_scenario
from costing.engine.arrays import FloatArray
from costing.engine.bills import lever_sets
from costing.engine.inputs import with_requests
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios

MONTHS = 36
Costs = dict[frozenset[str], float]


def options(usd: Costs, once: Costs, total: Costs | None = None) -> Options:
    levers = sorted(frozenset[str]().union(*usd))
    return Options(
        order=tuple(levers),
        running=frozenset(),
        usd_per_month=usd,
        one_time_usd=once,
        usd_over_horizon=total or {each: once[each] + MONTHS * usd[each] for each in usd},
        materiality_ratio=0.0,
    )


def reasons(advice: Recommendation) -> dict[str, str]:
    return {each.lever: each.reason for each in advice.not_recommended}


def test_of_two_sets_that_repay_the_one_of_least_present_cost_is_chosen() -> None:
    # Without: 90,000. The pool: 30,000 + 36 x 1,100 = 69,600. With caching, a month of 1,000 after
    # 50,000: 86,000, which repays too, and is the cheapest month.
    none, cache, pool = frozenset[str](), frozenset({"caching"}), frozenset({"pool"})
    usd = {none: 2_500.0, cache: 2_600.0, pool: 1_100.0, cache | pool: 1_000.0}
    once = {none: 0.0, cache: 0.0, pool: 30_000.0, cache | pool: 50_000.0}

    advice = recommend(options(usd, once))

    assert advice.now.levers == advice.later.levers == ("pool",)
    assert reasons(advice) == {"caching": "not_repaid"}
    assert advice.not_recommended[0].missing_usd == pytest.approx(86_000 - 69_600)


def test_an_increment_that_is_not_repaid_is_left_out_though_the_whole_repays() -> None:
    # The pool saves 500 a month over the best set by API: 18,000 of 25,000 in 36 months; against
    # the 4,000 of today it repays after 10 months.
    none, api, pool = frozenset[str](), frozenset({"api"}), frozenset({"pool"})
    usd = {none: 4_000.0, api: 2_000.0, pool: 1_500.0}
    once = {none: 0.0, api: 0.0, pool: 25_000.0}

    advice = recommend(options(usd, once))

    assert advice.later.levers == ("api",)
    assert reasons(advice) == {"pool": "not_repaid"}
    assert advice.not_recommended[0].missing_usd == pytest.approx(25_000 - 18_000)


def test_what_is_paid_for_is_not_bought_ahead_of_the_month_that_it_saves() -> None:
    # As volume grows the pool costs 60,000 less over the horizon, and 100 more in this month.
    none, pool = frozenset[str](), frozenset({"pool"})
    usd = {none: 1_000.0, pool: 1_100.0}
    once = {none: 0.0, pool: 5_000.0}

    advice = recommend(options(usd, once, {none: 200_000.0, pool: 140_000.0}))

    assert advice.later.levers == ()


@pytest.mark.parametrize("seed", range(200))
def test_no_other_payment_that_saves_costs_less_over_the_horizon(seed: int) -> None:
    draw = np.random.default_rng(seed)
    order = ("one", "pool", "three")
    sets = [frozenset(each) for size in range(4) for each in combinations(order, size)]
    usd = {each: float(draw.uniform(10, 1000)) for each in sets}
    paid = draw.uniform(0, 4_000, len(sets)).round(-3)  # 0, 1,000 and so on
    once = {each: float(usd) * ("pool" in each) for each, usd in zip(sets, paid, strict=True)}
    offered = options(usd, once)

    chosen = frozenset(recommend(offered).later.levers)

    total = offered.usd_over_horizon
    free = min(usd[each] for each in sets if not once[each])
    for each in sets:
        assert total[chosen] <= total[each] + 1e-6 or usd[each] > free


@settings(max_examples=60, deadline=None)
@given(document=scenarios())
def test_to_follow_the_cheapest_month_costs_least_where_nothing_is_paid(
    document: dict[str, Any],
) -> None:
    # What `recommended` says month after month, at each month's volume, against any fixed set.
    document = {**document, "materiality_ratio": 0, "pairs": [], "pool": None}
    document = {**document, "current_levers": [], "horizon_months": 6}
    scenario = parse_scenario(document)
    growth = 1.0 + scenario.workload.monthly_growth_ratio
    followed, fixed = 0.0, np.zeros(len(scenario.lever_sets))
    for month in range(scenario.horizon_months):
        moved = with_requests(scenario, scenario.workload.requests_per_month * growth**month)
        followed += estimate(moved).recommended.usd_per_month
        bills: FloatArray = bill_of(moved, lever_sets(scenario.lever_sets)).total
        fixed += np.ravel(bills)

    assert followed <= fixed.min() * (1.0 + 1e-6) + 1e-6
