"""Fields of the document: the table of contents with its entries, page numbers, bookmarks."""

from collections.abc import Iterable
from typing import Any

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from reports.documents.guide.blocks import Entry
from reports.documents.guide.styles import TEXT_WIDTH_CM

# Headings 1 and 2, as links, without page numbers: so the stored entries are right in every program
# and nobody is asked to update them.
CONTENTS_CODE = ' TOC \\o "1-2" \\h \\n \\z '


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes of the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


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
