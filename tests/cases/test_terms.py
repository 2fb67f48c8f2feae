"""What was bought ahead and is left: no document says that it is saved from the first day."""

import pytest

from costing.scenarios.content.bought_ahead import terms_text
from costing.scenarios.content.headline import Choice, Headline
from reports.documents.content.economics import caution_of, headline_of
from reports.documents.content.plan import plan_content
from reports.snapshots.payload import Payload
from tests.cases.loading import frozen, frozen_of_parts, frozen_with, read
from tests.cases.reconciling import economics_page


def left_with(units: int) -> Payload:
    """A case that leaves so many units of 2 · 730 = 1,460 USD a month each for an open model."""
    model = read("base")["scenario"]["premium_model"]
    terms = read("bought_and_left")["scenario"]["premium_model"]["provisioned"] | {"units": units}
    return frozen_with("bought_and_left", premium_model=model | {"provisioned": terms}).payload


@pytest.mark.parametrize(
    ("units", "headline", "caution"),
    [
        # The open model costs 16.30 USD a month, and the units go on.
        (
            100,
            "$145,984 a month can be saved once terms end, 100 % of the bill",
            "100 provisioned units of today must be paid until the term ends, $146,000 a month:"
            " until then the bill is $16.30 a month above today’s.",
        ),
        # One unit carries a part of the calls alone: the rest of the bill is saved at once.
        (
            1,
            "$2,944 a month can be saved once terms end, $1,484 of it today, 99.4 % of the bill",
            "1 provisioned unit of today must be paid until the term ends, $1,460 a month: until"
            " then only $1,484 a month is saved.",
        ),
    ],
)
def test_saving_of_what_is_left_begins_when_its_term_ends(
    units: int, headline: str, caution: str
) -> None:
    payload = left_with(units)

    assert headline_of(payload) == headline
    assert caution_of(payload) == caution
    assert plan_content(payload).caution == caution
    assert not any("until the term ends" in risk for risk in plan_content(payload).risks)
    assert payload.results is not None
    assert Headline(payload.results).when == "once terms end"
    page = economics_page(payload)
    assert headline in page
    assert caution in page
    figure = plan_content(payload).figure
    assert figure is not None
    assert "USD per month, once terms end<" in figure.draw(width=720)


def test_less_than_a_cent_is_not_said_to_be_saved_before() -> None:
    choice = Choice((), 100.0, 1_460.001, 0.9, left_usd_per_month=1_460.0)

    assert choice.when == "once terms end"
    assert terms_text(1_460.0, choice.saving_usd_per_month).endswith(
        "$1,460 a month: until then nothing is saved."
    )


def test_saving_of_a_part_that_leaves_what_was_bought_is_said_of_all() -> None:
    bought_none = {"premium_model": {"provisioned": None}, "open_model": None}
    parts = [{"title": "Claims", "scenario": bought_none}, {"title": "Search", "scenario": {}}]
    payload = frozen_of_parts("bought_and_left", parts).payload

    assert "once terms end, " in headline_of(payload)
    assert caution_of(payload).startswith(
        "What was bought ahead and is left must be paid until the term ends, $146,000 a month:"
    )


def test_saving_that_leaves_nothing_is_saved_today() -> None:
    payload = frozen("middling").payload

    assert headline_of(payload) == "$19,440 a month can be saved today, 43.6 % of the bill"
    assert caution_of(payload) == ""
    assert plan_content(payload).once == ""
