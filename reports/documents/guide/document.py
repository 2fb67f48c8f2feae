"""Writes the guide as DOCX: blocks into styled paragraphs, lists and tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from io import BytesIO

from docx import Document as new_document
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

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
from reports.documents.guide.fields import add_bookmark, add_contents, add_page_numbers, element
from reports.documents.guide.package import repacked
from reports.documents.guide.styles import LANGUAGE, NUMBER_LIST, apply_look
from reports.documents.guide.tables import add_table

LONGEST_PROPERTY = 255
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
    properties.title = f"{guide.title}: {guide.subtitle}"[:LONGEST_PROPERTY]
    properties.subject = guide.subject[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = guide.author[:LONGEST_PROPERTY]
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
