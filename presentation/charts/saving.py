"""Draws the saving that adds up and when it has paid back; imports neither Django nor I/O."""

from collections.abc import Sequence
from itertools import pairwise

from presentation import money, numbers
from presentation.charts import markers, palette, plot, scales, svg, text

NARROW = 520
PLOT_HEIGHT = 210
Point = tuple[float, float]


def saving_chart(
    points: Sequence[Sequence[float | None]],
    *,
    break_even_month: float | None,
    title: str,
    width: int = 720,
) -> str:
    """Return the cumulative saving over months, what was paid first below zero.

    `points` are [month, USD saved so far], ascending; `break_even_month` is the fractional
    month in which the sum reaches zero, None where it does not.
    """
    pairs = [(scales.finite(month), scales.finite(saved)) for month, saved in points]
    line = [(month, saved) for month, saved in pairs if month is not None and saved is not None]
    if len(line) < 2 or line[0][0] == line[-1][0]:
        return svg.nothing(width, title, "There is no saving to add up.")
    across = (line[0][0], line[-1][0])
    values = [saved for _, saved in line]
    end_words = numbers.usd(values[-1])
    if len(end_words) >= 13:
        end_words = numbers.compact_usd(values[-1])
    after = f"after {numbers.months(across[1])}"
    margin = max(text.width_of(end_words, 12), text.width_of(after, 11)) + 16
    top = 22 + markers.ROW_HEIGHT + 4
    ground = plot.plot(across, values, right=width - margin, top=top, height=PLOT_HEIGHT)
    x_ticks = scales.labelled_ticks(*across, ground.right - ground.left, scales.write_volume)
    said = markers.place([_pay_back(break_even_month, ground)], 4, width - 4)
    foot = ground.y(0) if said[0].marker.has_line else ground.top
    places = [(ground.x(month), ground.y(saved)) for month, saved in line]
    parts = [
        svg.caption(f"{money.code()} saved so far", 4, 13),
        *_areas(line, ground),
        plot.ground(ground, x_ticks, "month" if across[1] == 1 else "months"),
        svg.polyline(places, palette.ACCENT_LINE),
        markers.draw(said, 22, foot, palette.SURFACE),
        _end(line[-1], end_words, after, ground),
    ]
    return svg.drawing(width, ground.bottom + plot.BOTTOM, title, *parts)


def _pay_back(month: object, ground: plot.Plot) -> markers.Marker:
    reached = scales.finite(month)
    if reached is None:
        words = f"not paid back within {numbers.months(ground.x.high)}"
        return markers.Marker(ground.left, words, palette.RISK_INK, palette.MUTED_LINE, False, 600)
    words = f"paid back in month {numbers.compact(reached)}"
    is_inside = ground.x.low <= reached <= ground.x.high
    at = ground.x(reached) if is_inside else ground.right
    words = words if is_inside else f"{words} →"
    return markers.Marker(at, words, palette.ACCENT, palette.ACCENT_LINE, is_inside, 600)


def _areas(line: list[Point], ground: plot.Plot) -> list[str]:
    """What is not yet paid back and what is saved, each as a shape down or up to zero."""
    crossed = _with_zeros(line)
    shapes = []
    for tone, keep in ((palette.RISK_PALE, min), (palette.ACCENT_PALE, max)):
        edge = [(ground.x(month), ground.y(keep(saved, 0.0))) for month, saved in crossed]
        zero = ground.y(0)
        if any(y != zero for _, y in edge):
            shapes.append(svg.polygon([(edge[0][0], zero), *edge, (edge[-1][0], zero)], tone))
    return shapes


def _with_zeros(line: list[Point]) -> list[Point]:
    """The line with a point added wherever it passes zero."""
    points = [line[0]]
    for (month, saved), (next_month, next_saved) in pairwise(line):
        if saved * next_saved < 0:
            share = saved / (saved - next_saved)
            points.append((month + share * (next_month - month), 0.0))
        points.append((next_month, next_saved))
    return points


def _end(last: Point, words: str, after: str, ground: plot.Plot) -> str:
    x, y = ground.x(last[0]), ground.y(last[1])
    tone = palette.ACCENT if last[1] >= 0 else palette.RISK_INK
    baseline = min(max(y + 1, ground.top + 10), ground.bottom - 14)
    return (
        svg.circle(x, y, 3.5, tone)
        + svg.strong(words, x + 9, baseline, "start", tone)
        + svg.caption(after, x + 9, baseline + 14, tone=palette.INK)
    )
