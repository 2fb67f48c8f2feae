"""The comparison itself: it sees a wrong digit, a missing figure, two ways of rounding."""

from decimal import Decimal
from typing import Any

import pytest

from tests.guarantees.figures import Key, disagreements, shown

TRUTH: dict[Key, Any] = {("usd", "hybrid"): 44_549.5, ("score", "Routing"): 2.25}
EVERYTHING = {"usd": True, "score": True}


def compared(**places: dict[Key, object]) -> list[str]:
    """What is wrong with these places, each of which must show everything."""
    return disagreements(TRUTH, places, dict.fromkeys(places, EVERYTHING))


def place(usd: object, score: object) -> dict[Key, object]:
    return {("usd", "hybrid"): usd, ("score", "Routing"): score}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44,550", "44550"),
        ("−$1.2 M", "-1200000"),
        ("12.3 %", "0.123"),
        ("1.3×10¹⁵", "1300000000000000"),
        ("2.3 months", "2.3"),
    ],
)
def test_a_figure_is_read_as_a_person_reads_it(text: str, value: str) -> None:
    found = shown(text)

    assert found is not None
    assert found.value == Decimal(value)


def test_a_dash_is_no_figure() -> None:
    assert [shown(text) for text in ("–", "", "never", None)] == [None] * 4


def test_places_that_round_alike_agree() -> None:
    assert compared(page=place("44,550", "2.3"), file=place("44,550", 2.25)) == []


@pytest.mark.parametrize("usd", ["44,551", "44,500", "−44,550", "44.6 k", "–", "44,55"])
def test_a_wrong_digit_is_seen(usd: str) -> None:
    assert len(compared(page=place(usd, "2.3"))) == 1


def test_a_figure_that_is_missing_is_seen() -> None:
    assert compared(page={("usd", "hybrid"): "44,550"}) == ["page: ('score', 'Routing') is missing"]


def test_a_figure_of_nothing_is_seen() -> None:
    odd = place("44,550", "2.3") | {("usd", "other"): "1"}

    assert compared(page=odd) == ["page: ('usd', 'other') is shown of nothing"]


def test_two_ways_of_rounding_a_half_are_seen() -> None:
    assert len(compared(page=place("44,550", "2.3"), file=place("44,550", "2.2"))) == 1
