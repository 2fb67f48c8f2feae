"""Cost model, section 9: several applications share platforms, a pool and one factor of volume."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from costing.engine import (
    InvalidScenario,
    estimate,
    estimate_document,
    monthly_saving,
    parse_scenario,
    read_estimate,
)
from costing.engine.bills import lever_sets
from costing.engine.inputs import Basis, default_ranges, with_figures
from costing.engine.levers import LEVERS, subsets
from costing.engine.price_paths import with_model_prices
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import TURNS, bill, several, slow, turns, with_own
from tests.golden import golden


def test_two_applications_by_turns_are_worked_out_by_hand() -> None:
    result = estimate(parse_scenario(TURNS))

    # 985,500 calls at 0.003 and 657,000 at 0.004 USD.
    baseline = result.strategies["baseline"]
    assert baseline.by_application == pytest.approx({"even": 2956.5, "odd": 2628, "shared": 0})
    assert baseline.usd_per_month == pytest.approx(5584.5)
    # (985,500·1,100 + 657,000·2,000) tokens.
    assert baseline.usd_per_mtok == pytest.approx(5584.5 / 2398.05)
    # The larger of 3 and 2 replicas, all month, and people and platform once. Seconds 3 : 2.
    hosted = result.strategies["self_hosted"]
    assert hosted.peak_replicas == 3
    assert hosted.usd_per_month == pytest.approx(3 * 7300 + 1200)
    assert hosted.by_application == pytest.approx({"even": 13_860, "odd": 9_240, "shared": 0})
    # Apart: 3 and 2 replicas, people and platform twice.
    assert hosted.pooling_usd_per_month == pytest.approx(2 * 7300 + 1200)
    # Half of the calls at a tenth of the price, and a classifier for each.
    routed = result.strategies["routed_api"]
    assert routed.lines["even.routing"] == pytest.approx(98.55)
    assert routed.lines["routing"] == 300
    assert routed.by_application == pytest.approx(
        {"even": 2956.5 * 0.55 + 98.55, "odd": 2628 * 0.55 + 65.7, "shared": 300}
    )


def test_what_is_committed_is_spent_by_all_together() -> None:
    """Two applications by turns, 5,000 committed and 20 % off above."""
    terms = {"committed_usd_per_month": 5000, "commitment_discount_ratio": 0.2}
    found = estimate(parse_scenario(turns(commitment=terms))).strategies

    # 2,956.50 and 2,628 are 584.50 above: 5,000 + 0.8 · 584.50, the same discount for both.
    baseline, kept = found["baseline"], 5467.6 / 5584.5
    assert baseline.usd_per_month == pytest.approx(5467.6)
    assert baseline.lines["commitment"] == 0
    assert baseline.lines["odd.complex.input"] == pytest.approx(2628 * kept)
    assert baseline.by_application == pytest.approx(
        {"even": 2956.5 * kept, "odd": 2628 * kept, "shared": 0}
    )
    # 0.55 of it is 3,071.475: the rest goes unused. Classifiers and platform are beside it.
    routed = found["routed_api"]
    assert routed.lines["commitment"] == pytest.approx(1928.525)
    assert routed.usd_per_month == pytest.approx(5000 + 98.55 + 65.7 + 300)
    assert routed.by_application == pytest.approx(
        {"even": 1626.075 + 98.55, "odd": 1445.4 + 65.7, "shared": 2228.525}
    )
    # Nobody buys a token.
    hosted = found["self_hosted"]
    assert hosted.usd_per_month == pytest.approx(3 * 7300 + 1200 + 5000)
    assert hosted.by_application["shared"] == pytest.approx(5000)


def test_levers_may_be_off_for_one_application() -> None:
    found = bill(with_own(1, levers_allowed=["prompt_caching"]), *LEVERS[1:2])
    hosted = bill(with_own(1, levers_allowed=["prompt_caching"]), "self_hosting")

    assert found.by_application(0) == pytest.approx(
        {"even": 2956.5 * 0.55 + 98.55, "odd": 2628, "shared": 300}
    )
    # Only `even` is in the pool, so no other pool could be saved.
    assert hosted.by_application(0) == pytest.approx({"even": 23_100, "odd": 2628, "shared": 0})
    assert hosted.pooling_usd(parse_scenario(TURNS).pool) == [None]


def test_an_application_has_sections_of_its_own() -> None:
    own = {
        "routing": {"simple_ratio": 0.2, "classifier_usd_per_call": 0.0001},
        "premium_model": {"input_usd_per_mtok": 4, "output_usd_per_mtok": 0},
        "small_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 0},
    }

    found = bill(with_own(1, **own), "routing").by_application(0)

    # 657,000 calls of 2,000 tokens: 1,051.2 Mtok at 4, 262.8 at 1 USD.
    assert found["odd"] == pytest.approx(1051.2 * 4 + 262.8 + 65.7)
    assert found["even"] == pytest.approx(2956.5 * 0.55 + 98.55)


@pytest.mark.parametrize("terms", [None, {}, {"units": 40}])
def test_one_application_like_the_scenario_gives_the_very_figures(
    terms: dict[str, Any] | None,
) -> None:
    document = golden("scenario_a")
    if terms is not None:
        unit = {"usd_per_unit_hour": 0.7, "tokens_per_minute_per_unit": 13_000}
        document["premium_model"] |= {"provisioned": unit | terms}
    alone = estimate(parse_scenario(document))

    result = estimate(parse_scenario(document | {"applications": [{"key": "all", "share": 1}]}))

    assert [each.usd_per_month for each in result.subsets] == [
        each.usd_per_month for each in alone.subsets
    ]
    assert (result.shapley, result.waterfall) == (alone.shapley, alone.waterfall)
    assert result.break_even == alone.break_even
    assert [
        replace(each, first_factor=None, dominance_factor=None) for each in result.crossovers
    ] == list(alone.crossovers)
    assert result.strategies["hybrid"].peak_replicas == alone.strategies["hybrid"].peak_replicas


def test_a_scenario_without_applications_is_written_out_as_before() -> None:
    document = estimate_document(estimate(parse_scenario(golden("scenario_a"))))

    text = str(document)
    assert "application" not in text
    assert "factor" not in text
    assert "pooling" not in text


def test_an_estimate_with_applications_is_read_back() -> None:
    document = estimate_document(estimate(parse_scenario(TURNS)))

    assert estimate_document(read_estimate(document)) == document
    assert parse_scenario(document["inputs"]) == parse_scenario(TURNS)


@slow
@given(several())
def test_lines_shares_and_applications_add_up(document: dict[str, Any]) -> None:
    result = estimate(parse_scenario(document | {"pairs": []}))

    costs = {item.levers: item.usd_per_month for item in result.subsets}
    scale = max(costs.values()) + 1e-9
    for item in result.strategies.values():
        for parts in (item.lines, item.by_application):
            assert math.fsum(parts.values()) == pytest.approx(item.usd_per_month, rel=1e-9)
            assert min(parts.values()) >= 0
    saved = (
        costs[()]
        - costs[tuple(each for each in LEVERS if each in result.scenario.available_levers)]
    )
    for shares in (result.waterfall, result.shapley):
        total = math.fsum(share or 0 for share in shares.values())
        assert total == pytest.approx(saved, abs=1e-9 * scale)


@slow
@given(several())
def test_an_application_more_never_lowers_the_total(document: dict[str, Any]) -> None:
    """Taken away with its requests; without caches, which may be cheaper for more calls."""
    for model in ("premium_model", "small_model", "open_model"):
        (document.get(model) or {}).pop("cache_read_usd_per_mtok", None)
    *others, last = document["applications"]
    share = last.get(
        "share",
        last.get("workload", {}).get("requests_per_month", 0)
        / document["workload"]["requests_per_month"],
    )
    rest = document["workload"]["requests_per_month"] * (1 - share)
    fewer = document | {
        "workload": document["workload"] | {"requests_per_month": rest},
        "applications": [
            {**each, "share": each["share"] / (1 - share)} if "share" in each else each
            for each in others
        ],
    }
    sets = lever_sets(tuple(each for each in subsets(parse_scenario(document).available_levers)))

    without, whole = (bill_of(parse_scenario(each), sets).total for each in (fewer, document))

    assert np.all(without <= whole * (1 + 1e-9) + 1e-9)


@slow
@given(several())
def test_a_shared_pool_costs_at_most_the_pools_apart(document: dict[str, Any]) -> None:
    """Unless it is staffed only in hours with traffic, which are then those of all."""
    if document["pool"]["scaling"] == "scheduled":
        document["pool"] |= {"scaling": "autoscaled"}
    result = estimate(parse_scenario(document | {"pairs": []}))

    for item in result.strategies.values():
        if item.pooling_usd_per_month is not None:
            assert item.pooling_usd_per_month >= -1e-9 * item.usd_per_month


def test_hours_of_traffic_of_others_may_cost_more_than_a_pool_apart() -> None:
    """The large one's replicas then run in the hours of the small one too, and that is said."""
    workload = TURNS["applications"][1]["workload"] | {"requests_per_month": 18 * 365}
    document = with_own(1, workload=workload)
    requests = 2700 * 365 + 18 * 365
    document |= {
        "workload": TURNS["workload"] | {"requests_per_month": requests},
        "pool": TURNS["pool"] | {"scaling": "scheduled", "engineering_hours_per_month": 0},
    }

    hosted = estimate(parse_scenario(document)).strategies["self_hosted"]

    # 3 replicas for 730 h, where apart they are 3 for 365 h and 1 for 365 h; a platform more apart.
    assert hosted.pooling_usd_per_month == pytest.approx((4 * 365 - 3 * 730) * 10 + 200)


def test_growth_prices_and_futures_reach_every_application() -> None:
    scenario = parse_scenario(
        with_own(1, premium_model={"input_usd_per_mtok": 4, "output_usd_per_mtok": 0})
    )
    path = "applications.1.premium_model.input_usd_per_mtok"

    doubled = bill_of(with_model_prices(scenario, 2.0), lever_sets(((),))).total[0]
    column = with_figures(scenario, {path: np.array([[4.0], [8.0]])})
    once, twice = bill_of(column, lever_sets(((),))).total[:, 0]

    assert once == pytest.approx(2956.5 + 5256)
    assert doubled == pytest.approx(2 * once)
    assert twice == pytest.approx(2956.5 + 2 * 5256)
    grown = with_figures(scenario, {"workload.monthly_growth_ratio": 0.5})
    saved = monthly_saving(grown, "baseline", "routed_api").saved_usd
    # The platform is paid once in every month.
    assert saved[1] + 300 == pytest.approx((saved[0] + 300) * 1.5)
    assert path in default_ranges(scenario, {"": Basis.STATED})


def test_default_ranges_vary_what_counts() -> None:
    found = default_ranges(parse_scenario(TURNS), {"": Basis.STATED})

    assert "workload.requests_per_month" in found
    assert "applications.0.workload.input_tokens_per_call" in found
    assert "applications.0.workload.requests_per_month" not in found
    assert "workload.input_tokens_per_call" not in found
    assert "premium_model.input_usd_per_mtok" in found


def test_measured_points_are_held_against_each_application() -> None:
    points = [
        {
            "concurrency": 8,
            "input_tokens": 1000,
            "output_tokens": 100,
            "ttft_ms": 500,
            "tpot_ms": 10,
        }
    ]
    pool = {key: value for key, value in TURNS["pool"].items() if "tokens" not in key}
    document = with_own(0, latency={"ttft_ms": 100}) | {"pool": pool | {"points": points}}

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert list(error.value.fields) == ["applications.0.latency", "applications.1.workload"]
