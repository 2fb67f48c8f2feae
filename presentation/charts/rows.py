"""Rows of horizontal bars: where they stand, and their labels; imports neither Django nor I/O."""

from dataclasses import dataclass
from typing import Any

from presentation.charts import svg, text
from presentation.charts.palette import ACCENT_LINE, Tone

NARROW = 520
TOP = 22
BAR_HEIGHT = 20
ROW_WIDE = 38
ROW_NARROW = 54
LABEL_SHARE = 0.26
LABEL_ROOM = 180


@dataclass(frozen=True)
class Rows:
    """The frame of a chart of rows: labels at the left or, where it is narrow, above their bar."""

    width: float
    count: int
    head: float = TOP

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW

    @property
    def left(self) -> float:
        return 4.0 if self.is_narrow else min(self.width * LABEL_SHARE, LABEL_ROOM)

    @property
    def row_height(self) -> float:
        return ROW_NARROW if self.is_narrow else ROW_WIDE

    @property
    def reach(self) -> float:
        """How far an axis goes beyond its bar."""
        return 4 if self.is_narrow else (ROW_WIDE - BAR_HEIGHT) / 2

    @property
    def height(self) -> float:
        return self.head + self.row_height * self.count + 4

    def bar_top(self, index: int) -> float:
        above = 20 if self.is_narrow else (self.row_height - BAR_HEIGHT) / 2
        return self.head + index * self.row_height + above

    def label(self, words: str, index: int, *, weight: int = 400) -> str:
        """The row's name, on two lines where it is long."""
        top = self.bar_top(index)
        if self.is_narrow:
            shown = text.fit(words, self.width - 8, 12)
            return svg.label(shown, self.left, top - 6, size=12, weight=weight)
        lines = text.wrap(words, self.left - 12, 12)
        first = baseline(top) - (len(lines) - 1) * 7
        return svg.lines(lines, self.left - 10, first, 14, weight=weight, anchor="end")

    def across(self, at: float, words: str) -> str:
        """A value that all rows are compared with: its words over them, its line at each bar."""
        half = text.width_of(words, 11) / 2
        middle = min(max(at, half + 4), self.width - half - 4)
        parts = [svg.label(words, middle, 31, size=11, weight=600, anchor="middle")]
        parts += [
            self.upright(at, index, ACCENT_LINE, width=1.25, stroke_dasharray="3 2")
            for index in range(self.count)
        ]
        return "".join(parts)

    def upright(self, at: float, index: int, tone: Tone, **more: Any) -> str:
        """A line that crosses one bar and reaches a little beyond it."""
        top = self.bar_top(index)
        start, end = top - self.reach, top + BAR_HEIGHT + self.reach
        return svg.line(at, start, at, end, tone, **more)


def baseline(top: float) -> float:
    """The baseline of words beside a bar."""
    return top + BAR_HEIGHT / 2 + 4
