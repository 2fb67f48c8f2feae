"""A frozen workload of several parts: what is summed, what is detailed, what stands beside it."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.documents.content.economics import economics_content
from reports.documents.content.plan import plan_content
from reports.documents.rendering import brief_pdf
from reports.models import PaperSize
from reports.snapshots.mapping import frozen_assessment
from reports.snapshots.payload import Payload, read_payload
from tests.assessments.cast import enter
from tests.assessments.test_roadmap_rows import beginner
from tests.costing.cast import api_only, scenario_a
from tests.costing.test_parts import A_RECOMMENDED, A_TODAY, SMALL, add, assess, cheaper
from tests.reports.guide.reading import read_guide, rows
from tests.reports.sample import crowded_payload, render_workbook, sample_payload, typed
from tests.world import World


def frozen(world: World, assessment) -> Payload:
    with enter(world):
        payload = frozen_assessment(assessment)
    return read_payload(payload.document())


def test_parts_are_frozen_with_the_dearest_in_detail(committed_db: None, world: World) -> None:
    assessment = assess(world)
    small = add(world, assessment, "Search", api_only())
    large = add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Half of it", cheaper(), instead_of=large)
    add(world, assessment, "Not computed", scenario_a(), is_computed=False)

    payload = frozen(world, assessment)

    assert [part.title for part in payload.parts] == ["Support", "Search"]
    assert [each.title for each in payload.parts[0].alternatives] == ["Half of it"]
    assert payload.scenario == large.document != small.document
    today = [part.today_usd_per_month for part in payload.parts]
    assert today == pytest.approx([A_TODAY, SMALL])
    assert payload.spend_usd_per_month == pytest.approx(A_TODAY + SMALL)
    # 1,000 calls to the premium model have nothing to save.
    saving = [part.saving_usd_per_month for part in payload.parts]
    assert saving == pytest.approx([A_TODAY - A_RECOMMENDED, 0.0], abs=0.01)
    assert payload.parts[1].levers == payload.parts[1].current_levers == ()


def test_one_scenario_is_frozen_as_it_was_before_there_were_parts(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", scenario_a())

    payload = frozen(world, assessment)

    assert "parts" not in payload.document()
    assert payload.spend_usd_per_month == pytest.approx(A_TODAY)


def test_without_economics_nothing_is_summed(committed_db: None, world: World) -> None:
    payload = frozen(world, assess(world))

    assert (payload.parts, payload.results, payload.spend_usd_per_month) == ((), None, None)


def test_frozen_roadmap_has_the_money_of_every_part(committed_db: None, world: World) -> None:
    assessment = beginner(world, costed=False)
    add(world, assessment, "Support", scenario_a())

    def caching() -> float:
        actions = [
            action
            for phase in frozen(world, assessment).roadmap.phases
            for action in phase.actions
            if action.lever == "prompt_caching" and action.usd_per_month
        ]
        return actions[0].usd_per_month

    # 44,550 − 25,110 with the prompt cache on (cost model, section 6); half the requests save half.
    assert caching() == pytest.approx(19_440.0)
    add(world, assessment, "Half of it", cheaper())
    assert caching() == pytest.approx(19_440.0 * 1.5)


def with_parts(payload: dict[str, Any], parts: list[dict[str, Any]]) -> Payload:
    return typed(payload | {"parts": parts})


def part(title: str, today: float, recommended: float, **more: Any) -> dict[str, Any]:
    stated = {
        "title": title,
        "requests_per_month": 1_000_000,
        "today_usd_per_month": today,
        "recommended_today_usd_per_month": recommended,
        "levers": ["prompt_caching"],
        "current_levers": [],
    }
    return stated | more


# Support saves 30,661 of 44,550; Search runs its cache already and has nothing to save.
SUPPORT = part("Support", 44_550, 13_889, alternatives=[part("By batch", 40_000, 12_000)])
SEARCH = part("Search", 450, 450, current_levers=["prompt_caching"], requests_per_month=1)


def test_brief_sums_the_parts_and_lists_each_with_its_recommendation() -> None:
    payload = with_parts(sample_payload(), [SUPPORT, SEARCH])
    economics, plan = economics_content(payload), plan_content(payload)

    # 30,661 of 45,000 is 68.1 %; the alternative is in no sum.
    assert economics.headline == "$30,661 a month can be saved today, 68.1 % of the bill"
    assert "from $45,000 to $14,339 a month" in economics.paragraphs[0]
    assert "In detail: “Support”" in economics.paragraphs[1]
    rows = [(line.title, line.usd_per_month, line.saving) for line in economics.parts]
    assert rows == [
        ("Support", "44,550", "30,661"),
        ("or: By batch", "40,000", "28,000"),
        ("Search", "450.00", "0"),
        ("All parts", "45,000", "30,661"),
    ]
    assert economics.parts[2].levers == "prompt caching"
    assert economics.workload.startswith("“Support”: ")
    assert plan.milestones[0].usd_per_month == "45,000"
    first = plan.decisions[0]
    assert first.text.startswith("Decide to run prompt caching: $367,932 less a year")
    assert first.usd_per_month == "30,661"


def test_parts_with_nothing_to_save_say_so() -> None:
    payload = with_parts(sample_payload(), [part("Support", 450, 450), SEARCH])

    headline = economics_content(payload).headline

    assert headline == "The two parts of the workload already run as cheaply as can be recommended"


def test_one_part_with_an_alternative_keeps_its_sentences() -> None:
    alone = economics_content(typed(sample_payload()))
    beside = economics_content(with_parts(sample_payload(), [SUPPORT]))

    assert (beside.headline, beside.paragraphs) == (alone.headline, alone.paragraphs)
    assert [line.title for line in beside.parts] == ["Support", "or: By batch"]
    assert alone.parts == ()


@pytest.mark.parametrize("word", ["workload ", "W" * 90])
def test_brief_of_many_parts_has_three_pages(word: str) -> None:
    parts = [part(f"{word} {number}", 9_000_000, 8_000_000) for number in range(12)]
    parts = [each | {"levers": ["prompt_caching", "routing", "self_hosting"]} for each in parts]
    payload = with_parts(crowded_payload(word), parts)

    brief = PdfReader(BytesIO(brief_pdf(payload, "0" * 64, PaperSize.LETTER)))

    assert len(brief.pages) == 3
    text = brief.pages[1].extract_text()
    assert "and 7 more, in the assessment" in text
    assert "All parts" in text


def test_guide_and_workbook_say_which_part_they_detail() -> None:
    payload = sample_payload() | {"parts": [SUPPORT, SEARCH]}

    listed = rows(read_guide(payload), "Parts of the workload")
    sheet = load_workbook(BytesIO(render_workbook(payload)))["Read me"]

    assert [row[0] for row in listed[1:]] == [
        "Support",
        "or: By batch",
        "Search",
        "All parts",
    ]
    facts = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=14)}
    assert facts["Workload"].startswith("In detail: “Support”")
