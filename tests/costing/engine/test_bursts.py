"""Calls that come in bursts: only the first of a burst can miss (section 17), by hand."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.engine import estimate, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.inputs import with_figures
from costing.engine.levers import subsets
from costing.engine.prompt_cache import call_rates, hit_ratio
from costing.engine.strategies import bill_of
from costing.engine.week import week_of
from tests.costing.engine.test_prompt_cache import HITS, PRICES, WORKLOAD, estimated, slow, sold

PER_LIFETIME = 1_000_000 / (730 * 3600 * 400) * 300
"""Calls of a prefix within the lifetime of an entry: 0.2854."""


def hits(workload: dict[str, Any] | None = None, **model: Any) -> float:
    return estimated(workload, **model).strategies["prompt_caching"].prefix_hit_ratio


def test_only_the_first_call_of_a_burst_can_miss() -> None:
    """Bursts of 4 come a quarter as often; one call in four hits as they come, three always.

    Of 1,500 Mtok of prefixes 0.75 + 0.25 · (1 − exp(−0.2854/4)) = 76.7 % are read.
    """
    burst = {"calls_per_burst": 4}
    expected = 0.75 + 0.25 * (1 - math.exp(-PER_LIFETIME / 4))

    found = estimated(burst).strategies["prompt_caching"]

    assert found.prefix_hit_ratio == pytest.approx(expected)
    assert found.lines["complex.cache_read"] == pytest.approx(1500 * expected * 0.2)
    assert found.lines["complex.cache_write"] == pytest.approx(1500 * (1 - expected) * 2)
    assert hits({"calls_per_burst": 1}) == hits() == pytest.approx(HITS)


def test_bursts_as_dense_as_the_traffic_hit_less_than_even_calls() -> None:
    """At 5 calls within the lifetime even calls miss exp(−5) = 0.7 %, bursts of 5 exp(−1)/5."""
    even = {"distinct_prefixes": 400 * PER_LIFETIME / 5}

    assert hits(even) == pytest.approx(1 - math.exp(-5))
    assert hits(even | {"calls_per_burst": 5}) == pytest.approx(1 - math.exp(-1) / 5)
    assert hits(even | {"calls_per_burst": 1000}) > hits(even | {"calls_per_burst": 5})


def test_a_burst_renews_what_is_stored_once() -> None:
    sold_by_the_hour = {
        "cache_mode": "stored",
        "cache_ttl_seconds": 300,
        "cache_storage_usd_per_mtok_hour": 1,
    }

    found = estimated({"calls_per_burst": 4}, **sold_by_the_hour).strategies["prompt_caching"]

    alive = 1 - math.exp(-PER_LIFETIME / 4)
    assert found.lines["complex.cache_storage"] == pytest.approx(0.6 * alive * 730)


def test_what_was_measured_and_what_never_lives_are_as_before() -> None:
    burst = {"calls_per_burst": 50}

    assert hits(burst | {"prefix_hit_ratio": 0.3}) == pytest.approx(0.3)
    assert hits(burst, cache_ttl_seconds=0) == 0.0
    assert hits(burst | {"requests_per_month": 0}) == 0.0


def test_first_turns_of_conversations_come_in_bursts() -> None:
    """Of 2 turns the second finds all before it; first turns hit as the first of a burst does."""
    talk = {"turns_per_conversation": 2, "calls_per_burst": 4}

    expected = 0.75 + 0.25 * (1 - math.exp(-PER_LIFETIME / 4))
    assert hits(talk) == pytest.approx(0.5 * expected + 0.5)


def test_the_longer_lifetime_pays_less_often_in_bursts() -> None:
    """Alone a call hits within 5 minutes in 24.8 % of cases, and the hour's dearer write pays.

    In bursts of 20 the first of them misses either way, and its write is one in 20.
    """
    writes = {"cache_write_usd_per_mtok": 2.5, "cache_write_1h_usd_per_mtok": 40}

    alone = estimated(**(writes | {"cache_write_1h_usd_per_mtok": 4}))
    bursts = estimated({"calls_per_burst": 20}, **writes)

    assert alone.strategies["prompt_caching"].cache_ttl_seconds == {"complex": 3600}
    assert bursts.strategies["prompt_caching"].cache_ttl_seconds == {"complex": 300}


def test_each_call_of_a_burst_is_routed_by_itself() -> None:
    """Of bursts of 2 a quarter sends both calls to the small model, a half one, a quarter none.

    So of its calls 2 · 1/2 come in 3/4 of the bursts: 4/3 a burst, at 3/4 of the bursts' rate.
    """
    document = {
        "workload": WORKLOAD | {"calls_per_burst": 2},
        "premium_model": PRICES,
        "small_model": PRICES,
        "routing": {"simple_ratio": 0.5},
        "pairs": [],
    }

    found = estimate(parse_scenario(document)).strategies["routed_api"].prefix_hit_ratio

    assert found == pytest.approx(1 - 3 / 4 * math.exp(-3 / 4 * PER_LIFETIME / 2))


def test_bursts_that_arrive_at_random_hit_as_often_as_is_computed() -> None:
    """200,000 bursts of 6, of whose calls 30 % reach the lane, are counted one by one."""
    rng = np.random.default_rng(7)
    bursts, size, share, ttl = 200_000, 6, 0.3, 300.0
    at = np.cumsum(rng.exponential(400.0, bursts))
    reaching = rng.binomial(size, share, bursts)
    first = at[reaching > 0]
    missed = 1 + np.count_nonzero(np.diff(first) > ttl)
    counted = 1 - missed / reaching.sum()

    workload = {"requests_per_month": size * 730 * 3600 / 400, "calls_per_burst": size}
    workload = WORKLOAD | workload | {"distinct_prefixes": 1}
    scenario = parse_scenario({"workload": workload, "premium_model": PRICES})
    (rates,) = call_rates(scenario.premium_model, scenario.workload)
    calls = np.array([share * workload["requests_per_month"]])
    computed = hit_ratio(calls, rates, scenario.workload, week_of(scenario.workload))

    assert counted == pytest.approx(float(computed[0]), abs=0.003)


@settings(slow, max_examples=60)
@given(sold(), st.floats(1, 1e4), st.floats(1, 100))
def test_more_calls_in_a_burst_never_hit_less_where_few_calls_come_within_a_lifetime(
    document: dict[str, Any], size: float, more: float
) -> None:
    """Misses, exp(−x/n)/n for x calls within the lifetime, fall from n = x on, and n is at least 1.

    Of more calls within the lifetime, no burst of n hits in fewer than 1 − 1/n of the cases.
    """
    document["workload"] |= {"distinct_prefixes": 1e12, "requests_per_month": 1e6}
    scenario = parse_scenario(document)
    sets = lever_sets(subsets())

    smaller, larger = (
        [
            bill_of(with_figures(scenario, {"workload.calls_per_burst": each}), sets).hit_ratio(n)
            for n in range(len(sets.names))
        ]
        for each in (size, size * more)
    )

    used = [n for n, both in enumerate(zip(smaller, larger, strict=True)) if all(both)]
    assert all(larger[n] >= smaller[n] * (1 - 1e-12) for n in used)


@settings(slow, max_examples=60)
@given(sold())
def test_bursts_of_a_batch_are_those_of_each_future(document: dict[str, Any]) -> None:
    scenario, sets = parse_scenario(document), lever_sets(subsets())
    sizes = [1.0, 1.5, 40.0]

    column = {"workload.calls_per_burst": np.array(sizes)[:, None]}
    together = bill_of(with_figures(scenario, column), sets).total + np.zeros((3, 1))

    for row, size in enumerate(sizes):
        alone = with_figures(scenario, {"workload.calls_per_burst": size})
        assert together[row] == pytest.approx(bill_of(alone, sets).total, rel=1e-9)
