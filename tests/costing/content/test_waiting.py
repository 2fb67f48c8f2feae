"""The week of a pool in which calls wait, in words and as layers."""

from costing.engine import estimate, parse_scenario
from costing.scenarios.content.applications import applications_of
from costing.scenarios.content.pool_hours import deferral_texts, hosted_week
from tests.cases.loading import frozen
from tests.costing.engine.test_deferral import OFFICE, office


def test_the_week_shows_what_waits_where_it_is_served() -> None:
    """2 replicas around the clock; 0.6 are busy with calls of the day, 1.4 are left for others."""
    week = hosted_week(estimate(parse_scenario(OFFICE)))

    assert week is not None
    assert [layer.label for layer in week.layers] == [
        "Calls that may not wait",
        "Calls that may wait, as served",
    ]
    urgent, served = (layer.hours for layer in week.layers)
    assert [round(urgent[hour], 9) for hour in (8, 9)] == [0, 0.6]
    # On Monday from 09:00: 1.4 beside the calls of the day until 17:00, then 2.
    assert [round(served[hour], 9) for hour in (8, 9, 16, 17, 31)] == [0, 1.4, 1.4, 2, 2]
    assert round(sum(served), 9) == 5 * 8 * 5.4
    assert week.finding == (
        "Over the week 71.4 % of the replicas paid for are wanted, 64.3 % by calls that may wait"
    )
    assert week.basis.endswith(
        "Calls sent as batch wait up to 16 hours for replicas that others leave free."
    )
    assert [(row.title, round(row.mean, 3), round(row.most, 3), row.at) for row in week.rows] == [
        ("Calls that may not wait", 0.143, 0.6, "Mon 09:00"),
        ("Calls that may wait, as served", 1.286, 2.0, "Mon 17:00"),
        ("All calls", 1.429, 2.0, "Mon 09:00"),
        ("Paid for", 2.0, 2.0, "Mon 00:00"),
        ("Calls that may wait, as they come", 1.286, 5.4, "Mon 09:00"),
    ]


def test_an_autoscaled_week_has_room_for_peaks_and_moves_nothing() -> None:
    week = hosted_week(estimate(parse_scenario(office({"batch_ratio": 0.1}, scaling="autoscaled"))))

    assert week is not None
    assert [layer.label for layer in week.layers][-1] == "Room for peaks"
    # 10.8 at the peak, 5.4 on average, 0.6 that may wait.
    assert round(week.layers[-1].hours[9], 9) == 4.8
    assert week.basis.endswith("are served in their hour, between the peaks of the others.")


def test_what_waiting_spares_is_said_where_it_spares_something() -> None:
    assert deferral_texts(estimate(parse_scenario(OFFICE))) == [
        "Self-hosting all calls takes $73,000 a month less as calls sent as batch wait: at most"
        " 2 replicas where they would otherwise be 12 replicas."
    ]
    even = office({"active_hours_per_day": 24, "active_days_per_week": 7}, scaling="autoscaled")
    even["workload"] |= {"peak_to_average_ratio": 1}
    assert deferral_texts(estimate(parse_scenario(even))) == [
        "Self-hosting all calls takes as much whether calls sent as batch wait or not."
    ]
    assert deferral_texts(estimate(parse_scenario(office(deferral_hours=0)))) == []


def test_applications_are_drawn_with_what_waits_of_all() -> None:
    found = frozen("batch_waits_for_another").payload.results
    assert found is not None
    told = applications_of(found)

    assert told is not None
    week = told.pool_hours
    assert week is not None
    assert [layer.label for layer in week.layers] == [
        "Support desk",
        "Calls that may wait, as served",
    ]
    assert any("as calls sent as batch wait" in each for each in told.pooling)
