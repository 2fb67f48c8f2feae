"""Draws what each strategy may cost when figures are uncertain; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import money, numbers
from presentation.charts import scales, svg, text
from presentation.charts.figures import Spread
from presentation.charts.palette import ACCENT, AXIS_LINE, INK, LEVELS, SURFACE_LINE
from presentation.charts.rows import BAR_HEIGHT, NARROW, Rows, baseline

MARGIN = 4
GAP = 6
HEAD = 40
THINNEST = 2.0


@dataclass(frozen=True)
class _Band:
    label: str
    low: float
    middle: float
    high: float
    words: str
    is_current: bool


def futures_chart(
    rows: Sequence[Spread],
    *,
    today_usd: float | None,
    title: str,
    width: int = 720,
) -> str:
    """Return a bar for each strategy from p10 to p90 of its cost, its median marked.

    The line is what
    today's figures come to for what runs today.
    """
    bands = [band for row in rows if (band := _band(row, width)) is not None]
    if not bands:
        return svg.nothing(width, title, "No future has been priced.")
    frame = Rows(width, len(bands), HEAD)
    room = min(max(text.width_of(band.words, 11) for band in bands), (width - frame.left) * 0.45)
    today = scales.finite(today_usd)
    ends = [end for band in bands for end in (band.low, band.high)]
    scale = scales.scale(
        [*ends, *([] if today is None else [today])], frame.left, width - MARGIN - room - GAP
    )
    parts = [svg.caption(f"{money.code()} per month", MARGIN, 13)]
    if today is not None:
        parts.append(frame.across(scale(today), f"today {numbers.compact_usd(today)}"))
    for index, band in enumerate(bands):
        weight = 600 if band.is_current else 400
        parts.append(frame.label(band.label, index, weight=weight))
        parts.append(_bar(band, scale, frame, index, room))
    return svg.drawing(width, frame.height, title, *parts)


def _band(spread: Spread, width: float) -> _Band | None:
    values = [scales.finite(value) for value in (spread.p10, spread.p50, spread.p90)]
    low, middle, high = values
    if low is None or middle is None or high is None:
        return None
    low, middle, high = sorted((low, middle, high))
    shown = [numbers.compact_usd(value) for value in (low, middle, high)]
    words = shown[1] if width < NARROW else f"{shown[1]} ({shown[0]} to {shown[2]})"
    return _Band(text.clean(spread.label), low, middle, high, words, spread.is_current)


def _bar(band: _Band, scale: scales.Scale, frame: Rows, index: int, room: float) -> str:
    top = frame.bar_top(index)
    left, right = scale(band.low), scale(band.high)
    length, at = max(right - left, THINNEST), scale(band.middle)
    tone = ACCENT if band.is_current else LEVELS[2]
    shown = text.fit(band.words, room, 11)
    return "".join(
        (
            frame.upright(scale(0), index, AXIS_LINE),
            svg.rectangle(left, top + 3, length, BAR_HEIGHT - 6, tone),
            svg.line(at, top, at, top + BAR_HEIGHT, SURFACE_LINE, width=5),
            svg.rectangle(at - 1.25, top, 2.5, BAR_HEIGHT, INK),
            svg.caption(shown, frame.width - MARGIN, baseline(top), "end", INK),
        )
    )
