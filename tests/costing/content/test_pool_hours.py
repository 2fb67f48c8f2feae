"""Who asks for a shared pool in which hour, in words and as layers."""

from costing.engine import estimate, parse_scenario
from costing.scenarios.content.applications import applications_of
from costing.scenarios.content.pool_hours import HoursRow, PoolHours
from tests.costing.engine.applications import TURNS


def test_the_week_of_a_pool_says_what_is_wanted_of_it_and_by_whom() -> None:
    told = applications_of(estimate(parse_scenario(TURNS)))

    assert told is not None
    week = told.pool_hours
    assert week is not None
    # Three and two by turns, of three replicas.
    assert week.finding == (
        "Over the week 83.3 % of the replicas paid for are wanted, most by Even hours"
    )
    assert week.basis.startswith("Self-hosting all calls with one pool of at most 3 replicas, by")
    assert [(row.title, round(row.mean, 9), round(row.most, 9), row.at) for row in week.rows] == [
        ("Even hours", 1.5, 3.0, "Mon 00:00"),
        ("odd", 1.0, 2.0, "Mon 01:00"),
        ("All applications", 2.5, 3.0, "Mon 00:00"),
        ("Paid for", 3.0, 3.0, "Mon 00:00"),
    ]


def test_a_scenario_without_a_pool_has_no_week_of_it() -> None:
    document = {key: value for key, value in TURNS.items() if key not in ("pool", "pairs")}
    told = applications_of(estimate(parse_scenario(document)))

    assert told is not None
    assert told.pool_hours is None


def test_eight_are_named_and_the_rest_are_together() -> None:
    wanted = [HoursRow(f"A{number}", [float(number)] * 168) for number in range(1, 12)]
    week = PoolHours("self_hosted", wanted, [70.0] * 168)

    assert [layer.label for layer in week.layers] == [
        *(f"A{number}" for number in range(11, 3, -1)),
        "3 others together",
    ]
    assert week.layers[-1].hours == [6.0] * 168
    assert week.rows[-2].mean == 66.0
