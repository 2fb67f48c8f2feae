"""Draws what each strategy costs a month as bars; imports neither Django nor I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import numbers
from reports.charts import scales, svg, text
from reports.charts.palette import (
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

NARROW = 520
TOP = 22
BAR_HEIGHT = 20
ROW_WIDE = 38
ROW_NARROW = 54
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
    is_narrow = width < NARROW
    left = 4.0 if is_narrow else min(width * 0.26, 180)
    row_height = ROW_NARROW if is_narrow else ROW_WIDE
    widest = max(text.width_of(row.value, 12) for row in rows)
    words_room = min(max(text.width_of(row.words, 11) for row in rows), (width - left) * 0.3)
    right = width - 4 - widest - TAG_GAP - (words_room + TAG_GAP if words_room else 0)
    scale = scales.scale([row.usd for row in rows if row.usd is not None], left, right)
    height = TOP + row_height * len(rows) + 4
    parts = [svg.label("USD per month", left, 13, size=11, tone=MUTED)]
    for index, row in enumerate(rows):
        top = TOP + index * row_height + (20 if is_narrow else (row_height - BAR_HEIGHT) / 2)
        parts.append(_row_label(row, top, left, is_narrow, width))
        parts.append(_row_bar(row, top, scale, width))
        reach = 4 if is_narrow else (row_height - BAR_HEIGHT) / 2
        parts.append(svg.line(scale(0), top - reach, scale(0), top + BAR_HEIGHT + reach, AXIS_LINE))
    return svg.drawing(width, height, title, *parts)


def _row_label(row: _Bar, top: float, left: float, is_narrow: bool, width: float) -> str:
    if is_narrow:
        shown = text.fit(row.label, width - 8, 12)
        return svg.label(shown, left, top - 6, size=12, weight=row.weight, tone=INK)
    lines = text.wrap(row.label, left - 12, 12)
    first = top + BAR_HEIGHT / 2 + 4 - (len(lines) - 1) * 7
    return "".join(
        svg.label(line, left - 10, first + 14 * index, size=12, weight=row.weight, anchor="end")
        for index, line in enumerate(lines)
    )


def _row_bar(row: _Bar, top: float, scale: scales.Scale, width: float) -> str:
    zero = scale(0)
    baseline = top + BAR_HEIGHT / 2 + 4
    parts = []
    end = zero
    if row.usd is not None:
        end = scale(row.usd)
        parts.append(_shape(row, min(zero, end), top, abs(end - zero)))
    beside = max(zero, end) + TAG_GAP
    weight = 600 if row.usd is not None else 400
    parts.append(svg.label(row.value, beside, baseline, size=12, weight=weight, tone=row.tone))
    after = beside + text.width_of(row.value, 12) + TAG_GAP
    shown = text.fit(row.words, width - 4 - after, 11)
    parts.append(
        svg.label(shown, after, baseline, size=11, tone=row.tone if row.usd is not None else MUTED)
    )
    return "".join(parts)


def _shape(row: _Bar, x: float, y: float, length: float) -> str:
    if row.is_at_risk:
        return svg.outline(x, y, length, BAR_HEIGHT, RISK_PALE, RISK_LINE, stroke_dasharray="3 2")
    if row.is_current:
        return svg.rectangle(x, y, length, BAR_HEIGHT, ACCENT)
    return svg.rectangle(x, y, length, BAR_HEIGHT, LEVELS[2] if row.is_recommended else NEUTRAL)
