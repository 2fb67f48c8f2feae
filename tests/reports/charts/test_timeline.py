"""The plan as a timeline: bars over days, every status by its shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presentation.charts import Action, timeline_chart
from tests.reports.charts import samples
from tests.reports.charts.drawings import read
from tests.reports.charts.test_every_chart import assert_sound

STATUSES = ("open", "in_progress", "done", "dropped", "risk_accepted")


def row(title="Run evals in CI", first=31, last=44, status="open", usd=None, risk=False):
    """One action of the plan."""
    return Action(
        title=title,
        first_day=first,
        last_day=last,
        status=status,
        usd_per_month=usd,
        is_at_risk=risk,
    )


ROWS = [
    row("Log exact tokens per request", 1, 10, "done"),
    row("Turn on provider prompt caching", 18, 30, "in_progress", 19440.0),
    row("Send simple queries to small models", 46, 60, "open", 9686.02, True),
    row("Answer repeats from a semantic cache", 64, 78, "dropped"),
    row("Stop runaways by themselves", 80, 400, "risk_accepted"),
]


@pytest.mark.parametrize("width", samples.WIDTHS)
def test_timeline_of_the_worked_example(width):
    assert_sound(timeline_chart(ROWS, title="A finding", width=width), width)


def test_timeline_draws_each_status_by_its_shape():
    drawing = read(timeline_chart(ROWS, title="A finding"))

    # One bar is full, one half full; what is given up is a broken line.
    assert len(drawing.shapes("rect", "ch-accent")) == 2
    assert len(drawing.shapes("rect", "ch-accent-pale")) == 2
    assert len(drawing.shapes("line", "ch-line-muted")) == 2
    assert any(words.endswith("… (dropped)") for words in drawing.words)
    assert any(words.endswith("… (risk accepted)") for words in drawing.words)
    assert "▲ $9.69 k" in drawing.words


def test_timeline_places_bars_by_their_days():
    drawing = read(timeline_chart([row(first=1, last=45), row(first=46, last=90)], title="x"))

    first, second = drawing.shapes("rect", "ch-accent-pale")
    assert first["x"] + first["width"] == pytest.approx(second["x"], abs=0.02)
    assert first["width"] == pytest.approx(second["width"], abs=0.02)


def test_timeline_of_nothing_says_why():
    drawing = read(timeline_chart([], title="A finding", width=336))

    assert drawing.words == ["There is no action yet."]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            row,
            title=samples.labels,
            first=samples.money,
            last=samples.money,
            status=st.sampled_from(STATUSES),
            usd=samples.money,
            risk=st.booleans(),
        ),
        max_size=6,
    ),
    width=samples.widths,
)
def test_timeline_of_anything(rows, width):
    assert_sound(timeline_chart(rows, title="t", width=width), width)
