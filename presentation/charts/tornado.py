"""Draws how far each uncertain figure moves a cost; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import money, numbers
from presentation.charts import scales, svg, text
from presentation.charts.figures import Swing
from presentation.charts.palette import INK, LEVELS
from presentation.charts.rows import BAR_HEIGHT, Rows, baseline

MARGIN = 4
GAP = 6
HEAD = 40


@dataclass(frozen=True)
class _End:
    usd: float
    words: str


@dataclass(frozen=True)
class _Row:
    label: str
    low: _End
    high: _End

    def cheaper_first(self) -> tuple[_End, _End]:
        return (self.low, self.high) if self.low.usd <= self.high.usd else (self.high, self.low)


def tornado_chart(
    rows: Sequence[Swing],
    *,
    present_usd: float | None,
    title: str,
    width: int = 720,
) -> str:
    """Return a bar for each figure, from the cost at its low to the cost at its high.

    The line is the present cost. The axis spans the costs and need not begin at zero: lengths are
    differences.
    """
    present = scales.finite(present_usd)
    swings = [swing for row in rows if (swing := _row(row)) is not None]
    if present is None or not swings:
        return svg.nothing(width, title, "No figure of this scenario has a low and a high.")
    frame = Rows(width, len(swings), HEAD)
    ends = [end for swing in swings for end in swing.cheaper_first()]
    room = min(max(text.width_of(end.words, 11) for end in ends), (width - frame.left) * 0.36)
    usd = [present, *(end.usd for end in ends)]
    scale = scales.window(min(usd), max(usd), frame.left + room + GAP, width - MARGIN - room - GAP)
    parts = [
        svg.caption(f"{money.code()} per month", MARGIN, 13),
        frame.across(scale(present), f"now {numbers.compact_usd(present)}"),
    ]
    for index, swing in enumerate(swings):
        parts.append(frame.label(swing.label, index))
        parts.append(_bar(swing, present, scale, frame.bar_top(index), room))
    return svg.drawing(width, frame.height, title, *parts)


def _row(swing: Swing) -> _Row | None:
    low, high = scales.finite(swing.low_usd), scales.finite(swing.high_usd)
    if low is None or high is None:
        return None
    return _Row(
        text.clean(swing.label),
        _end(swing.low_words or "low", low),
        _end(swing.high_words or "high", high),
    )


def _end(words: str, usd: float) -> _End:
    return _End(usd, f"{text.clean(words)}: {numbers.compact_usd(usd)}")


def _bar(swing: _Row, present: float, scale: scales.Scale, top: float, room: float) -> str:
    parts = []
    for end, tone in ((swing.low, LEVELS[1]), (swing.high, LEVELS[3])):
        left, right = sorted((scale(present), scale(end.usd)))
        parts.append(svg.rectangle(left, top, right - left, BAR_HEIGHT, tone))
    cheaper, dearer = swing.cheaper_first()
    left = scale(min(cheaper.usd, present)) - GAP
    right = scale(max(dearer.usd, present)) + GAP
    for end, at, anchor in ((cheaper, left, "end"), (dearer, right, "start")):
        shown = text.fit(end.words, room, 11)
        parts.append(svg.caption(shown, at, baseline(top), anchor, INK))
    return "".join(parts)
