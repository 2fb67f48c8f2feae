"""Columns of the brief: percentages in digits while they fit, parts told apart."""

import re
from typing import Any

import pytest

from presentation.money import shown_in
from presentation.wording import fit_ends
from reports.documents.content.economics import economics_content
from reports.documents.content.plan import plan_content
from reports.documents.content.standing import standing_content
from reports.documents.content.wording import column_percent
from reports.snapshots.payload import Payload
from tests.cases.loading import NAMES, frozen, frozen_of_parts, frozen_with, read

LONG = "Answers of the claims desk to policyholders of the {} region"


def parts(*titles: str) -> list[dict[str, Any]]:
    """The second part runs a lever that its scores hold back; both differ in volume."""
    volumes = (3_000_000, 2_000_000)
    return [
        {"title": title, "scenario": {"workload": {"requests_per_month": volume}}}
        for title, volume in zip(titles, volumes, strict=True)
    ]


@pytest.mark.parametrize(
    ("ratio", "written"),
    [(0.436, "43.6 %"), (-24.8, "−2,480 %"), (-99.9, "−9,990 %"), (-33_300_000, "−3.33 bn %")],
)
def test_column_percent_keeps_its_digits_while_they_fit(ratio: float, written: str) -> None:
    assert column_percent(ratio) == written


def columns(payload: Payload) -> dict[str, list[str]]:
    """The columns of figures of the brief, as they are written."""
    with shown_in(payload.currency):
        plan, economics = plan_content(payload), economics_content(payload)
        standing = standing_content(payload)
    return {
        "actions": [each.usd_per_month for phase in plan.phases for each in phase.actions],
        "milestones": [each.usd_per_month for each in plan.milestones],
        "decisions": [each.usd_per_month for each in plan.decisions],
        "changes": [each.usd_per_month for each in economics.changes],
        "saved": [each.saving for each in economics.changes],
        "strategies": [each.usd_per_month for each in economics.strategies],
        "per Mtok": [each.usd_per_mtok for each in economics.strategies],
        "in order": [each.in_order for each in economics.levers],
        "parts": [each.usd_per_month for each in economics.parts],
        "parts saved": [each.saving for each in economics.parts],
        "applications": [each.usd_per_month for each in economics.applications],
        "anti-patterns": [each.usd_per_month for each in standing.anti_patterns],
    }


def mixed(column: list[str]) -> bool:
    """Whether figures in short stand beside others in thousands."""
    short, long = (
        any(re.search(pattern, each) for each in column)
        for pattern in (r"\d (?:k|M|bn|tn)\b", r"\d,\d{3}")
    )
    return short and long


@pytest.mark.parametrize("name", NAMES)
def test_columns_write_their_figures_one_way(name: str) -> None:
    found = columns(frozen(name).payload)

    assert {title: column for title, column in found.items() if mixed(column)} == {}


def test_columns_of_a_billion_write_their_figures_one_way() -> None:
    # Parts of 3 M and 60 M requests at 65,000 times 0.01485 USD each: 2.9 and 58 bn a month.
    currency = {"code": "IDR", "units_per_usd": 16_000, "rate_on": "2026-11-01", "source": "ECB"}
    document = parts("Claims", "Search")
    document[0]["scenario"]["workload"]["requests_per_month"] = 60_000_000
    for part in document:
        part["scenario"]["currency"] = currency
    found = columns(frozen_of_parts("three_parts", document).payload)

    assert any(" bn" in each for each in found["parts"])
    assert any(" M" in each for each in found["parts"])
    assert {title: column for title, column in found.items() if mixed(column)} == {}


def test_names_are_cut_in_the_middle() -> None:
    north, south = (fit_ends(LONG.format(each), 40) for each in ("northern", "southern"))

    assert (north, south) == (
        "Answers of the… the northern region",
        "Answers of the… the southern region",
    )
    assert max(len(north), len(south)) <= 40
    assert fit_ends("Claims", 40) == "Claims"


def test_changes_of_parts_with_long_names_are_told_apart() -> None:
    payload = frozen_of_parts(
        "three_parts", parts(LONG.format("northern"), LONG.format("southern"))
    ).payload

    titles = [line.title for line in economics_content(payload).parts]

    assert len(set(titles)) == len(titles) == 3


def test_plan_names_the_part_that_an_action_changes() -> None:
    document = parts("Claims", "Search")
    document[1]["scenario"]["current_levers"] = ["routing"]
    document[1]["scenario"]["small_model"] = read("base")["scenario"]["premium_model"]
    payload = frozen_of_parts("three_parts", document).payload

    actions = [action for phase in plan_content(payload).phases for action in phase.actions]

    assert ("Switch off routing", "in “Search”") in [(each.title, each.place) for each in actions]
    assert "in 2 parts" not in {each.place for each in actions}  # that is all of them


def test_anti_pattern_whose_remedy_saves_nothing_has_no_cost() -> None:
    same = read("base")["scenario"]["premium_model"]
    payload = frozen_with("middling", small_model=same, current_levers=[]).payload

    costs = {line.title: line.usd_per_month for line in standing_content(payload).anti_patterns}

    assert costs["One model for everything"] == "no cost"
