"""Crossovers are complete and exact, verified by evaluation on both sides."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import STRATEGIES, Crossover, Scenario, find_crossover, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.crossover import Effort, first_crossing
from costing.engine.inputs import with_requests
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

PAIRS = st.sampled_from(
    [
        ("prompt_caching", "self_hosted"),
        ("baseline", "self_hosted"),
        ("optimized_api", "hybrid"),
        ("self_hosted", "hybrid"),
        ("baseline", "prompt_caching"),
        ("prompt_caching", "routed_api"),
        ("hybrid", "baseline"),
    ]
)
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def dearer_by(scenario: Scenario, pair: tuple[str, str], volumes: Any) -> Any:
    """The second's cost less the first's, as a share of their sum, at each volume."""
    sets = lever_sets((scenario.levers_of(pair[0]), scenario.levers_of(pair[1])))
    column = np.asarray(volumes, dtype=np.float64)[:, None]
    first, second = bill_of(with_requests(scenario, column), sets).total.T
    return (second - first) / np.maximum(first + second, 1e-300)


def is_inside(crossover: Crossover, volumes: Any) -> Any:
    inside = volumes > (crossover.dominance_requests_per_month or np.inf)
    for low, high in crossover.cheaper_intervals:
        inside |= (volumes > low) & (volumes < (np.inf if high is None else high))
    return inside


def distance_to_ends(crossover: Crossover, volumes: Any) -> Any:
    ends = [end for interval in crossover.cheaper_intervals for end in interval if end]
    if not ends:
        return np.ones(len(volumes))
    return np.min(np.abs(np.asarray(ends)[:, None] / volumes - 1), axis=0)


@settings(slow, max_examples=60)
@given(scenarios(), PAIRS)
def test_first_crossing_alone_is_the_first_of_all(
    document: dict[str, Any], pair: tuple[str, str]
) -> None:
    scenario = parse_scenario(document)

    first = first_crossing(scenario, *map(scenario.levers_of, pair), Effort())

    assert first == find_crossover(scenario, *pair).first_requests_per_month


@settings(slow, max_examples=300)
@given(scenarios(), PAIRS)
def test_every_crossing_changes_the_sign_between_its_two_sides(
    document: dict[str, Any], pair: tuple[str, str]
) -> None:
    scenario = parse_scenario(document)

    crossover = find_crossover(scenario, *pair)

    starts = np.array([low for low, _ in crossover.cheaper_intervals if low > 0])
    ends = np.array([high for _, high in crossover.cheaper_intervals if high is not None])
    tie = 1e-12
    assert np.all(dearer_by(scenario, pair, starts * (1 - 1e-9)) >= -tie)
    assert np.all(dearer_by(scenario, pair, starts * (1 + 1e-9)) <= tie)
    assert np.all(dearer_by(scenario, pair, ends * (1 - 1e-9)) <= tie)
    assert np.all(dearer_by(scenario, pair, ends * (1 + 1e-9)) >= -tie)


@settings(slow, max_examples=300)
@given(scenarios(), PAIRS)
def test_no_sampled_volume_contradicts_the_intervals(
    document: dict[str, Any], pair: tuple[str, str]
) -> None:
    scenario = parse_scenario(document)
    crossover = find_crossover(scenario, *pair)
    volumes = np.geomspace(1e-2, 1e12, 4001)
    if len(crossover.cheaper_intervals) == 64:
        is_listed = volumes < (crossover.cheaper_intervals[-1][1] or np.inf)
        dominance = crossover.dominance_requests_per_month
        volumes = volumes[is_listed | (volumes > (dominance or np.inf))]

    dearer = dearer_by(scenario, pair, volumes)

    clear = (np.abs(dearer) > 1e-9) & (distance_to_ends(crossover, volumes) > 1e-3)
    # Below a load of 1e-9 replicas the bill counts none, the crossover one and its spares.
    pool = document["pool"]
    clear &= (volumes > 1e5) | (pool["min_replicas"] > pool["spare_replicas"])
    assert np.array_equal(is_inside(crossover, volumes)[clear], (dearer < 0)[clear])


@settings(slow, max_examples=200)
@given(scenarios(), PAIRS)
def test_dominance_is_the_start_of_the_interval_for_good(
    document: dict[str, Any], pair: tuple[str, str]
) -> None:
    crossover = find_crossover(parse_scenario(document), *pair)

    intervals = crossover.cheaper_intervals
    flat = [end for interval in intervals for end in interval if end is not None]

    assert flat == sorted(flat)
    assert crossover.first_requests_per_month == (intervals[0][0] if intervals else None)
    if intervals and len(intervals) < 64 and intervals[-1][1] is None:
        assert crossover.dominance_requests_per_month == intervals[-1][0]
    elif len(intervals) < 64:
        assert crossover.dominance_requests_per_month is None


def changed(**sections: dict[str, Any]) -> Scenario:
    """Scenario A with some fields changed."""
    document = golden("scenario_a")
    for name, fields in sections.items():
        document[name] |= fields
    return parse_scenario(document)


def test_crossover_with_a_free_api_never_comes() -> None:
    free = {"input_usd_per_mtok": 0, "output_usd_per_mtok": 0, "cache_read_usd_per_mtok": 0}
    scenario = changed(premium_model=free | {"cache_write_usd_per_mtok": 0})

    crossover = find_crossover(scenario, "prompt_caching", "self_hosted")

    assert crossover.cheaper_intervals == ()
    assert crossover.first_requests_per_month is None
    assert crossover.dominance_requests_per_month is None


def test_crossover_with_a_free_pool_is_there_from_the_start() -> None:
    free = {"engineering_hours_per_month": 0, "platform_usd_per_month": 0}
    scenario = changed(pool=free | {"usd_per_instance_hour": 0})

    crossover = find_crossover(scenario, "prompt_caching", "self_hosted")

    assert crossover.cheaper_intervals == ((0.0, None),)
    assert crossover.first_requests_per_month == 0
    assert crossover.dominance_requests_per_month == 0


def test_crossover_beyond_all_volumes_is_none() -> None:
    """Calls at 3.2·10⁻¹⁵³ USD come to what a pool's people take at 10¹⁵⁶ requests a month."""
    model = {"input_usd_per_mtok": 1e-150, "output_usd_per_mtok": 0}
    scenario = changed(premium_model=model, pool={"usd_per_instance_hour": 0})

    cheaper = find_crossover(scenario, "self_hosted", "baseline")
    dearer = find_crossover(scenario, "baseline", "self_hosted")

    assert cheaper.cheaper_intervals == ((0.0, None),)
    assert cheaper.dominance_requests_per_month == 0
    assert dearer.cheaper_intervals == ()
    assert dearer.dominance_requests_per_month is None


def test_crossover_of_equal_strategies_never_comes() -> None:
    scenario = changed(
        semantic_cache={"hit_ratio": 0, "lookup_usd_per_call": 0, "platform_usd_per_month": 0}
    )

    crossover = find_crossover(scenario, "routed_api", "optimized_api")

    assert crossover.cheaper_intervals == ()


def test_crossing_of_costs_that_differ_little_is_found() -> None:
    # 390 USD + 0.0001 a request by API, 390.0078125 USD whatever the volume on a free machine.
    scenario = parse_scenario(
        {
            "workload": {
                "requests_per_month": 1,
                "input_tokens_per_call": 100,
                "output_tokens_per_call": 0,
            },
            "premium_model": {"input_usd_per_mtok": 0, "output_usd_per_mtok": 0},
            "small_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 0},
            "routing": {"simple_ratio": 1},
            "semantic_cache": {"hit_ratio": 0, "platform_usd_per_month": 390},
            "pool": {
                "usd_per_instance_hour": 0,
                "prefill_tokens_per_second": 100,
                "decode_tokens_per_second": 50,
                "platform_usd_per_month": 0.0078125,
            },
        }
    )

    there = find_crossover(scenario, "optimized_api", "hybrid")
    back = find_crossover(scenario, "hybrid", "optimized_api")

    assert there.dominance_requests_per_month == pytest.approx(78.125, rel=2e-9)
    assert len(there.cheaper_intervals) == 1
    assert back.cheaper_intervals == ((0.0, pytest.approx(78.125, rel=2e-9)),)


def test_pool_that_may_shrink_to_nothing_is_not_free_at_the_smallest_volumes() -> None:
    scenario = changed(
        pool={
            "scaling": "autoscaled",
            "min_replicas": 0,
            "engineering_hours_per_month": 0,
            "platform_usd_per_month": 0,
        }
    )

    crossover = find_crossover(scenario, "baseline", "self_hosted")

    # One replica in 50 hours a week is 12·50·730/168 = 2,607.14 USD; a request by API 0.01485.
    assert round(crossover.first_requests_per_month or 0, 2) == round(2607.142857 / 0.01485, 2)


def test_listing_is_capped_at_64_intervals_and_dominance_is_still_exact() -> None:
    # n replicas of 3,650 USD carry 5,000·n Mtok and are paid off at n·3,650/0.7307 Mtok, a little
    # before. The step to n + 1 is dearer again while 3,650·(n + 1) > 0.7307·5,000·n, so up to
    # n = 1,042; the step to 1,043 replicas is the last one that has to be paid off.
    document = golden("scenario_b")
    document["premium_model"]["input_usd_per_mtok"] = 0.7307
    document["pool"]["platform_usd_per_month"] = 0

    crossover = find_crossover(parse_scenario(document), "baseline", "self_hosted")

    expected = [(n * 3650 / 0.7307, n * 5000.0) for n in range(1, 65)]
    found = [(low, high or 0) for low, high in crossover.cheaper_intervals]
    assert np.allclose(found, expected, rtol=2e-9, atol=0)
    assert crossover.dominance_requests_per_month == pytest.approx(1043 * 3650 / 0.7307, rel=1e-9)


def test_dominance_of_nearly_parallel_costs_is_still_exact() -> None:
    # One replica for 50 hours a week: 12·50·730/168 = 2,607.14 USD; a request by API: 0.01485.
    document = golden("scenario_b")
    document["premium_model"]["input_usd_per_mtok"] = 0.7300007
    document["pool"]["platform_usd_per_month"] = 0

    crossover = find_crossover(parse_scenario(document), "baseline", "self_hosted")

    paid_off = 1_042_858 * 3650 / 0.7300007
    assert crossover.dominance_requests_per_month == pytest.approx(paid_off, rel=1e-9)


@pytest.mark.parametrize("scaling", ["always_on", "scheduled", "autoscaled"])
def test_crossover_of_a_profile_with_168_weights_is_bounded(scaling: str) -> None:
    profile = [1 + (hour * 37 % 168) / 10 for hour in range(168)]
    scenario = changed(
        workload={"hourly_profile": profile, "distinct_prefixes": 1e5},
        pool={"scaling": scaling, "min_replicas": 0, "cold_start_minutes": 10},
    )

    crossover = find_crossover(scenario, "prompt_caching", "self_hosted")

    middles = np.array(
        [(low + high) / 2 for low, high in crossover.cheaper_intervals if high is not None]
    )
    assert np.all(dearer_by(scenario, ("prompt_caching", "self_hosted"), middles) < 0)


# A replica at 730 USD takes 8.4 calls a second, that is so many a month.
CAPACITY = 8.4 * 3600 * 730


def coinciding_steps(*, premium_usd_per_call: float, routing_usd_per_month: float) -> Scenario:
    """Self-hosting all calls, or by the hybrid half of them, on replicas that rise together."""
    return parse_scenario(
        {
            "workload": {
                "requests_per_month": CAPACITY,
                "input_tokens_per_call": 100,
                "output_tokens_per_call": 0,
            },
            "premium_model": {
                "input_usd_per_mtok": premium_usd_per_call / 100e-6,
                "output_usd_per_mtok": 0,
            },
            "small_model": {"input_usd_per_mtok": 0, "output_usd_per_mtok": 0},
            "routing": {"simple_ratio": 0.5, "platform_usd_per_month": routing_usd_per_month},
            "semantic_cache": {"hit_ratio": 0},
            "pool": {
                "usd_per_instance_hour": 1,
                "prefill_tokens_per_second": 840,
                "decode_tokens_per_second": 1,
                "max_utilization_ratio": 1,
                "min_replicas": 0,
            },
        }
    )


def test_steps_that_coincide_leave_no_sliver() -> None:
    # Let R be a replica's capacity. Hybrid hosts half of the calls and pays 1,460 USD by API for
    # each 3 R of all of them. From R to 1.5 R it needs one replica against two:
    # 730 + 1,460 · 1.5 / 3 = 2 · 730. At 2 R, 4 R, … both add one, a rounding tolerance apart, and
    # hybrid stays the dearer one.
    scenario = coinciding_steps(
        premium_usd_per_call=1460 / (1.5 * CAPACITY), routing_usd_per_month=0
    )

    crossover = find_crossover(scenario, "self_hosted", "hybrid")

    assert len(crossover.cheaper_intervals) == 1
    assert crossover.cheaper_intervals[0] == pytest.approx((CAPACITY, 1.5 * CAPACITY))
    assert crossover.dominance_requests_per_month is None


def test_first_crossing_alone_is_no_sliver_either() -> None:
    # Free API calls, and 740 USD for routing. From R to 2 R: 740 + 730 against 2 · 730, dearer; at
    # 2 R both rise, a tolerance apart: 740 + 2 · 730 against 3 · 730, dearer still; from 3 R on
    # 740 + 2 · 730 against 4 · 730, cheaper.
    scenario = coinciding_steps(premium_usd_per_call=0, routing_usd_per_month=740)

    first = first_crossing(scenario, STRATEGIES["self_hosted"], STRATEGIES["hybrid"], Effort())

    assert first == pytest.approx(3 * CAPACITY)
    assert first == find_crossover(scenario, "self_hosted", "hybrid").first_requests_per_month
