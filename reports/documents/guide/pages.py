"""On which page each heading of the guide comes to stand, estimated before it is written.

A word processor alone lays a document out, and not all alike. The contents take these numbers, and
Word replaces them where somebody updates the field. Inter’s own widths, the styles’ own sizes.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from reports.documents.guide import blocks
from reports.documents.guide.blocks import Block, Bullets, Entry, Fact, Heading, Table, Text

FONTS = Path(__file__).parents[3] / "config" / "static" / "fonts"
CM_PT = 72 / 2.54
TEXT_WIDTH_PT = 17.0 * CM_PT
MARGINS_CM = 4.2
INTER_LINE = 1.2102  # ascent and descent
INDENT_PT = 18.0
CELL_SIDE_PT, CELL_EDGE_PT, BORDER_PT = 11.3, 4.0, 0.5
OPEN_ROW_PT, AFTER_TABLE_PT = 28.35, 8.0
KEPT_TOGETHER = 6
SPLITS_FROM_LINES = 4
CHART_PT = 6.5 * CM_PT
# What an unknown character may be as wide as, of its size: most are of wide scripts.
UNKNOWN_EM = 1.0
WORD = re.compile(r"[^\s\-–/]*[\-–/]|[^\s\-–/]+|\s+")


@dataclass(frozen=True)
class Style:
    """A paragraph style of the base document, in points."""

    size: float
    before: float = 0.0
    after: float = 0.0
    is_bold: bool = False
    spacing: float = 1.15

    def height(self, lines: int) -> float:
        return lines * self.size * self.spacing * INTER_LINE

    def unit(self, text: str, *, is_kept: bool = False) -> "Unit":
        """A paragraph as wide as the page."""
        height = self.height(lines_of(text, TEXT_WIDTH_PT, self))
        return Unit(height, self.before, self.after, is_kept)


STYLES = {
    "Title": Style(26, 0, 4, True),
    "Subtitle": Style(12, 0, 14),
    "Fact": Style(10, 3, 3),
    "toc heading": Style(13, 14, 4, True),
    "toc 1": Style(9.5, 3, 0, True, 1.0),
    "toc 2": Style(9, spacing=1.0),
    "Heading 1": Style(18, 22, 8, True),
    "Heading 2": Style(13, 16, 4, True),
    "Heading 3": Style(10.5, 12, 4, True),
    "Body Text": Style(10, 0, 6),
    "Lead": Style(11.5, 0, 6, True),
    "Bullet": Style(10, 0, 3),
    "Table Head": Style(8.5, 2, 2, True),
    "Table Text": Style(9, 2, 2),
    "Table Note": Style(8, 0, 2),
}


@dataclass(frozen=True)
class Unit:
    """What stands on one page: its height, and whether the next one stands on it, too."""

    height: float
    before: float = 0.0
    after: float = 0.0
    is_kept: bool = False
    starts_page: bool = False
    is_heading: bool = False
    head: float = 0.0  # of the table that it is a row of, repeated on a new page


@cache
def _widths(is_bold: bool) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = TTFont(FONTS / f"inter-{700 if is_bold else 400}.ttf", lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


@cache
def _advance(char: str, is_bold: bool) -> float:
    names, metrics, units = _widths(is_bold)
    name = names.get(ord(char))
    return metrics[name][0] / units if name else UNKNOWN_EM


def lines_of(text: str, width: float, style: Style) -> int:
    """How many lines a text takes in a width, in points."""
    lines, at = 1, 0.0
    for word in WORD.findall(text.replace("\u00a0", "\u2007")):
        long = sum(_advance(char, style.is_bold) for char in word) * style.size
        if at + long <= width or word.isspace():
            at += long
        elif long <= width:
            lines, at = lines + 1, long
        else:
            more = math.ceil(long / width) - 1
            lines, at = lines + more + (at > 0), long - more * width
    return lines


def heading_pages(
    front: Sequence[tuple[str, str]],
    entries: Sequence[Entry],
    chapters: Sequence[Block],
    paper_cm: float,
) -> list[int]:
    """The page of each of the `entries`: `front` are styles with texts before the contents."""
    units = [STYLES[style].unit(text) for style, text in front]
    units.append(STYLES["toc heading"].unit("Contents"))
    units += [STYLES[f"toc {entry.level}"].unit("") for entry in entries]
    before: Block | None = None
    for block in chapters:
        units += _units(block, before)
        before = block
    return list(_flow(units, (paper_cm - MARGINS_CM) * CM_PT))


def _flow(units: Sequence[Unit], page_pt: float) -> Iterator[int]:
    """The pages of the units that are headings of the contents."""
    page, at, after = 1, 0.0, 0.0
    for group in _groups(units):
        tall = sum(unit.before + unit.height for unit in group)
        for place, unit in enumerate(group):
            gap = max(after, unit.before)  # the larger of the two, as word processors have it
            needed = unit.height if place or tall > page_pt else tall - unit.before
            if at > 0 and (unit.starts_page or at + gap + needed > page_pt):
                page, at, gap = page + 1, unit.head, 0.0
            if unit.is_heading:
                yield page
            at, after = at + gap + unit.height, unit.after


def _groups(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Units that stand on one page together, such as a heading with what follows it."""
    group: list[Unit] = []
    for unit in units:
        if group and (unit.starts_page or not group[-1].is_kept):
            yield group
            group = []
        group.append(unit)
    yield group


def _units(block: Block, before: Block | None) -> Iterator[Unit]:
    match block:
        case Heading():
            unit = STYLES[f"Heading {block.level}"].unit(block.text, is_kept=True)
            yield replace(unit, starts_page=block.starts_page, is_heading=block.level <= 2)
        case Text():
            style = STYLES[block.style]
            if isinstance(before, Table):
                style = replace(style, before=AFTER_TABLE_PT)
            is_kept = block.style == "Lead"
            yield from _paragraph(block.text, style, TEXT_WIDTH_PT, is_kept=is_kept)
        case Fact():
            yield STYLES["Fact"].unit(block.value)
        case Bullets():
            for item in block.items:
                yield from _paragraph(item, STYLES["Bullet"], TEXT_WIDTH_PT - INDENT_PT)
        case Table():
            yield from _rows(block)
        case blocks.Chart():
            yield Unit(CHART_PT, after=STYLES["Body Text"].after)


def _paragraph(text: str, style: Style, width: float, *, is_kept: bool = False) -> Iterator[Unit]:
    """Whole where it is short; a long one may go on over the page, two lines at the least."""
    lines = lines_of(text, width, style)
    if lines < SPLITS_FROM_LINES:
        yield Unit(style.height(lines), style.before, style.after, is_kept)
        return
    yield Unit(style.height(2), before=style.before)
    yield from (Unit(style.height(1)) for _ in range(lines - 4))
    yield Unit(style.height(2), 0.0, style.after, is_kept)


def _rows(table: Table) -> Iterator[Unit]:
    widths = [TEXT_WIDTH_PT * column.share / 100 - CELL_SIDE_PT for column in table.columns]
    head = _cells([(column.head,) for column in table.columns], widths, "Table Head")
    yield Unit(head, is_kept=True)
    is_short = len(table.rows) <= KEPT_TOGETHER
    for row in table.rows:
        tall = max(_cells(row.cells, widths, "Table Text"), OPEN_ROW_PT if row.is_open else 0.0)
        is_kept = is_short and row is not table.rows[-1]
        yield Unit(tall, is_kept=is_kept, head=head)


def _cells(cells: Iterable[Sequence[str]], widths: Sequence[float], first: str) -> float:
    tallest = 0.0
    for lines, width in zip(cells, widths, strict=True):
        tall = STYLES[first].before
        for place, text in enumerate(lines):
            style = STYLES["Table Note" if place else first]
            tall += style.height(lines_of(text, width, style)) + style.after
        tallest = max(tallest, tall)
    return tallest + CELL_EDGE_PT + BORDER_PT
