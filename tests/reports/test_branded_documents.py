"""Branded documents: what is frozen, where it stands, and that the longest values fit."""

from base64 import b64encode
from functools import cache
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from organizations import tenancy
from organizations.models import BRANDING_LENGTHS
from reports.documents.rendering import DRAWERS
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.payload import FrozenBranding, Payload, canonical_json, read_payload
from reports.snapshots.selectors import snapshot_payload
from reports.snapshots.services import create_snapshot
from tests.factories import BRANDING, load_latest_framework, make_branding, png
from tests.guarantees.canaries import whole_text
from tests.reports import rows
from tests.reports.pdf_text import text_of
from tests.reports.sample import crowded_payload, sample_payload, typed
from tests.world import World

BRANDED = FrozenBranding(logo=b64encode(png()).decode(), **BRANDING)
HOSTILE = "=1+1<script>zq</script>&A&&{{7*7}}"
PDFS = (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF)


def branded(payload: Payload, **changes: str) -> Payload:
    return payload.model_copy(update={"branding": BRANDED.model_copy(update=changes)})


@cache
def drawn(kind: DeliverableKind) -> bytes:
    return DRAWERS[kind](branded(typed(sample_payload())), "a" * 64, PaperSize.A4)


def test_a_snapshot_freezes_the_brand_as_it_stood(world: World) -> None:
    load_latest_framework()
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = rows.make_assessment(world.organization, world.client)
        by = world.actor("consultant")
        plain = create_snapshot(by=by, assessment=assessment)
        row = make_branding(world.organization)
        first = create_snapshot(by=by, assessment=assessment)
        again = create_snapshot(by=by, assessment=assessment)
        make_branding(world.organization, contact="Somebody else", logo=b"")
        later = create_snapshot(by=by, assessment=assessment)

    assert "branding" not in plain.payload
    assert again == first
    frozen = snapshot_payload(first).branding
    assert frozen == FrozenBranding(logo=b64encode(row.logo).decode(), **BRANDING)
    assert snapshot_payload(later).branding.contact == "Somebody else"
    assert snapshot_payload(later).branding.logo == ""
    assert len({plain.sha256, first.sha256, later.sha256}) == 3


def test_freezing_the_brand_costs_few_queries(world: World) -> None:
    load_latest_framework()
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = rows.make_assessment(world.organization, world.client)
        make_branding(world.organization)
        with CaptureQueriesContext(connection) as asked:
            create_snapshot(by=world.actor("consultant"), assessment=assessment)

    brand = [each for each in asked if "organizations_branding" in each["sql"]]
    assert len(brand) <= 2


def test_an_unbranded_payload_says_nothing_of_a_brand() -> None:
    plain = typed(sample_payload())
    stored = branded(plain).document()

    assert "branding" not in plain.document()
    assert canonical_json(read_payload(stored).document()) == canonical_json(stored)


def test_each_document_carries_the_logo_and_the_lines() -> None:
    action, lines = BRANDING["action_label"], (BRANDING["contact"], BRANDING["confidentiality"])
    texts = {kind: " ".join(text_of(drawn(kind)).split()) for kind in PDFS}
    brief = PdfReader(BytesIO(drawn(DeliverableKind.EXECUTIVE_BRIEF)))
    foots = [" ".join(page.extract_text().split()) for page in brief.pages]
    book = load_workbook(BytesIO(drawn(DeliverableKind.WORKBOOK)))
    first = book.worksheets[0]
    guide = Document(BytesIO(drawn(DeliverableKind.GUIDE)))
    cover = "\n".join(each.text for each in guide.paragraphs[:16])

    assert [line in text for text in (*texts.values(), *foots) for line in lines] == [True] * 10
    assert [len(page.images) for page in brief.pages] == [1, 1, 1]
    assert action in foots[2]
    links = [note.get_object()["/A"]["/URI"] for note in brief.pages[2]["/Annots"]]
    assert links == [BRANDING["action_url"]]
    assert len(first._images) == 1
    shown = {str(cell.value): cell.hyperlink for row in first for cell in row if cell.value}
    assert set(lines) <= set(shown)
    assert shown[action].target == BRANDING["action_url"]
    assert {sheet.oddHeader.center.text.strip() for sheet in book} == {lines[1]}
    assert guide.inline_shapes[0]._inline.docPr.get("descr") == "Logo"
    assert all(text in cover for text in (*lines, action, BRANDING["action_url"]))
    assert guide.sections[0].footer.paragraphs[0].text == lines[1]
    assert str(guide.styles["Heading 1"].font.color.rgb) == "7A1F5C"


@pytest.mark.parametrize("kind", DRAWERS)
def test_twice_drawn_is_the_same_file(kind: DeliverableKind) -> None:
    again = DRAWERS[kind](branded(typed(sample_payload())), "a" * 64, PaperSize.A4)

    assert again == drawn(kind)


@pytest.mark.parametrize("word", ["W", "界", "א"])
@pytest.mark.parametrize("kind", PDFS)
def test_the_longest_values_fit_the_pages(kind: DeliverableKind, word: str) -> None:
    texts = {name: word * length for name, length in BRANDING_LENGTHS.items() if name != "accent"}
    texts["action_url"] = f"https://{'w' * 186}.e/"
    paper = PaperSize.LETTER if word == "W" else PaperSize.A4
    payload = branded(typed(crowded_payload("W")), **texts)

    pages = PdfReader(BytesIO(DRAWERS[kind](payload, "a" * 64, paper))).pages

    assert len(pages) == {DeliverableKind.SCORECARD: 1, DeliverableKind.EXECUTIVE_BRIEF: 3}[kind]


def test_the_longest_names_fit_where_the_brief_names_the_strongest_dimensions() -> None:
    texts = {name: "W" * length for name, length in BRANDING_LENGTHS.items() if name != "accent"}
    texts["action_url"] = f"https://{'w' * 186}.e/"
    crowded = crowded_payload("W")
    dimensions = crowded["framework"]["dimensions"]
    for number, dimension in enumerate(dimensions, start=1):
        dimension["title"] = f"{number}{dimension['title']}"
    payload = branded(typed(crowded), **texts)

    brief = DRAWERS[DeliverableKind.EXECUTIVE_BRIEF](payload, "a" * 64, PaperSize.LETTER)

    pages = PdfReader(BytesIO(brief)).pages
    text = pages[0].extract_text()
    assert len(pages) == 3
    assert "Strongest in" in text
    assert all(f"{number}WWW" in text for number in range(1, len(dimensions) + 1))


def test_hostile_text_is_text_in_each_document() -> None:
    texts = dict.fromkeys(("contact", "confidentiality", "action_label"), HOSTILE)
    payload = branded(typed(sample_payload()), **texts)

    files = {kind: draw(payload, "a" * 64, PaperSize.A4) for kind, draw in DRAWERS.items()}

    for kind in PDFS:
        assert HOSTILE in text_of(files[kind])
    book = load_workbook(BytesIO(files[DeliverableKind.WORKBOOK]))
    cells = [cell for row in book.worksheets[0] for cell in row if cell.value == HOSTILE]
    assert [cell.data_type for cell in cells] == ["s"] * 3
    assert book.worksheets[0].oddHeader.center.text.strip() == HOSTILE.replace("&", "&&")
    guide = Document(BytesIO(files[DeliverableKind.GUIDE]))
    assert guide.sections[0].footer.paragraphs[0].text == HOSTILE
    assert b"<script>zq" not in whole_text(files[DeliverableKind.GUIDE])
