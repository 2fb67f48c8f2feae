"""The portfolio's rows and what they are summed up of."""

from datetime import UTC, datetime
from uuid import UUID

from costing.scenarios.content.portfolio import STATUSES, WAITS, Money, PortfolioRow

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SCENARIO = UUID(int=1)


def money(current: float, today: float, best: float) -> Money:
    return Money(current, today, best, SCENARIO, NOW)


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


def test_every_status_and_wait_has_words() -> None:
    rows = {
        (status, waits): PortfolioRow(SCENARIO, "bob & sons", status, waits)
        for status in STATUSES
        for waits in WAITS
    }

    assert all(row.status_title for row in rows.values())
    assert {waits for (_, waits), row in rows.items() if not row.waits_title} == {"nobody"}
