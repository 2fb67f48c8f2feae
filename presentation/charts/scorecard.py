"""Draws dimensions on five levels, score and band and target; imports neither Django nor I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import numbers
from presentation.charts import palette, scales, svg, text
from presentation.charts.figures import Dimension

NARROW = 560
LOWEST, HIGHEST = scales.LOWEST_LEVEL, scales.HIGHEST_LEVEL
HEAD = 34
TRACK = 22
ROW = 76  # of the wide chart; the narrow one has its titles above the tracks


@dataclass(frozen=True)
class _Row:
    title: str
    flags: str
    aim: str
    claimed: float | None
    evidenced: float | None
    score: float | None
    low: float | None
    high: float | None
    target: float | None


@dataclass(frozen=True)
class _Frame:
    """Where the columns stand, in px."""

    width: float
    titles: float
    left: float
    cell: float
    score: float
    row: float
    track_top: float
    is_narrow: bool

    def place(self, level: float) -> float:
        return self.left + (level - LOWEST + 0.5) * self.cell

    @property
    def right(self) -> float:
        return self.left + HIGHEST * self.cell


def _row(row: Dimension) -> _Row:
    levels = (row.claimed, row.evidenced, row.score, row.low, row.high, row.target)
    words = ", ".join(text.clean(flag).replace("_", " ") for flag in row.flags)
    aim = text.clean(row.target_text) or numbers.compact(scales.level(row.target), 2)
    return _Row(text.clean(row.title), words, aim, *map(scales.level, levels))


def _frame(width: float, row_height: float) -> _Frame:
    if width < NARROW:
        return _Frame(width, width - 72, 4, (width - 8) / HIGHEST, width - 4, 122, 62, True)
    titles = min(width * 0.25, 190)
    return _Frame(
        width,
        titles - 12,
        titles,
        (width - titles - 84) / HIGHEST,
        width - 4,
        row_height,
        min(22, row_height - 38),
        False,
    )


def scorecard_chart(
    rows: Sequence[Dimension], *, title: str, width: int = 720, row_height: float = ROW
) -> str:
    """Return each dimension on a track of five levels, its score beside it."""
    if not rows:
        return svg.nothing(width, title, "Nothing has been scored yet.")
    frame = _frame(width, row_height)
    parts = [_head(frame)]
    for index, row in enumerate(map(_row, rows)):
        top = HEAD + index * frame.row
        parts.append(svg.line(4, top, width - 4, top, palette.GRID_LINE))
        parts.append(_words(row, top, frame))
        parts.append(_track(row, top + frame.track_top, frame))
    return svg.drawing(width, HEAD + frame.row * len(rows) + 2, title, *parts)


def _head(frame: _Frame) -> str:
    parts = []
    for index, tone in enumerate(palette.LEVELS):
        ink = palette.ON_LOW_LEVEL if index < 3 else palette.ON_HIGH_LEVEL
        x = frame.left + index * frame.cell + 1
        parts.append(svg.rectangle(x, 4, frame.cell - 2, 20, tone, radius=3))
        middle = x + frame.cell / 2 - 1
        parts.append(svg.strong(str(index + 1), middle, 18, tone=ink))
    return "".join(parts)


def _words(row: _Row, top: float, frame: _Frame) -> str:
    titles = text.wrap(row.title, frame.titles, 13, 1 if frame.is_narrow else 2)
    flags = text.wrap(f"▲ {row.flags}", frame.titles, 11, 1 if frame.is_narrow else 2)
    flags = flags if row.flags else []
    block = 16 * len(titles) + 14 * len(flags)
    first = top + (20 if frame.is_narrow else (frame.row - block) / 2 + 12)
    under = first + 16 * len(titles) - 2
    parts = [
        svg.lines(titles, 4, first, 16, size=13, weight=600),
        svg.lines(flags, 4, under, 14, size=11, weight=600, tone=palette.RISK_INK),
    ]
    base = top + (24 if frame.is_narrow else frame.row / 2 + 2)
    shown, right = numbers.level(row.score), frame.score
    parts.append(
        svg.label(shown, right, base, size=20, weight=700, anchor="end", tone=palette.ACCENT)
    )
    parts.append(svg.caption(_band(row), right, base + 15, "end"))
    return "".join(parts)


def _band(row: _Row) -> str:
    if row.score is None:
        return "not scored"
    if row.low is None or row.high is None or row.low == row.high:
        return ""
    return f"{numbers.level(row.low)} – {numbers.level(row.high)}"


def _track(row: _Row, top: float, frame: _Frame) -> str:
    middle = top + TRACK / 2
    cells = [frame.left + index * frame.cell + 1 for index in range(HIGHEST)]
    wide = frame.cell - 2
    parts = [svg.rectangle(x, top, wide, TRACK, palette.SUNKEN, radius=2) for x in cells]
    if row.low is not None and row.high is not None:
        low, high = sorted((frame.place(row.low), frame.place(row.high)))
        long = high - low + 12
        parts.append(svg.rectangle(low - 6, middle - 6, long, 12, palette.LEVELS[1], radius=6))
    if row.target is not None:
        parts.append(_target(row.target, row.aim, top, frame))
    hollow = (palette.SURFACE, palette.INK_LINE)
    if row.evidenced is not None:
        points = _diamond(frame.place(row.evidenced), middle, 7)
        parts.append(svg.polygon(points, *hollow, stroke_width=1.75))
    if row.claimed is not None:
        parts.append(svg.circle(frame.place(row.claimed), middle, 6.5, *hollow, stroke_width=1.75))
    if row.score is not None:
        full = (palette.ACCENT, palette.SURFACE_LINE)
        parts.append(svg.circle(frame.place(row.score), middle, 8, *full, stroke_width=2))
        parts.append(_inside(row, middle, frame))
    parts.append(_marks(row, top + TRACK + 13, frame))
    return "".join(parts)


def _inside(row: _Row, middle: float, frame: _Frame) -> str:
    """The sign of what decided the score, in its disc: a dot for the claim, or a diamond."""
    at = frame.place(row.score or LOWEST)
    if row.evidenced is not None and row.evidenced == row.score and row.claimed != row.score:
        return svg.polygon(_diamond(at, middle, 3.5), palette.SURFACE)
    return svg.circle(at, middle, 3, palette.SURFACE)


def _diamond(x: float, y: float, half: float) -> list[tuple[float, float]]:
    return [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]


def _target(target: float, aim: str, top: float, frame: _Frame) -> str:
    at = frame.place(target)
    words = f"target {aim}"
    half = text.width_of(words, 11) / 2
    middle = min(max(at, frame.left + half), frame.right - half)
    return svg.line(at, top - 4, at, top + TRACK + 2, palette.ACCENT_LINE, width=2) + svg.caption(
        words, middle, top - 7, "middle", palette.ACCENT
    )


def _marks(row: _Row, baseline: float, frame: _Frame) -> str:
    """The words under the marks, pushed apart where they would touch."""
    marks = [
        (frame.place(level), f"{word} {numbers.compact(level, 2)}")
        for word, level in (("claimed", row.claimed), ("evidenced", row.evidenced))
        if level is not None
    ]
    if len(marks) == 2 and row.claimed == row.evidenced:
        marks = [(marks[0][0], f"claimed and evidenced {numbers.compact(row.claimed, 2)}")]
    marks.sort()
    places = apart(
        [at for at, _ in marks],
        [text.width_of(words, 11) for _, words in marks],
        frame.left,
        frame.right,
    )
    return "".join(
        svg.caption(words, x, baseline, "middle", palette.INK)
        for x, (_, words) in zip(places, marks, strict=True)
    )


def apart(
    wanted: list[float], widths: list[float], left: float, right: float, gap: float = 10
) -> list[float]:
    """Return middles near the wanted ones (ascending), so that no label touches or leaves."""
    places = []
    edge = left
    for middle, width in zip(wanted, widths, strict=True):
        place = max(middle, edge + width / 2)
        places.append(place)
        edge = place + width / 2 + gap
    edge = right
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], edge - widths[index] / 2)
        edge = places[index] - widths[index] / 2 - gap
    return places
