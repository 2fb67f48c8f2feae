"""Draws the actions of a plan over its days; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import money, numbers
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Action

NARROW = 520
HEAD = 26
WIDE_ROW, NARROW_ROW = 26, 40
BAR = 14
MARKS = (30, 60, 90)
# What is due later than this is drawn at the edge.
LAST_SHOWN = 120
GIVEN_UP = {"dropped": "dropped", "risk_accepted": "risk accepted"}


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
    written = (_money_head(), *map(_money, actions))
    room = max(text.width_of(words, 12) for words in written) + 12
    last = max([MARKS[-1], *(_day(action.last_day) for action in actions)])
    labels = 0.0 if width < NARROW else min(300.0, width * 0.38)
    right = width - 4 if width < NARROW else width - room
    days = scales.Scale(0, min(last, LAST_SHOWN), labels + 4, right)
    return _Field(width, labels, room, days)


def _money_head() -> str:
    return f"{money.code()} a month"


def _ground(field: _Field, height: float) -> str:
    parts = []
    before = 0
    for mark in MARKS:
        left, right = field.days(before), field.days(mark)
        words = text.fit(f"days {before + 1}–{mark}", right - left - 8, 11)
        parts.append(svg.caption(words, (left + right) / 2, 13, "middle"))
        parts.append(svg.line(right, 20, right, height, palette.GRID_LINE))
        before = mark
    start = field.days(0)
    parts.append(svg.line(start, 20, start, height, palette.AXIS_LINE))
    if not field.is_narrow:
        parts.append(svg.caption(_money_head(), field.width - 4, 13, "end"))
    return "".join(parts)


def _row(action: Action, field: _Field, top: float) -> str:
    is_over = action.status in GIVEN_UP
    tone = palette.MUTED if is_over else palette.INK
    over = f" ({GIVEN_UP[action.status]})" if is_over else ""
    ink = palette.RISK_INK if action.is_at_risk else tone
    money = svg.strong(_money(action), field.width - 4, top + 14, "end", ink)
    room = (field.width - field.money if field.is_narrow else field.labels) - 14
    words = text.fit(text.clean(action.title), room - text.width_of(over, 12), 12) + over
    label = svg.label(words, 8 if field.is_narrow else 4, top + 14, tone=tone)
    bar_top = top + (19 if field.is_narrow else 3)
    return label + money + _bar(action, field, bar_top)


def _bar(action: Action, field: _Field, top: float) -> str:
    first, last = _day(action.first_day), _day(action.last_day)
    left, right = field.days.clamped(first - 1), field.days.clamped(last)
    left = min(left, right - 6)
    middle, length = top + BAR / 2, right - left
    if action.status in GIVEN_UP:
        tone, dashes = palette.MUTED_LINE, "3 3"
        return svg.line(left, middle, right, middle, tone, width=2, stroke_dasharray=dashes)
    if action.status == "done":
        shape = svg.rectangle(left, top, length, BAR, palette.ACCENT, radius=3)
        if length > text.width_of("✓", 11) + 2:
            shape += svg.caption("✓", (left + right) / 2, top + 11, "middle", palette.ON_ACCENT)
        return shape
    tones = (palette.ACCENT_PALE, palette.ACCENT_LINE)
    shape = svg.rectangle(left, top, length, BAR, *tones, radius=3)
    if action.status == "in_progress":
        shape += svg.rectangle(left, top, length / 2, BAR, palette.ACCENT, radius=3)
    if last > field.days.high:
        shape += svg.caption("→", right - 14, top + 11, tone=palette.INK)
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
