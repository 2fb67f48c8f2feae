"""The three anti-patterns are detected by their rules, with the money they cost."""

from typing import Any

import pytest

from assessments.framework import load_framework
from costing.engine import estimate, parse_scenario
from costing.engine.anti_patterns import AntiPattern, Measured, detect
from tests.assessments.second_framework import second_framework
from tests.golden import golden

THRESHOLDS = load_framework("1").anti_pattern_thresholds


def found_in(document: dict[str, Any], measured: Measured | None = None) -> list[AntiPattern]:
    result = estimate(parse_scenario(document))
    return detect(result, THRESHOLDS, *([measured] if measured else []))


def keys(patterns: list[AntiPattern]) -> list[str]:
    return [pattern.key for pattern in patterns]


def test_scenario_a_without_levers_pays_for_one_model_and_for_no_cache() -> None:
    patterns = found_in(golden("scenario_a"))

    # The waterfall's routing and prompt_caching.
    assert [(item.key, round(item.usd_per_month or 0, 2)) for item in patterns] == [
        ("one_model_for_everything", 9686.02),
        ("prompt_cache_ttl_ignored", 19440.00),
    ]
    assert [item.evidence for item in patterns] == [
        "No call is routed, while 45 % of the calls are simple.",
        "2,400 of 3,200 input tokens repeat, and none is read from a prompt cache.",
    ]


def test_scenario_a_with_its_levers_on_has_no_anti_pattern() -> None:
    document = golden("scenario_a")
    document["current_levers"] = ["prompt_caching", "routing"]

    assert found_in(document) == []


@pytest.mark.parametrize(("simple_ratio", "is_found"), [(0.2, True), (0.19, False)])
def test_one_model_needs_enough_simple_calls(simple_ratio: float, is_found: bool) -> None:
    document = golden("scenario_a")
    document["routing"]["simple_ratio"] = simple_ratio
    document["current_levers"] = ["prompt_caching"]

    assert keys(found_in(document)) == (["one_model_for_everything"] if is_found else [])


@pytest.mark.parametrize(("share", "is_found"), [(0.96, True), (0.95, False)])
def test_one_model_shows_in_measured_spend(share: float, is_found: bool) -> None:
    document = golden("scenario_a")
    document["current_levers"] = ["prompt_caching", "routing"]

    patterns = found_in(document, Measured(top_model_spend_ratio=share))

    assert keys(patterns) == (["one_model_for_everything"] if is_found else [])


def test_one_model_without_a_routing_section_has_no_price() -> None:
    document = golden("scenario_b")

    patterns = found_in(document, Measured(top_model_spend_ratio=1.0))

    assert patterns == [
        AntiPattern(
            "one_model_for_everything", None, "One model takes 100 % of the measured spend."
        )
    ]


def test_one_gpu_around_the_clock_for_100_calls_a_day_costs_39_cents_a_call() -> None:
    result = estimate(parse_scenario(golden("idle_gpu")))

    patterns = detect(result, THRESHOLDS)

    current = result.strategies["current"]
    assert round(current.usd_per_month) == 1186
    assert round(current.usd_per_request or 0, 2) == 0.39
    # By API a call takes 1,000·2.50/1e6 + 300·10/1e6 = 0.0055 USD: 16.73 a month of 1,185.52.
    # The first replica carries 0.7·730·3,600/1.5 = 1,226,400 calls, and pays from 1,185.52/0.0055.
    assert [(item.key, round(item.usd_per_month or 0, 2)) for item in patterns] == [
        ("continuous_idle_gpu", 1168.79)
    ]
    assert patterns[0].evidence == (
        "The pool is busy 0.2 % of its paid time. "
        "Self-hosting first pays at 215,549 requests a month, and there are 3,042."
    )


def test_pool_that_never_pays_is_idle_money_however_busy() -> None:
    document = golden("idle_gpu")
    document["premium_model"] = {"input_usd_per_mtok": 0.001, "output_usd_per_mtok": 0.001}
    document["workload"]["requests_per_month"] = 1_000_000

    patterns = found_in(document)

    assert patterns[0].evidence == "Self-hosting is cheaper than the API at no volume."
    # 1,185.52 − 1,000,000 · 1,300 tokens · 0.001 USD per Mtok = 1,184.22
    assert round(patterns[0].usd_per_month or 0, 2) == 1184.22


def test_busy_pool_above_the_crossover_is_no_anti_pattern() -> None:
    document = golden("idle_gpu")
    document["workload"]["requests_per_month"] = 1_000_000

    assert found_in(document) == []


def test_idle_pool_that_still_beats_the_api_costs_nothing() -> None:
    document = golden("idle_gpu")
    document["workload"]["requests_per_month"] = 250_000

    patterns = found_in(document)

    # Busy 250,000 · 1.5 s of 2,628,000 s = 14.3 %, above the 215,549 requests where it pays.
    assert patterns == [
        AntiPattern("continuous_idle_gpu", 0.0, "The pool is busy 14.3 % of its paid time.")
    ]


def test_cache_with_a_measured_hit_ratio_too_low_to_pay_is_ignored_ttl() -> None:
    document = golden("scenario_a")
    document["current_levers"] = ["prompt_caching", "routing"]

    patterns = found_in(document, Measured(prefix_hit_ratio=0.15))

    # (3.75 − 3) / (3.75 − 0.30) = 21.7 % is what pays.
    assert keys(patterns) == ["prompt_cache_ttl_ignored"]
    assert patterns[0].evidence == (
        "2,400 of 3,200 input tokens repeat, and only 15 % are read from a prompt cache."
    )


def test_prompts_rebuilt_on_every_call_are_ignored_ttl() -> None:
    document = golden("scenario_a")
    document["current_levers"] = ["prompt_caching", "routing"]

    patterns = found_in(document, Measured(rebuilds_prompts=True))

    assert keys(patterns) == ["prompt_cache_ttl_ignored"]


def test_workload_that_only_a_pool_serves_ignores_no_prompt_cache() -> None:
    document = golden("scenario_a")
    document["current_levers"] = ["self_hosting"]

    assert keys(found_in(document)) == ["one_model_for_everything", "continuous_idle_gpu"]


def test_thresholds_are_the_frameworks() -> None:
    result = estimate(parse_scenario(golden("scenario_a")))  # 45 % of the calls are simple
    measured = Measured(top_model_spend_ratio=0.9)
    second = second_framework().anti_pattern_thresholds

    assert keys(detect(result, second)) == ["prompt_cache_ttl_ignored"]
    assert keys(detect(result, second, measured))[0] == "one_model_for_everything"
    assert keys(detect(result, {})) == []
