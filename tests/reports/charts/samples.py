"""Plain inputs of every chart: the worked example's, and whatever hypothesis can think of."""

from datetime import date
from functools import partial
from typing import Any

from hypothesis import strategies as st

from presentation import charts

WIDTHS = (320, 336, 480, 560, 720, 1200)

ROWS: list[dict[str, Any]] = [
    {
        "title": "Hardware & hosting",
        "claimed": 1,
        "evidenced": 1.0,
        "score": 1.0,
        "low": 1.0,
        "high": 1.0,
        "target": 1.5,
    },
    {
        "title": "APIs & routing",
        "claimed": 2,
        "evidenced": 3.0,
        "score": 2.0,
        "low": 2.0,
        "high": 2.5,
        "target": 3,
    },
    {
        "title": "Caching & cache efficiency",
        "claimed": 4,
        "evidenced": 2.0,
        "score": 2.0,
        "low": 2.0,
        "high": 3.5,
        "target": 3,
        "flags": ["contradiction", "measured_usage_refutes"],
    },
    {
        "title": "Output integrity & evals",
        "claimed": 2,
        "evidenced": 2.0,
        "score": 2.0,
        "low": 1.4,
        "high": 2.0,
        "target": 3,
    },
    {
        "title": "FinOps lifecycle",
        "claimed": None,
        "evidenced": None,
        "score": None,
        "low": None,
        "high": None,
        "target": 3,
    },
]
BARS: list[dict[str, Any]] = [
    {"label": "Baseline", "usd_per_month": 44550.0, "is_current": True},
    {"label": "Prompt caching", "usd_per_month": 25110.0},
    {"label": "Optimized API", "usd_per_month": 13889.11, "is_recommended": True},
    {"label": "Hybrid", "usd_per_month": 35003.22, "is_at_risk": True},
    {"label": "Self-hosted", "usd_per_month": None, "note": "there is no pool"},
]
START: dict[str, Any] = {"label": "Baseline", "usd_per_month": 44550.0}
STEPS: list[dict[str, Any]] = [
    {"label": "Prompt caching", "saving_usd_per_month": 19440.0},
    {"label": "Routing", "saving_usd_per_month": 9686.02, "is_at_risk": True},
    {"label": "Semantic caching", "saving_usd_per_month": 1534.87},
    {"label": "Self-hosting", "saving_usd_per_month": -21114.12},
]
END: dict[str, Any] = {"label": "Hybrid", "usd_per_month": 35003.22}
# An API at 1 USD per request, beside replicas of 100 USD for 100 requests each and 50 USD fixed.
CURVES: list[dict[str, Any]] = [
    {"label": "API", "points": [[0, 0], [400, 400]]},
    {
        "label": "Self-hosted",
        "points": [
            [0, 150],
            [100, 150],
            [100, 250],
            [200, 250],
            [200, 350],
            [300, 350],
            [300, 450],
            [400, 450],
        ],
    },
]
VOLUMES: dict[str, Any] = {
    "cheaper_intervals": [[150, 200], [250, None]],
    "first_requests_per_month": 150,
    "dominance_requests_per_month": 250,
    "present_requests_per_month": 120,
    "window": [0, 400],
}
SAVING = [[0, -100.0], [1, -50.0], [2, 0.0], [3, 50.0], [4, 100.0]]
MILESTONES: list[dict[str, Any]] = [
    {"day": 0, "score": 2.0, "usd_per_month": 44550.0},
    {"day": 30, "score": 2.3, "usd_per_month": 25110.0},
    {"day": 60, "score": 2.9, "usd_per_month": 15423.98},
    {"day": 90, "score": None, "usd_per_month": None},
]
HISTORY: list[dict[str, Any]] = [
    {"on": date(2025, 10, 1), "score": 1.9, "low": 1.9, "high": 2.6, "is_approved": True},
    {"on": date(2025, 10, 9), "score": None, "low": None, "high": None, "is_approved": False},
    {"on": date(2026, 4, 1), "score": 2.4, "low": 2.4, "high": 2.4, "is_approved": True},
    {"on": date(2026, 4, 8), "score": 2.5, "low": 2.4, "high": 2.9, "is_approved": True},
    {"on": date(2026, 11, 1), "score": 3.1, "low": 2.8, "high": 3.6, "is_approved": False},
]
FLOW: dict[str, Any] = {
    "calls_per_month": 3_000_000,
    "cache_hits_per_month": 360_000,
    "cache_usd_per_month": 280.0,
    "triage_usd_per_month": 352.8,
    "simple_calls_per_month": 1_188_000,
    "simple_usd_per_month": 819.72,
    "simple_label": "Small model by API",
    "complex_calls_per_month": 1_511_400,
    "complex_usd_per_month": 12436.79,
    "complex_label": "Premium API, prompt caching on",
    "escalated_calls_per_month": 59_400,
}
SWINGS: list[dict[str, Any]] = [
    {
        "label": "Requests",
        "low_usd": 26_000.0,
        "high_usd": 61_000.0,
        "low_words": "2 M",
        "high_words": "6 M",
    },
    {
        "label": "Routing: simple calls",
        "low_usd": 38_100.0,
        "high_usd": 31_900.0,
        "low_words": "30 %",
        "high_words": "60 %",
    },
    {"label": "Pool: spare replicas", "low_usd": 35_003.0, "high_usd": 35_003.0},
]
FUTURES: list[dict[str, Any]] = [
    {
        "label": "What runs today",
        "p10": 36_000.0,
        "p50": 48_000.0,
        "p90": 71_000.0,
        "is_current": True,
    },
    {"label": "Caching, routing, semantic cache", "p10": 11_000, "p50": 15_000, "p90": 21_000},
    {"label": "Self-hosted, all calls", "p10": 30_480.0, "p50": 30_480.0, "p90": 30_480.0},
]

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
}
EMPTY = {
    "scorecard": partial(charts.scorecard_chart, []),
    "strategies": partial(charts.strategies_chart, []),
    "staircase": partial(charts.staircase_chart, [], **VOLUMES),
    "saving": partial(charts.saving_chart, [], break_even_month=None),
    "plan": partial(charts.plan_chart, []),
    "triage": partial(charts.triage_chart, {}),
    "tornado": partial(charts.tornado_chart, [], present_usd=35_003.0),
    "futures": partial(charts.futures_chart, [], today_usd=None),
    "history": partial(charts.history_chart, HISTORY[1:2]),
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
rows = st.lists(
    st.fixed_dictionaries(
        {"title": labels, "flags": st.lists(labels, max_size=3)}
        | dict.fromkeys(("claimed", "evidenced", "score", "low", "high", "target"), levels)
    ),
    max_size=6,
)
bars = st.lists(
    st.fixed_dictionaries(
        {"label": labels, "usd_per_month": money, "note": labels}
        | {f"is_{word}": st.booleans() for word in ("current", "recommended", "at_risk")}
    ),
    max_size=8,
)
ends = st.fixed_dictionaries({"label": labels, "usd_per_month": money})
steps = st.lists(
    st.fixed_dictionaries(
        {"label": labels, "saving_usd_per_month": money, "is_at_risk": st.booleans()}
    ),
    max_size=5,
)
points = st.lists(st.tuples(volumes, money), max_size=12).map(
    lambda listed: sorted(listed, key=lambda point: point[0])
)
curves = st.lists(
    st.fixed_dictionaries({"label": labels, "points": points}), min_size=2, max_size=2
)
intervals = st.lists(st.tuples(volumes, st.none() | volumes), max_size=64)
milestones = st.lists(
    st.fixed_dictionaries({"day": st.integers(0, 365), "score": levels, "usd_per_month": money}),
    max_size=6,
)
days = st.dates() | st.dates(date(2026, 1, 1), date(2026, 3, 1))
histories = st.lists(
    st.fixed_dictionaries(
        {
            "on": st.dates() | st.dates(date(2026, 1, 1), date(2026, 3, 1)),
            "is_approved": st.booleans(),
        }
        | dict.fromkeys(("score", "low", "high"), levels)
    ),
    max_size=12,
).map(lambda listed: sorted(listed, key=lambda point: point["on"]))
flows = st.fixed_dictionaries(
    {key: money for key in FLOW if not key.endswith("label")}
    | {"simple_label": labels, "complex_label": labels}
)
swings = st.lists(
    st.fixed_dictionaries(
        {
            "label": labels,
            "low_usd": money,
            "high_usd": money,
            "low_words": labels,
            "high_words": labels,
        }
    ),
    max_size=8,
)
bands = st.lists(
    st.fixed_dictionaries(
        {"label": labels, "p10": money, "p50": money, "p90": money, "is_current": st.booleans()}
    ),
    max_size=8,
)
