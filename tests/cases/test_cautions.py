"""Where the saving of the headline may be a loss, page and documents say so, and of which part."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from costing.scenarios.content.bought_ahead import terms_text
from presentation.money import shown_in
from reports.documents.content import workload
from reports.documents.content.economics import caution_of
from reports.documents.content.plan import plan_content
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import standing_content
from reports.documents.guide.closing import templates_chapter
from reports.documents.guide.content import guide_content
from reports.documents.rendering import brief_pdf, scorecard_pdf, workbook_xlsx
from reports.models import PaperSize
from reports.snapshots.payload import Payload
from tests.cases.loading import frozen
from tests.cases.reconciling import economics_page
from tests.cases.sentences import texts_in
from tests.reports.pdf_text import in_one_line, texts_of_pages

WARNING = "What is recommended may cost more than today"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("units_given", True),  # 8 of 10 futures save −2,626 to 388 USD a month
        ("middling", False),
        ("three_parts", False),
        ("best_already", False),  # nothing is to be changed
        ("no_economics", False),
    ],
)
def test_caution_stands_beside_the_saving(name: str, expected: bool) -> None:
    payload = frozen(name).payload
    with shown_in(payload.currency):
        said = (
            standing_content(payload).sentences[0],
            scorecard_content(payload, "0" * 64).money,
            " ".join(texts_in(guide_content(payload, "0" * 64).chapters)),
            economics_page(payload) if payload.results else "",
        )

    assert [WARNING in each for each in said] == [expected] * 4
    assert ("may-cost-more" in said[-1]) == expected


@pytest.mark.parametrize("paper", PaperSize)
def test_brief_and_scorecard_say_all_of_a_long_caution(
    paper: PaperSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = terms_text(146_000.0, 145_983.7)
    monkeypatch.setattr(workload, "still_paid", lambda payload: left)
    payload = frozen("units_given").payload

    caution = in_one_line(caution_of(payload))

    *_, plan = texts_of_pages(brief_pdf(payload, "0" * 64, paper))
    pages = texts_of_pages(scorecard_pdf(payload, "0" * 64, paper))

    assert len(caution) > 350
    assert [caution in page for page in (plan, *pages)] == [True, True]


OF_PART = (
    "What is recommended for “Search” may cost more than today: 8 of 10 futures save"
    " −$2,626 to $388.40 a month there."
)


def delivered(payload: Payload) -> tuple[str, str]:
    """The texts of the workbook's sheets that stand as delivered."""
    book = load_workbook(BytesIO(workbook_xlsx(payload, "0" * 64)))
    summary, roadmap = (
        "\n".join(str(cell) for row in book[name].iter_rows(values_only=True) for cell in row)
        for name in ("Summary", "Roadmap")
    )
    return summary, roadmap


@pytest.mark.parametrize("name", ["part_that_loses", "units_given", "three_parts"])
def test_caution_stands_beside_decisions_and_what_was_delivered(name: str) -> None:
    payload = frozen(name).payload
    caution, decided = caution_of(payload), list(texts_in(templates_chapter(payload)))

    assert plan_content(payload).caution == caution
    assert [WARNING.removeprefix("What is recommended") in each for each in delivered(payload)] == [
        bool(caution)
    ] * 2
    assert all(caution in each for each in delivered(payload))
    assert [each for each in decided if "more than today" in each] == ([caution] if caution else [])


def test_caution_of_several_parts_names_that_which_may_lose() -> None:
    # All parts together save 12,974 USD a month or more in 9 of 10 futures.
    assert caution_of(frozen("part_that_loses").payload) == OF_PART
