"""What raising a dimension is worth, by scenario A's sixteen costs."""

import pytest

from assessments.roadmap import maturity_value
from tests.assessments.questionnaire import FRAMEWORK
from tests.assessments.test_following import NAMES, costs

COSTS = costs()


def worth(value):
    """USD a month by dimension, to the cent."""
    return {each.dimension: round(each.usd_per_month, 2) for each in value.dimensions}


def test_scenario_a_with_weak_evals_waits_for_integrity_alone():
    # Today only caching is allowed: 25,110.00. With integrity at 3, caching, routing and semantic
    # caching are: 13,889.11. Hosting alone unlocks nothing: self-hosting also asks for integrity.
    value = maturity_value(FRAMEWORK, COSTS, {"integrity": 2.0, "hosting": 1.0})

    assert value.today_usd_per_month == 25110.00
    assert worth(value) == {
        "hosting": 0.0,
        "routing": 0.0,
        "caching": 0.0,
        "integrity": 11220.89,
        "finops": 0.0,
    }
    assert round(value.usd_per_month, 2) == 11220.89
    assert value.levers == ("routing", "semantic_caching")
    assert not value.needs_several


def test_nothing_is_held_back_where_every_lever_that_pays_is_allowed():
    value = maturity_value(FRAMEWORK, COSTS, {"integrity": 3.0, "hosting": 1.0})

    assert value.usd_per_month == 0.0
    assert not value.is_worth_money
    assert value.levers == ()


def test_what_two_dimensions_unlock_together_is_more_than_either():
    # Self-hosting all at 5,000 is cheapest, and asks for integrity 3 and hosting 2.
    by_levers = {**COSTS.usd_per_month_by_levers, frozenset({NAMES["h"]}): 5000.0}
    cheap = costs(usd_per_month_by_levers=by_levers)

    value = maturity_value(FRAMEWORK, cheap, {"integrity": 1.0, "hosting": 1.0})

    # Alone, integrity still unlocks 25,110.00 − 13,889.11; together 25,110.00 − 5,000.00.
    assert worth(value)["integrity"] == 11220.89
    assert worth(value)["hosting"] == 0.0
    assert value.usd_per_month == 20110.00
    assert value.levers == ("self_hosting",)
    assert value.needs_several


def test_a_dimension_without_a_score_holds_its_levers_back():
    value = maturity_value(FRAMEWORK, COSTS, dict.fromkeys(("integrity", "hosting")))

    assert value.today_usd_per_month == 25110.00


@pytest.mark.parametrize(
    ("dimension", "level"), [("integrity", 3), ("hosting", 2), ("finops", None)]
)
def test_each_dimension_is_raised_to_what_levers_ask_of_it(dimension, level):
    value = maturity_value(FRAMEWORK, COSTS, {})

    assert {each.dimension: each.level for each in value.dimensions}[dimension] == level
