"""Writes the guide as DOCX: blocks into the styles, lists, foot and fonts of `base.docx`.

To change the look, change the styles of `base.docx` in a word processor.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as open_document
from docx.document import Document
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from presentation.charts.palette import ACCENT_PALE, LEVELS, ON_HIGH_LEVEL, SUNKEN, Tone
from reports.documents.content.wording import MAX_PROPERTY_LENGTH
from reports.documents.guide import blocks
from reports.documents.guide.blocks import Block, Bullets, Column, Heading, Row, Table, Text
from reports.documents.guide.chart import add_chart
from reports.documents.guide.content import Guide, guide_content
from reports.documents.guide.pages import heading_pages
from reports.snapshots.payload import FrozenBranding, Payload

BASE = Path(__file__).with_name("base.docx")
TEXT_WIDTH_CM = 17.0
LOGO_PT = (150, 56)
PAPERS_CM = {"A4": (21.0, 29.7), "letter": (21.59, 27.94)}
NUMBER_LIST = 93  # the list of the style List Number
AFTER_TABLE = Pt(8)
OPEN_ROW_TWIPS = 567  # a centimetre to write in
KEPT_TOGETHER = 6
DARK_FROM_LEVEL = 4


def guide_bytes(payload: Payload | None, sha256: str = "", paper: str = "A4") -> bytes:
    """The guide of a payload whose canonical text has the checksum `sha256`; A4 or letter.

    None makes the blank one of the latest framework. The same input, the same bytes.
    """
    return _document_bytes(guide_content(payload, sha256), paper)


def _document_bytes(guide: Guide, paper: str) -> bytes:
    document = open_document(str(BASE))
    properties = document.core_properties
    properties.title = f"{guide.title}: {guide.subtitle}"[:MAX_PROPERTY_LENGTH]
    properties.subject = guide.subject[:MAX_PROPERTY_LENGTH]
    properties.author = properties.last_modified_by = guide.author[:MAX_PROPERTY_LENGTH]
    # times of the snapshot instead of the clock
    properties.created = properties.modified = datetime.combine(guide.as_of, time(), UTC)
    section, (width_cm, height_cm) = document.sections[0], PAPERS_CM[paper]
    section.page_width, section.page_height = Cm(width_cm), Cm(height_cm)
    section.left_margin = section.right_margin = Cm((width_cm - TEXT_WIDTH_CM) / 2)
    section.footer.paragraphs[0].runs[0].text = f"{guide.foot}\tPage "
    _brand(document, section, guide.branding)
    _paragraph(document, guide.title, "Title")
    _paragraph(document, guide.subtitle, "Subtitle")
    for fact in guide.facts:
        _add(document, fact, iter(()))
    entries = blocks.contents(guide.chapters)
    front = (("Title", guide.title), ("Subtitle", guide.subtitle))
    facts = (("Fact", fact.value) for fact in guide.facts if isinstance(fact, blocks.Fact))
    pages = heading_pages((*front, *facts), entries, guide.chapters, height_cm)
    document.element.body.insert_element_before(_contents(entries, pages), "w:sectPr")
    waiting, number = iter(entries), 0
    for before, block in zip((None, *guide.chapters), guide.chapters, strict=False):
        if isinstance(block, blocks.Chart):
            add_chart(document, block, guide.as_of, number := number + 1)
        else:
            _add(document, block, waiting)
        if isinstance(before, Table) and isinstance(block, Text):
            document.paragraphs[-1].paragraph_format.space_before = AFTER_TABLE
    file = BytesIO()
    document.save(file)
    return repacked(file.getvalue())


def _brand(document: Document, section: Section, branding: FrozenBranding) -> None:
    """The organization's logo above the title, its line in the foot, its accent in headings."""
    if branding.logo:
        width = Pt(branding.logo_size[0] * branding.logo_scale(*LOGO_PT))
        picture = document.add_paragraph().add_run().add_picture(BytesIO(branding.logo_png), width)
        picture._inline.docPr.set("descr", "Logo")
    if branding.confidentiality:
        foot = section.footer.paragraphs[0]
        foot.insert_paragraph_before(branding.confidentiality, foot.style)
    if branding.accent:
        colour = RGBColor.from_string(branding.accent[1:].upper())
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
            document.styles[name].font.color.rgb = colour


def _element(xml: str) -> Any:
    """An element of WordprocessingML, whose tag comes first."""
    tag, *rest = xml.split(" ", 1)
    return parse_xml(" ".join((f"<w:{tag}", nsdecls("w"), *rest)))


def _page_reference(anchor: str, page: int) -> str:
    """A field with the page of a bookmark."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {anchor} \\h </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{page}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _contents(entries: Sequence[blocks.Entry], pages: Sequence[int]) -> Any:
    """The table of contents: a field in the frame by which Word knows it.

    Headings 1 and 2, as links with the page that each is estimated to stand on, stored: so every
    program shows them and nobody is asked to update them.
    """
    code = r' TOC \o "1-2" \h \z \u '
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    links = [
        f'<w:hyperlink w:anchor="{entry.anchor}" w:history="1"><w:r><w:t>{entry.number}</w:t>'
        f'<w:tab/><w:t xml:space="preserve">{escape(entry.text)}</w:t></w:r><w:r><w:tab/></w:r>'
        f"{_page_reference(entry.anchor, page)}</w:hyperlink>"
        for entry, page in zip(entries, pages, strict=True)
    ]
    links = [begin + links[0], *links[1:-1], links[-1] + end]
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="toc{entry.level}"/></w:pPr>{link}</w:p>'
        for entry, link in zip(entries, links, strict=True)
    )
    return _element(
        'sdt ><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        f'<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>Contents</w:t></w:r></w:p>'
        f"{lines}</w:sdtContent></w:sdt>"
    )


@cache
def _style_ids() -> Mapping[str, str]:
    """By its name, the id of each style of `base.docx`: to look one up takes the library long."""
    return {style.name: style.style_id for style in open_document(str(BASE)).styles}


@cache
def _properties(style: str, more: str) -> Any:
    return _element(f'pPr ><w:pStyle w:val="{_style_ids()[style]}"/>{more}</w:pPr>')


def _set_style(paragraph: Paragraph, style: str, more: str = "") -> None:
    """Give a paragraph that has no properties yet its style, and `more` of them as XML.

    They are copied: to set them one by one took the library a third of a guide's time.
    """
    paragraph._p.insert(0, deepcopy(_properties(style, more)))


def _paragraph(document: Document, text: str, style: str) -> Paragraph:
    paragraph = document.add_paragraph(text)
    _set_style(paragraph, style)
    return paragraph


def _add(document: Document, block: Block, entries: Iterator[blocks.Entry]) -> None:
    match block:
        case Heading():
            paragraph = _paragraph(document, block.text, f"Heading {block.level}")
            if block.starts_page:
                paragraph.paragraph_format.page_break_before = True
                paragraph.paragraph_format.space_before = Pt(0)
            if block.level <= 2:
                anchor = next(entries).anchor
                number = int(anchor[-8:])
                mark = _element(f'bookmarkStart w:id="{number}" w:name="{anchor}"/>')
                paragraph._p.insert(1, mark)
                paragraph._p.append(_element(f'bookmarkEnd w:id="{number}"/>'))
        case Text():
            _paragraph(document, block.text, block.style)
        case blocks.Fact():
            paragraph = _paragraph(document, "", "Fact")
            paragraph.add_run(block.label).bold = True
            paragraph.add_run(f"\t{block.value}")
        case Bullets():
            style = "List Number" if block.is_numbered else "List Bullet"
            added = [_paragraph(document, item, style) for item in block.items]
            if block.is_numbered:
                _number(document, added)
        case Table():
            _add_table(document, block)


def _number(document: Document, paragraphs: Sequence[Paragraph]) -> None:
    number = document.part.numbering_part.element.add_num(NUMBER_LIST)
    number.add_lvlOverride(0).add_startOverride(1)  # each list begins with 1
    for paragraph in paragraphs:
        belongs = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        belongs.get_or_add_ilvl().val = 0
        belongs.get_or_add_numId().val = number.numId


def _add_table(document: Document, table: Table) -> None:
    """Fixed widths, a header row that repeats, rows that do not break over pages."""
    is_form = any(row.is_open for row in table.rows)
    rows_and_columns = 1 + len(table.rows), len(table.columns)
    drawn = document._body.add_table(*rows_and_columns, document._block_width)
    drawn._tbl.tblStyle_val = _style_ids()["Guide Form" if is_form else "Guide Table"]
    drawn.autofit = False
    properties = drawn._tbl.tblPr
    properties.remove(properties.xpath("w:tblLook")[0])
    properties.append(_element('tblLook w:val="0620" w:firstRow="1" w:noHBand="1" w:noVBand="1"/>'))
    caption = _element("tblCaption />")
    caption.set(caption.tag.replace("tblCaption", "val"), table.title)
    properties.append(caption)
    for grid, column in zip(drawn._tbl.tblGrid.gridCol_lst, table.columns, strict=True):
        grid.w = _width(column)
    head, *rows = drawn.rows
    _head(head, table.columns)
    is_short = len(rows) <= KEPT_TOGETHER
    for row, content in zip(rows, table.rows, strict=True):
        _body(row, content, table.columns, is_kept=is_short and row is not rows[-1])


def _width(column: Column) -> Cm:
    return Cm(TEXT_WIDTH_CM * column.share / 100)


def _head(drawn: _Row, columns: Sequence[Column]) -> None:
    drawn._tr.get_or_add_trPr().extend((_element("cantSplit />"), _element("tblHeader />")))
    for cell, column in zip(drawn.cells, columns, strict=True):
        cell.width = _width(column)
        paragraph = cell.paragraphs[0]
        _set_style(paragraph, "Table Head", '<w:jc w:val="right"/>' if column.is_number else "")
        paragraph.add_run(column.head)


def _body(drawn: _Row, content: Row, columns: Sequence[Column], *, is_kept: bool) -> None:
    properties = drawn._tr.get_or_add_trPr()
    properties.append(_element("cantSplit />"))
    if content.is_open:
        properties.append(_element(f'trHeight w:val="{OPEN_ROW_TWIPS}" w:hRule="atLeast"/>'))
    cells = drawn.cells
    for cell, lines, column in zip(cells, content.cells, columns, strict=True):
        cell.width = _width(column)
        _write(cell, lines, column, is_strong=content.is_strong, is_kept=is_kept)
        if content.is_strong:
            _shade(cell, SUNKEN)
    if content.level:
        _shade(cells[0], LEVELS[content.level - 1])
        run = cells[0].paragraphs[0].runs[0]
        run.bold = True
        if content.level >= DARK_FROM_LEVEL:
            run.font.color.rgb = RGBColor.from_string(ON_HIGH_LEVEL.value[1:].upper())
    if content.is_marked:
        _shade(cells[-1], ACCENT_PALE)


def _write(
    cell: _Cell, lines: Sequence[str], column: Column, *, is_strong: bool, is_kept: bool
) -> None:
    """The first line in full size, the others as notes to it."""
    style = "Table Number" if column.is_number else "Table Text"
    for place, line in enumerate(lines):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        _set_style(paragraph, "Table Note" if place else style, "<w:keepNext/>" if is_kept else "")
        run = paragraph.add_run(line) if line else None
        if run and is_strong:
            run.bold = True


def _shade(cell: _Cell, tone: Tone) -> None:
    fill = f'shd w:val="clear" w:color="auto" w:fill="{tone.value[1:]}"/>'
    cell._tc.get_or_add_tcPr().append(_element(fill))


FIRST_PART = "[Content_Types].xml"
READ_WRITE = 0o600 << 16


def repacked(document: bytes) -> bytes:
    """The same parts without the moment at which they were packed."""
    packed = BytesIO()
    with ZipFile(BytesIO(document)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != FIRST_PART, name)):
            part = ZipInfo(name)  # of 1980, the earliest that a ZIP can say
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0
            part.external_attr = READ_WRITE
            target.writestr(part, source.read(name))
    return packed.getvalue()
