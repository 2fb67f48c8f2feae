"""The month is estimated from whole days: the truth lies in the range, however short the file."""

import random
from collections.abc import Iterable
from datetime import date

import pytest

from costing.engine.units import WEEKS_PER_MONTH
from costing.usage import Cover, Entry, Figures, Tokens, measure, propose

MONDAY = 1_793_577_600 // 3600  # 2 November 2026, 00:00 UTC
# 100 an hour, 9 to 18 h, Monday to Friday: 4,500 a week × 730 / 168 = 19,553.57.
TRUTH = 4500 * WEEKS_PER_MONTH
HOURS_OF_WORK = [24 * day + hour for day in range(5) for hour in range(9, 18)]


def cell(hour: int, calls: int | None = 100) -> Entry:
    return Entry("m", MONDAY + hour, 1, calls, Tokens(1000, 0, 0, 0, 100))


def work(weeks: int, *, until: int = 10**6, start: int = 0) -> list[Entry]:
    """The calls of so many weeks that fall between two hours."""
    hours = (168 * week + hour for week in range(weeks) for hour in HOURS_OF_WORK)
    return [cell(hour) for hour in hours if start <= hour < until]


def poisson(mean: float, draw: random.Random) -> int:
    return max(round(draw.gauss(mean, mean**0.5)), 0)


def noisy(cells: Iterable[Entry], seed: int, spread: float = 0.0) -> list[Entry]:
    """The same with days that differ and calls that come by chance."""
    draw = random.Random(seed)
    factors: dict[int, float] = {}
    for each in cells:
        factors.setdefault(each.hour // 24, max(draw.gauss(1, spread), 0.1))
    return [each._replace(calls=poisson(100 * factors[each.hour // 24], draw)) for each in cells]


LENGTHS = {"one day": work(1, until=24), "one week": work(1), "two weeks": work(2), "four": work(4)}


@pytest.mark.parametrize("length", LENGTHS)
def test_the_true_month_lies_in_the_range_of_every_length(length: str) -> None:
    for cells in (LENGTHS[length], *(noisy(LENGTHS[length], seed) for seed in range(20))):
        proposal = propose(measure(cells))
        ends = proposal.ranges["requests_per_month"]

        assert ends.low < TRUTH < ends.high
        assert ends.low > 1000  # no idle weekend makes nothing of it
        if length in ("two weeks", "four"):
            assert proposal.workload["requests_per_month"] == pytest.approx(TRUTH, rel=0.05)


def test_whole_weeks_are_met_exactly() -> None:
    assert propose(measure(work(2))).workload["requests_per_month"] == round(TRUTH, 2)


def test_one_working_day_says_what_it_can() -> None:
    volume = measure(LENGTHS["one day"]).volume
    assert volume is not None

    # 900 a day: five of them a week, or seven; 900 × 7 × 4.345 = 27,375.
    assert volume.likely_low == pytest.approx(TRUTH)
    assert volume.likely_high == pytest.approx(27_375)
    assert volume.finding == (
        "1 working day and no weekend: 20 k to 27 k a month if all working days are alike and"
        " weekends are idle, or as busy."
    )


def test_longer_files_have_narrower_ranges() -> None:
    widths = []
    for cells in LENGTHS.values():
        ends = propose(measure(cells)).ranges["requests_per_month"]
        widths.append(ends.high / ends.low)

    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 1.1


def test_a_month_to_come_lies_in_the_range_nine_times_of_ten() -> None:
    """Days that differ by a fifth: 300 months drawn, each foretold from four weeks before it."""
    hits = 0
    for seed in range(300):
        ends = propose(measure(noisy(work(4), seed, 0.2))).ranges["requests_per_month"]
        month = sum(each.calls or 0 for each in noisy(work(4), seed + 1000, 0.2))
        hits += ends.low <= month * WEEKS_PER_MONTH / 4 <= ends.high

    # Drawn once: 90 of 100 expected, give or take 1.7.
    assert 0.86 <= hits / 300 <= 0.96


def whole(figures: Figures) -> list[bool]:
    return [day.is_whole for day in figures.days]


def test_incomplete_edges_are_left_out() -> None:
    # From Monday 14:00 to Friday 11:00 of the second week: both edges miss hours of work.
    figures = measure(work(2, start=14, until=168 + 4 * 24 + 11))
    assert figures.volume is not None

    assert whole(figures) == [False, *[True] * 10, False]
    assert (figures.volume.whole_days, figures.volume.left_out) == (10, 2)
    assert figures.volume.per_month == pytest.approx(TRUTH)
    assert figures.volume.finding.endswith("Left out: 2 incomplete days at its edges.")


def test_what_a_file_declares_makes_idle_days_count() -> None:
    # One week of rows; the report says that it covers seven days, so that the weekend was idle.
    cover = Cover(declared=(MONDAY, MONDAY + 168))
    figures = measure(work(1), cover)
    assert figures.volume is not None

    assert whole(figures) == [True] * 7
    assert figures.volume.per_month == pytest.approx(TRUTH)
    assert [day.mean for day in figures.volume.weekdays] == [900.0] * 5 + [0.0] * 2


def test_a_declared_edge_within_a_day_is_incomplete() -> None:
    figures = measure(work(1), Cover(declared=(MONDAY + 9, MONDAY + 168)))

    assert whole(figures) == [False] + [True] * 6


def test_what_a_person_states_stands_above_the_file() -> None:
    stated = (date(2026, 11, 2), date(2026, 11, 8))
    figures = measure(work(2), Cover(declared=(MONDAY, MONDAY + 14 * 24), stated=stated))
    assert figures.volume is not None

    assert len(figures.days) == 7
    assert figures.volume.per_month == pytest.approx(TRUTH)


def test_days_are_those_of_the_time_zone() -> None:
    # 20:00 to 05:00 UTC is the same evening to early afternoon in Auckland (13 hours ahead).
    cells = [cell(24 * day + hour) for day in range(2) for hour in range(20, 29)]

    days = measure(cells, Cover(time_zone="Pacific/Auckland")).days

    # Monday 20:00 UTC is Tuesday 09:00 there.
    assert [(day.weekday, day.calls) for day in days] == [(1, 900), (2, 900)]
    assert [(day.weekday, day.calls) for day in measure(cells).days] == [
        (0, 400),
        (1, 900),
        (2, 500),
    ]


def test_a_day_that_springs_forward_has_23_hours() -> None:
    # 29 March 2026 in Berlin; 1,774,738,800 s is its midnight.
    start = 1_774_738_800 // 3600
    cells = [Entry("m", start + hour, 1, 1, Tokens(1)) for hour in range(23)]

    [day] = measure(cells, Cover(time_zone="Europe/Berlin")).days

    assert (day.hours, day.calls, day.weekday) == (23, 23, 6)


def test_what_is_counted_by_the_day_keeps_its_days() -> None:
    cells = [Entry("m", MONDAY + 24 * day, 24, 10, Tokens(1)) for day in range(2)]

    days = measure(cells, Cover(time_zone="America/Los_Angeles")).days

    assert [(day.weekday, day.calls, day.is_whole) for day in days] == [
        (0, 10, True),
        (1, 10, True),
    ]


def test_less_than_a_day_is_between_itself_and_as_much_in_every_hour() -> None:
    volume = measure([cell(10)], Cover(declared=(MONDAY + 10, MONDAY + 11))).volume
    assert volume is not None

    # 100 a day × 7 × 4.345 = 3,042; in each of 24 hours 73,000.
    assert volume.likely_low == pytest.approx(3041.67, abs=0.01)
    assert volume.likely_high == pytest.approx(73_000)
    assert volume.finding.startswith("Not one whole day")


def test_weeks_that_differ_widen_the_range() -> None:
    grown = [each._replace(calls=300) if each.hour >= MONDAY + 168 else each for each in work(2)]
    alike, apart = (
        propose(measure(cells)).ranges["requests_per_month"] for cells in (work(2), grown)
    )

    assert apart.high / apart.low > 4 * alike.high / alike.low


def test_figures_that_were_stored_without_weekdays_are_read() -> None:
    document = measure(work(2)).model_dump(mode="json")
    del document["cover"]
    for day in document["days"]:
        del day["weekday"], day["is_whole"]

    figures = Figures.model_validate(document)

    assert [day.weekday for day in figures.days] == [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4]
    assert figures.calls_per_month == pytest.approx(TRUTH)
