"""Columns of the brief: percentages in digits while they fit, parts told apart."""

from typing import Any

import pytest

from presentation.wording import fit_ends
from reports.documents.content.economics import economics_content
from reports.documents.content.plan import plan_content
from reports.documents.content.standing import standing_content
from reports.documents.content.wording import column_percent
from tests.cases.loading import frozen_of_parts, frozen_with, read

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
