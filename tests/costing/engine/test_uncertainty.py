"""Sensitivity and uncertainty: what ranges of inputs do to the answers."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import estimate, estimate_document, find_crossover, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.inputs import (
    InvalidScenario,
    Range,
    Scenario,
    figure_at,
    scenario_document,
    with_figures,
)
from costing.engine.inputs.registry import input_at
from costing.engine.levers import LEVERS, STRATEGIES
from costing.engine.results import Band
from costing.engine.strategies import bill_of
from costing.engine.uncertainty import _beta_quantiles, draw, pert, uncertainty
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden


def scenario_a(ranges: dict[str, list[float]], **changes: Any) -> Scenario:
    ends = {path: {"low": low, "high": high} for path, (low, high) in ranges.items()}
    return parse_scenario(golden("scenario_a") | {"ranges": ends} | changes)


def test_sensitivity_prices_each_input_at_its_ends_alone() -> None:
    scenario = scenario_a({"pool.usd_per_instance_hour": [10, 15], "routing.simple_ratio": [0, 1]})

    tornado = estimate_document(estimate(scenario))["sensitivity"]

    # 3 replicas · 730 h · (10 or 15) + 4,200 self-hosted; the hybrid has 2 replicas where it had
    # 35,003.22 at 12 USD: 1,460 h · 2 less and 1,460 h · 3 more.
    price = tornado["pool.usd_per_instance_hour"]
    assert {key: round(usd, 2) for key, usd in price["low"].items()} == {
        "hybrid": 32083.22,
        "self_hosted": 26100.00,
    }
    assert {key: round(usd, 2) for key, usd in price["high"].items()} == {
        "hybrid": 39383.22,
        "self_hosted": 37050.00,
    }
    # Routing does not concern self-hosting alone.
    assert round(tornado["routing.simple_ratio"]["low"]["self_hosted"], 2) == 30480.00


def test_answers_without_ranges_are_null() -> None:
    document = estimate_document(estimate(parse_scenario(golden("scenario_a"))))

    assert document["sensitivity"] is None
    assert document["uncertainty"] is None


def test_pert_has_the_quantiles_of_its_beta_distribution() -> None:
    quantiles = pert(np.array([0.0, 0.1, 0.5, 0.9, 1.0]), Range(10.0, 30.0), 20.0)

    # In the middle it is Beta(3, 3), whose distribution function is x³(10 − 15x + 6x²): 0.1 at
    # x = 0.246636.
    x = 0.246636
    assert x**3 * (10 - 15 * x + 6 * x**2) == pytest.approx(0.1, abs=1e-6)
    assert quantiles == pytest.approx([10, 10 + 20 * x, 20, 30 - 20 * x, 30], abs=1e-4)


PRICES = ("premium_model.input_usd_per_mtok", "premium_model.output_usd_per_mtok")
HOUR = "pool.usd_per_instance_hour"
OF_THREE = {PRICES[0]: [1, 8], PRICES[1]: [5, 40], HOUR: [10, 15]}


def together(a: str, b: str, value: Any) -> dict[str, Any]:
    return {"a": a, "b": b, "value": value}


def ranks(column: Any) -> Any:
    return np.argsort(np.argsort(column))


def drawn(*correlations: dict[str, Any]) -> dict[str, Any]:
    return draw(scenario_a(OF_THREE, correlations=list(correlations)))


@pytest.mark.parametrize("value", [-1, -0.5, 0.8, 1])
def test_correlated_inputs_move_together_and_keep_their_distributions(value: float) -> None:
    alone, figures = drawn(), drawn(together(*PRICES, value))

    # Spearman's correlation of a Gaussian copula is 6/π · asin(value/2).
    found = np.corrcoef(*(ranks(figures[path]) for path in PRICES))[0, 1]
    assert found == pytest.approx(6 / math.pi * math.asin(value / 2), abs=0.01)
    for path in PRICES:
        assert np.quantile(figures[path], [0.1, 0.5, 0.9]) == pytest.approx(
            np.quantile(alone[path], [0.1, 0.5, 0.9]), rel=0.01
        )
    assert np.array_equal(figures[HOUR], alone[HOUR])


def test_only_a_stated_correlation_of_inputs_that_vary_changes_the_draws() -> None:
    for correlation in (together(*PRICES, 0), together(HOUR, "routing.simple_ratio", 0.5)):
        figures = drawn(correlation)
        assert all(np.array_equal(figures[path], column) for path, column in drawn().items())


def test_prices_that_move_together_widen_the_bill() -> None:
    alone, result = (
        uncertainty(scenario_a(OF_THREE, correlations=each))
        for each in ([], [together(*PRICES, 0.8)])
    )

    assert alone is not None
    assert result is not None
    narrow, wide = (each.strategies["baseline"].usd_per_month for each in (alone, result))
    assert wide.p10 < narrow.p10
    assert wide.p90 > narrow.p90


@pytest.mark.parametrize(
    ("correlations", "field", "reason"),
    [
        ({}, "correlations", "must be a list of at most 100 correlations"),
        ([None], "correlations.0", "must be a mapping"),
        ([together(*PRICES, 1.1)], "correlations.0.value", "must be from -1 to 1"),
        ([together(*PRICES, None)], "correlations.0.value", "is required"),
        ([together(PRICES[0], 3, 0)], "correlations.0.b", "must be the path of a numeric input"),
        ([together("seed", PRICES[0], 0)], "correlations.0.a", "is not the path of a numeric"),
        ([together(HOUR, HOUR, 1)], "correlations.0", "must name two different inputs"),
        (
            [together(*PRICES, 0.5), together(*PRICES[::-1], 0.4)],
            "correlations.1",
            "must not repeat a pair",
        ),
        (
            [
                together(*PRICES, 0.9),
                together(PRICES[0], HOUR, 0.9),
                together(PRICES[1], HOUR, -0.9),
            ],
            "correlations",
            "cannot hold all at once: their matrix is not positive semidefinite",
        ),
    ],
)
def test_correlations_that_cannot_be_are_refused_by_name(
    correlations: Any, field: str, reason: str
) -> None:
    with pytest.raises(InvalidScenario) as caught:
        scenario_a(OF_THREE, correlations=correlations)

    assert list(caught.value.fields) == [field]
    assert reason in caught.value.fields[field][0]


@pytest.mark.parametrize("place", ["9", "00", "x", "9" * 5000])
@pytest.mark.parametrize(
    "path", ["applications.{}.routing.simple_ratio", "premium_model.tiers.{}.input_usd_per_mtok"]
)
def test_a_range_at_a_place_that_is_not_there_is_refused(path: str, place: str) -> None:
    with pytest.raises(InvalidScenario) as caught:
        scenario_a({path.format(place): [0, 1]})

    assert next(iter(caught.value.fields)).startswith("ranges.")


def test_a_scenario_without_correlations_is_written_as_before() -> None:
    assert "correlations" not in scenario_document(scenario_a(OF_THREE))
    kept = scenario_a(OF_THREE, correlations=[together(*PRICES, 0.8)])
    assert parse_scenario(scenario_document(kept)) == kept


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 1, 10), (0, 0, 6), (2, 8, 8)])
def test_pert_has_its_mean_at_the_weighted_mode(low: float, mode: float, high: float) -> None:
    shares = (np.arange(100_000) + 0.5) / 100_000

    mean = pert(shares, Range(low, high), mode).mean()

    assert mean == pytest.approx((low + 4 * mode + high) / 6, abs=1e-3)


def test_input_without_width_stays_what_it_is() -> None:
    scenario = scenario_a({"pool.usd_per_instance_hour": [12, 12]})

    result = uncertainty(scenario)

    assert result is not None
    hosted = result.strategies["self_hosted"]
    assert hosted.usd_per_month == Band(30480.0, 30480.0, 30480.0)
    # (44,550 − 30,480)/44,550
    assert hosted.saving_ratio is not None
    assert round(hosted.saving_ratio.p50 or 0, 6) == round(14070 / 44550, 6)
    assert hosted.beats_current == 1
    assert result.strategies["current"].beats_current == 0
    # 30,480.00 against 13,889.11
    assert result.self_hosted_beats_optimized_api == 0
    assert result.first_crossover is not None
    assert round(result.first_crossover.p50 or 0) == 8_874_552
    assert result.first_crossover.never == 0


def test_cost_that_is_linear_in_one_input_has_its_quantiles() -> None:
    scenario = scenario_a({"pool.usd_per_instance_hour": [8, 16]})

    result = uncertainty(scenario)

    # Beta(3, 3) on 8 to 16: 8 + 8·0.246636 = 9.973 and 14.027 USD; 2,190 h of 3 replicas + 4,200.
    assert result is not None
    band = result.strategies["self_hosted"].usd_per_month
    assert band.p10 == pytest.approx(4200 + 2190 * 9.973088, rel=1e-3)
    assert band.p50 == pytest.approx(30480, rel=1e-3)
    assert band.p90 == pytest.approx(4200 + 2190 * 14.026912, rel=1e-3)


def test_probability_is_the_share_of_futures() -> None:
    # Self-hosted beats the current 44,550 USD below (44,550 − 4,200)/2,190 = 18.4247 USD an hour.
    # On Beta(1, 5) from 12 to 27, which is 1 − (1 − x)^5 at x = 0.428311: 0.938942.
    scenario = scenario_a({"pool.usd_per_instance_hour": [12, 27]})

    result = uncertainty(scenario)

    assert result is not None
    x = ((44550 - 4200) / 2190 - 12) / 15
    expected = 1 - (1 - x) ** 5
    assert result.strategies["self_hosted"].beats_current == pytest.approx(expected, abs=1e-3)


def test_same_seed_draws_the_same_futures_and_another_seed_others() -> None:
    ranges = {"workload.requests_per_month": [1e6, 9e6], "routing.simple_ratio": [0.2, 0.7]}

    first, again = uncertainty(scenario_a(ranges)), uncertainty(scenario_a(ranges))
    other = uncertainty(scenario_a(ranges, seed=2))

    assert first == again
    assert first != other


def test_columns_of_one_shape_are_computed_once_and_nobody_can_change_them() -> None:
    _beta_quantiles.cache_clear()
    # Either end is as far from 12 USD as the other: Beta(3, 3) of the same shares.
    near, far = (
        draw(scenario_a({"pool.usd_per_instance_hour": [12 - width, 12 + width]}))
        for width in (1, 3)
    )

    assert _beta_quantiles.cache_info().misses == 1
    (near_usd,), (far_usd,) = near.values(), far.values()
    assert np.allclose((near_usd - 12) * 3, far_usd - 12, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        _beta_quantiles(3.0, 3.0, near_usd.tobytes())[0] = 0.0


def test_whole_inputs_are_drawn_whole_and_within_their_ends() -> None:
    scenario = scenario_a(
        {"pool.min_replicas": [1, 5], "workload.output_tokens_per_call": [0, 900]}
    )

    figures = draw(scenario)

    assert set(figures["pool.min_replicas"]) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert len(figures["pool.min_replicas"]) == 4096
    tokens = figures["workload.output_tokens_per_call"]
    assert 0 <= tokens.min() < tokens.max() <= 900


def test_odd_number_of_samples_is_drawn_as_asked() -> None:
    scenario = scenario_a({"routing.simple_ratio": [0, 1]}, samples=1000)

    assert len(draw(scenario)["routing.simple_ratio"]) == 1000


def test_first_crossover_that_many_futures_never_see_has_no_upper_band() -> None:
    # The pool never pays from 26.3 USD an hour on: its slope reaches that of the API.
    scenario = scenario_a({"pool.usd_per_instance_hour": [12, 40]})

    result = uncertainty(scenario)

    assert result is not None
    odds = result.first_crossover
    assert odds is not None
    prices = draw(scenario)["pool.usd_per_instance_hour"][:256]
    firsts = [
        find_crossover(
            with_figures(scenario, {"pool.usd_per_instance_hour": float(price)}),
            "prompt_caching",
            "self_hosted",
        ).first_requests_per_month
        for price in prices
    ]
    assert odds.samples == 256
    assert odds.never == firsts.count(None) / 256
    assert odds.p90 is None
    found = sorted(math.inf if first is None else first for first in firsts)
    # The smallest value that at least 10 % of 256 do not exceed: the 26th.
    assert odds.p10 == pytest.approx(found[25], rel=1e-9)


def test_strategies_that_cannot_be_priced_are_left_out() -> None:
    document = golden("scenario_a")
    del document["pool"], document["pairs"]
    document["ranges"] = {"workload.requests_per_month": {"low": 1e6, "high": 4e6}}

    result = estimate_document(estimate(parse_scenario(document)))

    assert result["sensitivity"] == {"workload.requests_per_month": {"low": {}, "high": {}}}
    odds = result["uncertainty"]
    assert set(odds["strategies"]) == {*STRATEGIES, "current"} - {"self_hosted", "hybrid"}
    assert odds["self_hosted_beats_optimized_api"] is None
    assert odds["first_crossover"] is None


RANGED = [
    "workload.requests_per_month",
    "workload.calls_per_request",
    "workload.input_tokens_per_call",
    "workload.output_tokens_per_call",
    "workload.prefix_tokens_per_call",
    "workload.distinct_prefixes",
    "workload.peak_to_average_ratio",
    "workload.batch_ratio",
    "workload.active_hours_per_day",
    "workload.active_days_per_week",
    "premium_model.input_usd_per_mtok",
    "premium_model.cache_read_usd_per_mtok",
    "premium_model.cache_write_usd_per_mtok",
    "premium_model.cache_ttl_seconds",
    "premium_model.min_cacheable_tokens",
    "premium_model.batch_discount_ratio",
    "small_model.output_usd_per_mtok",
    "routing.simple_ratio",
    "routing.escalation_ratio",
    "routing.classifier_usd_per_call",
    "routing.platform_usd_per_month",
    "semantic_cache.hit_ratio",
    "semantic_cache.lookup_usd_per_call",
    "pool.usd_per_instance_hour",
    "pool.hardware_usd_per_instance",
    "pool.amortization_months",
    "pool.power_kw_per_instance",
    "pool.pue_ratio",
    "pool.electricity_usd_per_kwh",
    "pool.instances_per_replica",
    "pool.prefill_tokens_per_second",
    "pool.prefix_hit_ratio",
    "pool.max_utilization_ratio",
    "pool.min_replicas",
    "pool.spare_replicas",
    "pool.cold_start_minutes",
    "pool.interruption_overhead_ratio",
    "pool.engineering_hours_per_month",
    "pool.platform_usd_per_month",
]
RATIO_HIGHS = {"pool.pue_ratio": 1.5, "workload.peak_to_average_ratio": 2.0}


def with_ranges(document: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """The document with a range around each of these inputs that it has."""
    scenario = parse_scenario(document)
    ranges = {}
    for path in paths:
        value = figure_at(scenario, path)
        if value is None:
            continue
        name = path.rpartition(".")[2]
        is_whole = name.endswith("_replicas") or name == "instances_per_replica"
        wide = {"low": value, "high": value + 2} if is_whole else wide_of(path, value)
        ranges[path] = wide
    return document | {"ranges": ranges, "samples": 64}


def wide_of(path: str, value: float) -> dict[str, float]:
    """A range down to half the value, yet not to less than the least that the input accepts."""
    name, field = path.rpartition(".")[2], input_at(path)
    least = field.number.least if field and field.number else 0.0
    is_bounded = name.endswith("_ratio") and name not in ("peak_to_average_ratio", "pue_ratio")
    limits = {"active_hours_per_day": 24, "active_days_per_week": 7, "cold_start_minutes": 60}
    limit = 1.0 if is_bounded else limits.get(name, math.inf)
    low = (
        value
        if name in ("peak_to_average_ratio", "pue_ratio", "distinct_prefixes")
        else min(max(value / 2, least), value)
    )
    return {"low": low, "high": min(value * 1.5 + 1e-6, max(limit, value))}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.lists(st.sampled_from(RANGED), min_size=1, max_size=6, unique=True))
def test_odds_of_any_scenario_are_odds(document: dict[str, Any], paths: list[str]) -> None:
    scenario = parse_scenario(with_ranges(document, paths))

    result = uncertainty(scenario)

    if result is None:
        assert scenario.ranges == {}
        return
    for odds in result.strategies.values():
        band = odds.usd_per_month
        assert 0 <= (band.p10 or 0) <= (band.p50 or 0) <= (band.p90 or 0)
        assert 0 <= odds.beats_current <= 1
    assert result.first_crossover is not None
    assert 0 <= result.first_crossover.never <= 1


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.lists(st.sampled_from(RANGED), min_size=1, max_size=8, unique=True))
def test_batch_of_futures_costs_what_each_costs_alone(
    document: dict[str, Any], paths: list[str]
) -> None:
    scenario = parse_scenario(with_ranges(document, paths))
    sets = lever_sets((*STRATEGIES.values(), LEVERS[1:]))
    figures = draw(scenario) if scenario.ranges else {}

    together = bill_of(
        with_figures(scenario, {path: column[:, None] for path, column in figures.items()}), sets
    ).total

    for sample in (0, 17, 63):
        future = {path: float(column[sample]) for path, column in figures.items()}
        alone = bill_of(with_figures(scenario, future), sets).total
        row = np.broadcast_to(together, (64, len(sets.names)))[sample]
        assert np.allclose(row, alone, rtol=1e-12, atol=1e-9)
