"""Provisioned throughput and committed spend: section 13, worked out by hand."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import Estimate, estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.bills import lever_sets
from costing.engine.crossover import cheaper_intervals
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import InvalidScenario, Scenario, with_figures, with_requests
from costing.engine.levers import subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

slow = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
# Scenario A's week: 13,809.5 calls in each of 50 hours, of 3,200 + 2 · 350 = 3,900 weighted tokens.
UNIT = {
    "usd_per_unit_hour": 2.0,
    "tokens_per_minute_per_unit": 13_000,
    "output_token_weight": 2,
    "months": 12,
}


def scenario_a(commitment: dict[str, Any] | None = None, **premium: Any) -> dict[str, Any]:
    document: dict[str, Any] = deepcopy(golden("scenario_a"))
    document["premium_model"] |= premium
    return document | ({"commitment": commitment} if commitment else {})


def estimated(document: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(document))


def with_units(**terms: Any) -> Estimate:
    return estimated(scenario_a(provisioned=UNIT | terms))


def test_units_carry_each_hour_up_to_their_capacity_and_the_rest_spills_over() -> None:
    """A unit carries 13,000 · 60 / 3,900 = 200 calls an hour, and costs 1,460 a month.

    3 M calls are 3,000,000 / (50 · 730/168) = 13,808.2 in each active hour: 40 units carry 8,000,
    so 42.06 % spill over, of 44,550 for all as you go.
    """
    cost = with_units(units=40).strategies["baseline"]

    spilled = 1 - 8_000 / (3_000_000 * 168 / 730 / 50)
    assert cost.lines == {
        "complex.provisioned": pytest.approx(40 * 1_460),
        "complex.spillover": pytest.approx(44_550 * spilled),
    }
    assert cost.usd_per_month == pytest.approx(58_400 + 44_550 * spilled)
    assert cost.provisioned_units == {"complex": 40}


def test_units_are_bought_where_the_hours_that_fill_them_cost_more_as_you_go() -> None:
    """A full unit spares 200 calls in 50 hours a week: 43,452.4 calls of 0.01485, 645.27 a month.

    At 0.85 an hour it costs 620.50, so 69 are full and the 70th is hardly used: 13,808.2 / 200 =
    69.04. At 0.90 it costs 657 and none is bought.
    """
    bought = with_units(usd_per_unit_hour=0.85).strategies["baseline"]
    none = with_units(usd_per_unit_hour=0.9).strategies["baseline"]
    in_tens = with_units(usd_per_unit_hour=0.85, min_units=15, unit_step=10).strategies["baseline"]

    assert bought.provisioned_units == {"complex": 69}
    spilled = 1 - 69 * 200 / (3_000_000 * 168 / 730 / 50)
    assert bought.usd_per_month == pytest.approx(69 * 620.5 + 44_550 * spilled)
    assert (none.provisioned_units, none.usd_per_month) == ({"complex": 0}, pytest.approx(44_550))
    assert none.lines["complex.provisioned"] == 0
    assert in_tens.provisioned_units == {"complex": 65}


def test_spillover_pays_what_a_call_of_the_lane_costs_with_its_prompt_cache() -> None:
    found = with_units(units=40).strategies["prompt_caching"]

    spilled = 1 - 8_000 / (3_000_000 * 168 / 730 / 50)
    assert found.lines["complex.spillover"] == pytest.approx(25_110 * spilled)


def test_a_lane_that_is_not_used_buys_no_units() -> None:
    document = scenario_a()
    document["small_model"]["provisioned"] = UNIT | {"units": 3}
    found = estimated(document).strategies

    assert found["routed_api"].lines["simple.provisioned"] == pytest.approx(3 * 1_460)
    assert found["routed_api"].provisioned_units == {"simple": 3}
    assert found["prompt_caching"].usd_per_month == pytest.approx(25_110)
    assert found["self_hosted"].usd_per_month == pytest.approx(30_480)


def test_committed_spend_is_paid_in_any_case_and_discounts_what_is_above() -> None:
    """20,000 committed, 25 % off above: 44,550 costs 20,000 + 0.75 · 24,550 = 38,412.50.

    Routed lanes cost 15,423.98 less 300 + 60 of routing: 15,063.98, so 4,936.02 go unused. A pool
    pays it all beside its 30,480.
    """
    terms = {"committed_usd_per_month": 20_000, "commitment_discount_ratio": 0.25}
    found = estimated(scenario_a(terms)).strategies

    assert found["baseline"].usd_per_month == pytest.approx(38_412.5)
    assert found["baseline"].lines["commitment"] == 0
    assert found["baseline"].lines["complex.input"] == pytest.approx(28_800 * 38_412.5 / 44_550)
    assert found["routed_api"].lines["commitment"] == pytest.approx(4_936.02, abs=0.005)
    assert found["routed_api"].usd_per_month == pytest.approx(20_360)
    assert found["self_hosted"].usd_per_month == pytest.approx(50_480)


@pytest.mark.parametrize(("discount", "usd"), [(0, 44_550), (1, 10_000)])
def test_discounts_of_nothing_and_of_all(discount: float, usd: float) -> None:
    terms = {"committed_usd_per_month": 10_000, "commitment_discount_ratio": discount}

    assert estimated(scenario_a(terms)).strategies["baseline"].usd_per_month == pytest.approx(usd)


def test_a_commitment_counts_units_and_what_spills_over() -> None:
    """58,400 of units and 18,739.5 of spillover: 20,000, and 90 % of what is above."""
    terms = {"committed_usd_per_month": 20_000, "commitment_discount_ratio": 0.1}
    found = estimated(scenario_a(terms, provisioned=UNIT | {"units": 40})).strategies["baseline"]

    usd = 58_400 + 44_550 * (1 - 8_000 / (3_000_000 * 168 / 730 / 50))
    assert found.usd_per_month == pytest.approx(20_000 + 0.9 * (usd - 20_000))


def test_no_traffic_pays_given_units_and_the_commitment_alone() -> None:
    document = scenario_a({"committed_usd_per_month": 500}, provisioned=UNIT)
    document["workload"]["requests_per_month"] = 0
    at_best = estimated(document).strategies["baseline"]
    document["premium_model"]["provisioned"] = UNIT | {"units": 2}
    given_two = estimated(document).strategies["baseline"]

    assert at_best.lines == {"commitment": 500, "complex.provisioned": 0, "complex.spillover": 0}
    assert given_two.usd_per_month == pytest.approx(2_920)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"premium_model.provisioned.units": 12}, "premium_model.provisioned.units"),
        ({"workload.batch_ratio": 0.2}, "premium_model.provisioned"),
        (
            {"premium_model.provisioned.tokens_per_minute_per_unit": 0},
            "premium_model.provisioned.tokens_per_minute_per_unit",
        ),
        (
            {"ranges": {"premium_model.provisioned.units": {"low": 1, "high": 9}}},
            "ranges.premium_model.provisioned.units",
        ),
        ({"commitment": {"committed_usd_per_month": -1}}, "commitment.committed_usd_per_month"),
    ],
)
def test_what_cannot_be_combined_is_named(changes: dict[str, Any], path: str) -> None:
    document = scenario_a(provisioned=UNIT | {"min_units": 10, "unit_step": 5})
    for place, value in changes.items():
        holder = document
        *above, key = place.split(".")
        for part in above:
            holder = holder[part]
        holder[key] = value

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert list(error.value.fields) == [path]


def test_stored_commitments_read_back_and_none_is_not_written() -> None:
    found = estimated(scenario_a({"committed_usd_per_month": 9}, provisioned=UNIT))
    plain = estimate_document(estimated(scenario_a()))

    assert read_estimate(estimate_document(found)) == found
    assert parse_scenario(estimate_document(found)["inputs"]) == found.scenario
    assert "provisioned" not in plain["inputs"]["premium_model"]
    assert "provisioned_units" not in plain["strategies"]["baseline"]
    assert "commitment" not in plain["inputs"]


def test_a_price_of_units_holds_for_its_term() -> None:
    """Falling by half a year, units still cost 1,460 in month 12 and half of that in month 13."""
    document = scenario_a(provisioned=UNIT | {"units": 1}, input_usd_per_mtok=0)
    document["premium_model"] |= {"output_usd_per_mtok": 0, "cache_read_usd_per_mtok": None}
    document |= {"pool": None, "pairs": [["baseline", "routed_api"]], "horizon_months": 13}
    document["routing"] = {"simple_ratio": 1, "escalation_ratio": 0}
    document["small_model"] = {"input_usd_per_mtok": 0, "output_usd_per_mtok": 0}
    document["outlook"] = {"api_price_change_per_year_ratio": -0.5}
    found = estimated(document).break_even[0]

    # The premium lane stays on with routing, and so does its unit: both cost the same.
    assert found.saving_over_horizon_usd == pytest.approx(0)
    pool = {"usd_per_instance_hour": 0, "prefill_tokens_per_second": 1e9}
    document |= {
        "pool": pool | {"decode_tokens_per_second": 1e9},
        "pairs": [["baseline", "self_hosted"]],
    }
    hosted = estimated(document).break_even[0]
    assert hosted.saving_over_horizon_usd == pytest.approx(12 * 1_460 + 1_460 * 0.5)


def _changed(document: dict[str, Any], data: st.DataObject) -> Scenario:
    document["workload"]["batch_ratio"] = 0
    for section in ("premium_model", "small_model"):
        if data.draw(st.booleans()):
            units = data.draw(st.one_of(st.none(), st.integers(0, 3)))
            least, step = data.draw(st.integers(0, 5)), data.draw(st.integers(1, 4))
            document[section]["provisioned"] = {
                "usd_per_unit_hour": data.draw(st.floats(0, 20)),
                "tokens_per_minute_per_unit": data.draw(st.floats(1_000, 1e7)),
                "min_units": least,
                "unit_step": step,
                "units": None if units is None else least + units * step,
            }
    if data.draw(st.booleans()):
        document["commitment"] = {
            "committed_usd_per_month": data.draw(st.floats(0, 1e5)),
            "commitment_discount_ratio": data.draw(st.floats(0, 1)),
        }
    return parse_scenario(document)


@slow
@given(scenarios(), st.data(), st.lists(st.floats(1e4, 1e9), min_size=2, max_size=6))
def test_curve_is_the_bill_at_every_volume_and_keeps_to_its_bounds(
    document: dict[str, Any], data: st.DataObject, volumes: list[float]
) -> None:
    scenario, column = _changed(document, data), np.array(sorted(volumes))
    bills = bill_of(with_requests(scenario, column[:, None]), lever_sets(subsets())).total

    for place, levers in enumerate(subsets()):
        curve = cost_curve(scenario, levers)
        assert curve.usd(column) == pytest.approx(bills[:, place], rel=1e-9, abs=1e-9)
        smooth = curve.smooth_usd(column)
        scale = 1e-9 * (1.0 + np.abs(smooth).max())
        slope, low, high = curve.asymptote_with()
        assert np.all(smooth >= slope * column + low - scale)
        assert np.all(smooth <= slope * column + high + scale)
        for lane in curve.lanes:
            marks = sorted({*column.tolist(), *lane.kinks(), *lane.landmarks()})
            ends = np.array([each for each in marks if column[0] <= each <= column[-1]])
            usd = lane.usd(ends)
            least, most = lane.slopes(ends[:-1], ends[1:])
            width, noise = np.diff(ends), 1e-9 * (1.0 + np.abs(usd[1:]))
            assert np.all(np.diff(usd) >= least * width - noise)
            assert np.all(np.diff(usd) <= most * width + noise)


@slow
@given(scenarios(), st.data())
def test_best_units_never_cost_more_than_none_or_any_number(
    document: dict[str, Any], data: st.DataObject
) -> None:
    document["workload"]["batch_ratio"] = 0
    terms = {"usd_per_unit_hour": data.draw(st.floats(0, 20)), "min_units": 2, "unit_step": 3}
    terms["tokens_per_minute_per_unit"] = data.draw(st.floats(1_000, 1e6))
    sets = lever_sets(subsets())
    without = bill_of(parse_scenario(document), sets).total
    document["premium_model"]["provisioned"] = terms
    best = bill_of(parse_scenario(document), sets).total
    terms["units"] = 2 + 3 * data.draw(st.integers(0, 50))
    given_units = bill_of(parse_scenario(document), sets).total

    assert np.all(best <= without * (1 + 1e-12))
    assert np.all(best <= given_units * (1 + 1e-12))


@pytest.mark.parametrize("units", [None, 30])
@pytest.mark.parametrize("commitment", [None, {"committed_usd_per_month": 500}])
def test_every_crossing_with_the_pool_is_found(
    units: int | None, commitment: dict[str, Any] | None
) -> None:
    """Against a walk in steps of a thousandth of a unit's 43,452 calls of a month."""
    terms = UNIT | {"usd_per_unit_hour": 0.4, "units": units}
    discount = {"commitment_discount_ratio": 0.02}
    document = scenario_a(commitment and commitment | discount, provisioned=terms)
    document["pool"] |= {"usd_per_instance_hour": 9, "engineering_hours_per_month": 10}
    scenario = parse_scenario(document)
    pair = (("prompt_caching",), ("self_hosting",))
    volumes = np.arange(43.0, 12e6, 431.0)

    intervals, dominance = cheaper_intervals(scenario, *pair)

    curves = [cost_curve(scenario, levers).usd(volumes) for levers in pair]
    is_cheaper = np.zeros(len(volumes), dtype=bool)
    for low, high in intervals:
        is_cheaper |= (volumes > low) & (volumes <= (np.inf if high is None else high))
    same = np.abs(curves[1] - curves[0]) <= 1e-9 * curves[0]
    assert intervals
    assert np.array_equal(is_cheaper | same, (curves[1] < curves[0]) | same)
    assert dominance is None or curves[1][-1] < curves[0][-1]


def test_a_commitment_is_no_reason_to_take_two_bills_for_one() -> None:
    """Both strategies have the same premium lane; under a commitment it does not cancel out.

    Above 20,000 a tenth is off: the pool that takes simple calls away then spares a tenth less.
    """
    terms = {"committed_usd_per_month": 20_000, "commitment_discount_ratio": 0.1}
    small = {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15}
    scenario = parse_scenario(scenario_a(terms) | {"small_model": small})
    pair = (("routing",), ("routing", "self_hosting"))
    intervals, _ = cheaper_intervals(scenario, *pair)

    ends = [end for interval in intervals for end in interval if end]
    assert ends
    for end in ends:
        around = np.array([[end * (1 - 1e-8)], [end * (1 + 1e-8)]])
        first, second = bill_of(with_requests(scenario, around), lever_sets(pair)).total.T
        assert (second < first)[0] != (second < first)[1]


def test_batches_give_each_scenario_its_own_units() -> None:
    columns = {
        "workload.requests_per_month": [3e6, 1e5, 0.0],
        "workload.active_hours_per_day": [10.0, 7.5, 24.0],
        "premium_model.input_usd_per_mtok": [3.0, 30.0, 1.0],
        "commitment.committed_usd_per_month": [0.0, 5_000.0, 900.0],
    }
    terms = UNIT | {"usd_per_unit_hour": 0.5, "unit_step": 2}
    scenario = parse_scenario(scenario_a({"committed_usd_per_month": 1}, provisioned=terms))
    sets = lever_sets(subsets())
    batch = {path: np.array(values)[:, None] for path, values in columns.items()}

    together = bill_of(with_figures(scenario, batch), sets)

    for row in range(3):
        alone = bill_of(with_figures(scenario, {k: v[row] for k, v in columns.items()}), sets)
        assert together.total[row] == pytest.approx(alone.total)


@pytest.mark.parametrize("simple_ratio", [1e-300, 1e-308, 5e-324])
def test_hardly_any_call_spills_nothing_over_units_that_were_bought(simple_ratio: float) -> None:
    """The units' capacity over such a load is no float any more, nor what is stored for a call."""
    document = golden("scenario_a") | {"pairs": [], "current_levers": ["prompt_caching"]}
    document["routing"]["simple_ratio"] = simple_ratio
    terms = {"usd_per_unit_hour": 1, "tokens_per_minute_per_unit": 1e7, "units": 1_000}
    document["small_model"]["provisioned"] = terms
    document["premium_model"] = {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15}
    stored = {"cache_mode": "stored", "cache_storage_usd_per_mtok_hour": 1}
    kept = document["small_model"] | stored

    with np.errstate(all="raise", under="ignore"):
        found = estimate(parse_scenario(document))
        del kept["provisioned"]
        estimate(parse_scenario(document | {"small_model": kept}))

    # 44,550 as always, 300 for the platform and 60 for 3 million verdicts; 1,000 units of 730.
    assert found.strategies["routed_api"].usd_per_month == pytest.approx(44_910 + 730_000)
