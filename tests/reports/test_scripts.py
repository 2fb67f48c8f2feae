"""Names of any script in the documents: no box for a character, and each name in its own order."""

from io import BytesIO

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from presentation.wording import isolated
from reports.documents.pdf import han_shapes, render_pdf
from reports.documents.rendering import brief_pdf, guide_docx, scorecard_pdf, workbook_xlsx
from reports.snapshots.payload import Payload, WorkloadPart
from tests.reports.names import NAMES, RIGHT_TO_LEFT, missing_characters
from tests.reports.pdf_words import sheets_of
from tests.reports.sample import sample_action, sample_payload, typed

STYLE = "<style>p { font-family: Inter, sans-serif } b { font-weight: 600 }</style>"
HEBREW = "חברה"


def test_every_name_is_drawn_without_a_box() -> None:
    names = "".join(f"<p>{name} <b>{name}</b></p>" for name in NAMES.values())

    pdf = render_pdf(STYLE + names)

    assert missing_characters(pdf) == set()
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = [each for each in document.objects if _is_descriptor(each)]
        embedded = [{"/FontFile2", "/FontFile3"} & set(each.keys()) for each in fonts]
        subsets = [len(each.get("/FontFile2", b"").read_raw_bytes()) for each in fonts]
    assert all(embedded)
    assert len(fonts) > 2 * 20
    assert max(subsets) < 100_000  # Noto's own files have up to 20 MB


def _is_descriptor(thing: pikepdf.Object) -> bool:
    is_dictionary = isinstance(thing, pikepdf.Dictionary)
    return is_dictionary and thing.get("/Type") == "/FontDescriptor" and "/FontFile2" in thing


def test_a_character_that_no_font_has_is_found() -> None:
    pdf = render_pdf(STYLE + "<p>kept \N{TANGUT COMPONENT-001}</p>")

    assert missing_characters(pdf) == {"\N{TANGUT COMPONENT-001}"}


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("Japanese", "JP"),
        ("Korean", "KR"),
        ("simplified Chinese", "SC"),
        ("traditional Chinese", "TC"),
        ("Latin", "SC"),
    ],
)
def test_chinese_characters_have_the_shapes_of_their_country(name: str, shapes: str) -> None:
    assert han_shapes(f"<p>Acme {NAMES[name]}</p>") == shapes


def named(name: str) -> Payload:
    """A case in which a person typed this name wherever one can."""
    document = sample_payload()
    document |= {"client": name, "title": f"{name} 2026", "organization": f"{name} 7"}
    document["roadmap"]["starts_on"] = "2026-11-01"
    for phase in document["roadmap"]["phases"]:
        for action in phase["actions"]:
            action |= {"owner": name, "title": f"{name} 5"}
    payload = typed(document)
    part = WorkloadPart(
        title=name,
        requests_per_month=3e6,
        today_usd_per_month=44550.0,
        recommended_today_usd_per_month=25110.0,
        levers=("prompt_caching",),
        current_levers=(),
    )
    return payload.model_copy(update={"parts": (part, part)})


def test_a_name_read_from_right_to_left_turns_nothing_beside_it() -> None:
    payload = named(HEBREW)

    [card] = sheets_of(scorecard_pdf(payload, "0" * 64))
    standing, economics, plan = sheets_of(brief_pdf(payload, "0" * 64))

    # as it is seen from left to right: the name from its end, its own figure before that
    seen = HEBREW[::-1]
    assert f"2026 {seen} · 1 November 2026" in card.lines
    assert {seen, f"2026 {seen}"} <= set(standing.lines)
    assert any(line.startswith(f"7 {seen} · Prices") for line in standing.lines)
    assert any(line.startswith(f"“{seen}”: 3 M requests a month,") for line in economics.lines)
    assert any(line.startswith(f"5 {seen}") for line in plan.lines)


def test_isolated_marks_only_what_is_read_from_right_to_left() -> None:
    marked = {script for script, name in NAMES.items() if isolated(name) != name}

    assert marked == set(RIGHT_TO_LEFT)
    assert isolated(HEBREW) == f"\u2068{HEBREW}\u2069"


def test_workbook_and_guide_hold_every_name_as_it_was_typed() -> None:
    document = sample_payload()
    actions = [sample_action(name, None, "small") for name in NAMES.values()]
    document["roadmap"]["phases"][0]["actions"] = actions
    payload = typed(document)

    book = load_workbook(BytesIO(workbook_xlsx(payload, "0" * 64)), read_only=True)
    guide = Document(BytesIO(guide_docx(payload, "0" * 64)))

    rows = book["Roadmap"].iter_rows(values_only=True)
    assert set(NAMES.values()) <= {cell for row in rows for cell in row}
    rows = (row for table in guide.tables for row in table.rows)
    assert set(NAMES.values()) <= {
        paragraph.text for row in rows for cell in row.cells for paragraph in cell.paragraphs
    }


def test_guide_leaves_the_fonts_of_other_scripts_to_the_reader() -> None:
    guide = Document(BytesIO(guide_docx(typed(sample_payload()), "0" * 64)))

    fonts = {
        tuple(sorted(each.attrib.values())) for each in guide.styles.element.iter(qn("w:rFonts"))
    }
    assert ("Inter", "Inter", "minorBidi", "minorEastAsia") in fonts
    assert not any(names.count("Inter") > 2 for names in fonts)
