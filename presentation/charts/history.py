"""Draws a client's overall score from assessment to assessment; imports neither Django nor I/O."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from presentation import numbers, wording
from presentation.charts import plot, scales, svg, text
from presentation.charts.figures import Assessed
from presentation.charts.palette import (
    ACCENT,
    ACCENT_LINE,
    AXIS_LINE,
    LEVELS,
    SURFACE,
)

PLOT_HEIGHT = 168
TOP = 40
FOOT = 26
LEFT = 22
MARGIN = 30
GAP = 6


@dataclass(frozen=True)
class _Point:
    on: date
    score: float
    low: float
    high: float
    is_approved: bool


def history_chart(points: Sequence[Assessed], *, title: str, width: int = 720) -> str:
    """Return the overall scores over time, each with its range; a line joins the approved ones.

    They come in the order of time; a hollow point is not approved; a point without a score is
    left out.
    """
    known = [point for given in points if (point := _point(given)) is not None]
    if not known:
        return svg.nothing(width, title, "Nothing has been scored yet.")
    days = [point.on.toordinal() for point in known]
    across = scales.window(min(days), max(days), LEFT + MARGIN, width - MARGIN)
    places = [across(day) if len(set(days)) > 1 else width / 2 for day in days]
    up = scales.levels(TOP + PLOT_HEIGHT - 8, TOP + 4)
    spots = [(x, up(point.score)) for x, point in zip(places, known, strict=True)]
    line = [spot for spot, point in zip(spots, known, strict=True) if point.is_approved]
    return svg.drawing(
        width,
        TOP + PLOT_HEIGHT + FOOT,
        title,
        svg.strong("Overall score, 1 to 5", 4, 13, "start"),
        plot.levels(up, LEFT, width - 4, 8, AXIS_LINE),
        *(_range(x, point, up) for x, point in zip(places, known, strict=True)),
        svg.polyline(line, ACCENT_LINE) if len(line) > 1 else "",
        *(_disc(x, y, point) for (x, y), point in zip(spots, known, strict=True)),
        *_words(_tops(spots, known, up), known, width),
    )


def _point(given: Assessed) -> _Point | None:
    on, score = given.on, scales.level(given.score)
    if on is None or score is None:
        return None
    low, high = scales.level(given.low), scales.level(given.high)
    low, high = sorted((low or score, high or score))
    return _Point(on, score, low, high, given.is_approved)


def _range(x: float, point: _Point, up: scales.Scale) -> str:
    """The range behind a point: as low and as high as its unknown answers may turn out."""
    top, bottom = up(point.high), up(point.low)
    if bottom - top < 1:
        return ""
    return svg.rectangle(x - 6, top - 6, 12, bottom - top + 12, LEVELS[1], radius=6)


def _disc(x: float, y: float, point: _Point) -> str:
    fill = ACCENT if point.is_approved else SURFACE
    return svg.circle(x, y, 5, fill, ACCENT_LINE, stroke_width=2)


def _tops(
    spots: list[tuple[float, float]], known: list[_Point], up: scales.Scale
) -> list[tuple[float, float]]:
    """Where each point or its range ends upwards, so that its score stands clear of both."""
    tops = []
    for (x, y), point in zip(spots, known, strict=True):
        has_range = bool(_range(x, point, up))
        tops.append((x, min(y, up(point.high) - 1) if has_range else y))
    return tops


def _words(line: list[tuple[float, float]], known: list[_Point], width: float) -> list[str]:
    """The score over each point and its date under it; the newest first, where there is room.

    The date is a month, where several points fall into one a day.
    """
    parts: list[str] = []
    months = Counter(wording.short_month(point.on) for point in known)
    scored = dated = width + GAP
    for (x, y), point in reversed(list(zip(line, known, strict=True))):
        score, month = numbers.level(point.score), wording.short_month(point.on)
        when = month if months[month] == 1 else wording.short_day(point.on)
        half = text.width_of(score, 12) / 2
        if x + half + GAP <= scored:
            parts.append(svg.strong(score, x, y - 11, tone=ACCENT))
            scored = x - half
        half = text.width_of(when, 11) / 2
        middle = min(x, width - half)
        if middle + half + GAP <= dated and middle - half >= 0:
            base = TOP + PLOT_HEIGHT + 14
            parts.append(svg.caption(when, middle, base, "middle"))
            dated = middle - half
    return parts
