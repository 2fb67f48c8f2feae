"""Draws two monthly costs over volume, steps as steps; imports neither Django nor I/O."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from presentation import money, numbers
from presentation.charts import markers, plot, scales, svg, text
from presentation.charts.figures import Curve
from presentation.charts.palette import (
    ACCENT,
    ACCENT_LINE,
    ACCENT_PALE,
    INK,
    INK_LINE,
    MUTED_LINE,
    SURFACE,
    Tone,
)

NARROW = 520
PLOT_HEIGHT = 240
THINNEST_BAND = 1.5
CAP = 4
NUMBER_SIZE = 11
NUMBER_GAP = 4
NUMBER_INSET = 12
# How far from its line a point may lie in px without being seen.
INVISIBLE = 0.1

Point = tuple[float, float]


@dataclass(frozen=True)
class _Line:
    label: str
    points: list[Point]
    ink: Tone
    line: Tone


def _points(listed: Sequence[Sequence[float | None]], low: float, high: float) -> list[Point]:
    """The curve inside the window, ends interpolated; a step keeps its two points of one volume."""
    pairs = [(scales.finite(x), scales.finite(y)) for x, y in listed]
    points = [(x, y) for x, y in pairs if x is not None and y is not None]
    if len(points) == 1:
        return [point for point in points if low <= point[0] <= high]
    kept: list[Point] = []
    for before, after in pairwise(points):
        if after[0] < low or before[0] > high:
            continue
        for point in (_cut(before, after, low, high), _cut(after, before, low, high)):
            if not kept or kept[-1] != point:
                kept.append(point)
    return kept


def _cut(point: Point, other: Point, low: float, high: float) -> Point:
    x = min(max(point[0], low), high)
    if x == point[0] or other[0] == point[0]:
        return (x, point[1])
    share = (x - point[0]) / (other[0] - point[0])
    return (x, point[1] + share * (other[1] - point[1]))


def staircase_chart(
    curves: Sequence[Curve],
    *,
    cheaper_intervals: Sequence[Sequence[float | None]],
    first_requests_per_month: float | None,
    dominance_requests_per_month: float | None,
    present_requests_per_month: float | None,
    window: Sequence[float],
    title: str,
    reached: tuple[str, float] | None = None,
    is_numbered: bool = True,
    width: int = 720,
    plot_height: float = PLOT_HEIGHT,
) -> str:
    """Return both cost curves, every interval marked in which the second is cheaper.

    `cheaper_intervals` are [low, high], a null high means for good, numbered where a table lists
    them. `window` is the part to show, all in requests per month; `reached` the month in which
    growth makes the second cheaper, and its volume.
    """
    low, high = sorted(scales.finite(end) or 0.0 for end in [*window, 0.0, 0.0][:2])
    drawn = _curves(curves, low, high)
    if high <= low or not all(curve.points for curve in drawn) or len(drawn) < 2:
        return svg.nothing(width, title, "There are no two costs to compare in this range.")
    values, right = [y for curve in drawn for _, y in curve.points], width - _margin(width)
    ground = plot.plot((low, high), values, right=right, top=0, height=plot_height)
    ends = _crossings(cheaper_intervals, first_requests_per_month, dominance_requests_per_month)
    marked = _markers(ground, ends, present_requests_per_month, reached)
    top = 22 + markers.ROW_HEIGHT * len(marked) + 4
    ground = plot.plot((low, high), values, right=right, top=top, height=plot_height)
    x_ticks = scales.labelled_ticks(low, high, right - ground.left, scales.write_volume)
    parts = [
        svg.caption(f"{money.code()} per month", 4, 13),
        _intervals(cheaper_intervals, ground, is_numbered, drawn[1].label, width),
        plot.ground(ground, x_ticks, "requests per month"),
        *(_line(curve, ground) for curve in drawn),
        markers.draw(markers.place(marked, 4, width - 4), 22, ground.bottom, SURFACE),
        _names(drawn, ground, width),
    ]
    return svg.drawing(width, ground.bottom + plot.BOTTOM, title, *parts)


def _margin(width: float) -> float:
    """What the curves' names take at the right."""
    return 88.0 if width < NARROW else 132.0


def _curves(curves: Sequence[Curve], low: float, high: float) -> list[_Line]:
    tones = ((INK, INK_LINE), (ACCENT, ACCENT_LINE))
    return [
        _Line(text.clean(curve.label), _points(curve.points, low, high), *tone)
        for curve, tone in zip(curves, tones, strict=False)
    ]


def _intervals(
    intervals: Sequence[Sequence[float | None]],
    ground: plot.Plot,
    is_numbered: bool,
    label: str,
    width: float,
) -> str:
    """Every interval shaded and capped by a bar, numbered as in its table where there is room."""
    parts, edge = [], ground.left
    for number, interval in enumerate(intervals, start=1):
        band = _band(interval, ground)
        if band is None:
            continue
        start, length = band
        for height, tone in ((ground.bottom - ground.top, ACCENT_PALE), (CAP, ACCENT)):
            parts.append(svg.rectangle(start, ground.top, length, height, tone))
        words, middle = str(number), start + min(length / 2, NUMBER_INSET)
        half = text.width_of(words, NUMBER_SIZE) / 2
        if is_numbered and middle - half >= edge and middle + half <= ground.right:
            edge = middle + half + NUMBER_GAP
            at = ground.top + CAP + NUMBER_SIZE + 2
            parts.append(
                svg.label(words, middle, at, size=NUMBER_SIZE, anchor="middle", tone=ACCENT)
            )
    if parts:
        room = width - 8 - text.width_of(f"{money.code()} per month", 11) - 16
        words = text.fit(f"shaded where cheaper: {label.partition(',')[0]}", room, 11)
        parts.append(svg.caption(words, width - 4, 13, "end", ACCENT))
    return "".join(parts)


def _band(interval: Sequence[float | None], ground: plot.Plot) -> tuple[float, float] | None:
    """The interval's left edge and length in px; None where it lies outside of the window."""
    low = scales.finite(interval[0]) or 0.0
    high = scales.finite(interval[1])
    high = ground.x.high if high is None else high
    if high < ground.x.low or low > ground.x.high:
        return None
    start, end = ground.x.clamped(low), ground.x.clamped(high)
    start = min(start, ground.right - THINNEST_BAND)
    return start, max(end - start, THINNEST_BAND)


def _line(curve: _Line, ground: plot.Plot) -> str:
    points = [(ground.x.clamped(x), ground.y.clamped(y)) for x, y in curve.points]
    if len(points) == 1:
        return svg.circle(*points[0], 4, curve.ink)
    return svg.polyline(_thinned(points), curve.line, width=2)


def _thinned(points: list[Point]) -> list[Point]:
    """Leave points out that lie on the line between their neighbours, as far as a pixel shows.

    The next point must lie in the cone, seen from the last one kept, of all that are left out.
    """
    kept = points[:1]
    steepest, flattest = math.inf, -math.inf
    for before, point in pairwise(points):
        if point[0] <= before[0]:  # a step: both its ends
            kept += [before, point]
            steepest, flattest = math.inf, -math.inf
            continue
        left, low = kept[-1]
        if not flattest <= (point[1] - low) / (point[0] - left) <= steepest:
            kept.append(before)
            steepest, flattest = math.inf, -math.inf
            left, low = before
        steepest = min(steepest, (point[1] + INVISIBLE - low) / (point[0] - left))
        flattest = max(flattest, (point[1] - INVISIBLE - low) / (point[0] - left))
    return [point for point, _ in groupby([*kept, points[-1]])]


def _crossings(
    intervals: Sequence[Sequence[float | None]], first: object, dominance: object
) -> list[tuple[str, float | None]]:
    """The volumes where the lead changes, each with its words."""
    lowest, for_good = scales.finite(first), scales.finite(dominance)
    if for_good is not None and for_good < numbers.ONE_REQUEST:
        return [("cheaper at every volume", for_good)]
    words, volume = "first crossing", None if lowest == for_good else lowest
    if lowest is not None and lowest < numbers.ONE_REQUEST:
        words, volume = "cheaper up to", scales.finite(intervals[0][1]) if intervals else None
    return [
        (f"{words} {numbers.compact(volume)}", volume),
        (f"for good above {numbers.compact(for_good)}", for_good),
    ]


def _markers(
    ground: plot.Plot,
    crossings: Sequence[tuple[str, float | None]],
    present: object,
    reached: tuple[str, float] | None,
) -> list[markers.Marker]:
    now, (month, later) = scales.finite(present), reached or ("", None)
    grown = scales.finite(later)
    wanted = (
        (f"today {numbers.compact(now)}", now, INK, MUTED_LINE, 400),
        *((words, volume, ACCENT, ACCENT_LINE, 600) for words, volume in crossings),
        (f"{text.clean(month)}: {numbers.compact(grown)}", grown, INK, MUTED_LINE, 400),
    )
    made = []
    for words, volume, ink, line, weight in wanted:
        if volume is None:
            continue
        told, at, is_inside = words, ground.x.clamped(volume), False
        if volume < ground.x.low:
            told = f"← {words}"
        elif volume > ground.x.high:
            told = f"{words} →"
        else:
            is_inside = True
        made.append(markers.Marker(at, told, ink, line, is_inside, weight))
    return made


def _names(curves: list[_Line], ground: plot.Plot, width: float) -> str:
    """Each curve's name beside its end, pushed apart where they would touch.

    Names that are too high for the plot are cut at their comma.
    """
    room = width - ground.right - 12
    wrapped = [text.wrap(curve.label, room, 11, 4) for curve in curves]
    if 14 * sum(map(len, wrapped)) + 4 > ground.bottom - ground.top:
        wrapped = [text.wrap(curve.label.partition(",")[0], room, 11, 4) for curve in curves]
    ends = [ground.y.clamped(curve.points[-1][1]) for curve in curves]
    upper, lower = sorted((0, 1), key=lambda index: (ends[index], index))
    heights = [14 * max(len(lines), 1) for lines in wrapped]
    tops = [0.0, 0.0]
    tops[upper] = max(ends[upper] - heights[upper] / 2, ground.top)
    tops[lower] = max(ends[lower] - heights[lower] / 2, tops[upper] + heights[upper] + 4)
    over = max(tops[lower] + heights[lower] - ground.bottom - 4, 0)
    tops[lower] -= over
    tops[upper] = min(tops[upper], tops[lower] - heights[upper] - 4)
    left = ground.right + 8
    return "".join(
        svg.lines(lines, left, top + 11, 14, size=11, weight=600, tone=curve.ink)
        for curve, lines, top in zip(curves, wrapped, tops, strict=True)
    )
