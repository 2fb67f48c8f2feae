"""What a guide says, read back from its file."""

import json
from functools import cache
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tests.reports.sample import Payload, render_guide


def read_guide(payload: Payload | None) -> DocxDocument:
    return Document(BytesIO(guide_file(payload)))


def guide_file(payload: Payload | None) -> bytes:
    return _drawn_once(json.dumps(payload))


@cache
def _drawn_once(payload: str) -> bytes:
    """The file of a payload, the same object for the same content: drawing takes a moment."""
    return render_guide(json.loads(payload))


def paragraphs(document: DocxDocument) -> list[tuple[str, Paragraph]]:
    """Each paragraph of the body with its style's name: to look one up takes the library long."""
    names = {style.style_id: style.name for style in document.styles}
    usual = document.styles.default(WD_STYLE_TYPE.PARAGRAPH).name
    return [(names.get(each._p.style, usual), each) for each in document.paragraphs]


def headings(document: DocxDocument) -> list[tuple[int, str]]:
    return [
        (int(style[-1]), paragraph.text)
        for style, paragraph in paragraphs(document)
        if style.startswith("Heading")
    ]


def table(document: DocxDocument, title: str) -> Table:
    for found in document.tables:
        if found._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == title:
            return found
    raise LookupError(title)


def rows(document: DocxDocument, title: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table(document, title).rows]


def text_of(document: DocxDocument) -> str:
    """Every text of the body, one paragraph a line, in the file's order."""
    body = document.element.body
    paragraphs = body.iter(qn("w:p"))
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in paragraphs)
