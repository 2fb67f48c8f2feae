"""Recommendation, maturity and break-even follow section 5 and the framework."""

from typing import Any

import pytest
from hypothesis import given, settings

from assessments.framework import load_framework
from costing.engine import (
    SELF_HOSTING,
    Estimate,
    estimate,
    estimate_document,
    monthly_saving,
    parse_scenario,
)
from costing.engine.breakeven import costs_over_horizon
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

REQUIREMENTS = {
    "prompt_caching": {},
    "routing": {"integrity": 3.0},
    "semantic_caching": {"integrity": 3.0},
    "self_hosting": {"integrity": 3.0, "hosting": 2.0},
}


def scenario_a(**changes: Any) -> Estimate:
    return estimate(parse_scenario(golden("scenario_a") | changes), REQUIREMENTS)


def test_nothing_is_held_back_without_maturity_scores() -> None:
    result = scenario_a()

    today, best = result.recommended_today, result.recommended
    assert (today.levers, today.usd_per_month) == (best.levers, best.usd_per_month)
    assert today.saving_ratio == best.saving_ratio
    assert today.held_back == {}


@pytest.mark.parametrize(
    ("maturity", "held_back"),
    [
        ({"integrity": 3, "hosting": 2}, {}),
        (
            {"integrity": 3, "hosting": 1.9},
            {"self_hosting": "hosting must be at least 2 and is 1.9"},
        ),
        (
            {"integrity": 2.5, "hosting": 4},
            {
                "routing": "integrity must be at least 3 and is 2.5",
                "semantic_caching": "integrity must be at least 3 and is 2.5",
                "self_hosting": "integrity must be at least 3 and is 2.5",
            },
        ),
        (
            {"integrity": None},
            {
                "routing": "integrity must be at least 3 and is not scored",
                "semantic_caching": "integrity must be at least 3 and is not scored",
                "self_hosting": "integrity must be at least 3 and is not scored; "
                "hosting must be at least 2 and is not scored",
            },
        ),
    ],
)
def test_levers_without_their_maturity_are_held_back(
    maturity: dict[str, Any], held_back: dict[str, str]
) -> None:
    result = scenario_a(maturity=maturity)

    assert result.recommended_today.held_back == held_back
    routed = ("prompt_caching", "routing", "semantic_caching")
    expected = ("prompt_caching",) if "routing" in held_back else routed
    assert result.recommended_today.levers == expected
    assert result.recommended.levers == routed


def test_recommendation_for_today_is_printed_with_what_it_holds_back() -> None:
    document = estimate_document(scenario_a(maturity={"integrity": 1, "hosting": 1}))

    today = document["recommended_today"]

    # Prompt caching alone: 44,550 − 25,110 saved of 44,550.
    assert today["levers"] == ["prompt_caching"]
    assert round(today["usd_per_month"], 2) == 25110.00
    assert round(today["saving_ratio"], 4) == 0.4364
    assert set(today["held_back"]) == {"routing", "semantic_caching", "self_hosting"}


def test_saving_is_measured_against_the_levers_of_today() -> None:
    result = scenario_a(current_levers=["prompt_caching"])

    optimized = result.strategies["optimized_api"]

    # 25,110.00 − 13,889.11 = 11,220.89, or 44.7 %
    assert round(optimized.saving_usd_per_month, 2) == 11220.89
    assert round(optimized.saving_ratio or 0, 3) == 0.447
    assert optimized.is_within_target
    assert not result.strategies["baseline"].is_within_target


def owned(**pool: Any) -> dict[str, Any]:
    """1,000 USD of API calls a month against one machine that carries up to 1,226,400 of them."""
    return {
        "workload": {
            "requests_per_month": 1_000_000,
            "input_tokens_per_call": 1000,
            "output_tokens_per_call": 0,
            "monthly_growth_ratio": 0.25,
        },
        "premium_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 1},
        "pool": {
            "hardware_usd_per_instance": 2000,
            "prefill_tokens_per_second": 1000 / 1.5,
            "decode_tokens_per_second": 1,
            "migration_usd": 500,
        }
        | pool,
        "horizon_months": 4,
    }


def test_hardware_is_paid_when_it_is_bought() -> None:
    scenario = parse_scenario(owned())

    saving = monthly_saving(scenario, "baseline", "self_hosted")

    # One machine for 1.0 M calls; two for 1.25, 1.5625 and 1.953125 M (up to 2.4528 M).
    assert list(saving.requests_per_month) == [1_000_000, 1_250_000, 1_562_500, 1_953_125]
    assert list(saving.invested_usd) == [2500, 2000, 0, 0]
    assert saving.saved_usd == pytest.approx((1000, 1250, 1562.5, 1953.125))
    assert saving.cumulative_usd == pytest.approx((-1500, -2250, -687.5, 1265.625))


def test_break_even_is_the_fraction_of_the_month_that_covers_the_rest() -> None:
    result = estimate(parse_scenario(owned())).break_even[1]

    assert (result.from_strategy, result.to_strategy) == ("baseline", "self_hosted")
    # 687.50 USD are left when the fourth month begins, which saves 1,953.125.
    assert result.month == pytest.approx(3 + 687.5 / 1953.125)
    assert result.saving_over_horizon_usd == pytest.approx(1265.625)


def test_break_even_beyond_the_horizon_is_null() -> None:
    result = estimate(parse_scenario(owned(migration_usd=10_000))).break_even[1]

    assert result.month is None
    assert result.saving_over_horizon_usd == pytest.approx(1265.625 - 9500)


def test_change_that_costs_nothing_pays_from_the_first_day() -> None:
    document = golden("scenario_a") | {"pairs": [["baseline", "prompt_caching"]]}

    result = estimate(parse_scenario(document)).break_even[0]

    assert result.month == 0


def test_change_between_two_pools_costs_no_migration() -> None:
    document = golden("scenario_a") | {"pairs": [["self_hosted", "hybrid"]]}
    scenario = parse_scenario(document)

    saving = monthly_saving(scenario, "self_hosted", "hybrid")

    assert set(saving.invested_usd) == {0.0}


def test_levers_ask_of_maturity_what_the_framework_says() -> None:
    framework = load_framework().requirements

    assert framework == {**REQUIREMENTS, "open_model": {"integrity": 3}}


def test_other_requirements_hold_back_other_levers() -> None:
    document = golden("scenario_a") | {"maturity": {"integrity": 1}}

    result = estimate(parse_scenario(document), {"routing": {"integrity": 1}})

    assert result.recommended_today.held_back == {}


def test_scores_without_requirements_are_refused() -> None:
    scenario = parse_scenario(golden("scenario_a") | {"maturity": {"integrity": 1}})

    with pytest.raises(ValueError, match="what each lever requires"):
        estimate(scenario)


def hosting_for_a_trifle(requests_per_month: float = 8_875_000, **changes: Any) -> Estimate:
    """Section 17: scenario A with the pool alone, no growth, where hosting saves 3.75 a month."""
    document = golden("scenario_a") | {"pairs": [], "horizon_months": 36} | changes
    for section in ("routing", "semantic_cache", "small_model"):
        del document[section]
    document["workload"] |= {"monthly_growth_ratio": 0, "requests_per_month": requests_per_month}
    return estimate(parse_scenario(document))


def test_hosting_that_the_horizon_does_not_repay_is_not_recommended() -> None:
    result = hosting_for_a_trifle()

    # 36 · 3.75 = 135 of 25,000 USD: 24,865 would still be missing.
    assert result.recommended.levers == result.recommended_today.levers == ("prompt_caching",)
    assert result.not_repaid is not None
    assert result.not_repaid.levers == ("self_hosting",)
    assert result.not_repaid.saving_usd_per_month == pytest.approx(3.75)
    assert result.not_repaid.missing_usd == pytest.approx(24_865)


def test_hosting_that_is_not_repaid_is_told_of_a_bill_below_a_cent() -> None:
    # A quarter of a request a month: 0.25 · (3,200 · 3 + 350 · 15) / 10^6 = 0.0037125 USD. A pool
    # that costs nothing but its 25,000 saves all of it: 36 months bring 0.13365.
    document = golden("scenario_a")
    document["pool"] |= {
        "usd_per_instance_hour": 0,
        "engineering_hours_per_month": 0,
        "platform_usd_per_month": 0,
    }
    result = hosting_for_a_trifle(0.25, pool=document["pool"])

    assert result.recommended.levers == ()
    assert result.not_repaid is not None
    assert result.not_repaid.levers == ("self_hosting",)
    assert result.not_repaid.saving_usd_per_month == pytest.approx(0.0037125)
    assert result.not_repaid.missing_usd == pytest.approx(25_000 - 0.13365)


def test_cheapest_month_that_is_not_repaid_is_told_not_a_dearer_one() -> None:
    # At ten times the prices, also of the small model, a pool alone is the cheapest month: 30,480.
    # Routing beside it would be cheaper than today too, yet by the pool alone: it adds cost itself.
    document = golden("scenario_a") | {"pairs": [], "horizon_months": 1}
    document["pool"] |= {"migration_usd": 1e9}
    document["premium_model"] = {key: 10 * usd for key, usd in document["premium_model"].items()}
    document["small_model"] = {"input_usd_per_mtok": 30, "output_usd_per_mtok": 150}
    result = estimate(parse_scenario(document))
    assert result.recommendation is not None
    reasons = {each.lever: each.reason for each in result.recommendation.not_recommended}

    assert (reasons["routing"], reasons["self_hosting"]) == ("adds_cost", "not_repaid")
    assert result.not_repaid is not None
    assert result.not_repaid.levers == ("self_hosting",)
    assert result.not_repaid.saving_usd_per_month == pytest.approx(
        result.recommended.usd_per_month - 30_480
    )


def test_hosting_that_runs_already_needs_no_repayment() -> None:
    result = hosting_for_a_trifle(current_levers=["self_hosting"])

    assert result.recommended.levers == ("self_hosting",)
    assert result.not_repaid is None


@settings(max_examples=150, deadline=None)
@given(document=scenarios())
def test_no_recommended_change_is_left_unpaid_at_the_horizon(document: dict[str, Any]) -> None:
    result = estimate(parse_scenario(document))
    scenario, costs = result.scenario, {each.levers: each.usd_per_month for each in result.subsets}

    if SELF_HOSTING in scenario.current_levers or SELF_HOSTING not in result.recommended.levers:
        return

    by_api = min((levers for levers in costs if SELF_HOSTING not in levers), key=costs.__getitem__)
    _, (api, hosted) = costs_over_horizon(scenario, [by_api, result.recommended.levers])
    assert hosted <= api + 1e-9 * abs(api)
