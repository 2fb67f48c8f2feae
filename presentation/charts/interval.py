"""Draws how far a figure may be off: a bar from low to high, its middle, and zero."""

from presentation import numbers
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Spread

TOP, BAR, FOOT = 8, 14, 20
MARGIN = 6


def interval_chart(
    spread: Spread,
    *,
    figure_usd: float | None = None,
    title: str,
    is_money: bool = True,
    width: int = 720,
) -> str:
    """Return a bar from p10 to p90 with its median marked, and where zero and the figure stand."""
    write = numbers.compact_usd if is_money else numbers.compact
    ends = [scales.finite(value) for value in (spread.p10, spread.p50, spread.p90)]
    low, middle, high = ends
    if low is None or middle is None or high is None:
        return svg.nothing(width, title, "No future has been priced.")
    figure = scales.finite(figure_usd)
    values = [low, high, 0.0, *([] if figure is None else [figure])]
    least, most = min(values), max(values)
    place = scales.Scale(least, most if most > least else least + 1.0, MARGIN, width - MARGIN)
    left, right, bottom = place(low), place(high), TOP + BAR
    tone = palette.RISK_PALE if low < 0 else palette.LEVELS[2]
    line_tone = palette.RISK_LINE if low < 0 else None
    parts = [
        svg.line(MARGIN, TOP + BAR / 2, width - MARGIN, TOP + BAR / 2, palette.GRID_LINE),
        svg.rectangle(left, TOP, max(right - left, 2), BAR, tone, line_tone),
        svg.line(place(0), TOP - 5, place(0), bottom + 5, palette.AXIS_LINE),
        svg.rectangle(place(middle) - 1.25, TOP - 3, 2.5, BAR + 6, palette.INK),
    ]
    if figure is not None:
        parts.append(svg.circle(place(figure), TOP + BAR / 2, 4, palette.ACCENT, palette.INK_LINE))
    parts.append(_ends([write(low), write(high)], left, right, width))
    return svg.drawing(width, bottom + FOOT, title, *parts)


def _ends(words: list[str], left: float, right: float, width: float) -> str:
    """The two ends in words under the bar, apart from each other and inside the drawing."""
    first, last = (text.width_of(each, 11) for each in words)
    start = min(max(left, MARGIN), width - MARGIN - first - last - 12)
    end = max(min(right, width - MARGIN), start + first + last + 12)
    line = TOP + BAR + FOOT - 6
    return svg.caption(words[0], start, line) + svg.caption(words[1], end, line, "end")
