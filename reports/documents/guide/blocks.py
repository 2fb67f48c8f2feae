"""What the guide consists of, before any file format: headings, texts, lists, tables; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assessments.framework import Framework, load_framework
from reports.snapshots.payload import Payload

Line = str


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
    """A column of a table; `share` is its part of the text’s width in percent."""

    title: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """Cells of one or more lines, the later ones being notes to the first.

    `level` shades the first cell as a maturity level, `is_marked` the last as the client’s own;
    `is_open` leaves room for handwriting.
    """

    cells: tuple[tuple[Line, ...], ...]
    level: int = 0
    is_marked: bool = False
    is_strong: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a header row; `title` says to a screen reader what it holds."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = field(default_factory=tuple)


Block = Heading | Text | Fact | Bullets | Table


def row(*cells: str | Iterable[str], is_strong: bool = False) -> Row:
    """A row of texts, or of several lines per cell; empty lines are left out."""
    return Row(tuple(_lines(cell) for cell in cells), is_strong=is_strong)


def level_row(level: int, text: str, marks: str) -> Row:
    """A maturity level with what it looks like and who is there."""
    return Row(((str(level),), (text,), (marks,)), level=level, is_marked=bool(marks))


def open_row(*cells: str | Iterable[str]) -> Row:
    """A row to write in."""
    return Row(tuple(_lines(cell) for cell in cells), is_open=True)


def open_rows(columns: int, count: int) -> tuple[Row, ...]:
    """Empty rows to write in."""
    return (open_row(*[""] * columns),) * count


def framework_of(payload: Payload | None) -> Framework:
    """The framework version of a payload, the latest for a blank guide."""
    return payload.framework if payload else load_framework()


def _lines(cell: str | Iterable[str]) -> tuple[Line, ...]:
    if isinstance(cell, str):
        return (cell,)
    return tuple(line for line in cell if line) or ("",)


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
        if block.level == 1:
            chapter, section = chapter + 1, 0
        else:
            section += 1
        number = str(chapter) if block.level == 1 else f"{chapter}.{section}"
        anchor = f"_Toc{len(entries) + 1:08d}"
        entries.append(Entry(block.level, number, block.text, anchor))
    return tuple(entries)
