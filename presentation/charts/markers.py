"""Places words over a plot so that none touches another; imports nothing of Django or I/O."""

from dataclasses import dataclass, replace
from itertools import permutations, product

from presentation.charts import svg, text
from presentation.charts.palette import Tone

SIZE = 11
ROW_HEIGHT = 16
GAP = 5


@dataclass(frozen=True)
class Marker:
    """Words at a place in px; a marker without a line stands for something outside the plot."""

    at: float
    words: str
    ink: Tone
    line: Tone
    has_line: bool = True
    weight: int = 400


@dataclass(frozen=True)
class Placed:
    """A marker with its row (0 is the top one) and the left edge of its words."""

    marker: Marker
    row: int
    left: float

    @property
    def right(self) -> float:
        return self.left + text.width_of(self.marker.words, SIZE)


def place(markers: list[Marker], left: float, right: float) -> list[Placed]:
    """Return each marker on a row of its own, so that the fewest lines pass behind words."""
    fitted = [replace(each, words=text.fit(each.words, right - left, SIZE)) for each in markers]
    best: tuple[int, list[Placed]] | None = None
    for order in permutations(range(len(fitted))):
        for sides in product((1, -1), repeat=len(fitted)):
            placed = [
                Placed(marker, order[index], _left_edge(marker, sides[index], left, right))
                for index, marker in enumerate(fitted)
            ]
            crossings = _crossings(placed)
            if best is None or crossings < best[0]:
                best = (crossings, placed)
            if crossings == 0:
                return placed
    return best[1] if best else []


def _left_edge(marker: Marker, side: int, left: float, right: float) -> float:
    width = text.width_of(marker.words, SIZE)
    gap = GAP if marker.has_line else 0
    wanted = marker.at + gap if side > 0 else marker.at - gap - width
    return max(min(wanted, right - width), left)


def _crossings(placed: list[Placed]) -> int:
    """Count the lines that pass through words, the marker's own included."""
    return sum(_passes(line, words) for line in placed for words in placed)


def _passes(line: Placed, words: Placed) -> bool:
    at = line.marker.at
    is_behind = line.row <= words.row and words.left - 1 <= at <= words.right + 1
    return line.marker.has_line and is_behind


def draw(placed: list[Placed], top: float, bottom: float, ground: Tone) -> str:
    """Return the lines from their row down to the bottom and the words over them."""
    lines = [_leader(item, top, bottom) for item in placed if item.marker.has_line]
    return "".join(lines + [_words(item, placed, top, ground) for item in placed])


def _leader(item: Placed, top: float, bottom: float) -> str:
    at = item.marker.at
    start = top + item.row * ROW_HEIGHT + 2
    return svg.line(at, start, at, bottom, item.marker.line, width=1.25, stroke_dasharray="3 2")


def _words(item: Placed, placed: list[Placed], top: float, ground: Tone) -> str:
    y = top + item.row * ROW_HEIGHT
    tone, weight = item.marker.ink, item.marker.weight
    words = svg.label(item.marker.words, item.left, y + 12, size=SIZE, weight=weight, tone=tone)
    if not any(_passes(other, item) for other in placed):
        return words
    return (
        svg.rectangle(item.left - 2, y, item.right - item.left + 4, ROW_HEIGHT - 1, ground) + words
    )
