"""Draws score and spend at the plan's milestones; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import numbers
from presentation.charts import scales, svg, text
from presentation.charts.figures import Milestone
from presentation.charts.palette import (
    ACCENT,
    ACCENT_LINE,
    AXIS_LINE,
    GRID_LINE,
    INK,
    LEVELS,
    MUTED,
    NEUTRAL,
)

NARROW = 520
PANEL_HEIGHT = 130
HEAD = 44
FOOT = 24
LOWEST, HIGHEST = scales.LOWEST_LEVEL, scales.HIGHEST_LEVEL


@dataclass(frozen=True)
class _Panel:
    left: float
    right: float
    top: float
    days: list[str]

    @property
    def bottom(self) -> float:
        return self.top + HEAD + PANEL_HEIGHT

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.days)

    def middle(self, index: int) -> float:
        return self.left + self.pitch * (index + 0.5)


def plan_chart(milestones: Sequence[Milestone], *, title: str, width: int = 720) -> str:
    """Return the overall score and the monthly spend at each milestone, as two panels."""
    if not milestones:
        return svg.nothing(width, title, "There is no plan yet.")
    days = [f"day {numbers.count(milestone.day)}" for milestone in milestones]
    scores = [scales.level(milestone.score) for milestone in milestones]
    spend = [scales.finite(milestone.usd_per_month) for milestone in milestones]
    panel_height = HEAD + PANEL_HEIGHT + FOOT
    if width < NARROW:
        first, second = (
            _Panel(22, width - 4, 0, days),
            _Panel(22, width - 4, panel_height + 16, days),
        )
        height = 2 * panel_height + 16
    else:
        first, second = (
            _Panel(22, width / 2 - 16, 0, days),
            _Panel(width / 2 + 16, width - 4, 0, days),
        )
        height = panel_height
    return svg.drawing(
        width, height, title, _score_panel(first, scores), _spend_panel(second, spend)
    )


def _frame(panel: _Panel, words: str) -> str:
    days = [
        svg.label(
            text.fit(day, panel.pitch - 4, 11),
            panel.middle(index),
            panel.bottom + 17,
            size=11,
            anchor="middle",
            tone=MUTED,
        )
        for index, day in enumerate(panel.days)
    ]
    return svg.label(words, panel.left, panel.top + 13, size=12, weight=600, tone=INK) + "".join(
        days
    )


def _score_panel(panel: _Panel, scores: list[float | None]) -> str:
    scale = scales.Scale(LOWEST, HIGHEST, panel.bottom - 8, panel.top + HEAD + 4)
    parts = [_frame(panel, "Score, 1 to 5")]
    for level in range(LOWEST, HIGHEST + 1):
        y = scale(level)
        parts.append(svg.line(panel.left, y, panel.right, y, GRID_LINE))
        parts.append(
            svg.label(str(level), panel.left - 6, y + 4, size=11, anchor="end", tone=MUTED)
        )
    points = [
        (panel.middle(index), scale(score), numbers.level(score))
        for index, score in enumerate(scores)
        if score is not None
    ]
    if len(points) > 1:
        parts.append(svg.polyline([(x, y) for x, y, _ in points], ACCENT_LINE))
    for x, y, shown in points:
        words = text.fit(shown, panel.pitch - 4, 12)
        parts.append(svg.circle(x, y, 4.5, ACCENT))
        parts.append(svg.label(words, x, y - 9, size=12, weight=600, anchor="middle", tone=ACCENT))
    return "".join(parts)


def _spend_panel(panel: _Panel, spend: list[float | None]) -> str:
    scale = scales.scale([usd for usd in spend if usd is not None], panel.bottom, panel.top + HEAD)
    parts = [_frame(panel, "Spend, USD per month")]
    bar = min(panel.pitch * 0.62, 56)
    for index, usd in enumerate(spend):
        x = panel.middle(index)
        end = scale(usd or 0.0)
        top, bottom = sorted((scale(0), end))
        if usd is not None:
            parts.append(
                svg.rectangle(
                    x - bar / 2, top, bar, bottom - top, NEUTRAL if index == 0 else LEVELS[2]
                )
            )
        parts.append(
            svg.label(
                _shown(usd, panel.pitch - 4),
                x,
                top - 6,
                size=12,
                weight=600,
                anchor="middle",
                tone=INK if usd is not None else MUTED,
            )
        )
    parts.append(svg.line(panel.left, scale(0), panel.right, scale(0), AXIS_LINE))
    return "".join(parts)


def _shown(usd: float | None, room: float) -> str:
    if usd is None:
        return numbers.UNKNOWN
    sign = numbers.MINUS * (usd < 0)
    shorter = [f"{sign}${numbers.compact(abs(usd), digits)}" for digits in (3, 2, 1)]
    ways = [numbers.usd(usd), *shorter]
    return next(
        (way for way in ways if text.width_of(way, 12) <= room), text.fit(ways[-1], room, 12)
    )
