"""Charts as pure functions that return SVG text, the same for a page and for paper."""

from reports.charts.futures import futures_chart
from reports.charts.history import history_chart
from reports.charts.plan import plan_chart
from reports.charts.saving import saving_chart
from reports.charts.scorecard import scorecard_chart
from reports.charts.staircase import staircase_chart
from reports.charts.strategies import strategies_chart
from reports.charts.timeline import timeline_chart
from reports.charts.tornado import tornado_chart
from reports.charts.triage import triage_chart
from reports.charts.waterfall import waterfall_chart
from reports.charts.week import week_chart

__all__ = [
    "futures_chart",
    "history_chart",
    "plan_chart",
    "saving_chart",
    "scorecard_chart",
    "staircase_chart",
    "strategies_chart",
    "timeline_chart",
    "tornado_chart",
    "triage_chart",
    "waterfall_chart",
    "week_chart",
]
