"""The guide's file: styles, contents, page numbers, properties, text that stays text, bytes."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn

from presentation.charts import palette
from reports.documents.guide.blocks import contents
from reports.documents.guide.content import guide_content
from tests.reports.guide.reading import guide_file, headings, paragraphs, read_guide, text_of
from tests.reports.sample import (
    Payload,
    crowded_payload,
    render_guide,
    sample_payload,
    unanswered_payload,
)

PAYLOADS = {
    "usual": sample_payload,
    "blank": lambda: None,
    "unanswered": unanswered_payload,
    "wall": lambda: crowded_payload("W"),
    "markup": lambda: crowded_payload("</w:t><w:p/>{{ x }} =1+1 & "),
}
GUIDE_STYLES = {
    *("Title", "Subtitle", "Fact", "Body Text", "Lead", "List Bullet", "List Number"),
    *("Heading 1", "Heading 2", "Heading 3"),
}


def part(payload: Payload | None, name: str) -> str:
    with ZipFile(BytesIO(guide_file(payload))) as file:
        return file.read(name).decode()


@pytest.mark.parametrize("name", PAYLOADS)
def test_guide_uses_styles_of_its_own_kind_alone(name: str) -> None:
    document = read_guide(PAYLOADS[name]())

    styles = {style for style, _ in paragraphs(document)}
    tables = {table.style.name for table in document.tables}
    assert styles - GUIDE_STYLES == set()
    assert tables - {"Guide Table", "Guide Form"} == set()


@pytest.mark.parametrize("name", PAYLOADS)
def test_guide_has_no_empty_paragraph_outside_of_tables(name: str) -> None:
    document = read_guide(PAYLOADS[name]())

    drawn = {drawing.getparent().getparent() for drawing in document.element.iter(qn("w:drawing"))}
    empty = [each for each in document.paragraphs if not each.text.strip() and each._p not in drawn]
    assert empty == []


@pytest.mark.parametrize("name", PAYLOADS)
def test_contents_list_every_heading_of_two_levels_and_lead_to_it(name: str) -> None:
    document = read_guide(PAYLOADS[name]())
    frame = document.element.body.find(qn("w:sdt"))

    links = [
        (link.get(qn("w:anchor")), [text.text for text in link.iter(qn("w:t"))][1])
        for link in frame.iter(qn("w:hyperlink"))
    ]

    marks = {
        mark.get(qn("w:name")): mark.getparent()
        for mark in document.element.body.iter(qn("w:bookmarkStart"))
    }
    targets = ["".join(t.text for t in marks[anchor].iter(qn("w:t"))) for anchor, _ in links]
    listed = [text for level, text in headings(document) if level <= 2]
    assert [text for _, text in links] == listed
    assert targets == listed


def test_contents_are_a_field_with_pages_that_needs_no_update() -> None:
    document = read_guide(sample_payload())
    frame = document.element.body.find(qn("w:sdt"))

    kinds = [char.get(qn("w:fldCharType")) for char in frame.iter(qn("w:fldChar"))]
    codes = [code.text.split() for code in frame.iter(qn("w:instrText"))]
    links = list(frame.iter(qn("w:hyperlink")))
    anchors = [link.get(qn("w:anchor")) for link in links]
    fields = ["begin", "separate", "end"] * len(links)
    assert kinds == ["begin", "separate", *fields, "end"]
    assert codes[0] == ["TOC", "\\o", '"1-2"', "\\h", "\\z", "\\u"]
    assert codes[1:] == [["PAGEREF", anchor, "\\h"] for anchor in anchors]
    assert "updateFields" not in part(sample_payload(), "word/settings.xml")


def test_contents_are_numbered_as_the_headings_are() -> None:
    entries = contents(guide_content(None).chapters)

    numbers = [entry.number for entry in entries]
    assert numbers[:8] == ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2"]


@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 210, 297), ("letter", 216, 279)])
def test_pages_are_of_the_paper_with_their_numbers_in_the_foot(
    paper: str, width: int, height: int
) -> None:
    section = Document(BytesIO(render_guide(None, paper))).sections[0]

    foot = section.footer._element
    codes = [field.get(qn("w:instr")).strip() for field in foot.iter(qn("w:fldSimple"))]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (width, height)
    assert codes == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("name", PAYLOADS)
def test_tables_repeat_their_head_and_say_what_they_hold(name: str) -> None:
    for table in read_guide(PAYLOADS[name]()).tables:
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).strip() != ""
        assert all(cell.text for cell in table.rows[0].cells)


def test_properties_say_whose_guide_it_is() -> None:
    properties = read_guide(sample_payload()).core_properties

    assert properties.title == (
        "Facilitator guide: LLM inference cost maturity: a workshop of 90 minutes"
    )
    assert properties.subject == "Northwind Claims: Inference cost review 2026"
    assert properties.author == "Meridian Advisory"
    assert properties.language == "en-GB"
    assert properties.created == properties.modified
    assert properties.created.isoformat()[:10] == "2026-11-01"


def test_typeface_is_inter_with_one_to_fall_back_on() -> None:
    styles = part(None, "word/styles.xml")
    fonts = part(None, "word/fontTable.xml")

    assert '<w:rFonts w:ascii="Inter"' in styles.replace(' w:eastAsia="Inter"', "")
    assert '<w:font w:name="Inter"><w:altName w:val="Segoe UI"/>' in fonts


def test_styles_have_the_colours_of_the_palette() -> None:
    styles = read_guide(None).styles
    tones = {tone.value[1:] for tone in vars(palette).values() if isinstance(tone, palette.Tone)}

    used = {
        colour.lower()
        for name in (*GUIDE_STYLES, "Guide Table", "Guide Form")
        for colour in re.findall(
            r'w:(?:color|fill)="([0-9A-F]{6})"', styles[name].element.xml, re.I
        )
    }

    assert used - tones == set()
    assert len(used) > 2


@pytest.mark.parametrize("name", PAYLOADS)
def test_guide_of_one_payload_is_the_same_file(name: str) -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        first = render_guide(PAYLOADS[name]())
    with time_machine.travel("2031-03-04 17:30", tick=False):
        second = render_guide(PAYLOADS[name]())

    assert first == second


def test_guide_prints_hostile_text_as_text() -> None:
    hostile = '<b>Acme</b> {{ 7|add:7 }} =1+1 & "Söhne" </w:t>'
    payload = sample_payload() | {"client": hostile}
    payload["answers"][7] |= {"comment": f"{hostile}\x00\x0b\ud800\ufffe\u202eend"}

    text = text_of(read_guide(payload))

    assert f"Client{hostile}" in text.replace("\t", "")
    # what XML cannot hold and what turns the direction of reading is gone
    assert f"They wrote: “{hostile} end”" in text


def test_guide_of_the_longest_texts_is_drawn_in_bounded_size() -> None:
    payload = crowded_payload("W")
    for answer in payload["answers"]:
        answer |= {"state": "unknown", "comment": "x" * 1_000_000, "question": "y" * 1_000_000}

    document = render_guide(payload)

    assert len(document) < 200_000
