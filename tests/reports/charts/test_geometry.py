"""Each chart's own honesty: lengths, places, steps, zero."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from presentation import charts
from presentation.charts import scales, text
from presentation.money import Currency, shown_in
from tests.reports.charts import samples
from tests.reports.charts.drawings import SVG, read


def test_strategies_bars_are_as_long_as_the_money():
    bars = [charts.Bar(label="A", usd_per_month=100.0), charts.Bar(label="B", usd_per_month=25.0)]

    long, short = read(charts.strategies_chart(bars, title="t")).shapes("rect", "ch-neutral")

    assert short["width"] == pytest.approx(long["width"] / 4, abs=0.02)
    assert short["x"] == long["x"]


def test_strategies_marks_current_and_recommended_by_word():
    drawing = read(charts.strategies_chart(samples.BARS, title="t"))

    assert [word for word in drawing.words if word in ("current", "recommended", "at risk")] == [
        "current",
        "recommended",
        "at risk",
    ]
    assert len(drawing.shapes("rect", "ch-accent")) == 1


def test_strategies_left_out_says_why_and_draws_no_bar():
    bars = [charts.Bar(label="Hybrid", usd_per_month=None, note="there is no pool")]

    drawing = read(charts.strategies_chart(bars, title="t"))

    assert drawing.words == ["USD per month", "Hybrid", "left out", "there is no pool"]
    assert drawing.shapes("rect", "") == []


def test_waterfall_steps_hang_from_the_one_before():
    start, end = (
        charts.Level(label="Before", usd_per_month=100.0),
        charts.Level(label="After", usd_per_month=80),
    )
    steps = [
        charts.Step(label="Cheaper", saving_usd_per_month=60.0),
        charts.Step(label="Dearer", saving_usd_per_month=-40.0),
    ]

    drawing = read(charts.waterfall_chart(start, steps, end, title="t"))

    first = drawing.shapes("rect", "ch-neutral")[0]
    cheaper = drawing.shapes("rect", "ch-level-3")[0]
    dearer = drawing.shapes("rect", "ch-risk")[0]
    last = drawing.shapes("rect", "ch-accent")[0]
    zero = first["y"] + first["height"]
    assert cheaper["y"] == first["y"]
    assert cheaper["height"] == pytest.approx(first["height"] * 0.6, abs=0.02)
    assert cheaper["y"] + cheaper["height"] == pytest.approx(
        dearer["y"] + dearer["height"], abs=0.02
    )
    assert dearer["y"] == pytest.approx(last["y"], abs=0.02)
    assert last["y"] + last["height"] == pytest.approx(zero, abs=0.02)
    assert "−$60.00" in drawing.words
    assert "+$40.00" in drawing.words


def test_staircase_marks_the_month_in_which_growth_gets_there():
    words = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES)).words
    without = samples.VOLUMES | {"reached": None}

    assert "Dec 2027: 180" in words
    unmarked = read(charts.staircase_chart(samples.CURVES, title="t", **without)).words
    assert "Dec 2027: 180" not in unmarked


@pytest.mark.parametrize("usd", [1.0, 1.3, 1.8, 2.4, 3.3, 4.9, 7.1, 9.7])
def test_low_staircase_still_says_how_much_money_it_draws(usd: float):
    curves = [
        charts.Curve("Any", [(x, y * usd) for x, y in each.points]) for each in samples.CURVES
    ]
    drawing = read(charts.staircase_chart(curves, title="t", plot_height=49, **samples.VOLUMES))

    money = [words for words in drawing.words if words.startswith("$")]

    assert len(money) >= 2
    assert money[0] == "$0"


def test_money_without_room_loses_the_code_of_its_currency_before_its_digits():
    rupiah = Currency("IDR", 15_800.0, date(2026, 10, 30), "Invented for tests")
    steps = [charts.Step(each, 24_217.93, False) for each in ("Caching", "Routing", "Repeats")]

    with shown_in(rupiah):
        ends = charts.Level("Today", 336_000.0), steps, charts.Level("Then", 30_930.0)
        chart = charts.waterfall_chart(*ends, title="t", width=336, plot_height=70)

    # 336,000 · 15,800 = 5.3088 bn; 24,217.93 · 15,800 = 382.64 M; 30,930 · 15,800 = 488.7 M
    words = read(chart).words
    assert words[0] == "IDR per month"
    assert [each for each in words if each.endswith((" bn", " M"))] == [
        "5.31 bn",
        *["−383 M"] * 3,
        "IDR 489 M",
    ]


def test_staircase_numbers_its_intervals_for_a_table_alone():
    numbered = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES)).words
    plain = read(
        charts.staircase_chart(samples.CURVES, title="t", is_numbered=False, **samples.VOLUMES)
    ).words

    assert sorted(set(numbered) - set(plain)) == ["1", "2"]


def test_staircase_steps_are_vertical():
    drawing = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES))

    steps = drawing.lines("ch-line-accent")[0]

    # Every stretch of the second curve is flat (a replica carries on) or vertical (one more).
    assert [
        (before, after)
        for before, after in pairwise(steps)
        if before[0] != after[0] and before[1] != after[1]
    ] == []
    assert sum(before[0] == after[0] for before, after in pairwise(steps)) == 3


def test_staircase_shades_each_cheaper_interval():
    drawing = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES))

    bands = drawing.shapes("rect", "ch-accent-pale")
    line = drawing.lines("ch-line-ink")[0]
    left, right = line[0][0], line[-1][0]

    # [150, 200] and [250, for good] of a window from 0 to 400: 1/8 and 3/8 of its width.
    assert [band["width"] for band in bands] == pytest.approx(
        [(right - left) / 8, (right - left) * 3 / 8], abs=0.02
    )
    assert [band["x"] for band in bands] == pytest.approx(
        [left + (right - left) * 150 / 400, left + (right - left) * 250 / 400], abs=0.02
    )


def test_staircase_names_its_volumes():
    words = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES)).words

    assert [word for word in words if word[0] in "tf"] == [
        "today 120",
        "first crossing 150",
        "for good above 250",
    ]


@pytest.mark.parametrize(
    ("intervals", "dominance", "named"),
    [
        ([[0, None]], 0, ["cheaper at every volume"]),
        ([[0.0006, None]], 0.0006, ["cheaper at every volume"]),  # less than the first request
        ([[0, 150]], None, ["cheaper up to 150"]),
        ([[0, 150], [250, None]], 250, ["cheaper up to 150", "for good above 250"]),
    ],
)
def test_staircase_that_is_cheaper_from_the_start_names_no_crossing_there(
    intervals: list[list[float | None]], dominance: float | None, named: list[str]
) -> None:
    volumes = samples.VOLUMES | {
        "cheaper_intervals": intervals,
        "first_requests_per_month": intervals[0][0],
        "dominance_requests_per_month": dominance,
    }

    words = read(charts.staircase_chart(samples.CURVES, title="t", **volumes)).words

    assert [word for word in words if word.startswith(("cheaper", "first", "for good"))] == named


def test_staircase_with_volumes_outside_the_window_points_to_them():
    volumes = samples.VOLUMES | {"window": [130, 240]}

    words = read(charts.staircase_chart(samples.CURVES, title="t", **volumes)).words

    assert "← today 120" in words
    assert "for good above 250 →" in words


def test_staircase_money_starts_at_zero():
    volumes = samples.VOLUMES | {"window": [300, 400]}

    drawing = read(charts.staircase_chart(samples.CURVES, title="t", **volumes))

    # 300 USD at the left and 400 USD at the right end, over a zero that is in the picture.
    (_, low), (_, high) = drawing.lines("ch-line-ink")[0]
    zero = next(box for box in drawing.boxes if box.words == "$0")
    axis = zero.bottom - text.DESCENT * 11 - 4
    assert (axis - low) / (axis - high) == pytest.approx(300 / 400, abs=0.001)


def test_staircase_with_an_interval_too_thin_to_see_still_shows_it():
    volumes = samples.VOLUMES | {"cheaper_intervals": [[150, 150.001]]}

    bands = read(charts.staircase_chart(samples.CURVES, title="t", **volumes)).shapes(
        "rect", "ch-accent-pale"
    )

    assert [band["width"] for band in bands] == [1.5]


def test_staircase_with_64_intervals_shades_them_all():
    volumes = samples.VOLUMES | {"cheaper_intervals": [[6 * n, 6 * n + 2] for n in range(64)]}

    drawing = read(charts.staircase_chart(samples.CURVES, title="t", **volumes))

    assert len(drawing.shapes("rect", "ch-accent-pale")) == 64


def test_staircase_caps_and_numbers_each_interval():
    drawing = read(charts.staircase_chart(samples.CURVES, title="t", **samples.VOLUMES))

    bands = drawing.shapes("rect", "ch-accent-pale")
    caps = drawing.shapes("rect", "ch-accent")
    assert [(cap["x"], cap["width"]) for cap in caps] == [
        (band["x"], band["width"]) for band in bands
    ]
    assert [word for word in drawing.words if word in ("1", "2", "3")] == ["1", "2"]
    assert "shaded where cheaper: Self-hosted" in drawing.words


def test_staircase_zoomed_in_keeps_the_numbers_of_the_table():
    volumes = samples.VOLUMES | {"window": [210, 400]}

    words = read(charts.staircase_chart(samples.CURVES, title="t", **volumes)).words

    assert [word for word in words if word in ("1", "2")] == ["2"]


def test_tornado_bars_reach_from_the_present_cost_to_each_end():
    rows = [charts.Swing(label="Requests", low_usd=10.0, high_usd=40.0)]

    drawing = read(charts.tornado_chart(rows, present_usd=20.0, title="t"))

    (low,) = drawing.shapes("rect", "ch-level-2")
    (high,) = drawing.shapes("rect", "ch-level-4")
    (now,) = drawing.shapes("line", "ch-line-accent")
    assert low["x"] + low["width"] == pytest.approx(now["x1"], abs=0.02)
    assert high["x"] == pytest.approx(now["x1"], abs=0.02)
    assert high["width"] == pytest.approx(2 * low["width"], abs=0.02)


def test_tornado_whose_ends_both_cost_more_keeps_their_words_apart():
    rows = [charts.Swing(label="Requests", low_usd=30.0, high_usd=40.0)]

    drawing = read(charts.tornado_chart(rows, present_usd=20.0, title="t"))

    assert {"low: $30", "high: $40"} <= set(drawing.words)
    assert drawing.overlaps() == []


def test_futures_bars_reach_from_the_10th_to_the_90th_over_a_zero():
    rows = [
        charts.Spread(label="A", p10=10.0, p50=20.0, p90=40.0),
        charts.Spread(label="B", p10=20.0, p50=30.0, p90=80.0),
    ]

    drawing = read(charts.futures_chart(rows, today_usd=50.0, title="t"))

    first, second = drawing.shapes("rect", "ch-level-3")
    middle = drawing.shapes("rect", "ch-ink")[0]
    zero = drawing.shapes("line", "ch-line-axis")[0]["x1"]
    assert second["width"] == pytest.approx(2 * first["width"], abs=0.02)
    assert first["x"] - zero == pytest.approx(first["width"] / 3, abs=0.02)
    assert middle["x"] + 1.25 - first["x"] == pytest.approx(first["width"] / 3, abs=0.02)
    assert "$20 ($10 to $40)" in drawing.words
    narrow = read(charts.futures_chart(rows, today_usd=50.0, title="t", width=336))
    assert [word for word in narrow.words if word in ("$20", "$30")] == ["$20", "$30"]


def test_saving_marks_the_month_in_which_it_passes_zero():
    drawing = read(charts.saving_chart(samples.SAVING, break_even_month=2.0, title="t"))

    line = drawing.lines("ch-line-accent")[0]
    (marker,) = drawing.shapes("line", "ch-line-accent")

    # The third of five points is worth zero: the marker ends on it.
    assert (marker["x2"], marker["y2"]) == pytest.approx(line[2], abs=0.02)
    assert "paid back in month 2" in drawing.words


def test_saving_that_is_not_paid_back_says_so():
    drawing = read(charts.saving_chart([[0, -10], [36, -5]], break_even_month=None, title="t"))

    assert "not paid back within 36 months" in drawing.words


@pytest.mark.parametrize(("horizon", "head"), [(1, "month"), (2, "months")])
def test_saving_heads_its_axis_by_how_many_months_there_are(horizon: int, head: str) -> None:
    drawing = read(charts.saving_chart([[0, -1], [horizon, 5]], break_even_month=None, title="t"))

    assert [word for word in drawing.words if word.startswith("month")] == [head]


def test_plan_bars_are_as_high_as_the_spend():
    milestones = [
        charts.Milestone(day=0, score=2, usd_per_month=80),
        charts.Milestone(day=30, score=3, usd_per_month=20),
    ]

    drawing = read(charts.plan_chart(milestones, title="t"))

    (first,), (second,) = drawing.shapes("rect", "ch-neutral"), drawing.shapes("rect", "ch-level-3")
    assert second["height"] == pytest.approx(first["height"] / 4, abs=0.02)
    assert second["y"] + second["height"] == pytest.approx(first["y"] + first["height"], abs=0.02)


def test_scorecard_places_scores_on_their_level():
    rows = [
        charts.Dimension(title="A", score=1.0),
        charts.Dimension(title="B", score=3.0),
        charts.Dimension(title="C", score=2.0),
    ]

    one, three, two = read(charts.scorecard_chart(rows, title="t")).shapes("circle", "ch-accent")

    assert two["cx"] == pytest.approx((one["cx"] + three["cx"]) / 2, abs=0.02)


def test_scorecard_without_a_score_says_so():
    words = read(charts.scorecard_chart([charts.Dimension(title="A")], title="t")).words

    assert words == ["1", "2", "3", "4", "5", "A", "–", "not scored"]


def test_triage_edges_are_as_thick_as_their_share():
    flow = charts.Flow(calls_per_month=100, simple_calls_per_month=50, complex_calls_per_month=50)

    down, simple, *_ = read(charts.triage_chart(flow, title="t")).shapes("rect", "ch-level-3")

    assert simple["width"] == pytest.approx(down["width"] / 2)


def test_triage_without_a_cache_leaves_it_out():
    flow = replace(samples.FLOW, cache_hits_per_month=None)

    words = read(charts.triage_chart(flow, title="t")).words

    assert "Semantic cache" not in words
    assert "Complexity triage" in words


def test_history_places_points_by_date_and_level():
    points = [
        charts.Assessed(on=date(2026, 1, 1), score=1, low=1, high=1, is_approved=True),
        charts.Assessed(on=date(2026, 1, 11), score=3, low=2, high=4, is_approved=True),
        charts.Assessed(on=date(2026, 1, 21), score=5, low=5, high=5, is_approved=False),
    ]
    drawing = read(charts.history_chart(points, title="t", width=400))

    # From 22 + 30 to 400 - 30 px over 20 days; levels 1 to 5 from 200 up to 44 px.
    # The line joins the approved ones alone.
    assert drawing.lines("ch-line-accent") == [[(52, 200), (211, 122)]]
    # The second one's range, 2 to 4: from 83 to 161 px, with 6 px of round ends.
    (band,) = drawing.shapes("rect", "ch-level-2")
    assert (band["y"], band["height"]) == (77, 90)
    # The last one is not approved: hollow.
    hollow = drawing.shapes("circle", "ch-surface")
    assert [disc["cx"] for disc in hollow] == [370]


def test_history_tells_two_points_of_one_month_apart():
    points = [
        charts.Assessed(on=date(2026, month, day), score=2, is_approved=True)
        for month, day in ((1, 5), (3, 2), (3, 28))
    ]

    drawing = read(charts.history_chart(points, title="t", width=720))

    dates = [word for word in drawing.words if word.endswith("2026")]
    assert dates == ["28 Mar 2026", "2 Mar 2026", "Jan 2026"]


def test_history_of_drafts_has_points_and_no_line():
    points = [charts.Assessed(on=date(2026, 1, day), score=day) for day in (1, 3)]

    drawing = read(charts.history_chart(points, title="t", width=400))

    assert drawing.lines("ch-line-accent") == []
    assert len(drawing.shapes("circle", "ch-surface")) == 2


def test_history_names_the_newest_where_points_crowd():
    points = [
        charts.Assessed(on=date(2026, 1, day), score=2 + day / 10, is_approved=True)
        for day in range(1, 9)
    ]
    points.insert(0, charts.Assessed(on=date(2021, 1, 1), score=1, is_approved=True))

    drawing = read(charts.history_chart(points, title="t", width=336))

    assert [word for word in drawing.words if "." in word] == ["2.8", "1.0"]


def test_hours_are_stacked_up_to_what_is_wanted_under_what_is_paid_for():
    drawing = read(charts.hours_chart(samples.LAYERS, samples.PAID, title="t"))

    (paid,) = drawing.lines("ch-line-ink")
    chat, night = (
        [
            tuple(map(float, pair.split(",")))
            for item in drawing.root.iter(f"{SVG}polygon")
            if tone in item.attrib["class"].split()
            for pair in item.attrib["points"].split()
        ]
        for tone in ("ch-level-5", "ch-level-2")
    )
    zero, heights = max(y for _, y in chat), [min(y for _, y in each) for each in (chat, night)]
    replica = (zero - min(y for _, y in paid)) / 5
    # Of four replicas and one, those of the night stand on those of the day from nine to twelve.
    assert [zero - top for top in heights] == pytest.approx([4 * replica, 5 * replica], abs=0.05)
    assert drawing.words[-3:] == ["Support chat", "Reports by night", "paid for"]


def test_more_layers_than_tones_are_not_drawn():
    drawing = read(charts.hours_chart(samples.LAYERS[:1] * 10, samples.PAID, title="t"))

    assert len(drawing.words) == 1


def test_goodput_marks_what_the_target_allows_among_the_runs():
    drawing = read(charts.goodput_chart(samples.LOADS, samples.KEPT, title="t"))

    ((one, four, eight, sixteen),) = drawing.lines("ch-line-accent")
    # By powers of two: from 1 to 4 as far as from 4 to 16, and 8 half way between these.
    assert four[0] - one[0] == pytest.approx(sixteen[0] - four[0], abs=0.05)
    assert eight[0] == pytest.approx((four[0] + sixteen[0]) / 2, abs=0.05)
    assert (one[1] - eight[1]) / (one[1] - sixteen[1]) == pytest.approx(1.5 / 2.6, abs=0.005)
    assert len(drawing.shapes("circle", "ch-accent")) == 3
    assert len(drawing.shapes("circle", "ch-surface")) == 1
    assert "8 calls at once within the target" in drawing.words


def test_amount_of_little_room_loses_digits_before_a_sign_of_one_letter() -> None:
    room = text.width_of("12.3 k", 12)

    assert scales.fit_money("$12,345", "", 12_345, room) == "$12 k"
