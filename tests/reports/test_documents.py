"""The two PDF documents: their page counts at extremes, nothing cut off, the figures they print."""

import re
import subprocess
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.framework import load_framework
from costing.engine import estimate, estimate_document, parse_scenario
from reports.documents import rendering
from reports.documents.content.economics import economics_content
from reports.documents.rendering import DRAWERS
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.freezing import blank_payload
from reports.snapshots.payload import Payload as Snapshotted
from tests.reports.pdf_text import alternatives_of, text_of, texts_of_pages
from tests.reports.sample import (
    Payload,
    crowded_payload,
    sample_payload,
    sha256_of,
    typed,
    unanswered_payload,
)
from tests.reports.workbook.cases import changed

PAYLOADS = {
    "usual": sample_payload,
    "unanswered": unanswered_payload,
    "words": lambda: crowded_payload("Wide words "),
    "wall": lambda: crowded_payload("W"),
    "markup": lambda: crowded_payload("</style><script>{{ x }}</script>=1+1 "),
    "costed-without-plan": lambda: sample_payload() | {"roadmap": None},
    "planned-without-costs": lambda: sample_payload() | {"results": None, "staircase": None},
}
WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.S)


def brief_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    return rendering.brief_pdf(typed(payload), sha256, paper)


def scorecard_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    return rendering.scorecard_pdf(typed(payload), sha256, paper)


@cache
def usual_pdf(kind: DeliverableKind, paper: PaperSize = PaperSize.A4) -> bytes:
    """A document of the usual payload, drawn once for the tests that look at it."""
    return DRAWERS[kind](typed(sample_payload()), "0" * 64, paper)


def words_outside(pdf: bytes, folder: Path) -> list[str]:
    """Words that reach over an edge of their page."""
    source = folder / "document.pdf"
    source.write_bytes(pdf)
    listed = subprocess.run(
        ["pdftotext", "-bbox", str(source), "-"], capture_output=True, check=True, text=True
    ).stdout
    outside = []
    for width, height, page in PAGE.findall(listed):
        for x_min, y_min, x_max, y_max, word in WORD.findall(page):
            is_inside = float(x_min) >= 0 and float(x_max) <= float(width)
            if not is_inside or float(y_min) < 0 or float(y_max) > float(height):
                outside.append(word)
    return outside


@pytest.mark.parametrize("paper", PaperSize)
@pytest.mark.parametrize("name", PAYLOADS)
def test_brief_pdf_has_three_pages_with_nothing_cut_off(
    name: str, paper: PaperSize, tmp_path: Path
) -> None:
    payload = PAYLOADS[name]()

    pdf = brief_pdf(payload, sha256_of(payload), paper)

    pages = texts_of_pages(pdf)
    assert len(pages) == 3
    assert words_outside(pdf, tmp_path) == []
    # the last line of each page's foot and the last block of the last page are there
    assert [sha256_of(payload)[:16] in page for page in pages] == [True, True, True]
    assert "both report at days 30, 60 and 90." in pages[-1]


@pytest.mark.parametrize("paper", PaperSize)
@pytest.mark.parametrize("name", PAYLOADS)
def test_scorecard_pdf_has_one_page_with_nothing_cut_off(
    name: str, paper: PaperSize, tmp_path: Path
) -> None:
    payload = PAYLOADS[name]()

    pdf = scorecard_pdf(payload, sha256_of(payload), paper)

    pages = texts_of_pages(pdf)
    assert len(pages) == 1
    assert words_outside(pdf, tmp_path) == []
    assert sha256_of(payload) in pages[0]
    assert "not applicable" in pages[0]


@pytest.mark.parametrize(
    ("paper", "width", "height"), [(PaperSize.A4, 595, 842), (PaperSize.LETTER, 612, 792)]
)
def test_documents_are_drawn_on_the_paper_asked_for(
    paper: PaperSize, width: int, height: int
) -> None:
    brief, scorecard = (
        PdfReader(BytesIO(usual_pdf(kind, paper))).pages[0].mediabox
        for kind in (DeliverableKind.EXECUTIVE_BRIEF, DeliverableKind.SCORECARD)
    )

    assert (round(brief.width), round(brief.height)) == (width, height)
    assert (round(scorecard.width), round(scorecard.height)) == (height, width)


@pytest.mark.parametrize(
    "kind", [DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF], ids=str
)
def test_every_figure_of_a_pdf_has_an_alternative_text(kind: DeliverableKind) -> None:
    found = alternatives_of(usual_pdf(kind))

    assert found
    assert all(found)


def test_brief_pdf_draws_every_phase_of_the_version_and_counts_what_it_leaves_out(
    tmp_path: Path,
) -> None:
    payload = crowded_payload("word ")
    phases = payload["roadmap"]["phases"] * 2
    payload["roadmap"]["phases"] = [
        phase | {"title": f"Stage {number}"} for number, phase in enumerate(phases, start=1)
    ]

    pdf = brief_pdf(payload, "0" * 64)

    assert len(PdfReader(BytesIO(pdf)).pages) == 3
    assert words_outside(pdf, tmp_path) == []
    text = text_of(pdf)
    assert [number for number in range(1, 7) if f"Stage {number}" not in text] == []
    assert "and 6 more, in the assessment" in text  # of 9 anti-patterns 3 are shown
    assert text.count("and 11 more actions, in the assessment") == 6  # of 12 each


@pytest.mark.parametrize("is_approved", [True, False])
def test_each_page_of_every_document_says_that_it_is_a_draft(is_approved: bool) -> None:
    draft = typed(sample_payload()).model_copy(update={"is_approved": is_approved})

    assert draft.is_draft is not is_approved
    assert pages_that_say_draft(draft) == {
        "executive-brief": [not is_approved] * 3,
        "scorecard": [not is_approved],
        "workbook": [not is_approved] * 15,
        "guide": [not is_approved],
        "starter-kit": [not is_approved],
    }


def test_a_document_of_nothing_answered_is_a_draft_and_a_blank_one_is_not() -> None:
    blank = blank_payload(load_framework(), date(2026, 11, 1))

    assert set(pages_that_say_draft(typed(unanswered_payload()))["scorecard"]) == {True}
    assert {each for pages in pages_that_say_draft(blank).values() for each in pages} == {False}


def pages_that_say_draft(payload: Snapshotted) -> dict[str, list[bool]]:
    """By document, whether each page does; sheets and the guide's pages by their foot."""
    files = {kind: draw(payload, "0" * 64, PaperSize.A4) for kind, draw in DRAWERS.items()}
    feet = {
        "workbook": [
            sheet.oddFooter.left.text or ""
            for sheet in load_workbook(BytesIO(files[DeliverableKind.WORKBOOK]))
        ],
        "guide": [
            section.footer.paragraphs[0].text
            for section in Document(BytesIO(files[DeliverableKind.GUIDE])).sections
        ],
    }
    with ZipFile(BytesIO(files[DeliverableKind.STARTER_KIT])) as archive:
        feet["starter-kit"] = [archive.read("starter-kit/README.md").decode()]
    for kind in (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF):
        feet[kind.value] = texts_of_pages(files[kind])
    return {kind: ["draft" in text.lower() for text in texts] for kind, texts in feet.items()}


def test_brief_pdf_of_one_payload_is_the_same_file() -> None:
    assert brief_pdf(sample_payload(), "0" * 64) == usual_pdf(DeliverableKind.EXECUTIVE_BRIEF)


def test_brief_pdf_prints_the_strategies_as_rounded_once() -> None:
    text = text_of(usual_pdf(DeliverableKind.EXECUTIVE_BRIEF))

    # cost-model.md section 6, money without cents from 1,000 on
    rows = ["44,550 4.183", "25,110 2.358", "15,424 1.448", "13,889 1.304", "30,480 2.862"]
    rows += ["35,003 3.287"]
    assert [row for row in rows if row not in text] == []


def test_brief_pdf_prints_hostile_names_as_text() -> None:
    payload = sample_payload() | {"client": "<b>Acme</b> {{ 7|add:7 }} =1+1 & Söhne"}

    text = text_of(brief_pdf(payload, "0" * 64))

    assert "<b>Acme</b> {{ 7|add:7 }} =1+1 & Söhne" in text


def test_scorecard_pdf_names_both_contradictions() -> None:
    text = text_of(usual_pdf(DeliverableKind.SCORECARD))

    sentences = [
        "APIs & routing: Level 3 is claimed, above the 2.0 that the checks show.",
        "Caching & cache efficiency: Level 2 is claimed, above the 1.0 that the checks show.",
    ]
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_scorecard_pdf_says_which_targets_were_chosen() -> None:
    payload = sample_payload()
    payload["targets"]["routing"] |= {"source": "override", "reason": "Agreed."}
    payload["targets"]["hosting"] |= {"low": 1, "high": 2, "level": "1–2"}

    text = text_of(scorecard_pdf(payload, "0" * 64))

    level = payload["targets"]["routing"]["level"]
    assert f"target {level}, chosen" in text
    assert "target 1–2" in text


def extreme_payload(**workload: float) -> Payload:
    """A costed payload at an extreme volume."""
    payload = sample_payload()
    scenario = parse_scenario(changed(workload=workload))
    estimated = estimate(scenario, load_framework().requirements)
    return payload | {"results": estimate_document(estimated)}


@pytest.mark.parametrize("requests", [1, 1_000, 2_499_999_999, 52_123_456_789])
def test_no_figure_of_the_brief_breaks_over_lines(requests: float) -> None:
    payload = extreme_payload(requests_per_month=requests)
    content = economics_content(typed(payload))
    changes = [(line.when, line.saving, line.usd_per_month) for line in content.changes]
    ways = [
        (line.usd_per_month, line.usd_per_mtok, line.saving, line.saving_percent)
        for line in content.strategies
    ]

    pdf = brief_pdf(payload, "0" * 64)

    printed = ["".join(line.split()) for line in text_of_lines(pdf)]
    for figures in changes or ways:  # where changes are advised, they stand in the ways' place
        row = "".join("".join(figures).split())
        assert any(row in each for each in printed), row


def text_of_lines(pdf: bytes) -> list[str]:
    """The lines of the document as they stand on paper."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True)
    return done.stdout.decode().splitlines()


def test_brief_of_one_request_says_so_in_the_singular() -> None:
    payload = extreme_payload(requests_per_month=1)

    text = text_of(brief_pdf(payload, "0" * 64))

    assert "1 request a month" in text
    assert re.findall(r"\b1 (?:requests|replicas|calls|months|days)\b", text) == []


@pytest.mark.parametrize(("day", "is_later"), [("2026-11-01", False), ("2026-11-20", True)])
def test_brief_says_of_prices_that_they_are_later_than_the_assessment(
    day: str, is_later: bool
) -> None:
    payload = sample_payload()
    payload["price_book"] = {**payload["price_book"], "as_of": day}

    text = text_of(brief_pdf(payload, "0" * 64))

    assert ("(after the assessment)" in text) == is_later
