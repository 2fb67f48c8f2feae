"""Draws what each strategy costs a month as bars; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import numbers
from presentation.charts import scales, svg, text
from presentation.charts.figures import Bar
from presentation.charts.palette import (
    ACCENT,
    AXIS_LINE,
    INK,
    LEVELS,
    MUTED,
    NEUTRAL,
    RISK_INK,
    RISK_LINE,
    RISK_PALE,
    Tone,
)
from presentation.charts.rows import BAR_HEIGHT, Rows, baseline

TAG_GAP = 6


@dataclass(frozen=True)
class _Row:
    bar: Bar
    label: str
    usd: float | None
    value: str
    words: str

    @property
    def weight(self) -> int:
        return 600 if self.bar.is_current or self.bar.is_recommended else 400

    @property
    def tone(self) -> Tone:
        if self.bar.is_at_risk or self.usd is None:
            return RISK_INK if self.bar.is_at_risk else MUTED
        return ACCENT if self.bar.is_current else INK


def _row(bar: Bar) -> _Row:
    usd = scales.finite(bar.usd_per_month)
    marks = (
        ("current", bar.is_current),
        ("recommended", bar.is_recommended),
        ("at risk", bar.is_at_risk),
        (text.clean(bar.note), bool(bar.note)),
    )
    value = "left out" if usd is None else numbers.usd(usd)
    if len(value) > 14:
        value = numbers.compact_usd(usd)
    return _Row(
        bar, text.clean(bar.label), usd, value, ", ".join(word for word, holds in marks if holds)
    )


def strategies_chart(bars: Sequence[Bar], *, title: str, width: int = 720) -> str:
    """Return a bar for each strategy, the client's own and the recommended one marked by a word."""
    rows = [_row(bar) for bar in bars]
    if not rows:
        return svg.nothing(width, title, "No strategy has been priced yet.")
    frame = Rows(width, len(rows))
    left = frame.left
    widest = max(text.width_of(row.value, 12) for row in rows)
    words_room = min(max(text.width_of(row.words, 11) for row in rows), (width - left) * 0.3)
    right = width - 4 - widest - TAG_GAP - (words_room + TAG_GAP if words_room else 0)
    scale = scales.scale([row.usd for row in rows if row.usd is not None], left, right)
    parts = [svg.label("USD per month", left, 13, size=11, tone=MUTED)]
    for index, row in enumerate(rows):
        top, reach = frame.bar_top(index), frame.reach
        parts.append(frame.label(row.label, index, weight=row.weight))
        parts.append(_row_bar(row, top, scale, width))
        parts.append(svg.line(scale(0), top - reach, scale(0), top + BAR_HEIGHT + reach, AXIS_LINE))
    return svg.drawing(width, frame.height, title, *parts)


def _row_bar(row: _Row, top: float, scale: scales.Scale, width: float) -> str:
    zero = scale(0)
    line = baseline(top)
    parts = []
    end = zero
    if row.usd is not None:
        end = scale(row.usd)
        parts.append(_shape(row, min(zero, end), top, abs(end - zero)))
    beside = max(zero, end) + TAG_GAP
    weight = 600 if row.usd is not None else 400
    parts.append(svg.label(row.value, beside, line, size=12, weight=weight, tone=row.tone))
    after = beside + text.width_of(row.value, 12) + TAG_GAP
    shown = text.fit(row.words, width - 4 - after, 11)
    parts.append(
        svg.label(shown, after, line, size=11, tone=row.tone if row.usd is not None else MUTED)
    )
    return "".join(parts)


def _shape(row: _Row, x: float, y: float, length: float) -> str:
    if row.bar.is_at_risk:
        return svg.outline(x, y, length, BAR_HEIGHT, RISK_PALE, RISK_LINE, stroke_dasharray="3 2")
    if row.bar.is_current:
        return svg.rectangle(x, y, length, BAR_HEIGHT, ACCENT)
    return svg.rectangle(x, y, length, BAR_HEIGHT, LEVELS[2] if row.bar.is_recommended else NEUTRAL)
