"""Writes the guide as DOCX: blocks into styled paragraphs, lists and tables, fields and links."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Entry,
    Fact,
    Heading,
    Table,
    Text,
    contents,
)
from reports.documents.guide.content import Guide
from reports.documents.guide.styles import LANGUAGE, NUMBER_LIST, TEXT_WIDTH_CM, apply_look, element
from reports.documents.guide.tables import add_table

# Headings 1 and 2, as links, without page numbers: so the stored entries are right in every program
# and nobody is asked to update them.
CONTENTS_CODE = ' TOC \\o "1-2" \\h \\n \\z '


def add_contents(document: Document, entries: Iterable[Entry], title: str) -> None:
    """The table of contents below its title, in the frame by which Word knows it."""
    frame, inside = _frame()
    document.element.body.insert_element_before(frame, "w:sectPr")
    inside.append(document.add_paragraph(title, "TOC Heading")._p)
    listed = [(entry, document.add_paragraph(style=f"toc {entry.level}")) for entry in entries]
    for entry, paragraph in listed:
        paragraph._p.append(_link(entry))
        inside.append(paragraph._p)
    if listed:
        _open_field(listed[0][1], CONTENTS_CODE)
        _char(listed[-1][1]._p, "end")


def _frame() -> tuple[Any, Any]:
    frame, properties, gallery = element("sdt"), element("sdtPr"), element("docPartObj")
    gallery.append(element("docPartGallery", val="Table of Contents"))
    gallery.append(element("docPartUnique"))
    properties.append(gallery)
    inside = element("sdtContent")
    frame.append(properties)
    frame.append(inside)
    return frame, inside


def _link(entry: Entry) -> Any:
    link = element("hyperlink", anchor=entry.anchor, history="1")
    run = element("r")
    for part in (_text(entry.number), element("tab"), _text(entry.text)):
        run.append(part)
    link.append(run)
    return link


def _text(content: str) -> Any:
    made = element("t")
    made.text = content
    made.set(qn("xml:space"), "preserve")
    return made


def _open_field(paragraph: Paragraph, code: str) -> None:
    """Put the field's beginning before what the paragraph shows."""
    runs = [element("r") for _ in range(3)]
    runs[0].append(element("fldChar", fldCharType="begin"))
    instruction = element("instrText")
    instruction.text = code
    instruction.set(qn("xml:space"), "preserve")
    runs[1].append(instruction)
    runs[2].append(element("fldChar", fldCharType="separate"))
    for place, run in enumerate(runs, start=1):  # after the paragraph's properties
        paragraph._p.insert(place, run)


def _char(parent: Any, kind: str) -> None:
    run = element("r")
    run.append(element("fldChar", fldCharType=kind))
    parent.append(run)


def add_bookmark(paragraph: Paragraph, anchor: str, number: int) -> None:
    """Name the paragraph's text, so that a link finds it."""
    paragraph._p.insert(1, element("bookmarkStart", id=str(number), name=anchor))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def add_page_numbers(document: Document, foot: str) -> None:
    """The foot of every page: what it is about, and the page of how many."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles["Footer"]
    stops = paragraph.style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Cm(TEXT_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{foot}\tPage ")
    _simple_field(paragraph, " PAGE ")
    paragraph.add_run(" of ")
    _simple_field(paragraph, " NUMPAGES ")


def _simple_field(paragraph: Paragraph, code: str) -> None:
    field = element("fldSimple", instr=code)
    run = element("r")
    run.append(_text("1"))
    field.append(run)
    paragraph._p.append(field)


EARLIEST = (1980, 1, 1, 0, 0, 0)
FIRST_PART = "[Content_Types].xml"
OWNER_READS_AND_WRITES = 0o600 << 16


def repacked(document: bytes) -> bytes:
    """The same parts without the moment at which they were packed."""
    packed = BytesIO()
    with ZipFile(BytesIO(document)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != FIRST_PART, name)):
            part = ZipInfo(name, EARLIEST)
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0
            part.external_attr = OWNER_READS_AND_WRITES
            target.writestr(part, source.read(name))
    return packed.getvalue()


MAX_PROPERTY_LENGTH = 255
AFTER_TABLE = Pt(8)
FIRST_DAY = date(2026, 1, 1)


def document_bytes(guide: Guide, paper: str) -> bytes:
    """The file on `paper`, A4 or letter; the same guide gives the same bytes."""
    document = new_document()
    apply_look(document, paper)
    _settle(document)
    _identify(document, guide)
    document.add_paragraph(guide.title, "Title")
    document.add_paragraph(guide.subtitle, "Subtitle")
    entries = contents(guide.chapters)
    for fact in guide.facts:
        _add(document, fact, iter(()))
    add_contents(document, entries, "Contents")
    _add_chapters(document, guide.chapters, entries)
    add_page_numbers(document, guide.foot)
    file = BytesIO()
    document.save(file)
    return repacked(file.getvalue())


def _add_chapters(
    document: Document, blocks: tuple[Block, ...], entries: tuple[Entry, ...]
) -> None:
    waiting = iter(entries)
    for before, block in zip((None, *blocks), blocks, strict=False):
        _add(document, block, waiting)
        if isinstance(before, Table) and isinstance(block, Text):
            document.paragraphs[-1].paragraph_format.space_before = AFTER_TABLE


def _add(document: Document, block: Block, entries: Iterator[Entry]) -> None:
    match block:
        case Heading():
            _add_heading(document, block, entries)
        case Text():
            document.add_paragraph(block.text, block.style)
        case Fact():
            paragraph = document.add_paragraph(style="Fact")
            paragraph.add_run(block.label).bold = True
            paragraph.add_run(f"\t{block.value}")
        case Bullets():
            _add_list(document, block)
        case Table():
            add_table(document, block)


def _add_heading(document: Document, heading: Heading, entries: Iterator[Entry]) -> None:
    paragraph = document.add_paragraph(heading.text, f"Heading {heading.level}")
    if heading.starts_page:
        paragraph.paragraph_format.page_break_before = True
        paragraph.paragraph_format.space_before = Pt(0)
    if heading.level <= 2:
        entry = next(entries)
        add_bookmark(paragraph, entry.anchor, int(entry.anchor[-8:]))


def _add_list(document: Document, bullets: Bullets) -> None:
    if not bullets.is_numbered:
        for item in bullets.items:
            document.add_paragraph(item, "List Bullet")
        return
    number = document.part.numbering_part.element.add_num(NUMBER_LIST)
    number.add_lvlOverride(0).add_startOverride(1)  # each list begins with 1
    for item in bullets.items:
        paragraph = document.add_paragraph(item, "List Number")
        belongs = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        belongs.get_or_add_ilvl().val = 0
        belongs.get_or_add_numId().val = number.numId


def _settle(document: Document) -> None:
    """No compatibility mode, no thumbnail of another document, a defined zoom."""
    settings = document.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for old in settings.findall(qn("w:zoom")):
        settings.replace(old, element("zoom", percent="100"))
    relations = document.part.package.rels
    for key in [key for key, rel in relations.items() if rel.reltype.endswith("/thumbnail")]:
        relations.pop(key)


def _identify(document: Document, guide: Guide) -> None:
    """The file's properties, with times of the snapshot instead of the clock."""
    properties = document.core_properties
    properties.title = f"{guide.title}: {guide.subtitle}"[:MAX_PROPERTY_LENGTH]
    properties.subject = guide.subject[:MAX_PROPERTY_LENGTH]
    properties.author = properties.last_modified_by = guide.author[:MAX_PROPERTY_LENGTH]
    properties.language = LANGUAGE
    properties.keywords = properties.comments = properties.category = ""
    properties.revision = 1
    properties.created = properties.modified = _moment(guide.as_of_iso)


def _moment(as_of_iso: str) -> datetime:
    try:
        day = date.fromisoformat(as_of_iso)
    except ValueError:
        day = FIRST_DAY
    return datetime.combine(day, time(), UTC)
