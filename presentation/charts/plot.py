"""The ground of a line chart: axes and ticks; imports neither Django nor I/O."""

from collections.abc import Callable
from dataclasses import dataclass

from presentation.charts import scales, svg, text
from presentation.charts.palette import AXIS_LINE, GRID_LINE, Tone

BOTTOM = 40


@dataclass(frozen=True)
class Plot:
    """A rectangle in px with its two scales."""

    x: scales.Scale
    y: scales.Scale
    y_ticks: list[tuple[float, str]]

    @property
    def left(self) -> float:
        return self.x.start

    @property
    def right(self) -> float:
        return self.x.end

    @property
    def top(self) -> float:
        return self.y.end

    @property
    def bottom(self) -> float:
        return self.y.start


def plot(
    across: tuple[float, float],
    values: list[float],
    *,
    right: float,
    top: float,
    height: float,
    write: Callable[[float, float], str] | None = None,
) -> Plot:
    """Return a plot of x over exactly `across` and of money, or what `write` writes, and zero."""
    y = scales.scale([min([0.0, *values]) * 1.06, max([0.0, *values]) * 1.06], top + height, top)
    if write is None:
        y_ticks = scales.money_ticks(y.low, y.high, height)
    else:
        y_ticks = scales.upright_ticks(y.low, y.high, height, write)
    left = 12 + max((text.width_of(label, 11) for _, label in y_ticks), default=24)
    return Plot(scales.window(*across, left, right), y, y_ticks)


def levels(up: scales.Scale, left: float, right: float, gap: float, lowest: Tone) -> str:
    """Return the five levels as lines, their numbers at the left, the lowest in its own tone."""
    parts = []
    for level in range(scales.LOWEST_LEVEL, scales.HIGHEST_LEVEL + 1):
        y = up(level)
        tone = lowest if level == scales.LOWEST_LEVEL else GRID_LINE
        parts.append(svg.line(left, y, right, y, tone))
        parts.append(svg.caption(str(level), left - gap, y + 4, "end"))
    return "".join(parts)


def ground(plot: Plot, x_ticks: list[tuple[float, str]], x_words: str) -> str:
    """Return the grid, the axes and their numbers; money's zero is drawn as the axis."""
    parts = []
    for value, label in plot.y_ticks:
        y = plot.y(value)
        parts.append(svg.line(plot.left, y, plot.right, y, GRID_LINE))
        parts.append(svg.caption(label, plot.left - 6, y + 4, "end"))
    parts.append(svg.line(plot.left, plot.y(0), plot.right, plot.y(0), AXIS_LINE, width=1.25))
    edge = 0.0
    for value, label in x_ticks:
        x = plot.x(value)
        half = text.width_of(label, 11) / 2
        middle = max(x, half + 1)
        if middle - half < edge:
            continue
        edge = middle + half + 4
        parts.append(svg.line(x, plot.bottom, x, plot.bottom + 4, AXIS_LINE))
        parts.append(svg.caption(label, middle, plot.bottom + 17, "middle"))
    parts.append(svg.caption(x_words, plot.right, plot.bottom + 33, "end"))
    return "".join(parts)
