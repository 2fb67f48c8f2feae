"""What holds for every drawing, whatever is drawn."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presentation import charts
from presentation.charts import scales
from tests.reports.charts import samples
from tests.reports.charts.drawings import SVG, read

HOSTILE = "<script>alert(\"1\")</script> & 'x' \x00\x1f \u202e]]>"
extremes = settings(max_examples=80, deadline=None)


def assert_sound(drawn: str, width: int) -> None:
    """Assert that the drawing is well-formed, of that width, and that no word touches or leaves."""
    drawing = read(drawn)
    assert drawing.size[0] == width
    assert drawing.overlaps() == []
    assert drawing.strays() == []
    assert "nan" not in drawn
    assert "inf" not in [value for item in drawing.root.iter() for value in item.attrib.values()]


@pytest.mark.parametrize("width", samples.WIDTHS)
@pytest.mark.parametrize("name", samples.DRAWN)
def test_drawing_of_the_worked_example(name, width):
    drawn = samples.DRAWN[name](title="A finding", width=width)

    assert_sound(drawn, width)


@pytest.mark.parametrize("name", samples.DRAWN)
def test_drawing_twice_is_identical(name):
    first, second = (samples.DRAWN[name](title="A finding") for _ in range(2))

    assert first == second


@pytest.mark.parametrize("name", samples.DRAWN)
def test_drawing_has_its_finding_as_text_alternative(name):
    root = read(samples.DRAWN[name](title="Caching & routing halve it")).root

    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", "Caching & routing halve it")
    assert root.attrib["font-family"] == "Inter, sans-serif"


@pytest.mark.parametrize("name", samples.DRAWN)
def test_drawing_colours_itself_for_paper(name):
    root = read(samples.DRAWN[name](title="A finding")).root

    bare = [
        item.tag
        for item in root.iter()
        if item is not root and not item.attrib.keys() & {"fill", "stroke"}
    ]
    assert bare == []


@pytest.mark.parametrize("name", samples.EMPTY)
def test_drawing_of_nothing_says_why(name):
    drawn = samples.EMPTY[name](title="A finding", width=336)

    assert_sound(drawn, 336)
    assert len(read(drawn).words) == 1


def test_drawing_of_hostile_labels_holds_no_markup_of_theirs():
    drawn = charts.strategies_chart(
        [charts.Bar(label=HOSTILE, usd_per_month=1.0, note=HOSTILE)], title=HOSTILE, width=1200
    )

    root = read(drawn).root
    assert {item.tag for item in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "rect", "line", "text")
    }
    assert root.attrib["aria-label"] == "<script>alert(\"1\")</script> & 'x' ]]>"


@extremes
@given(rows=samples.rows, title=st.text(), width=samples.widths)
def test_scorecard_of_anything(rows, title, width):
    assert_sound(charts.scorecard_chart(rows, title=title, width=width), width)


@extremes
@given(bars=samples.bars, width=samples.widths)
def test_strategies_of_anything(bars, width):
    assert_sound(charts.strategies_chart(bars, title="t", width=width), width)


@extremes
@given(start=samples.ends, steps=samples.steps, end=samples.ends, width=samples.widths)
def test_waterfall_of_anything(start, steps, end, width):
    assert_sound(charts.waterfall_chart(start, steps, end, title="t", width=width), width)


@extremes
@given(
    curves=samples.curves,
    intervals=samples.intervals,
    volumes=st.lists(st.none() | samples.volumes, min_size=3, max_size=3),
    window=st.tuples(samples.volumes, samples.volumes),
    width=samples.widths,
)
def test_staircase_of_anything(curves, intervals, volumes, window, width):
    drawn = charts.staircase_chart(
        curves,
        cheaper_intervals=intervals,
        first_requests_per_month=volumes[0],
        dominance_requests_per_month=volumes[1],
        present_requests_per_month=volumes[2],
        window=window,
        title="t",
        width=width,
    )

    assert_sound(drawn, width)


@extremes
@given(points=samples.points, month=samples.money, width=samples.widths)
def test_saving_of_anything(points, month, width):
    assert_sound(charts.saving_chart(points, break_even_month=month, title="t", width=width), width)


@extremes
@given(milestones=samples.milestones, width=samples.widths)
def test_plan_of_anything(milestones, width):
    assert_sound(charts.plan_chart(milestones, title="t", width=width), width)


@extremes
@given(points=samples.histories, width=samples.widths)
def test_history_of_anything(points, width):
    assert_sound(charts.history_chart(points, title="t", width=width), width)


@extremes
@given(layers=samples.layers, paid=samples.weeks, width=samples.widths)
def test_hours_of_anything(layers, paid, width):
    assert_sound(charts.hours_chart(layers, paid, title="t", width=width), width)


@extremes
@given(loads=st.lists(samples.loads, max_size=8), kept=samples.loads, width=samples.widths)
def test_goodput_of_anything(loads, kept, width):
    assert_sound(charts.goodput_chart(loads, kept, title="t", width=width), width)


@extremes
@given(flow=samples.flows, width=samples.widths)
def test_triage_of_anything(flow, width):
    assert_sound(charts.triage_chart(flow, title="t", width=width), width)


@extremes
@given(rows=samples.swings, present=samples.money, width=samples.widths)
def test_tornado_of_anything(rows, present, width):
    assert_sound(charts.tornado_chart(rows, present_usd=present, title="t", width=width), width)


@extremes
@given(rows=samples.bands, today=samples.money, width=samples.widths)
def test_futures_of_anything(rows, today, width):
    assert_sound(charts.futures_chart(rows, today_usd=today, title="t", width=width), width)


@given(low=st.floats(-1e15, 1e15), span=st.floats(1e-3, 1e15), room=st.floats(40, 1200))
def test_ticks_stand_apart_and_inside(low, span, room):
    placed = scales.labelled_ticks(low, low + span, room, scales.write_money)

    values = [value for value, _ in placed]
    assert values == sorted(values)
    assert len({label for _, label in placed}) == len(placed)
    assert all(low - span * 1e-6 <= value <= low + span * (1 + 1e-6) for value in values)


def test_malformed_xml_is_noticed():
    with pytest.raises(ElementTree.ParseError):
        read("<svg><text>&</text></svg>")
