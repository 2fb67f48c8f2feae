"""Draws score and spend at the plan's milestones; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from presentation import money, numbers
from presentation.charts import palette, plot, scales, svg, text
from presentation.charts.figures import Milestone

NARROW = 520
PANEL_HEIGHT = 130
HEAD = 44
FOOT = 24


@dataclass(frozen=True)
class _Panel:
    left: float
    right: float
    top: float
    days: list[str]
    height: float

    @property
    def bottom(self) -> float:
        return self.top + HEAD + self.height

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.days)

    def middle(self, index: int) -> float:
        return self.left + self.pitch * (index + 0.5)


def plan_chart(
    milestones: Sequence[Milestone],
    *,
    title: str,
    width: int = 720,
    plot_height: float = PANEL_HEIGHT,
    once: str = "",
) -> str:
    """Return the overall score and the monthly spend at each milestone, as two panels.

    `once` is what the spend waits for, to stand after its head: `, once terms end`.
    """
    if not milestones:
        return svg.nothing(width, title, "There is no plan yet.")
    days = [f"day {numbers.count(milestone.day)}" for milestone in milestones]
    scores = [scales.level(milestone.score) for milestone in milestones]
    spend = [scales.finite(milestone.usd_per_month) for milestone in milestones]
    panel_height = HEAD + plot_height + FOOT
    first = _Panel(22, width - 4 if width < NARROW else width / 2 - 16, 0, days, plot_height)
    if width < NARROW:
        second = _Panel(22, width - 4, panel_height + 16, days, plot_height)
    else:
        second = _Panel(width / 2 + 16, width - 4, 0, days, plot_height)
    known = [  # nothing is drawn of what is not known
        (panel, values)
        for panel, values in ((_score_panel, scores), (partial(_spend_panel, once), spend))
        if any(value is not None for value in values)
    ]
    places = (first, second)[: len(known)]
    drawn = [draw(place, values) for place, (draw, values) in zip(places, known, strict=True)]
    return svg.drawing(width, (places or [first])[-1].top + panel_height, title, *drawn)


def _frame(panel: _Panel, words: str) -> str:
    days = [
        svg.caption(
            text.fit(day, panel.pitch - 4, 11), panel.middle(index), panel.bottom + 17, "middle"
        )
        for index, day in enumerate(panel.days)
    ]
    return svg.strong(words, panel.left, panel.top + 13, "start") + "".join(days)


def _score_panel(panel: _Panel, scores: list[float | None]) -> str:
    scale = scales.levels(panel.bottom - 8, panel.top + HEAD + 4)
    parts = [_frame(panel, "Score, 1 to 5")]
    parts.append(plot.levels(scale, panel.left, panel.right, 6, palette.GRID_LINE))
    points = [
        (panel.middle(index), scale(score), numbers.level(score))
        for index, score in enumerate(scores)
        if score is not None
    ]
    if len(points) > 1:
        parts.append(svg.polyline([(x, y) for x, y, _ in points], palette.ACCENT_LINE))
    for x, y, shown in points:
        words = text.fit(shown, panel.pitch - 4, 12)
        parts.append(svg.circle(x, y, 4.5, palette.ACCENT))
        parts.append(svg.strong(words, x, y - 9, tone=palette.ACCENT))
    return "".join(parts)


def _spend_panel(once: str, panel: _Panel, spend: list[float | None]) -> str:
    scale = scales.scale([usd for usd in spend if usd is not None], panel.bottom, panel.top + HEAD)
    parts = [_frame(panel, f"Spend, {money.code()} per month{once}")]
    bar = min(panel.pitch * 0.62, 56)
    for index, usd in enumerate(spend):
        x = panel.middle(index)
        top, bottom = sorted((scale(0), scale(usd or 0.0)))
        words, ink = numbers.UNKNOWN, palette.MUTED
        if usd is not None:
            fill = palette.NEUTRAL if index == 0 else palette.LEVELS[2]
            parts.append(svg.rectangle(x - bar / 2, top, bar, bottom - top, fill))
            sign = numbers.MINUS * (usd < 0)
            words, ink = scales.fit_money(numbers.usd(usd), sign, usd, panel.pitch - 4), palette.INK
        parts.append(svg.strong(words, x, top - 6, tone=ink))
    parts.append(svg.line(panel.left, scale(0), panel.right, scale(0), palette.AXIS_LINE))
    return "".join(parts)
