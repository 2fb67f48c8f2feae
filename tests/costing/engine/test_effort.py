"""Section 17: the work of a change counts in what is recommended, and so does its least worth."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from assessments.framework import load_framework
from assessments.recommendation import Change, ChangeKind, Options, recommend
from assessments.roadmap import effort_days, recommendation_for
from costing.engine import Estimate, estimate, estimate_document, parse_scenario
from costing.engine.estimating import advised_again, read_estimate
from costing.scenarios.cost_summary import costs_of
from tests.costing.engine.test_outlook import FALLS, bare, of
from tests.golden import golden

DAYS = effort_days(load_framework())
BY_API = ("prompt_caching", "routing", "semantic_caching")


def scenario_a(**changes: Any) -> Estimate:
    """Scenario A without growth, over 36 months: caching saves 19,440.00 a month, routing on top
    9,686.02 and a semantic cache 1,534.87; a pool costs more."""
    document = golden("scenario_a") | {"horizon_months": 36} | changes
    document["workload"] = document["workload"] | {"monthly_growth_ratio": 0}
    return estimate(parse_scenario(document), effort_days=DAYS)


def test_days_are_those_of_the_actions_of_each_lever() -> None:
    # The high ends: 8 + 3 to cache prompts, 12 to route, 15 for a semantic cache, 20 + 10 + 10 to
    # host; without an action of its own the roadmap assumes 10 to switch on, 5 to end or cut.
    assert {key: days for key, days in DAYS.items() if key.startswith("switch_on")} == {
        "switch_on_prompt_caching": 11,
        "switch_on_routing": 12,
        "switch_on_semantic_caching": 15,
        "switch_on_self_hosting": 40,
        "switch_on_open_model": 10,
    }
    assert {days for key, days in DAYS.items() if not key.startswith("switch_on")} == {5}


def test_lever_that_does_not_repay_its_work_is_not_recommended() -> None:
    # 1,534.87 × 36 = 55,255.32 a semantic cache saves. Its 15 days cost as much at 3,683.69 each;
    # at 4,000 they cost 60,000, so 4,744.68 would still be missing.
    repaid, unpaid = scenario_a(usd_per_day=3_683), scenario_a(usd_per_day=4_000)

    assert repaid.recommended.levers == BY_API
    assert unpaid.recommended.levers == BY_API[:2]
    advice = unpaid.recommendation
    assert advice is not None
    assert [step.effort_usd for step in advice.steps] == [44_000, 48_000]
    assert [step.one_time_usd for step in advice.steps] == [0, 0]
    assert advice.effort_usd == 92_000
    left_out = {each.lever: each for each in advice.not_recommended}
    assert left_out["semantic_caching"].reason == "not_repaid"
    assert left_out["semantic_caching"].saving_usd_per_month == pytest.approx(1_534.87, abs=0.005)
    assert left_out["semantic_caching"].missing_usd == pytest.approx(4_744.68, abs=0.01)
    assert left_out["self_hosting"].reason == "adds_cost"
    assert unpaid.not_repaid is not None
    assert unpaid.not_repaid.levers == BY_API


def test_work_too_dear_for_all_changes_leaves_things_as_they_are() -> None:
    result = scenario_a(usd_per_day=1e6)

    assert result.recommended.levers == result.recommended_today.levers == ()
    assert result.recommendation is not None
    assert result.recommendation.steps == ()
    reasons = {each.lever: each.reason for each in result.recommendation.not_recommended}
    assert reasons == dict.fromkeys((*BY_API, "self_hosting"), "not_repaid")


def test_a_day_without_a_price_changes_nothing() -> None:
    free, silent = scenario_a(usd_per_day=0), scenario_a()
    engine_alone = estimate(silent.scenario)

    assert estimate_document(free) == estimate_document(silent) == estimate_document(engine_alone)
    assert "effort_days" not in estimate_document(silent)


def test_break_even_pays_for_the_work_of_what_is_switched_on() -> None:
    pairs = [["baseline", "routed_api"], ["routed_api", "baseline"], ["baseline", "self_hosted"]]
    free, priced = (scenario_a(pairs=pairs, usd_per_day=usd).break_even for usd in (0, 4_000))

    # 23 days for 92,000 in the place of nothing, earned back by 29,126.02 a month; 40 for 160,000
    # beside the migration. What is switched off alone takes none.
    assert priced[0].month == pytest.approx(92_000 / 29_126.02, abs=1e-5)
    assert priced[0].saving_over_horizon_usd == pytest.approx(
        free[0].saving_over_horizon_usd - 92_000
    )
    assert priced[1] == free[1]
    assert priced[2].saving_over_horizon_usd == pytest.approx(
        free[2].saving_over_horizon_usd - 160_000
    )


def losing(**changes: Any) -> Estimate:
    """Prompt caching runs at a measured hit ratio of 0.05: 48,708 a month, 44,550 without writes
    that fail. Nothing else can be switched on."""
    document = golden("scenario_a") | {"current_levers": ["prompt_caching"], "horizon_months": 36}
    for section in ("routing", "semantic_cache", "small_model", "pool", "pairs"):
        del document[section]
    document["workload"] = document["workload"] | {
        "monthly_growth_ratio": 0,
        "prefix_hit_ratio": 0.05,
    }
    return estimate(parse_scenario(document | changes), effort_days=DAYS)


@pytest.mark.parametrize(("usd_per_day", "saved"), [(29_930, 4_158), (29_940, 0)])
def test_loss_is_cut_only_where_that_repays_its_work(usd_per_day: float, saved: float) -> None:
    # 4,158 × 36 = 149,688 is lost; 5 days of work cost as much at 29,937.60 each.
    result = losing(usd_per_day=usd_per_day)

    advice = result.recommendation
    assert advice is not None
    assert advice.spend_usd_per_month == pytest.approx(48_708)
    assert advice.saving_later_usd_per_month == pytest.approx(saved)
    assert len(advice.steps) == bool(saved)
    assert result.recommended.usd_per_month == pytest.approx(48_708 - saved)


def test_stored_results_and_other_scores_keep_the_work_that_was_counted() -> None:
    framework = load_framework()
    result = scenario_a(usd_per_day=4_000)
    stored = read_estimate(estimate_document(result))
    ready = {"integrity": 3.0, "hosting": 2.0}

    again = advised_again(stored, ready, framework.requirements)
    held = advised_again(stored, {"integrity": 1.0}, framework.requirements)

    assert stored.effort_days == DAYS
    assert again.recommendation == result.recommendation
    assert held.recommended_today.levers == ("prompt_caching",)
    roadmaps = recommendation_for(framework, costs_of(stored))
    assert result.recommendation is not None
    assert roadmaps.steps == result.recommendation.steps
    assert roadmaps.not_recommended == result.recommendation.not_recommended


def test_roadmap_asks_of_a_pool_what_the_engine_asks() -> None:
    # A pool that is cheaper by 270 this month, and not over 25 in which prices of models fall.
    result = of(bare(**FALLS))

    advice = recommendation_for(load_framework(), costs_of(result))

    assert of(bare()).recommended.levers == ("self_hosting",)
    assert result.recommended.levers == advice.later.levers == ()


@pytest.mark.parametrize(
    ("ratio", "levers"),
    [(0, BY_API), (0.03, BY_API), (0.04, BY_API[:2]), (0.3, BY_API[:1]), (0.5, ()), (1, ())],
)
def test_change_worth_less_than_its_least_is_left_out(
    ratio: float, levers: tuple[str, ...]
) -> None:
    # Of 44,550 a semantic cache saves 3.4 %, routing 21.7 %, with the cache beside it 25.2 %, and
    # caching 43.6 %.
    result = scenario_a(materiality_ratio=ratio)

    assert result.recommended.levers == levers
    assert result.recommendation is not None
    left_out = {each.lever: each.reason for each in result.recommendation.not_recommended}
    assert left_out == {
        **{lever: "immaterial" for lever in BY_API if lever not in levers},
        "self_hosting": "adds_cost" if levers else left_out["self_hosting"],
    }


def random_options(draw: np.random.Generator) -> Options:
    """Four levers at random costs, two of them rivals, with work and losses at random."""
    order = ("one", "two", "three", "rival")
    sets = [frozenset(each) for size in range(5) for each in combinations(order, size)]
    sets = [each for each in sets if not {"three", "rival"} <= each]
    running = sets[draw.integers(len(sets))] - {"rival"}
    usd = {each: float(draw.uniform(10, 1000)) for each in sets}
    changes = [Change(kind, lever) for kind in ChangeKind for lever in order]
    return Options(
        order=order,
        running=running,
        usd_per_month=usd,
        losses={lever: float(draw.uniform(1, 50)) for lever in running if draw.random() < 0.5},
        usd_over_horizon={each: 12 * month for each, month in usd.items()},
        materiality_ratio=0.0,
        effort_usd={each: float(draw.uniform(0, 3000)) for each in changes},
        months_worth=12.0,
    )


def present_usd(options: Options, levers: frozenset[str]) -> float:
    """What it costs over twelve months to go to a set, and to do there what pays of the losses."""
    usd = 12 * options.usd_per_month[levers]
    for lever in levers ^ options.running:
        replaced = lever == "three" and "rival" in levers
        kind = ChangeKind.SWITCH_ON if lever in levers else ChangeKind.SWITCH_OFF
        usd += 0.0 if replaced else options.effort_usd[Change(kind, lever)]
    for lever in levers & options.losses.keys():
        usd += min(12 * options.losses[lever], options.effort_usd[Change(ChangeKind.RESIZE, lever)])
    return usd


@pytest.mark.parametrize("seed", range(200))
def test_no_change_of_a_recommendation_could_be_left_out_for_less(seed: int) -> None:
    options = random_options(np.random.default_rng(seed))

    advice = recommend(options)

    levers = frozenset(advice.later.levers)
    changed = levers ^ options.running
    subsets = (
        frozenset(each)
        for size in range(len(changed) + 1)
        for each in combinations(sorted(changed), size)
    )
    whole = present_usd(options, levers)
    for left_out in subsets:
        other = levers ^ left_out
        if other in options.usd_per_month:
            assert whole <= present_usd(options, other) + 1e-6
    # Steps have the money of the whole way: savings, and work.
    saved = sum(step.saving_usd_per_month for step in advice.steps)
    assert advice.spend_usd_per_month - saved == pytest.approx(advice.later.usd_per_month)
    total = 12 * advice.later.usd_per_month + advice.effort_usd
    assert total == pytest.approx(whole)
