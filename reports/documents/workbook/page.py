"""One worksheet under construction: text stays text, formulas carry their value; no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from xlsxwriter.utility import xl_cell_to_rowcol, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.documents.workbook.formula import CellError, Formula, Operand, formula

MAX_CELL_LENGTH = 32_767
MAX_PROPERTY_LENGTH = 255


def cell_text(value: object) -> str:
    """The text without characters that XML forbids, and no longer than a cell holds."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if _is_allowed(char))
    return _cut(kept, MAX_CELL_LENGTH)


def property_text(value: object) -> str:
    """The text on one line, for the file's properties and for headers."""
    return _cut(" ".join(cell_text(value).split()), MAX_PROPERTY_LENGTH)


def header_text(value: object) -> str:
    """The text for a printed header or footer, whose codes begin with an ampersand."""
    return _cut(property_text(value), 60).replace("&", "&&")


def _cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Excel counts, whole characters only."""
    units = 0
    for place, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > limit:
            kept = text[:place]
            while kept and len(kept.encode("utf-16-le")) // 2 > limit - 1:
                kept = kept[:-1]
            return kept + "…"
    return text


def _is_allowed(char: str) -> bool:
    if char in "\n\t":
        return True
    code = ord(char)
    is_control = code < 0x20 or 0x7F <= code < 0xA0
    is_surrogate = 0xD800 <= code <= 0xDFFF
    return not (is_control or is_surrogate or (code & 0xFFFE) == 0xFFFE)


PAPERS = {"A4": 9, "letter": 1}


@dataclass
class Page:
    """A worksheet with the book's formats; rows and columns count from 0."""

    book: Workbook
    sheet: Worksheet
    formats: Mapping[str, Any]
    name: str
    paper: str = "A4"

    def text(self, row: int, column: int, value: object, style: str = "plain") -> None:
        """A text, whatever it begins with."""
        self.sheet.write_string(row, column, cell_text(value), self.formats[style])

    def texts(self, row: int, column: int, values: Sequence[object], style: str = "plain") -> None:
        """Texts side by side."""
        for offset, value in enumerate(values):
            self.text(row, column + offset, value, style)

    def note(self, row: int, column: int, text: str) -> None:
        """Explain a cell by a note on it; nothing where there is nothing to say."""
        if text:
            self.sheet.write_comment(row, column, cell_text(text), {"x_scale": 1.6, "font_size": 9})

    def merged(
        self, row: int, column: int, last_column: int, value: object, style: str = "prose"
    ) -> None:
        """A text over several columns."""
        self.sheet.merge_range(row, column, row, last_column, "", self.formats[style])
        self.sheet.write_string(row, column, cell_text(value), self.formats[style])

    def static(self, row: int, column: int, value: Any, style: str) -> Formula:
        """A figure that no formula makes; nothing where there is none."""
        if isinstance(value, Decimal):
            value = float(value)
        if value is None:
            self.sheet.write_blank(row, column, None, self.formats[style])
        elif isinstance(value, str):
            self.text(row, column, value, style)
        else:
            self.sheet.write_number(row, column, float(value), self.formats[style])
        return self.cell(row, column, value)

    def formula(
        self, row: int, column: int, content: Operand, style: str, name: str = ""
    ) -> Formula:
        """A live formula with its value; returns a reference to its cell, by name if it has one."""
        made = formula(content)
        text = made.text.replace(f"{self.name}!", "")
        self.sheet.write_formula(row, column, f"={text}", self.formats[style], _cached(made.value))
        value = 0.0 if made.value is None else made.value
        return self.named(row, column, name, value) if name else self.cell(row, column, value)

    def named(self, row: int, column: int, name: str, value: Any) -> Formula:
        """Give a cell a name for the whole book."""
        place = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self.book.define_name(name, f"={self.name}!{place}")
        return Formula(name, value)

    def cell(self, row: int, column: int, value: Any) -> Formula:
        """A reference to a cell of this sheet."""
        return Formula(f"{self.name}!{xl_rowcol_to_cell(row, column)}", value)

    def column(self, cells: Sequence[Formula], name: str = "") -> Formula:
        """A reference to neighbouring cells, the first to the last, in a column or a row."""
        first, last = (cell.text.partition("!")[2] for cell in (cells[0], cells[-1]))
        place = xl_range_abs(*xl_cell_to_rowcol(first), *xl_cell_to_rowcol(last))
        values = [cell.value for cell in cells]
        is_numeric = all(isinstance(value, float | int) for value in values)
        errors = [value for value in values if isinstance(value, CellError)]
        value: Any = np.array(values, dtype=np.float64) if is_numeric else values
        value = errors[0] if errors else value
        text = f"{self.name}!{place}"
        if name:
            self.book.define_name(name, f"={text}")
            text = name
        return Formula(text, value)

    def widths(self, *widths: float) -> None:
        """The columns' widths in characters, from the first; and room for the sheet's title."""
        self.sheet.set_row(0, 30)
        self.sheet.set_row(1, 18)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width, self.formats["plain"])

    def printed(
        self,
        *,
        landscape: bool = True,
        pages_high: int = 0,
        repeat_row: int = -1,
        area: tuple[int, int] | None = None,
    ) -> None:
        """One page wide; `area` is the last row and column to print."""
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(PAPERS[self.paper])
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.fit_to_pages(1, pages_high)
        self.sheet.hide_gridlines(2)
        if area is not None:
            self.sheet.print_area(0, 0, *area)
        if repeat_row >= 0:
            self.sheet.repeat_rows(repeat_row)


def _cached(value: Any) -> Any:
    """The value as the file keeps it for viewers that do not recalculate."""
    if isinstance(value, CellError):
        return value.code
    if value is None:
        return 0
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return value if isinstance(value, str) else float(value)
