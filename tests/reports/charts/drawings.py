"""Reads a drawing back: its shapes, and the boxes that its words take up."""

from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from presentation.charts import text

SVG = "{http://www.w3.org/2000/svg}"
SLACK = 0.02  # coordinates are written with two decimals


@dataclass(frozen=True)
class Box:
    """The room that a line of text takes up, in px."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Drawing:
    """A parsed SVG."""

    root: ElementTree.Element

    @property
    def size(self) -> tuple[float, float]:
        _, _, width, height = map(float, self.root.attrib["viewBox"].split())
        return width, height

    @property
    def words(self) -> list[str]:
        return [item.text or "" for item in self.root.iter(f"{SVG}text")]

    @property
    def boxes(self) -> list[Box]:
        return [_box(item) for item in self.root.iter(f"{SVG}text")]

    def shapes(self, name: str, tone: str) -> list[dict[str, float]]:
        """The elements of that name and class (any class where empty), as their numbers."""
        return [
            {key: float(value) for key, value in item.attrib.items() if _is_number(value)}
            for item in self.root.iter(f"{SVG}{name}")
            if not tone or tone in item.attrib["class"].split()
        ]

    def lines(self, tone: str) -> list[list[tuple[float, float]]]:
        """The points of each polyline of that class."""
        return [
            [_point(pair) for pair in item.attrib["points"].split()]
            for item in self.root.iter(f"{SVG}polyline")
            if tone in item.attrib["class"].split()
        ]

    def overlaps(self) -> list[tuple[str, str]]:
        """The pairs of words that touch."""
        return [
            (one.words, other.words)
            for one, other in combinations(self.boxes, 2)
            if one.left < other.right - SLACK
            and other.left < one.right - SLACK
            and one.top < other.bottom - SLACK
            and other.top < one.bottom - SLACK
        ]

    def strays(self) -> list[str]:
        """The words and shapes that leave the canvas."""
        width, height = self.size
        words = [
            box.words
            for box in self.boxes
            if box.left < -SLACK
            or box.top < -SLACK
            or box.right > width + SLACK
            or box.bottom > height + SLACK
        ]
        shapes = [
            f"rect at {shape['x']}, {shape['y']}"
            for shape in self.shapes("rect", "")
            if shape["x"] < -SLACK or shape["x"] + shape["width"] > width + SLACK
        ]
        return words + shapes


def read(drawing: str) -> Drawing:
    """Parse a drawing; malformed XML raises."""
    return Drawing(ElementTree.fromstring(drawing))


def _box(item: ElementTree.Element) -> Box:
    words, size = item.text or "", float(item.attrib["font-size"])
    width = text.width_of(words, size)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[item.attrib.get("text-anchor", "start")]
    left, base = float(item.attrib["x"]) - share * width, float(item.attrib["y"])
    return Box(words, left, base - text.ASCENT * size, left + width, base + text.DESCENT * size)


def _point(pair: str) -> tuple[float, float]:
    x, y = map(float, pair.split(","))
    return x, y


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
