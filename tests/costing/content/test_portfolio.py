"""The portfolio's rows: what a query finds, in which order, and what they sum up to."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from costing.scenarios.content.portfolio import (
    SORTS,
    STATUSES,
    WAITS,
    Money,
    PortfolioQuery,
    PortfolioRow,
    arrange,
    totals,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SCENARIO = UUID(int=1)


def money(current: float, today: float, best: float) -> Money:
    return Money(current, today, best, SCENARIO, NOW)


def row(name: str, **fields) -> PortfolioRow:
    given = {"status": "in_progress", "waits_for": "client", **fields}
    return PortfolioRow(client_id=uuid4(), name=name, **given)


# Ada spends least and is best; Bob was never scored or priced; Cyd waits for a review.
ADA = row(
    "Ada Works",
    status="approved",
    waits_for="nobody",
    overall=Decimal("3.6"),
    band="Advanced",
    money=money(1_000, 900, 900),
    active_at=NOW,
)
BOB = row("bob & sons", status="none", waits_for="start")
CYD = row(
    "Cyd Works",
    status="submitted",
    waits_for="review",
    overall=Decimal("1.2"),
    band="Ad hoc",
    money=money(44_550, 25_110, 13_889),
    active_at=NOW.replace(day=2),
)
ROWS = [CYD, BOB, ADA]


def names(**query) -> list[str]:
    return [each.name[:3].lower() for each in arrange(ROWS, PortfolioQuery(**query))]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["ada", "bob", "cyd"]),
        ("-name", ["cyd", "bob", "ada"]),
        ("status", ["bob", "cyd", "ada"]),
        ("waits", ["cyd", "bob", "ada"]),
        ("score", ["cyd", "ada", "bob"]),
        ("-score", ["ada", "cyd", "bob"]),
        ("spend", ["ada", "cyd", "bob"]),
        ("-spend", ["cyd", "ada", "bob"]),
        ("-saving", ["cyd", "ada", "bob"]),
        ("-held_back", ["cyd", "ada", "bob"]),
        ("-activity", ["cyd", "ada", "bob"]),
        ("activity", ["ada", "cyd", "bob"]),
    ],
)
def test_every_order_puts_what_is_unknown_last(sort: str, expected: list[str]) -> None:
    assert names(sort=sort) == expected


def test_equals_stand_by_name_either_way_round() -> None:
    twins = [row(name, overall=Decimal(2)) for name in ("c", "A", "b")]

    orders = [[each.name for each in arrange(twins, PortfolioQuery(sort=s))] for s in SORTS[6:8]]

    assert SORTS[6:8] == ["score", "-score"]
    assert orders == [["A", "b", "c"]] * 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["ada", "bob", "cyd"]),
        ({"search": "works"}, ["ada", "cyd"]),
        ({"search": " WORKS  cyd "}, ["cyd"]),
        ({"search": "zebra"}, []),
        ({"status": "none"}, ["bob"]),
        ({"band": "Ad hoc"}, ["cyd"]),
        ({"band": "unscored"}, ["bob"]),
        ({"waits_for": "review"}, ["cyd"]),
        ({"waits_for": "nobody", "search": "works"}, ["ada"]),
    ],
)
def test_query_finds_what_matches_all_of_it(query: dict, expected: list[str]) -> None:
    assert names(**query) == expected


def test_money_is_the_saving_today_and_what_the_scores_hold_back() -> None:
    # Scenario A's figures: 44,550 now, 25,110 as the scores allow, 13,889 at best.
    at_stake = money(44_550, 25_110, 13_889)

    assert at_stake.saving_usd_per_month == 19_440
    assert at_stake.held_back_usd_per_month == 11_221


def test_money_of_levers_that_the_scores_do_not_support_is_no_saving() -> None:
    # Routing runs, but integrity is too low for it: without it the bill would be 900, not 700.
    at_stake = money(700, 900, 700)

    assert at_stake.saving_usd_per_month == -200
    assert at_stake.held_back_usd_per_month == 200


def test_totals_sum_what_is_known() -> None:
    summed = totals(ROWS)

    assert (summed.clients, summed.with_money) == (3, 2)
    assert (summed.waiting_for_us, summed.waiting_for_clients) == (2, 0)
    assert summed.today_usd_per_month == 45_550
    assert summed.saving_usd_per_month == 19_540
    assert summed.held_back_usd_per_month == 11_221


def test_every_status_and_wait_has_words() -> None:
    for status in STATUSES:
        assert replace(BOB, status=status).status_title
    shown = {waits: replace(BOB, waits_for=waits).waits_title for waits in WAITS}
    assert [waits for waits, title in shown.items() if not title] == ["nobody"]
