"""Draws the actions of a plan over its days; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import numbers
from presentation.charts import scales, svg, text
from presentation.charts.figures import Action
from presentation.charts.palette import (
    ACCENT,
    ACCENT_LINE,
    ACCENT_PALE,
    AXIS_LINE,
    GRID_LINE,
    INK,
    MUTED,
    MUTED_LINE,
    ON_ACCENT,
    RISK_INK,
)

NARROW = 520
HEAD = 26
WIDE_ROW, NARROW_ROW = 26, 40
BAR = 14
MARKS = (30, 60, 90)
# What is due later than this is drawn at the edge.
LAST_SHOWN = 120
GIVEN_UP = {"dropped": "dropped", "risk_accepted": "risk accepted"}
MONEY_HEAD = "USD a month"


@dataclass(frozen=True)
class _Field:
    """Where bars and words stand, in px."""

    width: float
    labels: float
    money: float
    days: scales.Scale

    @property
    def is_narrow(self) -> bool:
        return self.labels == 0

    @property
    def row(self) -> float:
        return NARROW_ROW if self.is_narrow else WIDE_ROW


def timeline_chart(actions: Sequence[Action], *, title: str, width: int = 720) -> str:
    """Return the actions as bars over the days of the plan, in the order given."""
    if not actions:
        return svg.nothing(width, title, "There is no action yet.")
    field = _field(actions, width)
    height = HEAD + len(actions) * field.row + 8
    parts = [_ground(field, height)]
    for index, action in enumerate(actions):
        parts.append(_row(action, field, HEAD + index * field.row))
    return svg.drawing(width, height, title, *parts)


def _field(actions: Sequence[Action], width: int) -> _Field:
    money = max(text.width_of(words, 12) for words in (MONEY_HEAD, *map(_money, actions))) + 12
    last = max([MARKS[-1], *(_day(action.last_day) for action in actions)])
    labels = 0.0 if width < NARROW else min(300.0, width * 0.38)
    right = width - 4 if width < NARROW else width - money
    days = scales.Scale(0, min(last, LAST_SHOWN), labels + 4, right)
    return _Field(width, labels, money, days)


def _ground(field: _Field, height: float) -> str:
    parts = []
    before = 0
    for mark in MARKS:
        left, right = field.days(before), field.days(mark)
        words = text.fit(f"days {before + 1}–{mark}", right - left - 8, 11)
        parts.append(svg.label(words, (left + right) / 2, 13, size=11, anchor="middle", tone=MUTED))
        parts.append(svg.line(right, 20, right, height, GRID_LINE))
        before = mark
    start = field.days(0)
    parts.append(svg.line(start, 20, start, height, AXIS_LINE))
    if not field.is_narrow:
        head = svg.label(MONEY_HEAD, field.width - 4, 13, size=11, anchor="end", tone=MUTED)
        parts.append(head)
    return "".join(parts)


def _row(action: Action, field: _Field, top: float) -> str:
    is_over = action.status in GIVEN_UP
    tone = MUTED if is_over else INK
    name = text.clean(action.title)
    over = f" ({GIVEN_UP[action.status]})" if is_over else ""
    money = svg.label(
        _money(action),
        field.width - 4,
        top + 14,
        size=12,
        weight=600,
        anchor="end",
        tone=RISK_INK if action.is_at_risk else tone,
    )
    room = (field.width - field.money if field.is_narrow else field.labels) - 14
    words = text.fit(name, room - text.width_of(over, 12), 12) + over
    label = svg.label(words, 8 if field.is_narrow else 4, top + 14, tone=tone)
    bar_top = top + (19 if field.is_narrow else 3)
    return label + money + _bar(action, field, bar_top)


def _bar(action: Action, field: _Field, top: float) -> str:
    first, last = _day(action.first_day), _day(action.last_day)
    left, right = field.days.clamped(first - 1), field.days.clamped(last)
    left = min(left, right - 6)
    middle = top + BAR / 2
    if action.status in GIVEN_UP:
        return svg.line(left, middle, right, middle, MUTED_LINE, width=2, stroke_dasharray="3 3")
    if action.status == "done":
        tick = svg.label(
            "✓", (left + right) / 2, top + 11, size=11, anchor="middle", tone=ON_ACCENT
        )
        wide = right - left > text.width_of("✓", 11) + 2
        return svg.rectangle(left, top, right - left, BAR, ACCENT, radius=3) + (
            tick if wide else ""
        )
    shape = svg.outline(left, top, right - left, BAR, ACCENT_PALE, ACCENT_LINE, radius=3)
    if action.status == "in_progress":
        shape += svg.rectangle(left, top, (right - left) / 2, BAR, ACCENT, radius=3)
    if last > field.days.high:
        shape += svg.label("→", right - 14, top + 11, size=11, tone=INK)
    return shape


def _money(action: Action) -> str:
    """What an action saves, written short, with the mark of a lever at risk."""
    usd = scales.finite(action.usd_per_month)
    risk = "▲ " if action.is_at_risk else ""
    return risk.strip() if usd is None else f"{risk}{numbers.compact_usd(usd)}"


def _day(given: object) -> float:
    """A day from 1 on; what is none counts as the first."""
    day = scales.finite(given)
    return 1.0 if day is None else min(max(day, 1.0), 1e6)
