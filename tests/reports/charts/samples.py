"""Plain inputs of every chart: the worked example's, and whatever hypothesis can think of."""

from dataclasses import fields
from datetime import date
from functools import partial
from typing import Any

from hypothesis import strategies as st

from presentation import charts

WIDTHS = (320, 336, 480, 560, 720, 1200)

ROWS = [
    charts.Dimension(
        title="Hardware & hosting",
        claimed=1,
        evidenced=1.0,
        score=1.0,
        low=1.0,
        high=1.0,
        target=1.5,
    ),
    charts.Dimension(
        title="APIs & routing",
        claimed=2,
        evidenced=3.0,
        score=2.0,
        low=2.0,
        high=2.5,
        target=3,
    ),
    charts.Dimension(
        title="Caching & cache efficiency",
        claimed=4,
        evidenced=2.0,
        score=2.0,
        low=2.0,
        high=3.5,
        target=3,
        flags=["contradiction", "measured_usage_refutes"],
    ),
    charts.Dimension(
        title="Output integrity & evals",
        claimed=2,
        evidenced=2.0,
        score=2.0,
        low=1.4,
        high=2.0,
        target=3,
    ),
    charts.Dimension(
        title="FinOps lifecycle",
        claimed=None,
        evidenced=None,
        score=None,
        low=None,
        high=None,
        target=3,
    ),
]
BARS = [
    charts.Bar(label="Baseline", usd_per_month=44550.0, is_current=True),
    charts.Bar(label="Prompt caching", usd_per_month=25110.0),
    charts.Bar(label="Optimized API", usd_per_month=13889.11, is_recommended=True),
    charts.Bar(label="Hybrid", usd_per_month=35003.22, is_at_risk=True),
    charts.Bar(label="Self-hosted", usd_per_month=None, note="there is no pool"),
]
START = charts.Level(label="Baseline", usd_per_month=44550.0)
STEPS = [
    charts.Step(label="Prompt caching", saving_usd_per_month=19440.0),
    charts.Step(label="Routing", saving_usd_per_month=9686.02, is_at_risk=True),
    charts.Step(label="Semantic caching", saving_usd_per_month=1534.87),
    charts.Step(label="Self-hosting", saving_usd_per_month=-21114.12),
]
END = charts.Level(label="Hybrid", usd_per_month=35003.22)
# An API at 1 USD per request, beside replicas of 100 USD for 100 requests each and 50 USD fixed.
CURVES = [
    charts.Curve(label="API", points=[[0, 0], [400, 400]]),
    charts.Curve(
        label="Self-hosted",
        points=[
            [0, 150],
            [100, 150],
            [100, 250],
            [200, 250],
            [200, 350],
            [300, 350],
            [300, 450],
            [400, 450],
        ],
    ),
]
VOLUMES: dict[str, Any] = {
    "cheaper_intervals": [[150, 200], [250, None]],
    "first_requests_per_month": 150,
    "dominance_requests_per_month": 250,
    "present_requests_per_month": 120,
    "window": [0, 400],
    "reached": ("Dec 2027", 180),
}
SAVING = [[0, -100.0], [1, -50.0], [2, 0.0], [3, 50.0], [4, 100.0]]
MILESTONES = [
    charts.Milestone(day=0, score=2.0, usd_per_month=44550.0),
    charts.Milestone(day=30, score=2.3, usd_per_month=25110.0),
    charts.Milestone(day=60, score=2.9, usd_per_month=15423.98),
    charts.Milestone(day=90, score=None, usd_per_month=None),
]
HISTORY = [
    charts.Assessed(on=date(2025, 10, 1), score=1.9, low=1.9, high=2.6, is_approved=True),
    charts.Assessed(on=date(2025, 10, 9), score=None, low=None, high=None, is_approved=False),
    charts.Assessed(on=date(2026, 4, 1), score=2.4, low=2.4, high=2.4, is_approved=True),
    charts.Assessed(on=date(2026, 4, 8), score=2.5, low=2.4, high=2.9, is_approved=True),
    charts.Assessed(on=date(2026, 11, 1), score=3.1, low=2.8, high=3.6, is_approved=False),
]
FLOW = charts.Flow(
    calls_per_month=3_000_000,
    cache_hits_per_month=360_000,
    cache_usd_per_month=280.0,
    triage_usd_per_month=352.8,
    simple_calls_per_month=1_188_000,
    simple_usd_per_month=819.72,
    simple_label="Small model by API",
    complex_calls_per_month=1_511_400,
    complex_usd_per_month=12436.79,
    complex_label="Premium API, prompt caching on",
    escalated_calls_per_month=59_400,
)
SWINGS = [
    charts.Swing(
        label="Requests",
        low_usd=26_000.0,
        high_usd=61_000.0,
        low_words="2 M",
        high_words="6 M",
    ),
    charts.Swing(
        label="Routing: simple calls",
        low_usd=38_100.0,
        high_usd=31_900.0,
        low_words="30 %",
        high_words="60 %",
    ),
    charts.Swing(label="Pool: spare replicas", low_usd=35_003.0, high_usd=35_003.0),
]
FUTURES = [
    charts.Spread(
        label="What runs today",
        p10=36_000.0,
        p50=48_000.0,
        p90=71_000.0,
        is_current=True,
    ),
    charts.Spread(label="Caching, routing, semantic cache", p10=11_000, p50=15_000, p90=21_000),
    charts.Spread(label="Self-hosted, all calls", p10=30_480.0, p50=30_480.0, p90=30_480.0),
]

LAYERS = [
    charts.Layer("Support chat", [4.0 * (9 <= hour % 24 < 17) for hour in range(168)]),
    charts.Layer("Reports by night", [1.0 * (hour % 24 < 12) for hour in range(168)]),
]
PAID = [5.0 if 9 <= hour % 24 < 17 else 1.0 for hour in range(168)]
LOADS = [charts.Load(1, 0.9, True), charts.Load(4, 1.8, True), charts.Load(16, 3.5)]
KEPT = charts.Load(8, 2.4, True)

DRAWN = {
    "scorecard": partial(charts.scorecard_chart, ROWS),
    "strategies": partial(charts.strategies_chart, BARS),
    "waterfall": partial(charts.waterfall_chart, START, STEPS, END),
    "staircase": partial(charts.staircase_chart, CURVES, **VOLUMES),
    "saving": partial(charts.saving_chart, SAVING, break_even_month=2.0),
    "plan": partial(charts.plan_chart, MILESTONES),
    "triage": partial(charts.triage_chart, FLOW),
    "tornado": partial(charts.tornado_chart, SWINGS, present_usd=35_003.0),
    "futures": partial(charts.futures_chart, FUTURES, today_usd=44_550.0),
    "history": partial(charts.history_chart, HISTORY),
    "hours": partial(charts.hours_chart, LAYERS, PAID),
    "goodput": partial(charts.goodput_chart, LOADS, KEPT),
}
EMPTY = {
    "scorecard": partial(charts.scorecard_chart, []),
    "strategies": partial(charts.strategies_chart, []),
    "staircase": partial(charts.staircase_chart, [], **VOLUMES),
    "saving": partial(charts.saving_chart, [], break_even_month=None),
    "plan": partial(charts.plan_chart, []),
    "triage": partial(charts.triage_chart, charts.Flow()),
    "tornado": partial(charts.tornado_chart, [], present_usd=35_003.0),
    "futures": partial(charts.futures_chart, [], today_usd=None),
    "history": partial(charts.history_chart, HISTORY[1:2]),
    "hours": partial(charts.hours_chart, LAYERS, PAID[1:]),
    "goodput": partial(charts.goodput_chart, [], charts.Load()),
}

widths = st.sampled_from(WIDTHS)
labels = st.text(max_size=60) | st.sampled_from(
    ["W" * 80, "a b " * 30, "", "<b>&\"'</b>", "漢字" * 20]
)
money = (
    st.none()
    | st.sampled_from([0, 0.39, 44550, 1e9, 9.99e12, -2e6, 1e300, -1e300, 1e-9])
    | st.floats()
)
volumes = st.sampled_from([0, 1, 120, 8_874_552, 2.6e9, 1e14]) | st.floats(0, 1e18)
levels = st.none() | st.floats(allow_nan=True) | st.floats(1, 5)


def parts(kind: type[Any], fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Typed parts of a chart from whatever their fields may be."""
    return st.builds(kind, **fields)


rows = st.lists(
    parts(
        charts.Dimension,
        {"title": labels, "flags": st.lists(labels, max_size=3)}
        | dict.fromkeys(("claimed", "evidenced", "score", "low", "high", "target"), levels),
    ),
    max_size=6,
)
bars = st.lists(
    parts(
        charts.Bar,
        {"label": labels, "usd_per_month": money, "note": labels}
        | {f"is_{word}": st.booleans() for word in ("current", "recommended", "at_risk")},
    ),
    max_size=8,
)
ends = parts(charts.Level, {"label": labels, "usd_per_month": money})
steps = st.lists(
    parts(
        charts.Step, {"label": labels, "saving_usd_per_month": money, "is_at_risk": st.booleans()}
    ),
    max_size=5,
)
points = st.lists(st.tuples(volumes, money), max_size=12).map(
    lambda listed: sorted(listed, key=lambda point: point[0])
)
curves = st.lists(parts(charts.Curve, {"label": labels, "points": points}), min_size=2, max_size=2)
intervals = st.lists(st.tuples(volumes, st.none() | volumes), max_size=64)
milestones = st.lists(
    parts(charts.Milestone, {"day": st.integers(0, 365), "score": levels, "usd_per_month": money}),
    max_size=6,
)
weeks = st.lists(money, min_size=7, max_size=7).map(lambda days: days * 24)
layers = st.lists(
    parts(charts.Layer, {"label": labels, "hours": weeks | st.lists(money)}), max_size=10
)
loads = parts(charts.Load, {"at_once": money, "per_second": money, "is_within": st.booleans()})
days = st.dates() | st.dates(date(2026, 1, 1), date(2026, 3, 1))
histories = st.lists(
    parts(
        charts.Assessed,
        {
            "on": st.dates() | st.dates(date(2026, 1, 1), date(2026, 3, 1)),
            "is_approved": st.booleans(),
        }
        | dict.fromkeys(("score", "low", "high"), levels),
    ),
    max_size=12,
).map(lambda listed: sorted(listed, key=lambda point: point.on))
flows = parts(
    charts.Flow,
    {item.name: money for item in fields(FLOW) if not item.name.endswith("label")}
    | {"simple_label": labels, "complex_label": labels},
)
swings = st.lists(
    parts(
        charts.Swing,
        {
            "label": labels,
            "low_usd": money,
            "high_usd": money,
            "low_words": labels,
            "high_words": labels,
        },
    ),
    max_size=8,
)
bands = st.lists(
    parts(
        charts.Spread,
        {"label": labels, "p10": money, "p50": money, "p90": money, "is_current": st.booleans()},
    ),
    max_size=8,
)
