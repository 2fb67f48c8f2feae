"""What a page tells of a result's applications."""

from dataclasses import replace

import pytest

from costing.engine import estimate, parse_scenario
from costing.scenarios.content.applications import applications_of
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.futures import tornado
from costing.scenarios.content.inputs import range_label
from costing.scenarios.content.sureness import HowSure
from tests.cases import loading
from tests.costing.engine.applications import TURNS, turns, with_own, with_units
from tests.golden import golden


def test_a_scenario_of_one_workload_tells_of_none() -> None:
    assert applications_of(estimate(parse_scenario(golden("scenario_a")))) is None


def test_applications_are_told_by_title_with_cost_and_levers() -> None:
    result = estimate(parse_scenario(TURNS))
    today = result.strategies["current"]
    # As the database gives it back: in the order of keys.
    stored = replace(today, by_application=dict(sorted(today.by_application.items(), reverse=True)))
    told = applications_of(replace(result, strategies={**result.strategies, "current": stored}))

    assert told is not None
    assert [(row.title, row.usd_per_month, row.levers) for row in told.rows] == [
        ("Even hours", 2956.5, "Routing"),
        ("odd", 2628.0, "Routing"),
        ("Paid once for all", 0.0, ""),
    ]
    assert told.finding == "Even hours costs most today, $2,957 a month"
    assert told.note == ""
    assert told.pooling == [
        "Self-hosting all calls takes $15,800 a month less with one pool for all than"
        " with a pool for each application."
    ]


def test_each_application_is_held_against_what_is_recommended_today() -> None:
    result = estimate(parse_scenario(TURNS))
    told = applications_of(result)

    # Routing halves each at 0.1, and sorts every call for 0.0001; the platform is paid once.
    assert told is not None
    assert [(row.title, row.advised_usd_per_month) for row in told.rows] == [
        ("Even hours", pytest.approx(2956.5 * 0.55 + 98.55)),
        ("odd", pytest.approx(2628 * 0.55 + 65.7)),
        ("Paid once for all", pytest.approx(300)),
    ]
    assert sum(row.advised_usd_per_month or 0.0 for row in told.rows) == pytest.approx(
        result.recommended_today.usd_per_month
    )
    assert [(bar.label, bar.is_current, bar.is_recommended) for bar in told.bars][:2] == [
        ("Even hours", True, False),
        ("", False, True),
    ]


def test_without_a_change_the_bars_are_of_today_alone() -> None:
    running = estimate(parse_scenario(TURNS)).recommended_today.levers
    told = applications_of(estimate(parse_scenario({**TURNS, "current_levers": [*running]})))

    assert told is not None
    assert not told.has_advice
    assert [bar.label for bar in told.bars] == ["Even hours", "odd", "Paid once for all"]


def test_a_choice_that_is_not_exact_says_by_how_much() -> None:
    nothing_simple = {"simple_ratio": 0, "classifier_usd_per_call": 0.0001}
    document = with_own(1, routing=nothing_simple) | {"pool": None, "pairs": []}
    result = estimate(parse_scenario(document))
    assert result.by_application is not None
    broken = replace(result.by_application, gap_usd_per_month=12.0)
    exact, told = applications_of(result), applications_of(replace(result, by_application=broken))

    assert exact is not None
    assert exact.note.endswith("no other choice costs less.")
    assert [row.levers for row in exact.rows] == ["Routing", "No lever", ""]
    assert told is not None
    assert told.note.endswith("no other choice costs less by more than $12.00.")


def test_a_smaller_discount_of_all_says_why_an_application_costs_more() -> None:
    # 5,584.50 of tokens under 1,000 of commitment at 20 %; routing does not suit `odd`.
    still = {"simple_ratio": 0, "classifier_usd_per_call": 0.0001}
    document = with_own(1, routing=still) | {"pool": None, "pairs": []}
    terms = {"committed_usd_per_month": 1000, "commitment_discount_ratio": 0.2}
    told = applications_of(estimate(parse_scenario(document | {"commitment": terms})))
    without = applications_of(estimate(parse_scenario(document)))

    assert told is not None
    assert without is not None
    # 2,628 for `odd` at 1 − 0.2 × 4,584.50 / 5,584.50 today; the bill falls, and so does the share.
    (row,) = (row for row in told.rows if row.title == "odd")
    assert row.usd_per_month == pytest.approx(2628 * (1 - 0.2 * 4584.5 / 5584.5))
    assert row.then_usd_per_month > row.usd_per_month
    assert told.note.endswith("so an application may cost more without a change of its own.")
    assert "discount" not in without.note


def test_what_a_saving_depends_on_is_named_by_its_application() -> None:
    result = loading.frozen("applications").payload.results
    assert result is not None
    swings = tornado(result)
    sure = HowSure.of(result)

    assert swings is not None
    assert sure is not None
    labels = [row.label for row in swings.rows if row.path.startswith("applications.")]
    assert labels
    assert {label.partition(":")[0] for label in labels} <= {
        *result.scenario.application_titles.values()
    }
    assert [move.label for move in sure.moves if "pplication " in move.label] == []
    assert len(swings.drawn) == 20 < len(swings.rows)
    assert swings.drawn == swings.rows[:20]
    unnamed = range_label("applications.2.workload.calls_per_request")
    assert unnamed.title == "Application 3: Calls per request"


def test_units_are_told_below_the_bill_that_pays_for_them() -> None:
    """Five for both of the model that they share; with a model of its own, its own units."""
    shared = turns(premium_model=with_units(), pool=None, pairs=[])
    own = with_own(1, premium_model=with_units(usd_per_unit_hour=0.5)) | {
        "premium_model": with_units(units=0),
        "pool": None,
        "pairs": [],
    }
    pages = [EconomicsPage(estimate(parse_scenario(each))) for each in (shared, own, TURNS)]

    told = [next(row.units for row in page.strategies if row.is_current) for page in pages]

    assert told == [
        "Units bought: 5 of the premium model for all applications.",
        "Units bought: 6 for “odd: Complex calls”.",
        "",
    ]
    none = turns(premium_model=with_units(usd_per_unit_hour=9), pool=None, pairs=[])
    assert EconomicsPage(estimate(parse_scenario(none))).strategies[0].units == (
        "Units bought: none."
    )
