"""Draws what several ask for over the hours of a week, stacked; imports neither Django nor I/O."""

from collections.abc import Sequence
from itertools import pairwise

from presentation.charts import palette, plot, scales, svg, text
from presentation.charts.figures import Layer
from presentation.charts.week import DAYS, HOURS_A_DAY

HOURS = len(DAYS) * HOURS_A_DAY
PLOT_HEIGHT = 190
KEY_ROW = 20
SWATCH = 14
# Neighbours differ in lightness, so that they are told apart in grey too; the last is for the rest.
TONES = (
    palette.LEVELS[4],
    palette.LEVELS[1],
    palette.NEUTRAL,
    palette.LEVELS[0],
    palette.MUTED,
    palette.LEVELS[2],
    palette.PALE,
    palette.LEVELS[3],
    palette.SUNKEN,
)
MAX_LAYERS = len(TONES)


def hours_chart(
    layers: Sequence[Layer],
    paid: Sequence[float],
    *,
    title: str,
    unit: str = "replicas wanted",
    width: int = 720,
) -> str:
    """Return the layers on one another over the hours of a week, and what is paid for as a line.

    Of each layer and of the line 168 figures count, Monday 00:00 first; with any other number of
    them, or with more layers than there are tones, it says in words that there is no week.
    """
    weeks = [[_known(hour) for hour in layer.hours] for layer in layers]
    line = [_known(hour) for hour in paid]
    if not 0 < len(weeks) <= MAX_LAYERS or {len(week) for week in [*weeks, line]} != {HOURS}:
        return svg.nothing(
            width, title, "Nothing asks for a pool, so there is no week to be drawn."
        )
    edges = [[0.0] * HOURS]
    for week in weeks:
        edges.append([low + more for low, more in zip(edges[-1], week, strict=True)])
    ground = plot.plot(
        (0, HOURS),
        [*edges[-1], *line],
        right=width - 8,
        top=24,
        height=PLOT_HEIGHT,
        write=scales.write_volume,
    )
    noons = [(day * HOURS_A_DAY + HOURS_A_DAY / 2, name) for day, name in enumerate(DAYS)]
    parts = [svg.caption(unit, 4, 13), plot.ground(ground, noons, "hours of the week, UTC")]
    parts += _stacked(edges, ground)
    for day in range(1, len(DAYS)):
        x = ground.x(day * HOURS_A_DAY)
        parts.append(svg.line(x, ground.top, x, ground.bottom, palette.GRID_LINE))
    parts.append(svg.polyline(_steps(line, ground), palette.INK_LINE, width=1.5))
    key, foot = _key([text.clean(layer.label) for layer in layers], ground.bottom + 48, width)
    return svg.drawing(width, foot, title, *parts, key)


def _stacked(edges: Sequence[Sequence[float]], ground: plot.Plot) -> list[str]:
    """A shape between each edge and the next, in the tones' order."""
    steps = [_steps(edge, ground) for edge in edges]
    return [
        svg.polygon([*high, *reversed(low)], tone, palette.AXIS_LINE, stroke_width=0.5)
        for (low, high), tone in zip(pairwise(steps), TONES, strict=False)
    ]


def _known(hour: object) -> float:
    return max(scales.finite(hour) or 0.0, 0.0)


def _steps(hours: Sequence[float], ground: plot.Plot) -> list[tuple[float, float]]:
    """The upper edge of the hours, with corners where they change only."""
    corners = [(ground.x(0), ground.y(hours[0]))]
    for hour, (before, after) in enumerate(pairwise(hours), 1):
        if before != after:
            corners += [(ground.x(hour), ground.y(each)) for each in (before, after)]
    return [*corners, (ground.x(HOURS), ground.y(hours[-1]))]


def _key(labels: Sequence[str], top: float, width: float) -> tuple[str, float]:
    """The tone of each layer and the line, on as many rows as they take; and where they end."""
    parts, left, row = [], 4.0, 0
    for index, label in enumerate([*labels, "paid for"]):
        words = text.fit(label, width - SWATCH - 18, 11)
        room = SWATCH + 6 + text.width_of(words, 11) + 14
        if left > 4 and left + room - 10 > width:
            left, row = 4.0, row + 1
        y = top + row * KEY_ROW
        if index == len(labels):
            middle = y + SWATCH / 2
            parts.append(svg.line(left, middle, left + SWATCH, middle, palette.INK_LINE, width=1.5))
        else:
            box = svg.rectangle(
                left, y, SWATCH, SWATCH, TONES[index], palette.AXIS_LINE, stroke_width=0.5
            )
            parts.append(box)
        parts.append(svg.caption(words, left + SWATCH + 6, y + 11))
        left += room
    return "".join(parts), top + (row + 1) * KEY_ROW
