"""Draws the mark of a check's state; imports neither Django nor I/O."""

from presentation.charts import svg
from presentation.charts.palette import (
    ACCENT,
    ACCENT_LINE,
    AXIS_LINE,
    GRID_LINE,
    PALE,
    SURFACE,
    Tone,
)

SIDE, LINE = 26, 3  # in tenths of a mm
INNER = SIDE - LINE


def check_mark(state: str, title: str) -> str:
    """Return the square of a state: full, half full, empty, with a `?`, grey or dotted."""
    return svg.drawing(SIDE, SIDE, title, *MARKS[state])


def _square(fill: Tone, line: Tone, *, is_dotted: bool = False) -> str:
    """A square with a line inside its edges, or with four dots on each."""
    return svg.rectangle(
        LINE / 2,
        LINE / 2,
        INNER,
        INNER,
        fill,
        line,
        radius=0 if is_dotted else LINE / 2,
        stroke_width=LINE,
        stroke_dasharray=f"0 {INNER / 4}" if is_dotted else None,
        stroke_linecap="round" if is_dotted else None,
    )


MARKS = {
    "yes": (_square(ACCENT, ACCENT_LINE),),
    "partial": (
        _square(SURFACE, ACCENT_LINE),
        svg.rectangle(LINE, LINE, SIDE / 2 - LINE, SIDE - 2 * LINE, ACCENT),
    ),
    "no": (_square(SURFACE, ACCENT_LINE),),
    "unknown": (
        _square(SURFACE, AXIS_LINE),
        svg.label("?", SIDE / 2, 21.2, size=21.2, weight=600, anchor="middle"),
    ),
    "not_applicable": (_square(PALE, GRID_LINE),),
    "unanswered": (_square(SURFACE, AXIS_LINE, is_dotted=True),),
}
