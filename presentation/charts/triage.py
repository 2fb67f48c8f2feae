"""Draws a month of calls through cache, triage and models; imports neither Django nor I/O."""

from dataclasses import dataclass, fields, replace

from presentation import numbers, wording
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Flow

BOX = 46
GAP = 60
THICKEST = 14.0
THINNEST = 1.5
SHAFT = 28
FLOW = palette.LEVELS[2]


@dataclass(frozen=True)
class _Frame:
    """Two lanes: the way down and simple work at the left, what leaves it at the right."""

    width: float
    calls: float

    @property
    def box(self) -> float:
        return min(self.width * 0.42, 250)

    @property
    def left(self) -> float:
        return 4.0

    @property
    def right(self) -> float:
        return self.width - 4 - self.box

    def thickness(self, calls: float | None) -> float:
        share = max(calls or 0.0, 0.0) / self.calls
        return max(min(share, 1.0) * THICKEST, THINNEST)


def triage_chart(flow: Flow, *, title: str, width: int = 720) -> str:
    """Return the flow of a month's calls, each edge as thick as its share, with its money."""
    flow = _finite(flow)
    calls = flow.calls_per_month
    if not calls or calls < 0:
        return svg.nothing(width, title, "There are no calls to follow.")
    frame = _Frame(width, calls)
    parts = [_box(frame.left, 4, frame.box, "All calls", "of one month", palette.SUNKEN)]
    top, onward = 4.0, calls
    hits = flow.cache_hits_per_month
    if hits is not None:
        looked_up = _money("looked up for", flow.cache_usd_per_month)
        parts.append(_down(frame, top, calls, _calls(calls), looked_up))
        top, onward = top + BOX + GAP, max(calls - hits, 0.0)
        parts.append(_cache(frame, top, hits))
    triaged = _money("sorted for", flow.triage_usd_per_month)
    parts.append(_down(frame, top, onward, _calls(onward), triaged))
    top += BOX + GAP
    words = "sorts each call"
    parts.append(_box(frame.left, top, frame.box, "Complexity triage", words, palette.ACCENT_PALE))
    parts.append(_lanes(frame, top, flow))
    return svg.drawing(width, top + 2 * BOX + GAP + 34, title, *parts)


def _finite(flow: Flow) -> Flow:
    """The flow with None for every amount that is no finite number."""
    amounts = {
        field.name: scales.finite(getattr(flow, field.name))
        for field in fields(Flow)
        if not field.name.endswith("_label")
    }
    return replace(flow, **amounts)  # type: ignore[arg-type]


def _calls(value: float | None) -> str:
    return wording.counted(value, "call", write=numbers.compact)


def _money(words: str, usd: float | None) -> str:
    return f"{words} {numbers.compact_usd(usd)}" if usd is not None else ""


def _lanes(frame: _Frame, top: float, flow: Flow) -> str:
    """What triage parts: simple work straight down, complex work to the right and down."""
    bottom = top + BOX + GAP
    simple, hard = flow.simple_calls_per_month, flow.complex_calls_per_month
    simple_money = _money("answered for", flow.simple_usd_per_month)
    hard_money = _money("answered for", flow.complex_usd_per_month)
    left, right = text.clean(flow.simple_label), text.clean(flow.complex_label)
    hard_x = frame.right + SHAFT + 14
    parts = [
        _down(frame, top, simple, _calls(simple), simple_money),
        _across(frame, top, hard),
        _edge_words(hard_x, frame.width - 4, top + BOX, _calls(hard), hard_money),
        _box(frame.left, bottom, frame.box, left, "simple work", palette.LEVELS[1]),
        _box(frame.right, bottom, frame.box, right, "complex work", palette.LEVELS[1]),
        _escalation(frame, bottom, flow.escalated_calls_per_month),
    ]
    return "".join(parts)


def _box(x: float, y: float, width: float, name: str, words: str, fill: palette.Tone) -> str:
    """A stage: its name, on two lines where it is long, else with a word on what it does."""
    lines = text.wrap(name, width - 20, 12)
    shape = svg.rectangle(x, y, width, BOX, fill, radius=4)
    parts = [shape, svg.lines(lines, x + 10, y + 19, 16, weight=600)]
    if len(lines) == 1:
        parts.append(svg.caption(text.fit(words, width - 20, 11), x + 10, y + 35, tone=palette.INK))
    return "".join(parts)


def _edge_words(x: float, right: float, top: float, words: str, money: str) -> str:
    """The volume of an edge and, under it, its money."""
    room = right - x
    if text.width_of(money, 11) > room:
        money = money.partition(" for ")[2]
    return svg.strong(text.fit(words, room, 12), x, top + 23, "start") + svg.caption(
        text.fit(money, room, 11), x, top + 39
    )


def _down(frame: _Frame, top: float, calls: float | None, words: str, money: str) -> str:
    """The edge from the box at the top to the one under it."""
    at, start, end = frame.left + SHAFT, top + BOX, top + BOX + GAP
    thickness = frame.thickness(calls)
    shaft = svg.rectangle(at - thickness / 2, start, thickness, GAP - 7, FLOW)
    return (
        shaft
        + _tip(at, end, thickness)
        + _edge_words(at + 14, frame.right - 8, start, words, money)
    )


def _across(frame: _Frame, top: float, calls: float | None) -> str:
    """The edge from triage to the right lane, and down to its box."""
    at, end = frame.right + SHAFT, top + BOX + GAP
    start, thickness = frame.left + frame.box, frame.thickness(calls)
    y = top + BOX / 2
    return (
        svg.rectangle(start, y - thickness / 2, at - start + thickness / 2, thickness, FLOW)
        + svg.rectangle(at - thickness / 2, y, thickness, end - y - 7, FLOW)
        + _tip(at, end, thickness)
    )


def _tip(at: float, y: float, thickness: float) -> str:
    half = max(thickness / 2 + 3, 5)
    return svg.polygon([(at - half, y - 8), (at + half, y - 8), (at, y)], FLOW)


def _cache(frame: _Frame, top: float, hits: float) -> str:
    """The cache, and the calls that it answers: they leave to the right and cost no tokens."""
    start, end, y = frame.left + frame.box, frame.right, top + BOX / 2
    thickness = frame.thickness(hits)
    half = max(thickness / 2 + 3, 5)
    words, free = "answers repeats", numbers.usd(0)
    return "".join(
        (
            _box(frame.left, top, frame.box, "Semantic cache", words, palette.ACCENT_PALE),
            svg.rectangle(start, y - thickness / 2, end - start - 7, thickness, FLOW),
            svg.polygon([(end - 8, y - half), (end - 8, y + half), (end, y)], FLOW),
            _box(frame.right, top, frame.box, "From cache", "no tokens", palette.SUNKEN),
            _edge_words(frame.right + 10, frame.width - 4, top + BOX - 6, _calls(hits), free),
        )
    )


def _escalation(frame: _Frame, top: float, calls: float | None) -> str:
    """Simple work that failed and is asked again of the premium model: under the two boxes."""
    if not calls:
        return ""
    low = top + BOX
    start, end = frame.left + SHAFT, frame.right + SHAFT
    words = text.fit(f"{_calls(calls)} asked again", frame.width - 16 - start, 11)
    way = [(start, low), (start, low + 12), (end, low + 12), (end, low + 7)]
    return (
        svg.polyline(way, palette.AXIS_LINE, width=1.5)
        + svg.polygon([(end - 5, low + 8), (end + 5, low + 8), (end, low)], palette.NEUTRAL)
        + svg.caption(words, start + 8, low + 27)
    )
