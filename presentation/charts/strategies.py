"""Draws what each strategy costs a month as bars; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import money, numbers
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Bar
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
    def tone(self) -> palette.Tone:
        if self.bar.is_at_risk or self.usd is None:
            return palette.RISK_INK if self.bar.is_at_risk else palette.MUTED
        return palette.ACCENT if self.bar.is_current else palette.INK


def _row(bar: Bar, is_ratio: bool) -> _Row:
    usd = scales.finite(bar.usd_per_month)
    write = numbers.ratio_percent if is_ratio else numbers.usd
    marks = (
        ("current", bar.is_current),
        ("recommended", bar.is_recommended),
        ("at risk", bar.is_at_risk),
        (text.clean(bar.note), bool(bar.note)),
    )
    value = "left out" if usd is None else write(usd)
    if len(value) > 14:
        value = numbers.compact_usd(usd)
    return _Row(
        bar, text.clean(bar.label), usd, value, ", ".join(word for word, holds in marks if holds)
    )


def strategies_chart(
    bars: Sequence[Bar],
    *,
    title: str,
    unit: str = "",
    is_ratio: bool = False,
    width: int = 720,
) -> str:
    """Return a bar for each strategy, the client's own and the recommended one marked by a word.

    Of other figures than months `unit` says what they are; a ratio is written as a percentage.
    """
    rows = [_row(bar, is_ratio) for bar in bars]
    if not rows:
        return svg.nothing(width, title, "No strategy has been priced yet.")
    frame = Rows(width, len(rows))
    left = frame.left
    widest = max(text.width_of(row.value, 12) for row in rows)
    words_room = min(max(text.width_of(row.words, 11) for row in rows), (width - left) * 0.3)
    right = width - 4 - widest - TAG_GAP - (words_room + TAG_GAP if words_room else 0)
    scale = scales.scale([row.usd for row in rows if row.usd is not None], left, right)
    parts = [svg.caption(unit or f"{money.code()} per month", left, 13)]
    for index, row in enumerate(rows):
        parts.append(frame.label(row.label, index, weight=row.weight))
        parts.append(_row_bar(row, frame.bar_top(index), scale, width))
        parts.append(frame.upright(scale(0), index, palette.AXIS_LINE))
    return svg.drawing(width, frame.height, title, *parts)


def _row_bar(row: _Row, top: float, scale: scales.Scale, width: float) -> str:
    zero = scale(0)
    end = zero if row.usd is None else scale(row.usd)
    weight, tone = (400, palette.MUTED) if row.usd is None else (600, row.tone)
    beside = max(zero, end) + TAG_GAP
    after = beside + text.width_of(row.value, 12) + TAG_GAP
    line = baseline(top)
    value = svg.label(row.value, beside, line, weight=weight, tone=row.tone)
    words = svg.caption(text.fit(row.words, width - 4 - after, 11), after, line, tone=tone)
    shape = "" if row.usd is None else _shape(row, min(zero, end), top, abs(end - zero))
    return shape + value + words


def _shape(row: _Row, x: float, y: float, length: float) -> str:
    if row.bar.is_at_risk:
        tones = (palette.RISK_PALE, palette.RISK_LINE)
        return svg.rectangle(x, y, length, BAR_HEIGHT, *tones, stroke_dasharray="3 2")
    if row.bar.is_pale:
        return svg.rectangle(x, y, length, BAR_HEIGHT, palette.LEVELS[1])
    other = palette.LEVELS[2] if row.bar.is_recommended else palette.NEUTRAL
    fill = palette.ACCENT if row.bar.is_current else other
    return svg.rectangle(x, y, length, BAR_HEIGHT, fill)
