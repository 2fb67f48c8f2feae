"""Documents print the roadmap as people left it: owners, dates, statuses; drafted without one."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.models import Assessment
from assessments.roadmap import ActionStatus
from assessments.services import ActionInput, add_action
from organizations import tenancy
from reports.documents.content.plan import plan_content
from reports.documents.rendering import brief_pdf, guide_docx, workbook_xlsx
from reports.snapshots.mapping import frozen_assessment
from tests.assessments.cast import enter
from tests.assessments.test_roadmap_rows import beginner, change, draft
from tests.reports.sample import crowded_payload, typed
from tests.world import World

OWNER = "Ida Berg"


def agreed(world: World) -> Assessment:
    """Store a roadmap with an owner, a date, and an action that was dropped."""
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "log_tokens", owner=OWNER, due_on=date(2026, 11, 17))
    dropped = {"status": ActionStatus.DROPPED, "reason": "Answers must be fresh"}
    change(world, "share_semantic_cache", **dropped)
    change(world, "evals_in_ci", status=ActionStatus.IN_PROGRESS)
    return assessment


def frozen(world: World, assessment: Assessment) -> dict:
    """The payload that a snapshot would hold."""
    with tenancy.enter(organization_id=world.organization.pk):
        return frozen_assessment(assessment).document()


def actions(payload: dict) -> dict[str, dict]:
    """The frozen actions by key."""
    phases = payload["roadmap"]["phases"]
    return {action["key"]: action for phase in phases for action in phase["actions"]}


def test_a_snapshot_freezes_the_roadmap_as_people_left_it(world: World) -> None:
    payload = frozen(world, agreed(world))

    found = actions(payload)
    assert payload["roadmap"]["starts_on"] == "2026-11-01"
    assert (found["log_tokens"]["owner"], found["log_tokens"]["due_on"]) == (OWNER, "2026-11-17")
    assert found["share_semantic_cache"]["status"] == "dropped"
    assert found["share_semantic_cache"]["usd_per_month"] is None


def test_no_document_says_that_a_roadmap_was_agreed_on(world: World) -> None:
    plan = plan_content(typed(frozen(world, agreed(world))))

    sentence, bound = plan.sentences
    assert sentence.startswith("From 1 November 2026 on, as kept in the assessment. ")
    assert "agreed" not in sentence.lower()
    assert "the time of 2 people working full time is 128 in 90 days." in bound


def test_a_snapshot_without_a_roadmap_freezes_a_draft(world: World) -> None:
    payload = frozen(world, beginner(world))

    assert "starts_on" not in payload["roadmap"]
    assert "owner" not in actions(payload)["log_tokens"]
    assert len(actions(payload)) == 11


def test_documents_print_owner_date_and_status(world: World) -> None:
    payload = frozen(world, agreed(world))

    brief = PdfReader(BytesIO(brief_pdf(typed(payload), "0" * 64)))
    book = load_workbook(BytesIO(workbook_xlsx(typed(payload), "0" * 64)))["Roadmap"]
    guide = Document(BytesIO(guide_docx(typed(payload), "0" * 64)))

    text = " ".join(brief.pages[2].extract_text().split())
    assert len(brief.pages) == 3
    assert f"17 Nov 2026 {OWNER}" in text
    assert "Run evals in CI in progress" in text
    row = next(row for row in book.iter_rows(values_only=True) if OWNER in row)
    assert row[-3:] == (OWNER, "2026-11-17", "open")
    cells = [cell.text for table in guide.tables for row in table.rows for cell in row.cells]
    assert OWNER in cells
    assert "17 Nov 2026" in cells
    statuses = {row[1]: row[-1] for row in book.iter_rows(values_only=True)}
    assert statuses["Answer repeats from a semantic cache"] == "dropped"


def test_what_is_given_up_comes_last_in_its_phase(world: World) -> None:
    assessment = agreed(world)
    change(world, "log_tokens", version=2, status=ActionStatus.DROPPED, reason="In place")

    plan = plan_content(typed(frozen(world, assessment)))

    assert plan.is_own
    assert [line.status for line in plan.phases[0].actions] == ["", "", "", "dropped"]


@pytest.mark.parametrize("word", ["W", "漢字", "a b "])
def test_the_brief_keeps_three_pages_with_long_titles_and_owners(world: World, word: str) -> None:
    assessment = agreed(world)
    long = (word * 160)[:160].strip()
    with enter(world):
        for phase in ("quick_wins", "proxy_routing", "dedicated_compute") * 4:
            content = ActionInput(long, phase, date(2026, 12, 1), owner=long[:120].strip())
            add_action(by=world.actor("consultant"), assessment=assessment, content=content)

    pdf = brief_pdf(typed(frozen(world, assessment)), "0" * 64)

    assert len(PdfReader(BytesIO(pdf)).pages) == 3


def test_a_crowded_plan_of_ones_own_keeps_three_pages() -> None:
    payload = crowded_payload("W")
    payload["roadmap"]["starts_on"] = "2026-09-30"
    for phase in payload["roadmap"]["phases"]:
        for action in phase["actions"]:
            action |= {"owner": "W" * 400, "due_on": "2026-09-30", "status": "risk_accepted"}

    pdf = brief_pdf(typed(payload), "0" * 64)

    assert len(PdfReader(BytesIO(pdf)).pages) == 3
