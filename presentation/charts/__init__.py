"""Charts as pure functions from typed figures to SVG text, the same for a page and for paper."""

from presentation.charts.figures import (
    Action,
    Assessed,
    Bar,
    Curve,
    Dimension,
    Flow,
    Layer,
    Level,
    Load,
    Milestone,
    Spread,
    Step,
    Swing,
)
from presentation.charts.futures import futures_chart
from presentation.charts.goodput import goodput_chart
from presentation.charts.history import history_chart
from presentation.charts.hours import hours_chart
from presentation.charts.interval import interval_chart
from presentation.charts.plan import plan_chart
from presentation.charts.provisional import provisional
from presentation.charts.saving import saving_chart
from presentation.charts.scorecard import scorecard_chart
from presentation.charts.staircase import staircase_chart
from presentation.charts.strategies import strategies_chart
from presentation.charts.timeline import timeline_chart
from presentation.charts.tornado import tornado_chart
from presentation.charts.triage import triage_chart
from presentation.charts.waterfall import waterfall_chart
from presentation.charts.week import week_chart
