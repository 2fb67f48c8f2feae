"""One worksheet under construction: text stays text, formulas carry their value; no Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any
from unicodedata import category
from xml.sax.saxutils import escape

import numpy as np
from xlsxwriter.utility import (
    xl_cell_to_rowcol,
    xl_range_abs,
    xl_rowcol_to_cell,
    xl_rowcol_to_cell_fast,
)
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from presentation.wording import fit
from reports.documents.content.wording import MAX_PROPERTY_LENGTH
from reports.documents.workbook.formula import CellError, Cells, Formula, Operand, formula

ERROR_CODES = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
MAX_CELL_LENGTH = 32_767
LINE_PT = 15.0
MAX_WORDS = 240  # of a rule’s message, which may have 255 letters


def cell_text(value: object) -> str:
    """The text without characters that XML forbids, and no longer than a cell holds."""
    text = str(value)
    if text.isascii() and text.isprintable():  # most, at a glance
        return _cut(text, MAX_CELL_LENGTH)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\n\t" or category(char) not in ("Cc", "Cs"))
    return _cut("".join(char for char in kept if ord(char) & 0xFFFE != 0xFFFE), MAX_CELL_LENGTH)


def property_text(value: object) -> str:
    """The text on one line, for the file's properties and for headers."""
    return _cut(" ".join(cell_text(value).split()), MAX_PROPERTY_LENGTH)


def header_text(value: object, longest: int = 60) -> str:
    """The text for a printed header or footer, whose codes begin with an ampersand."""
    return _cut(property_text(value), longest).replace("&", "&&")


def _cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Excel counts, whole characters only."""
    units = text.encode("utf-16-le")
    is_short = len(units) <= 2 * limit
    return text if is_short else units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def height_of(text: str, line_length: int) -> float:
    """The height of a row, in points, for a text in lines of so many letters; 0 where one does."""
    lines = ceil(len(text) / line_length)
    return LINE_PT * lines if lines > 1 else 0.0


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose formulas name no function newer than the format: none is looked for.

    Most cells are formulas: what xlsxwriter looks for in each, and how it writes each, took a
    third of a workbook's time. The file is the same.
    """

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0
    ) -> int:
        """Keep a formula, with or without its equals sign, and its value for the file."""
        if self._check_dimensions(row, col):
            return -1
        kept = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        self.table[row][col] = kept
        return 0

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if cell.__class__ is not CellFormulaTuple or not cell.format:
            super()._write_cell(row, col, cell)
            return
        kind, value = "", cell.value
        if isinstance(value, bool):
            kind, value = ' t="b"', int(value)
        elif isinstance(value, str) and value:
            kind, value = ' t="e"' if value in ERROR_CODES else ' t="str"', escape(value)
        place, style = xl_rowcol_to_cell_fast(row, col), cell.format._get_xf_index()
        text = escape(cell.formula)
        self.fh.write(f'<c r="{place}" s="{style}"{kind}><f>{text}</f><v>{value}</v></c>')


PAPERS = {"A4": 9, "letter": 1}
Rule = dict[str, Any]  # what a cell accepts, as xlsxwriter takes it


def one_of(title: str, choices: Formula, *, or_empty: bool = False) -> Rule:
    """What stands in a range of cells; the title is the error's.

    Never a list in the rule itself: that is split at commas, and in some languages at semicolons.
    """
    words = fit(", ".join(map(str, choices.value)), MAX_WORDS)
    return {
        "validate": "list",
        "source": f"={choices.text}",
        "error_title": title[:32],
        "error_message": f"{words}{', or empty' if or_empty else ''}.",
    }


def between(
    title: str, message: str, low: float, high: float | str, *, is_whole: bool = False
) -> Rule:
    """A number within bounds, the upper one perhaps a formula; the words are the error's."""
    return {
        "validate": "integer" if is_whole else "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": title[:32],
        "error_message": message,
    }


@dataclass
class Page:
    """A worksheet with the book's formats; rows and columns count from 0.

    `lists` are the ranges with the choices of dropdowns.
    """

    book: Workbook
    sheet: Worksheet
    formats: Mapping[str, Any]
    name: str
    paper: str = "A4"
    lists: Cells = field(default_factory=dict)

    def text(self, row: int, column: int, value: object, style: str = "plain") -> None:
        """A text, whatever it begins with."""
        self.sheet.write_string(row, column, cell_text(value), self.formats[style])

    def texts(self, row: int, column: int, values: Sequence[object], style: str = "plain") -> None:
        for offset, value in enumerate(values):
            self.text(row, column + offset, value, style)

    def heads(self, row: int, titles: Sequence[object], column: int = 0, height: float = 0) -> None:
        """The heads of a table: the first over names, the others over figures."""
        self.text(row, column, titles[0], "head")
        self.texts(row, column + 1, titles[1:], "head_right")
        if height:
            self.sheet.set_row(row, height)

    def table(self, row: int, title: str, heads: Sequence[object], height: float = 0) -> int:
        """The title and the heads of a table; the row below them."""
        self.text(row, 0, title, "heading")
        self.heads(row + 1, heads, height=height)
        return row + 2

    def merged(
        self, row: int, column: int, last: int, value: object, style: str, height: float = 0
    ) -> None:
        """A text over several columns, in a row of that height if one is given."""
        self.sheet.merge_range(row, column, row, last, "", self.formats[style])
        self.text(row, column, value, style)
        if height:
            self.sheet.set_row(row, height)

    def static(self, row: int, column: int, value: Any, style: str, name: str = "") -> Formula:
        """A figure that no formula makes; nothing where there is none."""
        if isinstance(value, Decimal):
            value = float(value)
        if value is None:
            self.sheet.write_blank(row, column, None, self.formats[style])
        elif isinstance(value, str):
            self.text(row, column, value, style)
        else:
            self.sheet.write_number(row, column, float(value), self.formats[style])
        return self.cell(row, column, value, name)

    def entry(
        self, row: int, column: int, value: Any, style: str, rule: Rule, name: str = ""
    ) -> Formula:
        """A cell to type into, with what it accepts; a reference to it, by name if it has one."""
        self.sheet.data_validation(row, column, row, column, rule)
        return self.static(row, column, value, f"input_{style}", name)

    def formula(
        self, row: int, column: int, content: Operand, style: str, name: str = ""
    ) -> Formula:
        """A live formula with its value; returns a reference to its cell, by name if it has one."""
        made = formula(content)
        text = made.text.replace(f"{self.name}!", "")
        self.sheet.write_formula(row, column, f"={text}", self.formats[style], _cached(made.value))
        return self.cell(row, column, 0.0 if made.value is None else made.value, name)

    def line(
        self, row: int, label: str, content: Operand, style: str = "exact", name: str = ""
    ) -> Formula:
        """A figure beside its label, which is bold where the figure is."""
        self.text(row, 0, label, "label_bold" if style.endswith("_bold") else "label")
        return self.formula(row, 1, content, style, name)

    def down(self, row: int, column: int, contents: Iterable[Operand], style: str) -> list[Formula]:
        """Live formulas one below another."""
        return [self.formula(row + n, column, item, style) for n, item in enumerate(contents)]

    def across(
        self, row: int, column: int, contents: Iterable[Operand], style: str
    ) -> list[Formula]:
        """Live formulas side by side."""
        return [self.formula(row, column + n, item, style) for n, item in enumerate(contents)]

    def cell(self, row: int, column: int, value: Any, name: str = "") -> Formula:
        """A reference to a cell of this sheet; `name` is given to it for the whole book."""
        if name:
            place = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
            self.book.define_name(name, f"={self.name}!{place}")
        return Formula(name or f"{self.name}!{xl_rowcol_to_cell_fast(row, column)}", value)

    def column(self, cells: Sequence[Formula], name: str = "") -> Formula:
        """A reference to neighbouring cells, the first to the last, in a column or a row."""
        first, last = (cell.text.partition("!")[2] for cell in (cells[0], cells[-1]))
        place = xl_range_abs(*xl_cell_to_rowcol(first), *xl_cell_to_rowcol(last))
        value: Any = [cell.value for cell in cells]
        if all(isinstance(each, float | int) for each in value):
            value = np.array(value, dtype=np.float64)
        else:
            value = next((each for each in value if isinstance(each, CellError)), value)
        if name:
            self.book.define_name(name, f"={self.name}!{place}")
        return Formula(name or f"{self.name}!{place}", value)

    def begin(self, title: str, lead: str, *widths: float) -> None:
        """The sheet's title and lead, and the columns' widths in characters from the first."""
        self.sheet.set_row(0, 30)
        self.sheet.set_row(1, 18)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width, self.formats["plain"])
        self.text(0, 0, title, "title")
        self.text(1, 0, lead, "lead")

    def printed(
        self,
        *,
        landscape: bool = True,
        pages_high: int = 0,
        repeat_row: int = 0,
        area: tuple[int, int] | None = None,
    ) -> None:
        """One page wide, one row again on each page; `area` is the last row and column to print.

        Protected without a password: only inputs can be typed into until somebody lifts it.
        """
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(PAPERS[self.paper])
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.fit_to_pages(1, pages_high)
        self.sheet.hide_gridlines(2)
        if area is not None:
            self.sheet.print_area(0, 0, *area)
        self.sheet.repeat_rows(repeat_row)
        self.sheet.protect("", {"format_columns": True, "format_rows": True})


def _cached(value: Any) -> Any:
    """The value as the file keeps it for viewers that do not recalculate."""
    if isinstance(value, CellError):
        return value.code
    if value is None:
        return 0
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return value if isinstance(value, str) else float(value)
