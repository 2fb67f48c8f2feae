"""A bar chart of the guide: a native one that a word processor can edit, with its figures."""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Cm
from xlsxwriter.workbook import Workbook

from presentation.charts.palette import ACCENT, INK, PALE
from reports.documents.guide.blocks import Chart

FONT = {"name": "Inter", "size": 9, "color": INK.value, "bold": False}
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH_CM, HEIGHT_CM = 17.0, 6.5
# Where the schema wants the book of the figures: before the settings for printing.
BEFORE = "<c:printSettings>"
# What is left out is on by the schema: a label would name series and category, too.
LABELS = (
    '<c:showVal val="1"/>',
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>',
)
DRAWING = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{number}" name="Chart {number}"/><wp:cNvGraphicFramePr/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
)


def add_chart(document: Document, chart: Chart, as_of: date, number: int) -> None:
    """A paragraph with the chart; its figures lie beside it in a workbook of that date."""
    book, xml = _drawn(chart, as_of)
    package = document.part.package
    place = PackURI(f"/word/embeddings/figures{number}.xlsx")
    figures = Part(place, BOOK_TYPE, book, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, b"", package)
    beside = part.relate_to(figures, RELATIONSHIP_TYPE.PACKAGE)
    data = f'<c:externalData r:id="{beside}"><c:autoUpdate val="0"/></c:externalData>'
    part._blob = xml.replace(BEFORE, data + BEFORE).replace(*LABELS).encode()
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    drawing: Any = parse_xml(
        DRAWING.format(width=Cm(WIDTH_CM), height=Cm(HEIGHT_CM), number=number, relation=relation)
    )
    described = ", ".join(f"{label} {value:,.0f}" for label, value in chart.bars)
    drawing[0][1].set("descr", f"{chart.title}: {described}")
    paragraph = document.add_paragraph(style="Body Text")
    paragraph.add_run()._r.append(drawing)


def _drawn(chart: Chart, as_of: date) -> tuple[bytes, str]:
    """A workbook with the figures, and the chart that is drawn of them."""
    stream, last = BytesIO(), len(chart.bars) - 1
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.combine(as_of, time())})
    sheet = book.add_worksheet("Figures")
    for row, (label, value) in enumerate(chart.bars):
        sheet.write_string(row, 0, label)
        sheet.write_number(row, 1, value)
    drawn = book.add_chart({"type": "bar"})
    drawn.add_series(
        {
            "categories": ["Figures", 0, 0, last, 0],
            "values": ["Figures", 0, 1, last, 1],
            "fill": {"color": ACCENT.value},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "#,##0", "font": FONT},
        }
    )
    drawn.set_title({"name": chart.title, "name_font": FONT | {"size": 10, "bold": True}})
    drawn.set_legend({"none": True})
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    line = {"color": PALE.value}
    drawn.set_y_axis({"reverse": True, "num_font": FONT, "label_position": "low", "line": line})
    sheet.insert_chart(0, 3, drawn)
    book.close()
    with ZipFile(BytesIO(stream.getvalue())) as parts:
        return stream.getvalue(), parts.read("xl/charts/chart1.xml").decode()
