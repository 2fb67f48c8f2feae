"""Draws one table: fixed widths, a header row that repeats, rows that do not break over pages."""

from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table as DocxTable
from docx.table import _Cell, _Row

from presentation.charts.palette import ACCENT_PALE, LEVELS, ON_HIGH_LEVEL, SUNKEN
from reports.documents.guide.blocks import Column, Row, Table
from reports.documents.guide.styles import FORM_STYLE, TABLE_STYLE, TEXT_WIDTH_CM, colour, element

OPEN_ROW_CM = 1.0
KEPT_TOGETHER = 6
DARK_FROM_LEVEL = 4
TWIPS_PER_CM = 567


def add_table(document: Document, table: Table) -> None:
    """Add the table at the document's end."""
    drawn = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    is_form = any(row.is_open for row in table.rows)
    drawn.style = document.styles[FORM_STYLE if is_form else TABLE_STYLE]
    drawn.alignment = WD_TABLE_ALIGNMENT.LEFT
    drawn.autofit = False
    _describe(drawn, table)
    widths = column_widths(table.columns)
    for grid, width in zip(drawn._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = Cm(width)
    rows = list(drawn.rows)
    _head(rows[0], table.columns, widths)
    is_short = len(table.rows) <= KEPT_TOGETHER
    for place, content in enumerate(table.rows):
        is_kept = is_short and place < len(table.rows) - 1
        _body(rows[place + 1], content, table.columns, widths, is_kept=is_kept)


def column_widths(columns: tuple[Column, ...]) -> list[float]:
    """The width of each column in cm."""
    return [TEXT_WIDTH_CM * column.share / 100 for column in columns]


def _describe(drawn: DocxTable, table: Table) -> None:
    """Say what the table holds, and that its first row is the head."""
    properties = drawn._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    properties.append(
        element(
            "tblLook",
            val="0620",
            firstRow="1",
            lastRow="0",
            firstColumn="0",
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        )
    )
    properties.append(element("tblCaption", val=table.title))


def _head(drawn: _Row, columns: tuple[Column, ...], widths: list[float]) -> None:
    properties = drawn._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    properties.append(element("tblHeader"))
    for cell, column, width in zip(drawn.cells, columns, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.style = "Table Head"
        paragraph.add_run(column.title)
        if column.is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _body(
    drawn: _Row, content: Row, columns: tuple[Column, ...], widths: list[float], *, is_kept: bool
) -> None:
    properties = drawn._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if content.is_open:
        properties.append(
            element("trHeight", val=str(round(OPEN_ROW_CM * TWIPS_PER_CM)), hRule="atLeast")
        )
    cells = zip(drawn.cells, content.cells, columns, widths, strict=True)
    for place, (cell, lines, column, width) in enumerate(cells):
        cell.width = Cm(width)
        _write(cell, lines, column, is_strong=content.is_strong, is_kept=is_kept)
        if content.is_strong:
            _shade(cell, SUNKEN.value)
        if content.level and place == 0:
            _mark_level(cell, content.level)
    if content.is_marked:
        _shade(drawn.cells[-1], ACCENT_PALE.value)


def _write(
    cell: _Cell, lines: tuple[str, ...], column: Column, *, is_strong: bool, is_kept: bool
) -> None:
    """The first line in full size, the others as notes to it."""
    for place, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.style = _style(column, place)
        if line:
            paragraph.add_run(line).bold = is_strong or None
        if is_kept:
            paragraph.paragraph_format.keep_with_next = True


def _style(column: Column, place: int) -> str:
    if place > 0:
        return "Table Note"
    return "Table Number" if column.is_number else "Table Text"


def _mark_level(cell: _Cell, level: int) -> None:
    _shade(cell, LEVELS[level - 1].value)
    run = cell.paragraphs[0].runs[0]
    run.bold = True
    if level >= DARK_FROM_LEVEL:
        run.font.color.rgb = colour(ON_HIGH_LEVEL)


def _shade(cell: _Cell, value: str) -> None:
    properties: Any = cell._tc.get_or_add_tcPr()
    properties.append(element("shd", val="clear", color="auto", fill=value.lstrip("#")))
