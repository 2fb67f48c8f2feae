"""The engine agrees with the worked numbers of the cost model."""

from typing import Any

import pytest

from costing.engine import Estimate, estimate, parse_scenario, strategy_costs
from costing.engine.anti_patterns import detect
from tests.golden import golden


@pytest.fixture(scope="module")
def scenario_a() -> Estimate:
    return estimate(parse_scenario(golden("scenario_a")))


EXPECTED_A = golden("scenario_a.expected")


def cents(values: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 2) for key, value in values.items()}


def test_strategies_of_scenario_a_cost_what_the_table_says(scenario_a: Estimate) -> None:
    costs = {name: item.usd_per_month for name, item in scenario_a.strategies.items()}

    current = costs.pop("current")

    assert cents(costs) == EXPECTED_A["usd_per_month"]
    assert round(current, 2) == EXPECTED_A["usd_per_month"]["baseline"]


def test_strategies_of_scenario_a_cost_what_the_table_says_per_mtok(scenario_a: Estimate) -> None:
    named = EXPECTED_A["usd_per_mtok"]

    per_mtok = {name: round(scenario_a.strategies[name].usd_per_mtok or 0, 3) for name in named}

    assert per_mtok == named


def test_pool_of_scenario_a_runs_three_replicas_at_its_utilization(scenario_a: Estimate) -> None:
    hosted = scenario_a.strategies["self_hosted"]

    assert hosted.peak_replicas == EXPECTED_A["self_hosted"]["peak_replicas"]
    assert round(hosted.utilization_ratio or 0, 5) == EXPECTED_A["self_hosted"]["utilization_ratio"]


def test_waterfall_of_scenario_a_is_in_the_order_of_the_roadmap(scenario_a: Estimate) -> None:
    waterfall = cents({key: value or 0 for key, value in scenario_a.waterfall.items()})

    assert list(waterfall.items()) == list(EXPECTED_A["waterfall"].items())


def test_shapley_values_of_scenario_a_are_free_of_order(scenario_a: Estimate) -> None:
    shares = cents({key: value or 0 for key, value in scenario_a.shapley.items()})

    assert shares == EXPECTED_A["shapley"]


def test_recommendation_of_scenario_a_is_the_optimized_api(scenario_a: Estimate) -> None:
    recommended = scenario_a.recommended

    assert recommended.levers == ("prompt_caching", "routing", "semantic_caching")
    # (44,550.00 − 13,889.11) / 44,550.00
    assert round(recommended.saving_ratio or 0, 4) == 0.6882


def test_self_hosting_of_scenario_a_crosses_prompt_caching_in_18_intervals(
    scenario_a: Estimate,
) -> None:
    crossover = scenario_a.crossovers[0]
    expected = EXPECTED_A["crossover"]

    first, *_, last = crossover.cheaper_intervals

    assert [round(end or 0) for end in first] == expected["first_interval"]
    assert len(crossover.cheaper_intervals) == expected["intervals"]
    assert round(crossover.first_requests_per_month or 0) == expected["first_interval"][0]
    assert round(crossover.dominance_requests_per_month or 0) == expected["dominance"]
    assert last == (crossover.dominance_requests_per_month, None)
    assert crossover.tokens_per_request == 3550


def test_break_even_of_scenario_a_is_reached_in_its_months(scenario_a: Estimate) -> None:
    months = {item.to_strategy: round(item.month or 0, 2) for item in scenario_a.break_even}

    assert months == EXPECTED_A["break_even_months"]


def test_staircase_of_scenario_b_crosses_at_every_worked_volume() -> None:
    result = estimate(parse_scenario(golden("scenario_b")))

    intervals = [
        [None if end is None else round(end, 2) for end in interval]
        for interval in result.crossovers[0].cheaper_intervals
    ]

    assert intervals == golden("scenario_b.expected")["cheaper_intervals"]


def test_deepseeks_day_costs_what_was_disclosed() -> None:
    result = estimate(parse_scenario(golden("deepseek_day")))

    hosted = result.strategies["self_hosted"]

    # 226.75 nodes · 8 GPUs · 2 USD · 24 h = 87,072 USD a day; a month has 730/24 days.
    assert hosted.usd_per_month / (730 / 24) == pytest.approx(87_072, rel=1e-12)
    assert hosted.peak_replicas == 227
    # Every node is busy in every hour.
    assert hosted.utilization_ratio == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(("name", "month"), [("gpt_5", 17.8), ("opus_4", 2.3), ("sonnet_4", 11.4)])
def test_owned_hardware_of_pan_and_wang_breaks_even_as_published(name: str, month: float) -> None:
    result = estimate(parse_scenario(golden(f"pan_wang_{name}")))

    break_even = result.break_even[0]

    assert round(break_even.month or 0, 1) == month


@pytest.mark.parametrize(
    ("write", "ratio"),
    [
        (1.25, 0.217),  # (1.25 − 1) / (1.25 − 0.1), the 5-minute cache
        (2.0, 0.526),  # (2 − 1) / (2 − 0.1), the 1-hour cache
        (1.0, 0.0),  # writes at the price of input
    ],
)
def test_caching_pays_above_the_ratio_of_its_prices(write: float, ratio: float) -> None:
    document = golden("scenario_a")
    document["premium_model"] = {
        "input_usd_per_mtok": 1.0,
        "output_usd_per_mtok": 5.0,
        "cache_read_usd_per_mtok": 0.1,
        "cache_write_usd_per_mtok": write,
    }

    result = estimate(parse_scenario(document))

    assert round(result.caching_pays_above_hit_ratio or 0, 3) == ratio


def losing_cache(**changes: Any) -> Estimate:
    document = golden("scenario_a") | {"current_levers": ["prompt_caching"]} | changes
    document["workload"]["prefix_hit_ratio"] = 0.05
    return estimate(parse_scenario(document))


def test_a_prompt_cache_that_runs_is_paid_also_where_it_loses() -> None:
    """Section 17. 3 M calls of 800 fresh tokens and a prefix of 2,400 that is read in 5 of 100.

    0.0024 + 2,400 · (0.05 · 0.30 + 0.95 · 3.75) / 10^6 + 0.00525 = 0.016236 USD per call; × 3 M.
    """
    result = losing_cache()

    current = result.strategies["current"]
    assert current.usd_per_month == pytest.approx(48_708)
    assert current.prefix_hit_ratio == pytest.approx(0.05)
    assert sum(current.lines.values()) == pytest.approx(48_708)
    # Nobody turns on what loses: the strategy of that name is the baseline's 44,550.
    assert result.strategies["prompt_caching"].usd_per_month == pytest.approx(44_550)
    assert result.strategies["baseline"].saving_usd_per_month == pytest.approx(4_158)


def test_a_running_cache_that_loses_is_the_anti_pattern_with_its_money() -> None:
    found = detect(losing_cache(), {"prompt_cache_ttl_ignored": {}})

    assert [round(pattern.usd_per_month or 0) for pattern in found] == [4_158]


def test_crossovers_and_break_even_of_today_pay_for_the_running_cache() -> None:
    result = losing_cache(pairs=[["current", "baseline"]])

    assert result.crossovers[0].cheaper_intervals == ((0.0, None),)
    assert result.break_even[0].month == 0.0
    assert result.strategies["current"].usd_per_month == pytest.approx(
        strategy_costs(result.scenario)["current"]
    )
