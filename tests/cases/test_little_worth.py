"""Where a day has no price, the plan says at which price a year of its saving pays for its work."""

from dataclasses import replace

import pytest

from assessments.content.roadmap import little_worth, repaid_price
from assessments.recommendation import repaid_usd_per_day
from assessments.roadmap import Workload
from costing.scenarios.content.steps import work_text
from reports.documents.content.economics import caution_of, economics_content
from reports.documents.content.plan import plan_content
from tests.cases.loading import frozen, frozen_with

NOT_WORTH = "no usual price"


def test_plan_that_saves_little_is_said_not_to_be_worth_its_work() -> None:
    # 360 USD a month · 12 / 71 person-days = 60.85
    payload = frozen("units_given").payload

    assert (
        "The plan takes up to 71 person-days, and what it saves in a year pays for them only at"
        f" $60.85 a day or less: {NOT_WORTH}." in caution_of(payload)
    )
    assert NOT_WORTH in plan_content(payload).caution


def test_plan_that_saves_enough_says_what_a_day_may_cost() -> None:
    # Caching, routing and the semantic cache save 30,660.89 USD a month: · 12 / 93 = 3,956.24.
    payload = frozen("middling").payload

    assert caution_of(payload) == ""
    facts = {each.label: each.value for each in economics_content(payload).investment}
    assert facts["Effort earned back"] == "in a year, at up to $3,956 a day"


def test_plan_that_pays_at_any_price_of_a_day_names_none() -> None:
    # Moving to the hosted open model saves 20,207 USD a month: · 12 / 37 = 6,554.
    payload = frozen("agent_platform").payload

    assert caution_of(payload) == ""
    labels = {each.label for each in economics_content(payload).investment}
    assert "Effort earned back" not in labels


@pytest.mark.parametrize("name", ["units_given", "middling"])
def test_plan_with_a_price_of_a_day_says_neither(name: str) -> None:
    roadmap = frozen_with(name, usd_per_day=10.0, samples=1).payload.roadmap

    assert roadmap is not None
    assert roadmap.workload is not None
    assert roadmap.workload.repaid_usd_per_day is None
    assert little_worth(roadmap.workload) == ""
    assert repaid_price(roadmap.workload) == ""


def test_plan_that_does_not_pay_for_what_it_takes_once_names_no_price_of_a_day() -> None:
    work = Workload(2, 10, 128, (), repaid_usd_per_day=0.0)

    assert little_worth(work) == (
        "A year of what the plan saves does not pay for what it takes once, nor for 10 person-days."
    )


def test_one_time_costs_are_paid_before_the_work() -> None:
    # Hosting saves 849,090.48 USD a month for 25,000 once: (12 · 849,090.48 − 25,000) / 10 days.
    roadmap = frozen("hosting_cheapest_rented").payload.roadmap

    assert roadmap is not None
    assert roadmap.workload is not None
    saving = sum(each.usd_per_month or 0 for phase in roadmap.phases for each in phase.actions)
    assert roadmap.workload.repaid_usd_per_day == pytest.approx((12 * saving - 25_000) / 10)


@pytest.mark.parametrize(
    ("saving", "once", "days", "expected"),
    [
        (5_000.0, 25_000.0, 7, 5_000.0),  # (12 · 5,000 − 25,000) / 7
        (1_000.0, 12_001.0, 5, 0.0),
        (100.0, 0.0, 0, None),
        (0.0, 0.0, 5, None),
    ],
)
def test_price_of_a_day_that_a_saving_repays(
    saving: float, once: float, days: int, expected: float | None
) -> None:
    assert repaid_usd_per_day(saving, once, days) == expected


def test_page_of_a_scenario_says_where_a_year_repays_not_even_what_changes_take_once() -> None:
    advice = frozen("middling").payload.advice
    assert advice is not None
    days = {step.change.key: 5 for step in advice.steps}
    dear = replace(advice, steps=tuple(replace(each, one_time_usd=1e9) for each in advice.steps))

    assert "a year of the saving pays for it at" in work_text(advice, days)
    assert work_text(dear, days) == (
        "The work of this takes up to 15 person-days, and a year of the saving does not pay for"
        " what the changes take once."
    )
