"""Measured figures and the workload that they propose, worked out by hand."""

from decimal import Decimal

import pytest

from costing.engine import parse_scenario
from costing.engine.inputs.scenario import Range
from costing.usage import Entry, Figures, Tokens, measure, propose

# Hours since 1970: Monday, 2 November 2026, 00:00 UTC.
MONDAY = 1_793_577_600 // 3600


def cell(
    hour: int,
    calls: int | None = 1,
    *tokens: int,
    hours: int = 1,
    model: str = "m",
    billed: str | None = None,
) -> Entry:
    return Entry(
        model,
        MONDAY + hour,
        hours,
        calls,
        Tokens(*tokens) if tokens else Tokens(100, 0, 0, 0, 10),
        None if billed is None else Decimal(billed),
    )


def test_totals_means_and_a_month() -> None:
    # 3 calls and 1 call on a Monday: 4 a day on five to seven days, 4 × 6 × 730 / 168.
    figures = measure([cell(0, 3, 600, 1200, 300, 0, 90), cell(1, 1, 100, 100, 0, 100, 10)])

    assert figures.calls_per_month == pytest.approx(104.2857, abs=1e-4)
    assert figures.input_tokens_per_call == 2400 / 4
    assert figures.output_tokens_per_call == 25.0
    # 1300 of 2400 input tokens were read, and 400 were written.
    assert figures.cache_read_ratio == pytest.approx(1300 / 2400)
    assert figures.prefix_hit_ratio == pytest.approx(1300 / 1700)


def test_profile_is_the_mean_of_each_hour_of_the_week_monday_first() -> None:
    # Monday 10:00 comes by twice (1 and 3 calls), Tuesday 09:00 once (6 calls) in 8 days.
    figures = measure([cell(10, 1), cell(24 + 9, 6), cell(168 + 10, 3), cell(168 + 23, 0)])

    assert figures.profile[10] == pytest.approx(2 / 8)
    assert figures.profile[33] == pytest.approx(6 / 8)
    assert sum(figures.profile) == pytest.approx(1.0)


def test_days_are_spread_evenly_over_their_hours() -> None:
    figures = measure([cell(0, 48, hours=24), cell(24, 24, hours=24)])

    assert not figures.is_hourly
    assert figures.profile[0] == figures.profile[23] == pytest.approx(2 / 72)
    assert figures.profile[24] == pytest.approx(1 / 72)
    assert [day.calls for day in figures.days] == [48, 24]


def test_models_stand_by_spend() -> None:
    figures = measure([cell(0, 1, model="a", billed="1"), cell(0, 9, model="b", billed="3")])

    assert [(item.model, item.billed_usd) for item in figures.models] == [
        ("b", Decimal(3)),
        ("a", Decimal(1)),
    ]


def test_figures_come_back_from_their_document() -> None:
    figures = measure([cell(0, 3, billed="0.1"), cell(30, 1), cell(400, 2, hours=24)])

    assert Figures.model_validate_json(figures.model_dump_json()) == figures


def test_stored_figures_are_read_whatever_else_stands_there() -> None:
    figures = measure([cell(0, 3, 100, 20, billed="0.1")])
    document = figures.model_dump(mode="json")

    del document["tokens"]["cache_write_1h"]
    document |= {"later": 1, "calls_per_month": "gone"}

    assert document["billed_usd"] == "0.1"
    assert Figures.model_validate(document) == figures


def fortnight(first_calls: int = 100, second_calls: int = 300) -> list[Entry]:
    """Two weeks with one busy hour each and an end, of 1000 tokens in and 50 out."""
    first = [
        cell(
            10,
            first_calls,
            200 * first_calls,
            600 * first_calls,
            200 * first_calls,
            0,
            50 * first_calls,
        )
    ]
    second = [
        cell(
            178,
            second_calls,
            200 * second_calls,
            700 * second_calls,
            100 * second_calls,
            0,
            50 * second_calls,
        )
    ]
    return [*first, *second, cell(345, 0, 0, 0, 0, 0, 0)]


def test_proposal_of_two_weeks_has_ranges_from_week_to_week() -> None:
    proposal = propose(measure(fortnight()))

    workload = proposal.workload
    # 400 calls on two Mondays: 200 a week × 730 / 168. The third Monday breaks off at 10:00.
    assert workload["requests_per_month"] == round(400 * 730 / 336, 2)
    assert workload["input_tokens_per_call"] == 1000.0
    assert workload["output_tokens_per_call"] == 50.0
    # Read (100 × 600 + 300 × 700) / 400 = 675, written (100 × 200 + 300 × 100) / 400 = 125.
    assert workload["prefix_tokens_per_call"] == 800.0
    assert workload["prefix_hit_ratio"] == round(675 / 800, 4)
    # The range of the month is its own: tests/costing/usage/test_volume.py.
    ends = proposal.ranges["requests_per_month"]
    assert ends.low < 100 * 730 / 168 < 300 * 730 / 168 < ends.high
    assert proposal.ranges["prefix_hit_ratio"] == Range(0.75, 0.875)
    assert proposal.ranges_from == "week"
    assert proposal.current_levers == ("prompt_caching",)


def test_proposal_prices_the_cached_tokens_exactly() -> None:
    document = {
        "workload": propose(measure(fortnight())).workload_document,
        "premium_model": {
            "input_usd_per_mtok": 3,
            "output_usd_per_mtok": 15,
            "cache_read_usd_per_mtok": 0.3,
            "cache_write_usd_per_mtok": 3.75,
            "min_cacheable_tokens": 0,
        },
        "ranges": propose(measure(fortnight())).ranges_document,
    }

    from costing.engine import estimate

    result = estimate(parse_scenario(document))

    # A call: 200 × 3 + 675 × 0.30 + 125 × 3.75 + 50 × 15 = 2021.25 USD per million.
    assert result.strategies["prompt_caching"].usd_per_request == pytest.approx(
        2021.25e-6, rel=1e-4
    )


def test_proposal_of_a_source_without_writes_keeps_the_tokens_read() -> None:
    # 300 read of 1500 a call: the prefix is at least the 1024 that a cache asks for.
    workload = propose(measure([cell(0, 10, 12_000, 3000, 0, 0, 100)])).workload

    assert workload["prefix_tokens_per_call"] == 1024.0
    assert workload["prefix_hit_ratio"] * 1024 == pytest.approx(300, rel=1e-3)


def test_proposal_of_less_than_a_week_has_no_profile_and_ranges_by_day() -> None:
    proposal = propose(measure([cell(24 * day + 12, 10 + day) for day in range(5)]))

    assert "hourly_profile" not in proposal.workload_document
    assert proposal.ranges_from == "day"
    assert "less than a week" in " ".join(proposal.notes)


def test_a_source_without_calls_proposes_what_a_person_says() -> None:
    figures = measure([cell(0, None, 730_000, 0, 0, 0, 73_000, hours=1)])

    assert "requests_per_month" not in propose(figures).workload
    workload = propose(figures, calls_per_month=730_000).workload

    # A Monday is one of 6 × 730 / 168 = 26.0714 days as busy: 28,000 calls.
    assert workload["requests_per_month"] == 730_000
    assert workload["input_tokens_per_call"] == pytest.approx(26.07)
    assert workload["output_tokens_per_call"] == pytest.approx(2.61)


@pytest.mark.parametrize(
    "cells", [fortnight(), fortnight(5, 5), [cell(0, 1)], [cell(0, 1, 0, 0, 0, 0, 0)]]
)
def test_every_proposal_is_a_sound_scenario(cells: list[Entry]) -> None:
    proposal = propose(measure(cells))

    parse_scenario(
        {
            "workload": proposal.workload_document,
            "ranges": proposal.ranges_document,
            "current_levers": list(proposal.current_levers),
            "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
        }
    )
