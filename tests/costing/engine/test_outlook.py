"""Prices that move month by month, worked out by hand (section 15)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import (
    Estimate,
    estimate,
    estimate_document,
    monthly_saving,
    parse_scenario,
    strategy_costs,
)
from costing.engine.breakeven import costs_over_horizon
from costing.engine.flips import hosting_flip
from costing.engine.inputs import scenario_document
from tests.costing.engine.scenarios import scenarios
from tests.costing.engine.test_flips import at_volume
from tests.golden import golden

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FALLS = {"api_price_change_per_year_ratio": -0.36}
EQUAL = pytest.approx


def bare(**outlook: Any) -> dict[str, Any]:
    """1 M calls of 1,000 tokens in at 1 USD per Mtok: 1,000 USD a month by API.

    A pool that is always on takes one instance of 1 USD an hour, 730 USD a month; growth is 0.
    """
    return {
        "workload": {
            "requests_per_month": 1e6,
            "input_tokens_per_call": 1000,
            "output_tokens_per_call": 0,
        },
        "premium_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 0},
        "pool": {
            "usd_per_instance_hour": 1,
            "prefill_tokens_per_second": 1e5,
            "decode_tokens_per_second": 1e5,
        },
        "pairs": [{"from": "baseline", "to": "self_hosted"}],
        "horizon_months": 25,
        "outlook": outlook,
    }


def of(document: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(document))


def saved_in(document: dict[str, Any]) -> tuple[float, ...]:
    return monthly_saving(parse_scenario(document), "baseline", "self_hosted").saved_usd


def test_prices_of_models_fall_month_by_month() -> None:
    saved = saved_in(bare(**FALLS))

    # 0.64 a year: month 1 pays 1,000, month 7 pays 1,000 · √0.64 = 800, month 13 pays 640 and
    # month 25 pays 1,000 · 0.64² = 409.60; the pool takes 730 all along.
    assert saved[0] == EQUAL(270)
    assert saved[6] == EQUAL(70)
    assert saved[12] == EQUAL(-90)
    assert saved[24] == EQUAL(409.6 - 730)


def test_a_contract_holds_its_price_until_it_ends() -> None:
    saved = saved_in(bare(**FALLS, api_contract_months=12))

    assert saved[:12] == EQUAL([270] * 12)
    assert saved[12] == EQUAL(-90)


def test_prices_of_capacity_move_by_their_own() -> None:
    saved = saved_in(bare(gpu_price_change_per_year_ratio=-0.36))

    # 730 · 0.8 = 584 in month 7, 730 · 0.64 = 467.20 in month 13.
    assert saved[6] == EQUAL(416)
    assert saved[12] == EQUAL(532.8)


def test_hardware_is_bought_at_the_price_of_its_month_and_electricity_stays() -> None:
    document = bare(gpu_price_change_per_year_ratio=-0.36)
    # A call takes 0.01 s, so a replica carries 730 · 3,600 · 0.7 / 0.01 = 183.96 M a month; growth
    # passes that in month 18, and a second replica is bought then.
    document["workload"]["monthly_growth_ratio"] = 0.3589
    document["pool"] |= {
        "usd_per_instance_hour": None,
        "hardware_usd_per_instance": 1000,
        "power_kw_per_instance": 1,
        "electricity_usd_per_kwh": 0.5,
        "max_utilization_ratio": 0.7,
    }

    months = monthly_saving(parse_scenario(document), "baseline", "self_hosted")

    bought = {place: usd for place, usd in enumerate(months.invested_usd) if usd}
    second = sorted(bought)[1]
    assert bought[0] == EQUAL(1000)
    assert months.requests_per_month[second - 1] <= 183.96e6 < months.requests_per_month[second]
    assert bought[second] == EQUAL(1000 * 0.64 ** (second / 12))
    # The API takes 0.001 a request, the pool 365 USD of electricity.
    assert months.saved_usd[6] == EQUAL(months.requests_per_month[6] / 1000 - 365)


def test_a_new_generation_is_paid_whenever_it_comes_but_not_at_the_start() -> None:
    result = of(bare(refresh_months=12, refresh_usd=5000))

    paid = monthly_saving(result.scenario, "baseline", "self_hosted").invested_usd

    # 270 a month for 25 months, less two generations, at the start of months 13 and 25.
    assert {place: usd for place, usd in enumerate(paid) if usd} == {12: 5000, 24: 5000}
    assert result.break_even[0].saving_over_horizon_usd == EQUAL(25 * 270 - 10_000)


def test_a_pool_on_both_sides_pays_its_generations_on_both() -> None:
    document = golden("scenario_a") | {"outlook": {"refresh_months": 6, "refresh_usd": 1e6}}

    months = monthly_saving(parse_scenario(document), "self_hosted", "hybrid")

    assert set(months.invested_usd) == {0.0}


def test_later_sums_are_worth_less_at_a_discount() -> None:
    document = bare(discount_ratio_per_year=0.5625, refresh_months=12, refresh_usd=5000)

    months = monthly_saving(parse_scenario(document), "baseline", "self_hosted")

    # 1.5625 a year: what comes in month 7 is divided by √1.5625 = 1.25, in month 13 by 1.5625.
    assert months.saved_usd[0] == EQUAL(270)
    assert months.saved_usd[6] == EQUAL(216)
    assert months.saved_usd[12] == EQUAL(172.8)
    assert months.invested_usd[12] == EQUAL(3200)


@pytest.mark.parametrize(("discount", "missing"), [(0.0, None), (0.5625, 1522.91)])
def test_a_discount_leaves_a_change_unpaid(discount: float, missing: float | None) -> None:
    document = bare(discount_ratio_per_year=discount)
    document["pool"]["migration_usd"] = 6000

    result = of(document)

    # 25 months of 270 are 6,750. With q = 1.5625^(−1/12) = 0.963493 they are worth
    # 270 · (1 − q²⁵)/(1 − q) = 4,477.09 today.
    if missing is None:
        assert result.not_repaid is None
        assert result.recommended.levers == ("self_hosting",)
        assert result.break_even[0].saving_over_horizon_usd == EQUAL(750)
    else:
        assert result.not_repaid is not None
        assert result.not_repaid.missing_usd == EQUAL(missing, abs=0.1)
        assert result.recommended.levers == ()
        assert result.break_even[0].saving_over_horizon_usd == EQUAL(-missing, abs=0.1)
        assert result.break_even[0].month is None


def test_first_month_in_which_hosting_is_cheaper_is_reported() -> None:
    # The pool costs 1,460 at 2 USD an hour and the API 1,000 · 1.2^m: 1,000, 1,200, 1,440, 1,728.
    document = bare()
    document["workload"]["monthly_growth_ratio"] = 0.2
    document["pool"]["usd_per_instance_hour"] = 2

    assert of(document).crossovers[0].crossover_on == 4
    # Without growth it is never reached, nor where models become cheaper as fast as use grows.
    document["workload"]["monthly_growth_ratio"] = 0
    assert of(document).crossovers[0].crossover_on is None


@pytest.mark.parametrize(("change", "month"), [(0.44, 14), (-0.5, None)])
def test_prices_alone_may_cross(change: float, month: int | None) -> None:
    # 1,000 · 1.44^(m/12) passes 1,460 where 1.44^(m/12) = 1.46: m = 12 · ln 1.46 / ln 1.44 = 12.45,
    # so the month that begins 13 months from now, the 14th.
    document = bare(api_price_change_per_year_ratio=change)
    document["pool"]["usd_per_instance_hour"] = 2

    assert of(document).crossovers[0].crossover_on == month


def test_a_pool_that_falling_prices_do_not_repay_is_not_recommended() -> None:
    # Cheaper by 270 this month, and without migration; yet over 25 months by API it costs
    # 1,000 · (1 − q^25)/(1 − q) with q = 0.64^(1/12): 16,581.61, and in the pool 18,250.
    assert of(bare()).recommended.levers == ("self_hosting",)

    result = of(bare(**FALLS))

    assert result.recommended.levers == ()
    assert result.not_repaid is not None
    q = 0.64 ** (1 / 12)
    api = 1000 * (1 - q**25) / (1 - q)
    assert result.not_repaid.missing_usd == EQUAL(18_250 - api)
    assert result.not_repaid.saving_usd_per_month == EQUAL(270)


def test_a_pool_that_runs_is_not_asked_to_repay() -> None:
    assert of(bare(**FALLS) | {"current_levers": ["self_hosting"]}).recommended.levers == (
        "self_hosting",
    )


def test_flip_names_the_fall_of_prices_at_which_hosting_does_not_pay() -> None:
    document = at_volume(60_000_000) | {"outlook": {}}
    result = estimate(parse_scenario(document))

    flip = hosting_flip(result)

    # Both cost the same over the 60 months at 25,000 + 60 · pool = API · (1 − q^60)/(1 − q).
    costs = strategy_costs(result.scenario)
    assert flip is not None
    assert flip.price_change_per_year is not None
    q = (1 + flip.price_change_per_year) ** (1 / 12)
    api = costs["prompt_caching"] * (1 - q**60) / (1 - q)
    assert api == EQUAL(25_000 + 60 * costs["self_hosted"], rel=1e-6)


@pytest.mark.parametrize("change", [-1.0, -2.0, 11.0, "much"])
def test_changes_of_prices_have_bounds(change: Any) -> None:
    with pytest.raises(ValueError, match=r"outlook\.api_price_change_per_year_ratio"):
        parse_scenario(bare(api_price_change_per_year_ratio=change))


def test_a_scenario_without_an_outlook_is_written_as_before() -> None:
    result = of(golden("scenario_a"))

    assert "outlook" not in scenario_document(result.scenario)
    assert "crossover_on" not in estimate_document(result)["crossovers"][0]


@settings(slow, max_examples=40)
@given(scenarios())
def test_prices_that_do_not_change_change_nothing(document: dict[str, Any]) -> None:
    still = {"api_price_change_per_year_ratio": 0, "refresh_months": 12, "refresh_usd": 0}
    as_before = estimate(parse_scenario(document | {"outlook": None}))

    result = estimate(parse_scenario(document | {"outlook": still}))

    assert result.subsets == as_before.subsets
    assert result.break_even == as_before.break_even
    assert [each.cheaper_intervals for each in result.crossovers] == [
        each.cheaper_intervals for each in as_before.crossovers
    ]


@settings(slow, max_examples=60)
@given(scenarios(), st.floats(-0.9, 0.0), st.floats(0.0, 1.0))
def test_falling_api_prices_never_advance_the_break_even_of_owned_hardware(
    document: dict[str, Any], change: float, share: float
) -> None:
    document["pool"] |= {"usd_per_instance_hour": None, "hardware_usd_per_instance": 5e4}
    months = []
    for fall in (change, change * share):
        document["outlook"] = {"api_price_change_per_year_ratio": fall}
        result = estimate(parse_scenario(document))
        found = next(x for x in result.break_even if x.to_strategy == "self_hosted")
        months.append(float("inf") if found.month is None else found.month)

    assert months[0] >= months[1] - 1e-9


@settings(slow, max_examples=40)
@given(scenarios())
def test_total_over_the_horizon_is_the_sum_of_its_months(document: dict[str, Any]) -> None:
    scenario = parse_scenario(document)

    _, total = costs_over_horizon(scenario, ((), ("self_hosting",)))

    saving = monthly_saving(scenario, "baseline", "self_hosted").cumulative_usd[-1]
    assert total[0] - total[1] == pytest.approx(saving, rel=1e-9, abs=1e-9 * np.abs(total).max())
