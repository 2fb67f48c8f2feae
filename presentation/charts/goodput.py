"""Draws what a replica serves by calls at once, a target marked; imports neither Django nor I/O."""

from collections.abc import Sequence
from math import log2

from presentation import numbers
from presentation.charts import markers, palette, plot, scales, svg, text
from presentation.charts.figures import Load

PLOT_HEIGHT = 170
TOP = 22 + markers.ROW_HEIGHT + 4


def goodput_chart(loads: Sequence[Load], kept: Load, *, title: str, width: int = 720) -> str:
    """Return the measured loads as points on a line, filled within the target, and what it allows.

    Calls at once are drawn by powers of two. Loads without a figure are left out.
    """
    known = [place for load in loads if (place := _place(load)) is not None]
    allowed = _place(kept)
    if not known or allowed is None:
        return svg.nothing(width, title, "No run was measured under load.")
    line = sorted([*known, allowed])
    ticks = [(at, numbers.compact(2**at)) for at, _, _ in sorted(known)]
    # The last number is written around the end of its line.
    half = max(text.width_of(label, 11) for _, label in ticks) / 2
    ground = plot.plot(
        (line[0][0], line[-1][0]),
        [rate for _, rate, _ in line],
        right=width - max(16.0, half + 1),
        top=TOP,
        height=PLOT_HEIGHT,
        write=scales.write_volume,
    )
    words = f"{numbers.compact(2 ** allowed[0])} calls at once within the target"
    at = ground.x(allowed[0])
    mark = markers.Marker(at, words, palette.ACCENT, palette.ACCENT_LINE, weight=600)
    parts = [
        svg.caption("calls a second of one replica", 4, 13),
        plot.ground(ground, ticks, "calls at once, filled where within the target"),
        svg.polyline([(ground.x(at), ground.y(rate)) for at, rate, _ in line], palette.ACCENT_LINE),
        markers.draw(markers.place([mark], 4, width - 4), 22, ground.y(0), palette.SURFACE),
    ]
    for at_once, rate, is_within in [*known, allowed]:
        tone = palette.ACCENT if is_within else palette.SURFACE
        x, y = ground.x(at_once), ground.y(rate)
        parts.append(svg.circle(x, y, 4, tone, palette.ACCENT_LINE, stroke_width=1.5))
    return svg.drawing(width, ground.bottom + plot.BOTTOM, title, *parts)


def _place(load: Load) -> tuple[float, float, bool] | None:
    """The power of two of the calls at once, and calls a second."""
    at_once, rate = scales.finite(load.at_once), scales.finite(load.per_second)
    if at_once is None or rate is None or at_once <= 0.0:
        return None
    return log2(at_once), max(rate, 0.0), load.is_within
