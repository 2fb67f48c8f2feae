"""How a pool's capacity is bought, in how many regions, and what comes on top: section 13."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import StrategyCost, estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.bills import lever_sets
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import InvalidScenario, with_figures, with_requests
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

slow = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
HOSTED = ("self_hosting",)
RESERVED = "reserved_usd_per_instance_hour"
HOURLY = {"scaling": "autoscaled", "min_replicas": 0}


def scenario_a(**pool: Any) -> dict[str, Any]:
    document: dict[str, Any] = deepcopy(golden("scenario_a"))
    document["pool"] |= pool
    return document


def hosted(**pool: Any) -> StrategyCost:
    return estimate(parse_scenario(scenario_a(**pool))).strategies["self_hosted"]


def capacity_usd(cost: StrategyCost) -> float:
    return cost.lines["complex.compute_busy"] + cost.lines["complex.compute_idle"]


def test_an_instance_is_reserved_where_its_hours_cost_more_than_a_reserved_month() -> None:
    """Of 3 instances one is kept in all 168 hours, two are needed in 50 hours a week.

    A reserved month costs 7 · 730 = 5,110; 168 hours a week by the hour 12 · 730 = 8,760, and 50
    of them 12 · 50 · 730/168 = 2,607.14. So one is reserved: 5,110 + 2 · 2,607.14.
    """
    cost = hosted(**{RESERVED: 7}, scaling="autoscaled")

    assert cost.reserved_instances == 1
    assert cost.peak_replicas == 3
    assert capacity_usd(cost) == pytest.approx(5_110 + 2 * 12 * 50 * 730 / 168)
    assert cost.instance_hours_per_month == pytest.approx(730 + 2 * 50 * 730 / 168)
    # At 3.60 a reserved month costs 2,628 and at 3.50 it costs 2,555.
    assert hosted(**{RESERVED: 3.6}, **HOURLY).reserved_instances == 0
    assert hosted(**{RESERVED: 3.5}, **HOURLY).reserved_instances == 3
    assert capacity_usd(hosted(**{RESERVED: 3.5}, **HOURLY)) == pytest.approx(3 * 2_555)


def test_a_number_of_reserved_instances_is_paid_used_or_not() -> None:
    """5 reserved at 7: 25,550 for 3,650 hours, of which 3 are needed. 2 of them: 10,220, and
    another in 50 hours a week by the hour.
    """
    five, two = (hosted(**{RESERVED: 7}, reserved_instances=number, **HOURLY) for number in (5, 2))

    assert (five.reserved_instances, two.reserved_instances) == (5, 2)
    assert capacity_usd(five) == pytest.approx(25_550)
    assert five.instance_hours_per_month == pytest.approx(3_650)
    assert capacity_usd(two) == pytest.approx(10_220 + 12 * 50 * 730 / 168)


def test_spot_takes_its_share_of_what_is_not_reserved_with_its_interruptions() -> None:
    """Half of 2,190 hours at 12 and half at 5 with 10 % more hours: 2,190 · (6 + 2.75)."""
    spot = {"spot_usd_per_instance_hour": 5, "interruption_overhead_ratio": 0.1}

    assert capacity_usd(hosted(**spot, spot_ratio=0.5)) == pytest.approx(2_190 * 8.75)
    assert capacity_usd(hosted(**spot, spot_ratio=0)) == pytest.approx(2_190 * 12)
    assert capacity_usd(hosted(**spot, spot_ratio=1)) == pytest.approx(2_190 * 5.5)
    # A reserved hour at 7 costs more than one on spot alone.
    assert hosted(**spot, spot_ratio=1, **{RESERVED: 7}).reserved_instances == 0


def test_regions_have_a_pool_each_and_share_the_traffic() -> None:
    """2.1 replicas of load make 3; split in two, 1.05 make 2 in each region: 4 · 730 · 12."""
    cost = hosted(regions=2, **{RESERVED: 7})

    assert cost.peak_replicas == cost.reserved_instances == 4
    assert capacity_usd(hosted(regions=2)) == pytest.approx(4 * 8_760)
    assert capacity_usd(cost) == pytest.approx(4 * 5_110)
    assert cost.lines["complex.engineering"] == pytest.approx(3_800)


def test_extras_are_a_line_of_their_own() -> None:
    extras = {"egress_usd_per_month": 100, "observability_usd_per_month": 20}
    extras |= {"security_usd_per_month": 50, "evaluation_usd_per_month": 30}

    assert hosted(**extras).lines["complex.extras"] == pytest.approx(200)
    assert hosted(**extras).usd_per_month == pytest.approx(30_680)
    assert "complex.extras" not in hosted().lines


def test_no_traffic_needs_no_reserved_instance_and_pays_a_given_number() -> None:
    document = scenario_a(**{RESERVED: 7}, **HOURLY)
    document["workload"]["requests_per_month"] = 0
    document["pool"]["min_replicas"] = 0
    at_best = estimate(parse_scenario(document)).strategies["self_hosted"]
    document["pool"]["reserved_instances"] = 2
    given_two = estimate(parse_scenario(document)).strategies["self_hosted"]

    assert (capacity_usd(at_best), at_best.reserved_instances) == (0, 0)
    assert at_best.utilization_ratio is None
    assert capacity_usd(given_two) == pytest.approx(10_220)


@pytest.mark.parametrize(
    ("pool", "path"),
    [
        ({"spot_ratio": 0.5}, "pool.spot_usd_per_instance_hour"),
        ({"reserved_instances": 2}, "pool.reserved_usd_per_instance_hour"),
        ({RESERVED: -1}, f"pool.{RESERVED}"),
        ({"regions": 0}, "pool.regions"),
    ],
)
def test_what_a_purchase_lacks_is_named(pool: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidScenario) as error:
        parse_scenario(scenario_a(**pool))

    assert list(error.value.fields) == [path]


def test_a_stored_purchase_reads_back_and_none_is_not_written() -> None:
    found = estimate(parse_scenario(scenario_a(**{RESERVED: 7}, regions=2)))
    plain = estimate_document(estimate(parse_scenario(scenario_a())))

    assert read_estimate(estimate_document(found)) == found
    assert "reserved_instances" not in plain["strategies"]["self_hosted"]
    assert not {RESERVED, "regions", "spot_ratio"} & set(plain["inputs"]["pool"])


@slow
@given(scenarios(), st.floats(0, 50), st.integers(0, 6))
def test_reserved_at_best_never_costs_more_than_any_number(
    document: dict[str, Any], price: float, number: int
) -> None:
    document["pool"] |= {RESERVED: price, "usd_per_instance_hour": 10}
    document["pool"]["hardware_usd_per_instance"] = None
    document["pool"] |= {"power_kw_per_instance": 0, "electricity_usd_per_kwh": 0}
    best = parse_scenario(document)
    other = best.pool.model_copy(update={"reserved_instances": number})  # type: ignore[union-attr]
    sets = lever_sets((HOSTED, ("routing", "self_hosting")))

    at_best = bill_of(best, sets)
    at_number = bill_of(best.model_copy(update={"pool": other}), sets)

    assert np.all(at_best.total <= at_number.total * (1 + 1e-12))
    assert at_best.pool is not None
    assert at_best.pool.reserved_instances is not None
    found = int(at_best.pool.reserved_instances[0]) // document["pool"].get("regions", 1)
    same = best.pool.model_copy(update={"reserved_instances": found})  # type: ignore[union-attr]
    assert bill_of(best.model_copy(update={"pool": same}), sets).total[0] == pytest.approx(
        at_best.total[0]
    )


@slow
@given(scenarios(), st.integers(0, 9), st.lists(st.floats(1e4, 1e9), min_size=1, max_size=4))
def test_curve_with_a_given_number_is_the_bill_at_every_volume(
    document: dict[str, Any], number: int, volumes: list[float]
) -> None:
    document["pool"] |= {RESERVED: 5, "reserved_instances": number, "regions": 2}
    scenario, column = parse_scenario(document), np.array(volumes)

    curve = cost_curve(scenario, HOSTED)

    bill = bill_of(with_requests(scenario, column[:, None]), lever_sets((HOSTED,)))
    assert curve.usd(column) == pytest.approx(bill.total[:, 0], rel=1e-9)
    assert curve.staircase is None or curve.staircase.steps(1.0, 1e5) is not None


def test_batches_of_prices_and_weeks_give_each_scenario_its_own_figures() -> None:
    """A column of prices, numbers and hours is what each row gives alone."""
    columns = {
        f"pool.{RESERVED}": [2.0, 7.0, 11.0],
        "pool.usd_per_instance_hour": [12.0, 9.0, 0.0],
        "workload.active_hours_per_day": [10.0, 7.5, 24.0],
        "pool.cold_start_minutes": [0.0, 30.0, 10.0],
        "pool.instances_per_replica": [1, 2, 3],
    }
    scenario = parse_scenario(scenario_a(**{RESERVED: 7}, scaling="autoscaled"))
    sets = lever_sets((HOSTED, ("routing", "self_hosting")))
    batch = {path: np.array(values)[:, None] for path, values in columns.items()}

    together = bill_of(with_figures(scenario, batch), sets)

    for row in range(3):
        alone = bill_of(with_figures(scenario, {k: v[row] for k, v in columns.items()}), sets)
        assert together.total[row] == pytest.approx(alone.total)
