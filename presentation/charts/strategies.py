"""Draws what each strategy costs a month as bars; imports neither Django nor I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presentation import numbers
from presentation.charts import scales, svg, text
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
class _Bar:
    label: str
    usd: float | None
    value: str
    words: str
    is_current: bool
    is_recommended: bool
    is_at_risk: bool

    @property
    def weight(self) -> int:
        return 600 if self.is_current or self.is_recommended else 400

    @property
    def tone(self) -> Tone:
        if self.is_at_risk or self.usd is None:
            return RISK_INK if self.is_at_risk else MUTED
        return ACCENT if self.is_current else INK


def _bar(row: Mapping[str, object]) -> _Bar:
    usd = scales.finite(row.get("usd_per_month"))
    words = [word for word in ("current", "recommended") if row.get(f"is_{word}")]
    words += ["at risk"] if row.get("is_at_risk") else []
    words += [text.clean(row["note"])] if row.get("note") else []
    value = "left out" if usd is None else numbers.usd(usd)
    if len(value) > 14:
        value = numbers.compact_usd(usd)
    return _Bar(
        text.clean(row.get("label", "")),
        usd,
        value,
        ", ".join(words),
        bool(row.get("is_current")),
        bool(row.get("is_recommended")),
        bool(row.get("is_at_risk")),
    )


def strategies_chart(bars: Sequence[Mapping[str, object]], *, title: str, width: int = 720) -> str:
    """Return a bar for each strategy, the client's own and the recommended one marked by a word.

    `bars` hold `label`, `usd_per_month` (USD; None is left out, for the reason in `note`) and,
    where they apply, `is_current`, `is_recommended`, `is_at_risk`, `note`.
    """
    rows = [_bar(bar) for bar in bars]
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


def _row_bar(row: _Bar, top: float, scale: scales.Scale, width: float) -> str:
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


def _shape(row: _Bar, x: float, y: float, length: float) -> str:
    if row.is_at_risk:
        return svg.outline(x, y, length, BAR_HEIGHT, RISK_PALE, RISK_LINE, stroke_dasharray="3 2")
    if row.is_current:
        return svg.rectangle(x, y, length, BAR_HEIGHT, ACCENT)
    return svg.rectangle(x, y, length, BAR_HEIGHT, LEVELS[2] if row.is_recommended else NEUTRAL)
