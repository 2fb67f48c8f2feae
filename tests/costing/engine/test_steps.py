"""One recommendation: its steps add up, contradict nothing, and hold in every shape of a case."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.framework import load_framework
from assessments.recommendation import ChangeKind, Recommendation
from assessments.roadmap import draft_roadmap, follow_roadmap
from assessments.scoring import score
from costing.engine import LEVERS, Estimate, estimate, parse_scenario
from costing.engine.levers import subsets
from costing.scenarios.cost_summary import costs_of
from tests.assessments.questionnaire import everything
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

FRAMEWORK = load_framework()
START = date(2026, 11, 1)
REQUIREMENTS = {lever.key: lever.requires for lever in FRAMEWORK.levers}
ON, OFF, RESIZE = ChangeKind


def scenario_a(**changes: Any) -> Estimate:
    return estimate(parse_scenario(golden("scenario_a") | {"pairs": []} | changes), REQUIREMENTS)


def advice_of(result: Estimate) -> Recommendation:
    assert result.recommendation is not None
    return result.recommendation


def steps_of(result: Estimate) -> list[tuple[str, str, float]]:
    return [
        (step.kind, step.lever, round(step.saving_usd_per_month, 2))
        for step in advice_of(result).steps
    ]


def test_routing_that_costs_more_than_it_saves_is_switched_off() -> None:
    # A platform of 50,000 a month: what runs costs 15,423.98 + 49,700 = 65,123.98. Without routing
    # it is 25,110.00, which saves 40,013.98; a semantic cache then saves 25,110.00 - 22,376.80.
    document = golden("scenario_a")
    document["routing"]["platform_usd_per_month"] = 50_000
    result = scenario_a(routing=document["routing"], current_levers=["prompt_caching", "routing"])

    assert steps_of(result) == [
        (OFF, "routing", 40013.98),
        (ON, "semantic_caching", 2733.20),
    ]
    assert result.recommended_today.levers == ("prompt_caching", "semantic_caching")


def test_pool_at_a_small_volume_is_switched_off() -> None:
    document = golden("scenario_a")
    document["workload"]["requests_per_month"] = 20_000
    result = scenario_a(workload=document["workload"], current_levers=["self_hosting"])

    kinds = {(kind, lever) for kind, lever, _ in steps_of(result)}
    assert (OFF, "self_hosting") in kinds
    assert result.recommended_today.levers == ()  # at so few calls no prompt stays in a cache


def test_pool_that_keeps_more_replicas_than_its_load_asks_for_is_resized() -> None:
    # Three replicas carry the load; ten are kept, seven too many: 7 x 730 h x 12.00 = 61,320.
    document = golden("scenario_a")
    document["pool"] |= {"min_replicas": 10}
    for section in ("routing", "small_model", "semantic_cache"):
        document[section] = None
    document["premium_model"] |= {"input_usd_per_mtok": 300, "output_usd_per_mtok": 1500}
    result = estimate(parse_scenario(document | {"current_levers": ["self_hosting"], "pairs": []}))

    assert steps_of(result) == [(RESIZE, "self_hosting", 61_320.0)]
    assert result.recommended_today.levers == ("self_hosting",)
    assert result.recommended_today.usd_per_month == pytest.approx(30_480.0)


def test_running_cache_that_pays_nowhere_is_switched_off() -> None:
    # Cost model, section 17: at a hit ratio of 0.05 it costs 48,708 instead of 44,550.
    document = golden("scenario_a")
    document["workload"] |= {"prefix_hit_ratio": 0.05}
    for section in ("routing", "small_model", "semantic_cache", "pool"):
        document[section] = None
    result = estimate(
        parse_scenario(document | {"current_levers": ["prompt_caching"], "pairs": []})
    )

    (step,) = steps_of(result)
    assert step == (OFF, "prompt_caching", 4158.0)
    assert result.recommended_today.usd_per_month == pytest.approx(44_550.0)


@pytest.mark.parametrize(
    ("requests", "hit_ratio", "steps", "left"),
    [
        # 0.25 requests: 0.004059 with the cache, 0.0037125 without, a twelfth less.
        (0.25, 0.05, [(OFF, "prompt_caching")], 0.0037125),
        # 0.0037278 with the cache: 0.4 % too much of a bill below a cent, and nothing is done.
        (0.25, 0.21, [], 0.0037278),
        # 0.000108 too much of 44,550 a month.
        (3e6, 0.2173913, [], 44_550.000108),
    ],
)
def test_steps_start_at_the_bill_however_small_it_or_a_loss_is(
    requests: float, hit_ratio: float, steps: list[tuple[str, str]], left: float
) -> None:
    document = golden("scenario_a")
    document["workload"] |= {"requests_per_month": requests, "prefix_hit_ratio": hit_ratio}
    for section in ("routing", "small_model", "semantic_cache", "pool"):
        document[section] = None
    result = estimate(
        parse_scenario(document | {"current_levers": ["prompt_caching"], "pairs": []})
    )
    advice = advice_of(result)

    assert [(step.kind, step.lever) for step in advice.steps] == steps
    assert advice.spend_usd_per_month == result.strategies["current"].usd_per_month
    assert advice.later.usd_per_month == pytest.approx(left, rel=1e-10)


def test_lever_that_runs_without_the_scores_for_it_goes_on() -> None:
    # Section 17: the advice is to close that gap, never a negative saving.
    result = scenario_a(
        current_levers=["prompt_caching", "routing"], maturity={"integrity": 1, "hosting": 1}
    )

    assert steps_of(result) == [(ON, "semantic_caching", 1534.87)]
    assert result.recommended_today.levers == ("prompt_caching", "routing")
    assert result.recommended_today.saving_ratio == 0.0
    assert result.recommended.levers == ("prompt_caching", "routing", "semantic_caching")


def test_lever_worth_less_than_a_hundredth_of_the_bill_is_left_out_and_named() -> None:
    document = golden("scenario_a")
    document["semantic_cache"]["platform_usd_per_month"] = 1_500  # 1,534.87 + 250 - 1,500
    result = scenario_a(semantic_cache=document["semantic_cache"])

    left_out = {each.lever: each for each in advice_of(result).not_recommended}
    assert result.recommended.levers == ("prompt_caching", "routing")
    assert left_out["semantic_caching"].reason == "immaterial"
    assert left_out["semantic_caching"].saving_usd_per_month == pytest.approx(284.87, abs=0.01)


@settings(max_examples=300, deadline=None)
@given(
    document=scenarios(),
    running=st.sampled_from(subsets()),
    checks=st.sampled_from(["yes", "partial", "no", "unknown", "na", "unanswered"]),
    level=st.sampled_from([1, 2, 3, 5, "unanswered"]),
)
def test_one_recommendation_holds_everywhere(
    document: dict[str, Any],
    running: tuple[str, ...],
    checks: str,
    level: int | str,
) -> None:
    answers = everything(checks, level)
    scores = score(FRAMEWORK, answers)
    maturity = {key: each.score and float(each.score) for key, each in scores.dimensions.items()}
    scenario = parse_scenario(
        document | {"current_levers": list(running), "maturity": maturity, "pairs": []}
    )
    result = estimate(scenario, REQUIREMENTS)
    scale = 1e-9 * (1.0 + max(each.usd_per_month for each in result.subsets))

    assert_steps_add_up(result, running, scale)
    assert_nothing_contradicts(result, running)
    assert_plan_brings_every_step(result, answers, scale)


def assert_steps_add_up(result: Estimate, running: tuple[str, ...], scale: float) -> None:
    advice, current = advice_of(result), result.strategies["current"].usd_per_month
    saved_now = sum(step.saving_usd_per_month for step in advice.steps_now)
    saved = sum(step.saving_usd_per_month for step in advice.steps)

    assert current - saved_now == pytest.approx(result.recommended_today.usd_per_month, abs=scale)
    assert current - saved == pytest.approx(result.recommended.usd_per_month, abs=scale)
    assert 0.0 <= saved_now + scale <= saved + 2 * scale
    for steps, state in ((advice.steps_now, advice.now), (advice.steps, advice.later)):
        on = {step.lever for step in steps if step.kind == ON}
        off = {step.lever for step in steps if step.kind == OFF}
        assert set(state.levers) == (set(running) | on) - off


def assert_nothing_contradicts(result: Estimate, running: tuple[str, ...]) -> None:
    """No lever changes twice, none is advised and refused, none held back is switched on now."""
    advice, held_back = advice_of(result), result.recommended_today.held_back
    switched = [step.lever for step in advice.steps if step.kind != RESIZE]
    refused = {each.lever for each in advice.not_recommended}

    assert len(switched) == len(set(switched))
    assert refused.isdisjoint(advice.later.levers)
    assert refused | {*advice.later.levers, *running} == set(LEVERS)
    assert not {step.lever for step in advice.steps_now if step.kind == ON} & set(held_back)
    assert all(step.one_time_usd >= 0.0 for step in advice.steps)


def assert_plan_brings_every_step(result: Estimate, answers: Any, scale: float) -> None:
    """The plan ends where the recommendation does."""
    advice, costs = advice_of(result), costs_of(result)
    draft = draft_roadmap(FRAMEWORK, answers, costs, starts_on=START)
    roadmap = follow_roadmap(
        FRAMEWORK,
        answers,
        score(FRAMEWORK, answers),
        draft.actions,
        starts_on=START,
        costs=costs,
        is_draft=True,
    )
    brought = {
        change: action.usd_per_month
        for action in roadmap.actions
        if (change := action.planned.brings(FRAMEWORK)) and action.usd_per_month is not None
    }
    left = advice.spend_usd_per_month - sum(brought.values())

    assert set(brought) == {step.change for step in advice.steps}
    assert left == pytest.approx(advice.later.usd_per_month, abs=scale)
    assert {each.key for each in draft.not_proposed}.isdisjoint(each.key for each in draft.actions)
