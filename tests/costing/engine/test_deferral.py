"""Calls that may wait fill what others leave free of a pool: section 17, worked out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from costing.engine import StrategyCost, estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.arrays import FloatArray
from costing.engine.bills import lever_sets
from costing.engine.deferral import least_level, served
from costing.engine.inputs import InvalidScenario, scenario_document, with_figures
from costing.engine.levers import subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios
from tests.costing.engine.test_applications import several

slow = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
HOSTED = lever_sets((("self_hosting",),))

# From 09:00 to 17:00 on five days: 10,800 calls in each of 40 hours a week, twice as many at the
# hour's peak. A call takes 1,000/1,000 = 1 s, so an hour asks for 2 · 10,800/3,600/0.5 = 12
# replicas at its peak and for 6 on average.
OFFICE: dict[str, Any] = {
    "workload": {
        "requests_per_month": 10_800 * 40 * 730 / 168,
        "input_tokens_per_call": 1000,
        "output_tokens_per_call": 0,
        "active_hours_per_day": 8,
        "active_days_per_week": 5,
        "peak_to_average_ratio": 2,
        "batch_ratio": 0.9,
    },
    "premium_model": {"input_usd_per_mtok": 2, "output_usd_per_mtok": 10},
    "pool": {
        "usd_per_instance_hour": 10,
        "prefill_tokens_per_second": 1000,
        "decode_tokens_per_second": 100,
        "max_utilization_ratio": 0.5,
        "min_replicas": 0,
        "deferral_hours": 16,
    },
    "pairs": [{"from": "baseline", "to": "self_hosted"}],
}


def office(workload: dict[str, Any] | None = None, **pool: Any) -> dict[str, Any]:
    own = {"workload": OFFICE["workload"] | (workload or {}), "pool": OFFICE["pool"] | pool}
    return OFFICE | own


def hosted(document: dict[str, Any]) -> StrategyCost:
    return estimate(parse_scenario(document)).strategies["self_hosted"]


def test_calls_that_wait_until_night_leave_a_sixth_of_the_replicas() -> None:
    """Those that may not wait ask for 1.2 replicas at their peak and 0.6 on average, 8 h a day.

    Those that may wait come as 5.4 replicas for 8 hours. The last of a day come at 16:00 and may be
    served until 09:00: in the 24 hours from 09:00 on, 8 · 0.6 + 8 · 5.4 = 48 replica-hours are due.
    So 48/24 = 2 replicas around the clock in the place of 12: 2 · 730 · 10 USD.
    """
    cost = hosted(OFFICE)

    assert cost.peak_replicas == 2
    assert cost.usd_per_month == pytest.approx(14_600)
    assert cost.peak_replicas_without_deferral == 12
    assert cost.deferral_usd_per_month == pytest.approx(10 * 7_300)
    # 4.8 replica-hours an hour of 2 · 5 days of 24 hours are busy half of the time at 0.5.
    busy = 10_800 * 40 / 3600
    assert cost.utilization_ratio == pytest.approx(busy / (2 * 168))


def test_a_shorter_wait_leaves_less_room() -> None:
    """Of one hour's wait: in the 9 hours from 09:00 on 8 · 0.6 + 8 · 5.4 = 48 are due: 5.33.

    Without a wait all 12 are wanted at the peak.
    """
    assert hosted(office(deferral_hours=1)).peak_replicas == 6
    unmoved = hosted(office(deferral_hours=0))
    assert unmoved.peak_replicas == 12
    assert unmoved.deferral_usd_per_month is None
    assert unmoved.peak_replicas_without_deferral is None


def test_a_scheduled_pool_is_levelled_within_its_hours() -> None:
    """No call waits for the next day: the 48 replica-hours of a day are due within 8: 6 replicas.

    6 · 40 · 730/168 · 10 USD, half of those at the peak. From 17 hours on Monday's last calls may
    be served at 09:00 on Tuesday, but Friday's have until Saturday: Monday gains what Friday lacks.
    """
    assert hosted(office(scaling="scheduled")).usd_per_month == pytest.approx(
        6 * 40 * 730 / 168 * 10
    )
    assert hosted(office(scaling="scheduled")).peak_replicas_without_deferral == 12
    assert hosted(office(scaling="scheduled", deferral_hours=64)).peak_replicas == 6


def test_an_autoscaled_pool_fills_its_hours_within_each() -> None:
    """Each hour has 0.6 + 5.4 = 6 replicas of work, and none for a peak of 1.2 beyond it."""
    cost = hosted(office(scaling="autoscaled"))

    assert cost.usd_per_month == pytest.approx(6 * 40 * 730 / 168 * 10)
    assert cost.deferral_usd_per_month == pytest.approx(6 * 40 * 730 / 168 * 10)
    # Of a tenth of batch the peak of the others remains: 10.8 of 12 replicas.
    assert hosted(office({"batch_ratio": 0.1}, scaling="autoscaled")).peak_replicas == 11


def test_where_all_may_wait_for_a_week_the_pool_is_level() -> None:
    """6 replicas in 40 of 168 hours are 1.43 in each; at most a week counts."""
    for hours in (167, 168, 8760):
        assert hosted(office({"batch_ratio": 1}, deferral_hours=hours)).peak_replicas == 2
    exact = office({"batch_ratio": 1}, deferral_hours=168, max_utilization_ratio=0.5 * 10 / 7)
    assert hosted(exact).peak_replicas == 1


def test_even_traffic_and_no_traffic_gain_nothing() -> None:
    even = {"active_hours_per_day": 24, "active_days_per_week": 7, "peak_to_average_ratio": 1}

    assert hosted(office(even)).deferral_usd_per_month == pytest.approx(0)
    for scaling in ("always_on", "scheduled", "autoscaled"):
        nobody = hosted(office({"requests_per_month": 0}, scaling=scaling, min_replicas=1))
        assert nobody.deferral_usd_per_month == 0
    assert hosted(office({"batch_ratio": 0})).deferral_usd_per_month is None


def test_two_applications_wait_for_one_another() -> None:
    """One asks for 6 replicas in even hours and may not wait, the other for 4 in odd ones, and may.

    Apart they are 6 and (84 · 4)/168 = 2, together 6: what waits is served in the hours between.
    """
    hours = [float(hour % 2 == 0) for hour in range(168)]
    calls = 3600 * 0.5 * 84 * 730 / 168
    even = {"workload": OFFICE["workload"] | {"peak_to_average_ratio": 1, "batch_ratio": 0}}
    even["workload"] |= {"hourly_profile": hours, "requests_per_month": 6 * calls}
    odd = {"workload": even["workload"] | {"hourly_profile": [1 - each for each in hours]}}
    odd["workload"] |= {"batch_ratio": 1, "requests_per_month": 4 * calls}
    document = office({"requests_per_month": 10 * calls, "batch_ratio": 0})
    document["applications"] = [{"key": "even", **even}, {"key": "odd", **odd}]

    cost = hosted(document)

    assert cost.peak_replicas == 6
    assert cost.peak_replicas_without_deferral == 6
    assert cost.pooling_usd_per_month == pytest.approx(2 * 7_300)
    # With 2 even replicas there are 2 · 84 + 4 · 84 replica-hours for 168 hours: 3.
    document["applications"][0]["workload"] |= {"requests_per_month": 2 * calls}
    document["workload"] |= {"requests_per_month": 6 * calls}
    assert hosted(document).peak_replicas == 3


def least_by_program(
    peak: FloatArray, mean: FloatArray, waiting: FloatArray, is_open: FloatArray, wait: int
) -> float:
    """The least level by a linear program: what comes in hour k is served in k to k + wait."""
    moves = [
        (come, done % 168)
        for come in range(168)
        for done in range(come, come + min(wait, 167) + 1)
        if is_open[done % 168]
    ]
    come, done = np.array(moves).T
    count, ones = len(moves), np.ones(len(moves))
    all_come = coo_array((ones, (come, np.arange(count))), shape=(168, count + 1))
    room = coo_array(
        (
            np.concatenate((ones, -is_open)),
            (np.concatenate((done, np.arange(168))), [*range(count), *[count] * 168]),
        ),
        shape=(168, count + 1),
    )
    found = linprog(
        np.array([*np.zeros(count), 1.0]),
        A_ub=room.tocsr(),
        b_ub=-mean,
        A_eq=all_come.tocsr(),
        b_eq=waiting,
        bounds=[(0, None)] * count + [(peak.max(), None)],
    )
    return float(found.fun)


@pytest.mark.parametrize("wait", [1, 5, 24, 100, 167, 400])
@pytest.mark.parametrize("is_scheduled", [False, True])
def test_no_plan_needs_fewer_replicas_and_one_needs_as_many(wait: int, is_scheduled: bool) -> None:
    rng = np.random.default_rng(wait)
    is_open = np.where(rng.random(168) < (0.5 if is_scheduled else 1.0), 1.0, 0.0)
    mean, waiting = rng.random(168) ** 4 * is_open, 2 * rng.random(168) ** 6 * is_open
    peak = mean * 1.3

    level = least_level(peak, mean, waiting, is_open, wait)
    done = served(mean, waiting, is_open, level)

    assert level == pytest.approx(least_by_program(peak, mean, waiting, is_open, wait), rel=1e-9)
    # Served as soon as there is room, nothing waits longer and no hour has more than the level.
    assert done.min() >= -1e-9
    assert np.all(mean + done <= level * is_open + 1e-9)
    assert done.sum() == pytest.approx(waiting.sum())
    backlog = np.cumsum(np.tile(waiting, 3)) - np.cumsum(np.tile(done, 3))
    backlog -= backlog.min()
    recent = np.convolve(np.tile(waiting, 3), np.ones(min(wait, 167)))[: 3 * 168]
    assert np.all(backlog[168 * 2 :] <= recent[168 * 2 :] + 1e-9)


@slow
@given(scenarios() | several(), st.integers(1, 30), st.integers(1, 30))
def test_waiting_longer_never_costs_more(document: dict[str, Any], hours: int, more: int) -> None:
    scenario = parse_scenario(document)
    sets = lever_sets(subsets(scenario.available_levers))

    none, short, long = (
        bill_of(with_figures(scenario, {"pool.deferral_hours": each}), sets).total
        for each in (0, hours, hours + more)
    )

    assert np.all(short <= none * (1 + 1e-9))
    assert np.all(long <= short * (1 + 1e-9))


@slow
@given(scenarios(), st.floats(0, 1), st.floats(0, 1))
def test_more_that_may_wait_never_needs_more_replicas(
    document: dict[str, Any], ratio: float, other: float
) -> None:
    document["pool"] |= {"deferral_hours": 24}
    scenario = parse_scenario(document)

    replicas = [
        bill_of(with_figures(scenario, {"workload.batch_ratio": each}), HOSTED).pool
        for each in sorted((ratio, other))
    ]

    less, more = (bill.instance_hours[0] for bill in replicas if bill is not None)
    assert more <= less * (1 + 1e-9)


@slow
@given(scenarios() | several())
def test_a_batch_is_each_future_by_itself(document: dict[str, Any]) -> None:
    document["pool"] |= {"deferral_hours": 24}
    scenario = parse_scenario(document)
    figures = {
        "pool.deferral_hours": [0, 5, 24, 200],
        "workload.batch_ratio": [0.4, 0.0, 1.0, 0.7],
        "workload.peak_to_average_ratio": [1.0, 1.5, 4.0, 1.0],
    }
    if scenario.workload.hourly_profile is None:
        figures["workload.active_hours_per_day"] = [24.0, 5.5, 8.0, 16.0]
    sets = lever_sets(subsets(scenario.available_levers))

    batch = {path: np.array(column)[:, None] for path, column in figures.items()}
    together = bill_of(with_figures(scenario, batch), sets).total + np.zeros((4, 1))

    for row in range(4):
        alone = with_figures(scenario, {path: column[row] for path, column in figures.items()})
        assert together[row] == pytest.approx(bill_of(alone, sets).total, rel=1e-9)


def test_the_figures_are_written_and_read_where_calls_wait_and_only_there() -> None:
    document = estimate_document(estimate(parse_scenario(OFFICE)))

    assert read_estimate(document).strategies["self_hosted"] == hosted(OFFICE)
    assert document["inputs"]["pool"]["deferral_hours"] == 16
    assert "deferral_usd_per_month" not in document["strategies"]["baseline"]
    unstated = office()
    unstated["pool"].pop("deferral_hours")
    assert "deferral_hours" not in scenario_document(parse_scenario(unstated))["pool"]
    assert "deferral_usd_per_month" not in str(
        estimate_document(estimate(parse_scenario(unstated)))
    )


@pytest.mark.parametrize("hours", [-1, 0.5, 8761])
def test_hours_to_wait_are_whole_and_at_most_a_year(hours: float) -> None:
    with pytest.raises(InvalidScenario) as error:
        parse_scenario(office(deferral_hours=hours))
    assert list(error.value.fields) == ["pool.deferral_hours"]
