"""What the guide consists of, before any file format: headings, texts, lists, tables; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from presentation import money


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; a chapter may begin a new page."""

    level: int
    text: str
    starts_page: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; `style` is the name of a paragraph style."""

    text: str
    style: str = "Body Text"


@dataclass(frozen=True)
class Fact:
    """A labelled value of the title block; an empty value leaves a line to write on."""

    label: str
    value: str


@dataclass(frozen=True)
class Bullets:
    """A list of sentences, numbered where their order counts."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its part of the text’s width in percent.

    `{currency}` in the title stands for the code of the currency shown.
    """

    title: str
    share: float
    is_number: bool = False

    @property
    def head(self) -> str:
        return self.title.format(currency=money.code())


@dataclass(frozen=True)
class Row:
    """Cells of one or more lines, the later ones being notes to the first.

    `level` shades the first cell as a maturity level, `is_marked` the last as the client’s own;
    `is_open` leaves room for handwriting.
    """

    cells: tuple[tuple[str, ...], ...]
    level: int = 0
    is_marked: bool = False
    is_strong: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a header row; `title` says to a screen reader what it holds."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Chart:
    """Bars of figures in one unit, each with its label; `title` names the unit."""

    title: str
    bars: tuple[tuple[str, float], ...]


Block = Heading | Text | Fact | Bullets | Table | Chart


def row(*cells: str | Iterable[str], **looks: Any) -> Row:
    """A row of texts, or of several lines per cell; empty lines are left out."""
    lines = tuple(
        (cell,) if isinstance(cell, str) else tuple(filter(None, cell)) or ("",) for cell in cells
    )
    return Row(lines, **looks)


def form(
    title: str, columns: tuple[Column, ...], known: Iterable[str | Iterable[str]], more: int = 0
) -> Table:
    """A table to write in: what is known of its first column, then `more` empty rows."""
    rest = [""] * (len(columns) - 1)
    rows = tuple(row(cell, *rest, is_open=True) for cell in (*known, *[""] * more))
    return Table(title, columns, rows)


def listing(
    title: str, columns: tuple[Column, ...], lines: Iterable[Any], attributes: str, strong: str = ""
) -> Table:
    """A table of one row per line: the line's `attributes`, in bold where `strong` is true."""
    cells = attrgetter(*attributes.split())
    rows = (row(*cells(line), is_strong=bool(strong and getattr(line, strong))) for line in lines)
    return Table(title, columns, tuple(rows))


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents: `number` is 2 or 4.1, `anchor` names its bookmark."""

    level: int
    number: str
    text: str
    anchor: str


def contents(blocks: Iterable[Block]) -> tuple[Entry, ...]:
    """The numbered headings of levels 1 and 2, in order."""
    entries: list[Entry] = []
    chapter = section = 0
    for block in blocks:
        if not isinstance(block, Heading) or block.level > 2:
            continue
        is_chapter = block.level == 1
        chapter, section = (chapter + 1, 0) if is_chapter else (chapter, section + 1)
        number = str(chapter) if is_chapter else f"{chapter}.{section}"
        entries.append(Entry(block.level, number, block.text, f"_Toc{len(entries) + 1:08d}"))
    return tuple(entries)
