"""Every document follows the version that a snapshot freezes, also one that nobody ships."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from assessments.scoring import AnswerState, AnswerValue, CheckValue, MeasuredUsage, score
from reports.documents.content.plan import plan_content
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import standing_content
from reports.documents.guide.content import guide_content
from reports.documents.rendering import DRAWERS
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.freezing import Case, freeze
from reports.snapshots.payload import Payload
from tests.assessments.second_framework import second_framework
from tests.reports.pdf_text import text_of
from tests.reports.sample import render_workbook
from tests.reports.workbook.recalculated import recalculate

SECOND = second_framework()
# Partial counts 0.25: f = o = 0.25 gives 1 + 2 × 0.25 + 2 × 0.25 × 0.25 = 1.625.
ANSWERS = {
    **{
        item.key: AnswerValue(AnswerState.ANSWERED, value=CheckValue.PARTIAL)
        for item in SECOND.checks
    },
    **{item.key: AnswerValue(AnswerState.ANSWERED, level=3) for item in SECOND.dimensions},
    "cost_training": AnswerValue(AnswerState.UNKNOWN),
    "reuse": AnswerValue(AnswerState.ANSWERED, level=2),
    "billing": AnswerValue(AnswerState.ANSWERED, level=4),
}
MEASURED = MeasuredUsage(cache_read_ratio=Decimal("0.4"), top_model_spend_ratio=Decimal("0.7"))
SCORES = score(SECOND, ANSWERS, measured=MEASURED)
SHA = "a" * 64


def payload() -> Payload:
    """A snapshot's payload of an assessment by the second version, without economics."""
    case = Case(
        organization="Acme",
        client="Northwind",
        title="Review",
        as_of=date(2026, 11, 1),
        framework=SECOND,
        answers=ANSWERS,
        measured=MEASURED,
    )
    return freeze(case, None)


def test_scorecard_counts_and_scores_by_the_version() -> None:
    card = scorecard_content(payload(), SHA)

    assert card.checks_title == "Fourteen checks: what is operational today"
    assert [row.title for row in card.rows][-1] == "People & skills"
    assert (card.shown, card.band) == ("1.6", "Starting")
    assert card.contradictions == (
        "Reuse of tokens: Level 2 is claimed. Under half of the tokens were reused.",
        "Bills & budgets: Level 4 is claimed, above the 1.625 that the checks show.",
        "People & skills: Level 3 is claimed, above the 1.5 that the checks show.",
    )


def test_scorecard_of_six_dimensions_is_one_page() -> None:
    pdf = DRAWERS[DeliverableKind.SCORECARD](payload(), SHA, PaperSize.A4)

    assert "Fourteen checks: what is operational today" in text_of(pdf)


def test_brief_speaks_of_the_versions_days_and_first_action() -> None:
    standing, plan = standing_content(payload()), plan_content(payload())

    assert standing.dimensions_title == "The six dimensions"
    assert [line.title for line in standing.dimensions][-1] == "People & skills"
    assert plan.title == "the 120-day plan"
    assert plan.headline.startswith("120 days: ")
    assert [(phase.days, phase.title) for phase in plan.phases] == [
        ("Days 1–40", "See and save"),
        ("Days 41–80", "One way in"),
        ("Days 81–120", "Own ground"),
    ]
    assert plan.decisions[0].text == (
        "Approve usage ledger in days 1–40: without it no saving can be proved."
    )
    assert plan.decisions[-1].text.endswith("both report at days 40, 80 and 120.")


def test_brief_of_six_dimensions_is_three_pages() -> None:
    words = text_of(DRAWERS[DeliverableKind.EXECUTIVE_BRIEF](payload(), SHA, PaperSize.A4))

    assert "Page 3 of 3" in words
    assert "the 120-day plan" in words


def test_guide_asks_by_the_version() -> None:
    text = str(guide_content(payload(), SHA))

    for words in (
        "The six dimensions",
        "The 120-day plan",
        "Fix the reviews at days 40, 80 and 120.",
        "in the next 120 days",
        "People at level 5.",
        "Agenda: 90 minutes",
    ):
        assert words in text, words
    for words in ("five dimensions", "90-day", "30, 60"):
        assert words not in text, words


def test_workbook_scores_by_the_version(tmp_path: Path) -> None:
    book = render_workbook(payload().document())

    [sheets] = recalculate({"second": book}, tmp_path).values()
    rows = {
        str(line[0]): line
        for line in sheets["Maturity"].iter_rows(min_row=6, max_row=13, values_only=True)
    }
    for dimension in SECOND.dimensions:
        truth, row = SCORES.dimensions[dimension.key], rows[dimension.title]
        assert row[4:8] == tuple(
            float(value) for value in (truth.evidenced, truth.score, truth.low, truth.high)
        )
    overall = rows["Overall"]
    assert round(overall[5], 9) == round(float(SCORES.overall), 9)
    assert round(overall[7], 9) == round(float(SCORES.high), 9)
    assert overall[12] == SCORES.band == "Starting"
    notes = {title: row[12] for title, row in rows.items()}
    assert notes["Reuse of tokens"] == "measured usage refutes the claim"
    assert notes["Bills & budgets"] == "claim is above what the checks show"
    assert not notes["Steering of calls"]
    first = [line[1] for line in sheets["Read me"].iter_rows(values_only=True) if line[1]]
    assert "Fourteen checks and six levels. Answer in the amber cells; scores follow." in first


def test_workbook_holds_savings_against_the_versions_promise_by_its_names() -> None:
    document = payload().document()
    levers = [f"Way {n}" for n, _ in enumerate(document["framework"]["levers"])]
    for lever, title in zip(document["framework"]["levers"], levers, strict=True):
        lever["title"] = title

    book = load_workbook(BytesIO(render_workbook(document)))

    heads = [cell.value for cell in book["Strategies"][4]]
    assert "In the 30–50 % range" in heads
    for sheet in ("Inputs", "Strategies", "Crossover"):
        titles = {cell.value for cell in book[sheet]["A"]}
        assert set(levers) <= titles, sheet


def test_workbook_names_every_band_of_the_version() -> None:
    sheet = load_workbook(BytesIO(render_workbook(payload().document())))["Maturity"]

    formulas = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for band in SECOND.bands:
        assert band.title in formulas
    assert "Managed" not in formulas
