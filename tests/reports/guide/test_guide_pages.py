"""The pages in the guide's contents, its chart, and the order of elements that Word insists on."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from costing.scenarios.content.economics import EconomicsPage
from reports.documents.guide.pages import STYLES, Style, lines_of
from tests.reports.guide.reading import guide_file, read_guide
from tests.reports.sample import (
    Payload,
    crowded_payload,
    render_guide,
    sample_payload,
    typed,
    unanswered_payload,
)

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# What WordprocessingML's schema puts before what, of the elements that the guide writes itself.
ORDERS = {
    "pPr": ("pStyle", "keepNext", "pageBreakBefore", "numPr", "spacing", "jc"),
    "tblPr": ("tblStyle", "tblW", "jc", "tblLayout", "tblLook", "tblCaption"),
    "tcPr": ("tcW", "shd"),
    "sdtPr": ("docPartObj",),
}


def pages_in_contents(content: bytes) -> dict[str, int]:
    """By number of the heading, its page."""
    frame = Document(BytesIO(content)).element.body.find(qn("w:sdt"))
    links = [[t.text for t in link.iter(qn("w:t"))] for link in frame.iter(qn("w:hyperlink"))]
    return {texts[0]: int(texts[-1]) for texts in links}


# As LibreOffice Writer 7.4 lays out the same files with Inter.
@pytest.mark.parametrize(
    ("payload", "paper", "pages"),
    [
        (None, "A4", {"1": 2, "2": 3, "3": 4, "5.1": 6, "5.5": 10, "6": 11, "8": 14, "9": 15}),
        (None, "letter", {"1": 2, "2": 4, "3": 5, "5.1": 7, "5.5": 11, "6": 12, "8": 15, "9": 16}),
    ],
)
def test_contents_say_the_pages_of_the_headings(
    payload: Payload | None, paper: str, pages: dict[str, int]
) -> None:
    found = pages_in_contents(render_guide(payload, paper))

    assert {number: found[number] for number in pages} == pages


@pytest.mark.parametrize("payload", [sample_payload(), unanswered_payload()])
def test_pages_in_contents_only_grow(payload: Payload) -> None:
    pages = list(pages_in_contents(guide_file(payload)).values())

    assert pages == sorted(pages)
    assert pages[0] >= 2


def test_a_line_breaks_between_words_and_inside_a_word_that_is_longer() -> None:
    style = STYLES["Body Text"]
    one = lines_of("word", 1000, style)

    assert one == 1
    assert lines_of("word " * 40, 481.9, style) == 3
    assert lines_of("W" * 200, 100, style) > 15
    assert lines_of("北" * 40, 200, Style(10)) == 2


def test_chart_has_the_strategies_of_the_brief_as_figures() -> None:
    payload = sample_payload()
    rows = EconomicsPage(typed(payload).results).strategies
    wanted = [(row.title, row.cost.usd_per_month) for row in rows]

    with ZipFile(BytesIO(guide_file(payload))) as file:
        book = load_workbook(BytesIO(file.read("word/embeddings/figures1.xlsx")))
        chart = file.read("word/charts/chart1.xml").decode()
    drawings = list(read_guide(payload).element.body.iter(qn("wp:docPr")))

    assert list(book["Figures"].iter_rows(values_only=True)) == wanted
    assert all(f"<c:v>{title}</c:v>" in chart for title, _ in wanted)
    assert "Cost of each strategy, USD a month" in drawings[0].get("descr")
    assert "Prompt caching 25,110" in drawings[0].get("descr")


def test_guide_without_economics_has_no_chart() -> None:
    assert list(read_guide(unanswered_payload()).element.body.iter(qn("wp:docPr"))) == []


@pytest.mark.parametrize("payload", [None, sample_payload(), crowded_payload("W")])
def test_elements_stand_in_the_order_of_the_schema(payload: Payload | None) -> None:
    body = read_guide(payload).element.body

    wrong = set()
    for name, order in ORDERS.items():
        places = {qn(f"w:{each}"): n for n, each in enumerate(order)}
        for element in body.iter(qn(f"w:{name}")):
            known = [places[child.tag] for child in element if child.tag in places]
            if known != sorted(known):
                wrong.add((name, tuple(child.tag for child in element)))
    assert wrong == set()
