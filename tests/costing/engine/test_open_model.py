"""Open weights, hosted by others or by oneself: section 10, worked out by hand."""

import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from assessments.framework import load_framework
from costing.engine import Estimate, estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.bills import lever_sets
from costing.engine.crossover.curve import cost_curve
from costing.engine.estimating import advised_again, stored_options
from costing.engine.inputs import InvalidScenario, with_requests
from costing.engine.levers import LEVERS, OPEN_MODEL, OPEN_STRATEGIES, STRATEGIES
from costing.engine.strategies import bill_of
from costing.engine.uncertainty import uncertainty
from tests.costing.engine.scenarios import models, scenarios
from tests.golden import golden

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPEN = {"input_usd_per_mtok": 0.6, "output_usd_per_mtok": 0.8}


def scenario_a(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = deepcopy(golden("scenario_a"))
    del document["pairs"]
    return document | {"open_model": OPEN} | changes


@pytest.fixture(scope="module")
def result() -> Estimate:
    return estimate(parse_scenario(scenario_a()))


def test_all_calls_to_the_open_model_cost_its_tokens(result: Estimate) -> None:
    """3 M calls of 3,200 in and 350 out: 9,600 Mtok · 0.6 + 1,050 Mtok · 0.8 = 6,600 USD."""
    hosted = result.strategies["hosted_open"]

    assert hosted.usd_per_month == pytest.approx(6_600)
    assert hosted.lines["complex.input"] == pytest.approx(5_760)
    assert hosted.lines["complex.output"] == pytest.approx(840)
    assert hosted.levers == ("prompt_caching", "open_model")
    assert hosted.peak_replicas is None


def test_the_hybrid_sends_its_simple_calls_to_the_open_model(result: Estimate) -> None:
    """Of 2,640,000 calls after the cache 45 % are simple: 1,188,000.

    3,801.6 Mtok · 0.6 + 415.8 Mtok · 0.8 = 2,613.60 in the small model's place, which costs
    13,889.11 less all that is not its lane.
    """
    optimized, hybrid = (
        dict(result.strategies[name].lines) for name in ("optimized_api", "hybrid_hosted")
    )

    simple = {key: usd for key, usd in hybrid.items() if key.startswith("simple.")}
    assert sum(simple.values()) == pytest.approx(2_613.60)
    others = {key: usd for key, usd in optimized.items() if not key.startswith("simple.")}
    assert {key: hybrid[key] for key in others} == pytest.approx(others)


def test_the_8_sets_with_the_open_model_stand_beside_the_16(result: Estimate) -> None:
    costs = {item.levers: item.usd_per_month for item in result.subsets}

    assert len(costs) == 24
    assert sum(OPEN_MODEL in levers for levers in costs) == 8
    # 12 % of 6,600 less 280 for the cache: the cheapest of all.
    assert min(costs.values()) == pytest.approx(6_600 * 0.88 + 280)
    found = result.with_open_model
    assert found is not None
    assert found.levers == ("semantic_caching", "open_model")
    assert found.usd_per_month == pytest.approx(6_088)
    assert found.saving_ratio == pytest.approx((44_550 - 6_088) / 44_550)
    assert result.recommended.levers == found.levers
    assert result.recommended.usd_per_month == pytest.approx(6_088)


def test_the_steps_lead_to_the_open_model_and_say_why_the_pool_is_left_out(
    result: Estimate,
) -> None:
    """Without the cache 44,550 become 6,600; with it 6,600 · 0.88 + 280 = 6,088."""
    advice = result.recommendation
    assert advice is not None

    assert [(step.lever, round(step.saving_usd_per_month)) for step in advice.steps] == [
        ("semantic_caching", 5_066),  # 12 % of 44,550, less 280 for the cache
        ("open_model", 33_396),
    ]
    assert sum(step.saving_usd_per_month for step in advice.steps) == pytest.approx(44_550 - 6_088)
    (pool,) = (each for each in advice.not_recommended if each.lever == "self_hosting")
    assert pool.reason == "adds_cost"
    # Against the pool with the semantic cache, the nearest set that has one.
    with_pool = {each.levers: each.usd_per_month for each in result.subsets}[
        "semantic_caching", "self_hosting"
    ]
    assert pool.saving_usd_per_month == pytest.approx(6_088 - with_pool)


@pytest.mark.parametrize(
    ("integrity", "levers"),
    [(2.9, ("prompt_caching",)), (3.0, ("semantic_caching", "open_model"))],
)
def test_the_open_model_asks_of_the_scores_what_the_pool_asks_but_no_capacity(
    integrity: float, levers: tuple[str, ...]
) -> None:
    scores = {"maturity": {"integrity": integrity, "hosting": 1.0}}
    scenario = parse_scenario(scenario_a(**scores))

    found = estimate(scenario, load_framework().requirements)

    assert found.recommended_today.levers == levers
    assert "open_model" in found.recommended.levers
    assert ("open_model" in found.recommended_today.held_back) == (integrity < 3.0)
    assert advised_again(found, scenario.maturity, load_framework().requirements) == found


def test_a_pool_that_runs_gives_way_to_the_open_model() -> None:
    """In one step, whose money is both: what the calls cost there, and the end of the pool."""
    found = estimate(parse_scenario(scenario_a(current_levers=["self_hosting"])))
    advice = found.recommendation
    assert advice is not None

    assert found.recommended.levers == ("semantic_caching", "open_model")
    assert [each.change.key for each in advice.steps] == [
        "switch_on_semantic_caching",
        "switch_on_open_model",
    ]
    assert [each.replaces for each in advice.steps] == ["", "self_hosting"]
    assert sum(each.saving_usd_per_month for each in advice.steps) == pytest.approx(30_480 - 6_088)
    assert stored_options(found).usd_after({each.change for each in advice.steps}) == (
        pytest.approx(6_088)
    )


def test_an_older_result_keeps_the_levers_it_chose_among(result: Estimate) -> None:
    """Before 1.5.0 the open model stood beside what was recommended."""
    advice = result.recommendation
    assert advice is not None
    later = replace(advice.later, levers=("prompt_caching",))
    older = replace(result, recommendation=replace(advice, later=later, not_recommended=()))

    assert len(stored_options(result).usd_per_month) == 24
    assert len(stored_options(older).usd_per_month) == 16


def test_waterfall_and_shares_are_those_of_the_four_levers(result: Estimate) -> None:
    alone = estimate(parse_scenario(scenario_a(open_model=None)))

    assert result.waterfall == alone.waterfall
    assert result.shapley == alone.shapley
    assert set(result.waterfall) == set(LEVERS)


def test_the_hosting_question_is_asked_first_with_the_same_model_on_both_sides(
    result: Estimate,
) -> None:
    """At 0.0022 USD a call the open model is never dearer than 0.00876, a pool of full replicas.

    At the premium model's 0.01485 the pool pays where it pays against the baseline.
    """
    fair = result.crossovers[0]
    dear = {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15}
    other = estimate(parse_scenario(scenario_a(open_model=dear)))

    assert (fair.from_strategy, fair.to_strategy) == ("hosted_open", "self_hosted")
    assert fair.cheaper_intervals == ()
    against = other.crossover_of("baseline", "self_hosted")
    assert against is not None
    assert other.crossovers[0].cheaper_intervals == against.cheaper_intervals != ()
    assert other.break_even[0].from_strategy == "hosted_open"


def test_an_open_model_without_a_pool_is_priced_too() -> None:
    found = estimate(parse_scenario(scenario_a(pool=None)))

    assert len(found.subsets) == 16
    assert set(OPEN_STRATEGIES) <= set(found.strategies)
    assert "self_hosted" in found.left_out
    assert ("hosted_open", "self_hosted") not in [
        (each.from_strategy, each.to_strategy) for each in found.crossovers
    ]


def test_strategies_with_an_open_model_need_one() -> None:
    document = scenario_a(open_model=None, pairs=[["hosted_open", "baseline"]])

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert error.value.fields == {"open_model": ["is required by hosted_open"]}
    assert not set(OPEN_STRATEGIES) & set(
        estimate(parse_scenario(scenario_a(open_model=None))).left_out
    )


def test_zero_traffic_and_the_json_of_an_estimate() -> None:
    document = scenario_a()
    document["workload"]["requests_per_month"] = 0

    quiet = estimate(parse_scenario(document))

    assert quiet.strategies["hosted_open"].usd_per_month == 0.0
    whole = estimate(parse_scenario(scenario_a()))
    assert read_estimate(estimate_document(whole)) == whole


def test_open_weights_take_part_in_the_futures() -> None:
    ranges = {"open_model.input_usd_per_mtok": {"low": 0.3, "high": 9}}
    scenario = parse_scenario(scenario_a(ranges=ranges, samples=64))

    found = estimate(scenario)

    assert found.uncertainty is not None
    odds = found.uncertainty
    assert set(OPEN_STRATEGIES) <= set(odds.strategies)
    # Some futures have the open model dearer than what is recommended.
    assert 0 < odds.choices["recommended"].is_cheapest < 1
    assert uncertainty(scenario) is not None


@settings(slow, max_examples=50)
@given(scenarios())
def test_an_open_model_equal_to_the_premium_one_is_prompt_caching(
    document: dict[str, Any],
) -> None:
    document["open_model"] = document["premium_model"]

    strategies = estimate(parse_scenario(document)).strategies

    assert strategies["hosted_open"].usd_per_month == strategies["prompt_caching"].usd_per_month
    assert strategies["hosted_open"].lines == strategies["prompt_caching"].lines


@settings(slow, max_examples=50)
@given(scenarios(), models())
def test_open_strategies_add_up_and_follow_their_curves(
    document: dict[str, Any], open_model: dict[str, Any]
) -> None:
    scenario = parse_scenario(document | {"open_model": open_model})
    volumes = np.array([1e5, 3e6, 1e9])

    result = estimate(scenario)

    alone = estimate(parse_scenario(document))
    for name in STRATEGIES:
        assert result.strategies[name] == alone.strategies[name]
    for name in OPEN_STRATEGIES:
        cost = result.strategies[name]
        assert math.fsum(cost.lines.values()) == pytest.approx(cost.usd_per_month, rel=1e-9)
    sets = scenario.lever_sets
    curves = [cost_curve(scenario, levers).usd(volumes) for levers in sets]
    bills = bill_of(with_requests(scenario, volumes[:, None]), lever_sets(sets)).total
    assert np.allclose(np.transpose(curves), bills, rtol=1e-11, atol=1e-9)
    # It is no worse, but for a change that is immaterial or that the horizon does not repay.
    chosen, fewer = result.recommended.usd_per_month, alone.recommended.usd_per_month
    spend = result.strategies["current"].usd_per_month
    assert result.not_repaid or chosen <= fewer + 0.05 * spend
