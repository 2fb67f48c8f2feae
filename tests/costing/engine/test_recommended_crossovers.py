"""From which volume on what is recommended costs less than what runs today."""

from dataclasses import replace
from typing import Any

import pytest

from assessments.framework import load_framework
from costing.engine import Estimate, estimate, estimate_document, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.estimating import advised_again, read_estimate
from costing.engine.inputs import Basis, Scenario, with_requests
from costing.engine.levers import RECOMMENDED, RECOMMENDED_TODAY
from costing.engine.recommended_crossovers import recommended_crossovers, recommended_picture
from costing.engine.results import Crossover
from costing.engine.strategies import bill_of
from tests.golden import golden

KEPT = {"workload.requests_per_month": Basis.STATED}
REQUIREMENTS = load_framework().requirements
DAYS = {"resize_prompt_caching": 5.0, "switch_on_semantic_caching": 1.0}


def kept(
    base: str = "scenario_a", days: dict[str, float] | None = None, **changes: Any
) -> Estimate:
    """An estimate as it is kept, but without its futures."""
    document = golden(base) | {"pairs": []} | changes
    found = estimate(parse_scenario(document), REQUIREMENTS, effort_days=days or {})
    return replace(found, bases=KEPT, recommended_crossovers=recommended_crossovers(found))


def usd(scenario: Scenario, levers: tuple[str, ...], volume: float) -> float:
    return float(bill_of(with_requests(scenario, volume), lever_sets((levers,))).total[0])


def by_name(found: Estimate) -> dict[str, Crossover]:
    return {each.to_strategy: each for each in found.recommended_crossovers}


def test_what_is_recommended_is_held_against_what_runs_as_any_pair_is() -> None:
    found = kept(maturity={"integrity": 1.0}, pairs=[["current", "optimized_api"]])

    # Today prompt caching alone is allowed; later routing and a semantic cache come to it.
    assert found.recommended_today.levers == ("prompt_caching",)
    (pair,), advised = found.crossovers, by_name(found)
    assert list(advised) == [RECOMMENDED_TODAY, RECOMMENDED]
    assert advised[RECOMMENDED] == replace(pair, to_strategy=RECOMMENDED)
    for name, levers in ((RECOMMENDED_TODAY, ("prompt_caching",)), (RECOMMENDED, None)):
        first = advised[name].first_requests_per_month
        assert first is not None
        for factor, is_cheaper in ((0.999, False), (1.001, True)):
            volume = first * factor
            other = usd(found.scenario, levers or found.recommended.levers, volume)
            assert (other < usd(found.scenario, (), volume)) == is_cheaper
    assert found.crossover_of("current", RECOMMENDED) == advised[RECOMMENDED]
    stored = read_estimate(estimate_document(found))
    assert stored.recommended_crossovers == found.recommended_crossovers


def test_estimate_that_is_not_kept_and_one_without_a_change_have_none() -> None:
    scenario = parse_scenario(golden("scenario_a") | {"pairs": []})
    assert estimate(scenario).recommended_crossovers == ()
    whole = estimate(scenario, bases=KEPT)
    assert list(by_name(whole)) == [RECOMMENDED_TODAY, RECOMMENDED]

    best = list(whole.recommended.levers)
    assert kept(current_levers=best).recommended_crossovers == ()
    assert recommended_picture(kept(current_levers=best), RECOMMENDED, 0, 1) is None


def test_each_application_runs_what_suits_it_at_any_volume() -> None:
    found = kept("applications")

    crossing = by_name(found)[RECOMMENDED]
    assert found.recommended.by_application
    first = crossing.first_requests_per_month
    assert first is not None
    assert crossing.first_factor == first / found.scenario.workload.requests_per_month
    mixed = found.recommended.priced_as
    assert usd(found.scenario, mixed, first * 1.001) < usd(found.scenario, (), first * 1.001)
    assert usd(found.scenario, mixed, first * 0.999) > usd(found.scenario, (), first * 0.999)


def test_pool_that_is_cut_is_held_against_the_pool_as_it_runs() -> None:
    pool = golden("scenario_a")["pool"] | {"min_replicas": 100}
    workload = golden("scenario_a")["workload"] | {"requests_per_month": 6e7}
    gone = dict.fromkeys(("routing", "semantic_cache", "small_model"))
    found = kept(pool=pool, current_levers=["self_hosting"], workload=workload, **gone)

    advice, crossing = found.recommendation, by_name(found)[RECOMMENDED]
    assert advice is not None
    assert "resize" in {step.kind for step in advice.steps}
    assert "self_hosting" in found.recommended.levers
    picture = recommended_picture(found, RECOMMENDED, 0, 6e7)
    assert picture is not None
    assert picture.from_points[-1][1] == pytest.approx(advice.spend_usd_per_month)
    assert picture.to_points[-1][1] == pytest.approx(found.recommended.usd_per_month)
    assert any(low <= 6e7 <= (high or 6e7) for low, high in crossing.cheaper_intervals)


def test_recommendation_that_starts_or_ends_nowhere_says_so() -> None:
    # A cache that loses is switched off for nothing: that pays at every volume.
    workload = golden("scenario_a")["workload"] | {"prefix_hit_ratio": 0.05}
    alone = dict.fromkeys(("routing", "semantic_cache", "small_model", "pool"))
    found = kept(current_levers=["prompt_caching"], workload=workload, **alone)

    for crossing in found.recommended_crossovers:
        assert crossing.cheaper_intervals == ((0.0, None),)
        assert crossing.first_requests_per_month == crossing.dominance_requests_per_month == 0


def test_loss_that_goes_on_for_its_work_is_in_both_bills() -> None:
    workload = golden("scenario_a")["workload"] | {"prefix_hit_ratio": 0.2}
    days = dict.fromkeys(DAYS, 1.0) | {
        "resize_prompt_caching": 1e6,
        "switch_off_prompt_caching": 1e6,
    }
    found = kept(days=days, workload=workload, current_levers=["prompt_caching"], usd_per_day=100.0)

    advice = found.recommendation
    assert advice is not None
    assert "prompt_caching" in found.recommended.levers
    assert "resize" not in {step.kind for step in advice.steps}
    for name, choice in (
        (RECOMMENDED_TODAY, found.recommended_today),
        (RECOMMENDED, found.recommended),
    ):
        picture = recommended_picture(found, name, 0, 3e6)
        if name in by_name(found):
            assert picture is not None
            assert picture.to_points[-1][1] == pytest.approx(choice.usd_per_month)
        else:
            assert picture is None


def test_other_scores_ask_anew_and_the_same_keep_what_was_found() -> None:
    found = kept(maturity={"integrity": 1.0, "hosting": 3.0})

    same = advised_again(found, {"integrity": 1.0, "hosting": 3.0}, REQUIREMENTS)
    ready = advised_again(found, {"integrity": 4.0, "hosting": 3.0}, REQUIREMENTS)
    once = advised_again(replace(found, bases={}), {"integrity": 4.0}, REQUIREMENTS)

    assert same.recommended_crossovers is found.recommended_crossovers
    assert by_name(ready)[RECOMMENDED_TODAY].first_requests_per_month == (
        by_name(found)[RECOMMENDED].first_requests_per_month
    )
    assert once.recommended_crossovers == ()


def test_month_in_which_prices_make_it_pay_is_told() -> None:
    outlook = {"api_price_change_per_year_ratio": -0.3}
    for crossing in kept(outlook=outlook).recommended_crossovers:
        assert crossing.crossover_on == 1
