"""Draws how levers lead from one monthly cost to another; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import money, numbers
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Level, Step

PLOT_HEIGHT = 210
TOP = 40
LABEL_LINE = 14
GAP_SHARE = 0.28
FILLS = {
    "start": palette.NEUTRAL,
    "saving": palette.LEVELS[2],
    "dearer": palette.RISK,
    "end": palette.ACCENT,
}
INKS = {"end": palette.ACCENT, "unpriced": palette.MUTED, "dearer": palette.RISK_INK}


@dataclass(frozen=True)
class _Column:
    label: str
    base: float
    tip: float
    value: str
    kind: str  # start, end, saving, dearer, unpriced
    is_at_risk: bool = False


def _change(saving: float) -> str:
    sign = numbers.MINUS if saving > 0 else "+"
    return "no change" if saving == 0 else sign + numbers.usd(abs(saving))


def _columns(start: Level, steps: Sequence[Step], end: Level) -> list[_Column]:
    level = scales.finite(start.usd_per_month) or 0.0
    columns = [_Column(start.label, 0.0, level, numbers.usd(level), "start")]
    for step in steps:
        saving = scales.finite(step.saving_usd_per_month)
        if saving is None:
            columns.append(_Column(step.label, level, level, "not priced", "unpriced"))
            continue
        kind = "dearer" if saving < 0 else "saving"
        before, level = level, level - saving
        words = _change(saving)
        columns.append(_Column(step.label, before, level, words, kind, step.is_at_risk))
    last = scales.finite(end.usd_per_month)
    last = level if last is None else last
    return [*columns, _Column(end.label, 0.0, last, numbers.usd(last), "end")]


def waterfall_chart(
    start: Level,
    steps: Sequence[Step],
    end: Level,
    *,
    title: str,
    width: int = 720,
    plot_height: float = PLOT_HEIGHT,
    unit: str = "",
) -> str:
    """Return the fall from the start's cost over each lever's saving to the end's cost.

    `unit` is what the money is counted in where it is not a month's.
    """
    columns = _columns(start, steps, end)
    scale = scales.scale(
        [value for column in columns for value in (column.base, column.tip)], TOP + plot_height, TOP
    )
    pitch = (width - 8) / len(columns)
    foot = max(len(_lines(column, pitch - 4)) for column in columns) * LABEL_LINE
    height = TOP + plot_height + 16 + foot
    parts = [svg.caption(unit or f"{money.code()} per month", 4, 13)]
    for index, column in enumerate(columns):
        left = 4 + pitch * index
        if index + 1 < len(columns):
            parts.append(_connector(column, left, pitch, scale))
        parts.append(_column(column, left, pitch, scale))
        parts.append(_words(column, left + pitch / 2, pitch - 4, TOP + plot_height + 8))
    parts.append(svg.line(4, scale(0), width - 4, scale(0), palette.AXIS_LINE))
    return svg.drawing(width, height, title, *parts)


def _connector(column: _Column, left: float, pitch: float, scale: scales.Scale) -> str:
    level = scale(column.tip)
    gap = pitch * GAP_SHARE / 2
    return svg.line(
        left + gap, level, left + pitch + gap, level, palette.AXIS_LINE, stroke_dasharray="2 2"
    )


def _column(column: _Column, left: float, pitch: float, scale: scales.Scale) -> str:
    gap = pitch * GAP_SHARE / 2
    top, bottom = sorted((scale(column.base), scale(column.tip)))
    x, length = left + gap, pitch - 2 * gap
    shape = ""
    if column.is_at_risk:
        tones = (palette.RISK_PALE, palette.RISK_LINE)
        shape = svg.rectangle(x, top, length, bottom - top, *tones, stroke_dasharray="3 2")
    elif column.kind != "unpriced":
        shape = svg.rectangle(x, top, length, bottom - top, FILLS[column.kind])
    shown = _value(column, pitch - 2)
    return shape + svg.strong(
        shown, left + pitch / 2, top - 6, tone=INKS.get(column.kind, palette.INK)
    )


def _value(column: _Column, room: float) -> str:
    if column.kind == "unpriced":
        return text.fit(column.value, room, 12)
    size = column.tip - column.base
    sign = {"saving": numbers.MINUS, "dearer": "+"}.get(column.kind, numbers.MINUS * (size < 0))
    return scales.fit_money(column.value, sign, size, room)


def _lines(column: _Column, room: float) -> list[tuple[str, bool]]:
    """What stands under a column, each line with whether it warns."""
    lines = [(line, False) for line in text.wrap(text.clean(column.label), room, 11, 3)]
    word = "at risk" if column.is_at_risk else "dearer" if column.kind == "dearer" else ""
    return [*lines, (text.fit(word, room, 11), True)] if word else lines


def _words(column: _Column, middle: float, room: float, top: float) -> str:
    parts = []
    for index, (line, warns) in enumerate(_lines(column, room)):
        weight, tone = (600, palette.RISK_INK) if warns else (400, palette.INK)
        y = top + 12 + LABEL_LINE * index
        parts.append(svg.label(line, middle, y, size=11, weight=weight, anchor="middle", tone=tone))
    return "".join(parts)
