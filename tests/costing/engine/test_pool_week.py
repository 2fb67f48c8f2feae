"""Cost model, section 9: what each application asks of a pool in every hour of the week."""

from typing import Any

import numpy as np
import pytest

from costing.engine import parse_scenario
from costing.engine.bills import Bill, lever_sets
from costing.engine.pool import PoolWeek, pool_week
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import EVEN, ODD, TURNS
from tests.golden import golden


def week_of(document: dict[str, Any]) -> tuple[PoolWeek, Bill]:
    scenario = parse_scenario(document)
    bill = bill_of(scenario, lever_sets((("self_hosting",),)))
    demands = [part.demand for part in bill.parts if part.demand is not None]
    assert scenario.pool is not None
    return pool_week(demands, scenario.pool, 0), bill


def with_pool(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return document | {"pool": document["pool"] | changes}


def test_two_applications_by_turns_want_three_replicas_and_two() -> None:
    week, _ = week_of(TURNS)

    assert week.wanted[0] == pytest.approx(3 * np.array(EVEN))
    assert week.wanted[1] == pytest.approx(2 * np.array(ODD))
    assert week.paid.tolist() == [3.0] * 168


def test_an_autoscaled_pool_follows_every_hour_and_has_what_is_reserved() -> None:
    scaled = with_pool(TURNS, scaling="autoscaled", cold_start_minutes=0)
    week, _ = week_of(scaled)
    held, _ = week_of(
        with_pool(scaled, reserved_usd_per_instance_hour=5, reserved_instances=3, regions=2)
    )

    assert week.paid == pytest.approx(3 * np.array(EVEN) + 2 * np.array(ODD))
    # Half of the calls in each of two regions: 2 replicas for 1.5, 1 for 1, of 3 reserved there.
    assert held.wanted[0] == pytest.approx(week.wanted[0])
    assert held.paid.tolist() == [6.0] * 168


def test_a_scheduled_pool_is_off_in_hours_without_calls() -> None:
    at_once = [
        each | {"workload": each["workload"] | {"hourly_profile": EVEN}}
        for each in TURNS["applications"]
    ]
    week, _ = week_of(with_pool(TURNS | {"applications": at_once}, scaling="scheduled"))

    assert week.paid == pytest.approx(5 * np.array(EVEN))


@pytest.mark.parametrize("scaling", ["always_on", "scheduled", "autoscaled"])
def test_what_is_paid_for_is_what_the_bill_counts(scaling: str) -> None:
    document = golden("applications")
    week, bill = week_of(
        with_pool(document, scaling=scaling, cold_start_minutes=0, spare_replicas=1)
    )

    assert bill.pool is not None
    instances = document["pool"].get("instances_per_replica", 1)
    assert week.paid.sum() * instances * 730 / 168 == pytest.approx(bill.pool.instance_hours[0])
    assert week.paid.max() == bill.pool.peak_replicas[0]
    assert np.all(np.sum(week.wanted, axis=0) <= week.paid + 1e-6)
