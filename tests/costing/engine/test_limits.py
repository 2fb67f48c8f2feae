"""Computing is bounded before it begins, and watched while it goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from costing.engine import estimate, find_crossover, parse_scenario
from costing.engine.limits import computing_seconds
from costing.engine.uncertainty import uncertainty
from tests.golden import golden

RANGES = {
    "workload.requests_per_month": {"low": 1e6, "high": 9e6},
    "pool.usd_per_instance_hour": {"low": 8, "high": 16},
}
MORE = {**RANGES, "routing.simple_ratio": {"low": 0, "high": 1}}
TIERS = [{"above_input_tokens": 1000 * n, "input_usd_per_mtok": 3} for n in range(1, 21)]


class Late(Exception):
    """The time is up."""


def late_after(calls: int) -> Callable[[], None]:
    """A watch whose time is up at the call after so many."""
    left = iter(range(calls))

    def watch() -> None:
        if next(left, None) is None:
            raise Late

    return watch


def seconds(**changes: Any) -> float:
    """What scenario A with some changes is expected to take."""
    document = golden("scenario_a") | {"pairs": []} | changes
    return sum(computing_seconds(parse_scenario(document)).values())


def test_expected_seconds_grow_with_each_input_that_causes_them() -> None:
    workload, model = golden("scenario_a")["workload"], golden("scenario_a")["premium_model"]
    profile = [100 + hour for hour in range(168)]
    pairs = [{"from": "baseline", "to": "hybrid"}]
    least = {"ranges": RANGES, "samples": 1000}
    some = seconds(**least)

    assert seconds() < some
    assert seconds(**least | {"samples": 16_384}) > 10 * some
    assert (
        seconds(**least | {"ranges": {**RANGES, "routing.simple_ratio": {"low": 0, "high": 1}}})
        > some
    )
    assert seconds(**least | {"pairs": pairs}) > some
    assert seconds(**least | {"workload": workload | {"hourly_profile": profile}}) > some
    assert seconds(**least | {"premium_model": model | {"tiers": TIERS}}) > some


def test_expected_seconds_of_futures_by_hand() -> None:
    """1,000 futures × (8 µs + 2 ranges × 1 µs) + 2 ranges × 1.5 ms = 13 ms."""
    assert seconds(ranges=RANGES, samples=1000) == pytest.approx(0.013)


def test_watch_ends_the_draw_of_futures() -> None:
    scenario = parse_scenario(golden("scenario_a") | {"pairs": [], "ranges": RANGES})

    for calls in range(3):  # each range, then the futures
        with pytest.raises(Late):
            uncertainty(scenario, late_after(calls))


def test_watch_ends_the_search_of_futures_for_their_first_crossover() -> None:
    scenario = parse_scenario(golden("scenario_a") | {"ranges": RANGES, "samples": 64})

    with pytest.raises(Late):
        uncertainty(scenario, late_after(20))


def test_watch_ends_a_search_for_crossovers() -> None:
    scenario = parse_scenario(golden("scenario_a"))

    with pytest.raises(Late):
        find_crossover(scenario, "prompt_caching", "self_hosted", watch=late_after(0))
    with pytest.raises(Late):
        estimate(scenario, None, late_after(1))
