"""The work of a change costs the same wherever it is told."""

import pytest

from assessments.recommendation import ChangeKind, Step
from assessments.scoring import AnswerState
from reports.documents.content.economics import economics_content
from reports.documents.workbook.book import _days
from reports.snapshots.payload import Payload
from tests.cases import sentences
from tests.cases.loading import NAMES, frozen, frozen_with, read
from tests.cases.reconciling import economics_page

USD_PER_DAY = 900.0


def on_roadmap_usd(payload: Payload, step: Step) -> float:
    """What the roadmap's actions for a change cost: that which brings it, and what prepares it."""
    assert payload.roadmap is not None
    actions = [each for phase in payload.roadmap.phases for each in phase.actions]
    if step.kind == ChangeKind.SWITCH_ON:
        own = [each for each in actions if each.lever == step.lever]
    else:
        own = [each for each in actions if each.key == step.change.key]
    return sum(each.effort_usd or 0.0 for each in own)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sixty_actions"])
def test_work_costs_the_same_in_result_roadmap_and_workbook(name: str) -> None:
    if "scenario" not in read(name):
        assert frozen(name).payload.advice is None
        return

    # One future alone: none has a say in the work.
    payload = frozen_with(name, usd_per_day=USD_PER_DAY, samples=1).payload

    assert payload.results is not None
    assert payload.advice is not None
    assert payload.roadmap is not None
    days = payload.results.effort_days
    by_change: dict[str, float] = {}
    for step in payload.advice.steps:
        by_change[step.change.key] = by_change.get(step.change.key, 0.0) + step.effort_usd
        assert on_roadmap_usd(payload, step) == days[step.change.key] * USD_PER_DAY
    assert by_change == {key: days[key] * USD_PER_DAY for key in by_change}
    assert _days(payload, None) == days
    # All that is left is in the brief, also what is of no lever.
    assert payload.roadmap.workload is not None
    assert sum(by_change.values()) <= payload.roadmap.workload.person_days * USD_PER_DAY


def test_what_is_in_place_takes_no_work() -> None:
    # Of the pool's 20 + 10 + 10 days the case has all in place but for the move of the work.
    payload = frozen_with("hosting_cheapest_rented", usd_per_day=USD_PER_DAY).payload

    assert payload.advice is not None
    hosting = next(each for each in payload.advice.steps if each.lever == "self_hosting")
    assert hosting.effort_usd == 10 * USD_PER_DAY


def test_what_does_not_apply_takes_no_work_in_a_workbook_without_results() -> None:
    payload = frozen("nothing_answered").payload
    moved = {check for each in payload.framework.actions if each.lever for check in each.moves}

    def days_with(state: AnswerState, value: str | None) -> dict[str, int]:
        answers = [
            each.model_copy(update={"state": state.value, "value": value})
            if each.key in moved
            else each
            for each in payload.answers
        ]
        return dict(_days(payload.model_copy(update={"answers": tuple(answers)}), None))

    answered = days_with(AnswerState.ANSWERED, "no")
    not_applicable = days_with(AnswerState.NOT_APPLICABLE, None)

    assert days_with(AnswerState.UNKNOWN, None) == answered
    assert not_applicable == _days(payload, None)
    assert sum(not_applicable.values()) < sum(answered.values())


@pytest.mark.parametrize(("usd_per_day", "expected"), [(500, False), (30_000, True)])
def test_loss_that_goes_on_leaves_unknown_where_the_advice_pays(
    usd_per_day: float, expected: bool
) -> None:
    # A cache with 5 % of hits: to switch it off costs less than its loss, unless work is so dear.
    payload = frozen_with("cache_runs_and_loses", usd_per_day=usd_per_day).payload

    unknown = "All that is recommended keeps a loss of what runs, which can be priced at"
    page = economics_page(payload).replace("\N{NO-BREAK SPACE}", " ")
    said = " ".join(economics_content(payload).paragraphs)
    assert [unknown in page, unknown in said] == [expected] * 2
    assert ("All that is recommended pays" in page) == (not expected)
    assert sentences.faults(payload, page) == []


@pytest.mark.parametrize(
    ("usd_per_day", "growth", "why"),
    [
        (500, 0.2, "with growth of 20 % a month it costs less over 36 months to keep it"),
        (3000, 0.0, "to switch it off would not earn back its work within 36 months"),
        (0, 0.2, ""),
    ],
)
def test_lever_that_loses_today_and_stays_is_said_with_the_reason(
    usd_per_day: float, growth: float, why: str
) -> None:
    # At 60,000 requests a semantic cache costs 250 USD a month and spares 75.62.
    workload = read("middling")["scenario"]["workload"] | {
        "requests_per_month": 60_000,
        "monthly_growth_ratio": growth,
    }
    running = ["prompt_caching", "semantic_caching"]
    payload = frozen_with(
        "middling", workload=workload, usd_per_day=usd_per_day, current_levers=running
    ).payload

    said = economics_content(payload)
    stays = f"Semantic caching stays though it adds $174.38 a month today: {why}."
    assert payload.results is not None
    assert ("semantic_caching" in payload.results.recommended.levers) == bool(why)
    assert (stays in said.paragraphs[0]) == bool(why)
    assert (stays in economics_page(payload).replace("\N{NO-BREAK SPACE}", " ")) == bool(why)
    assert "already the cheapest" not in f"{said.headline} {economics_page(payload)}"
    expected = "No change that can be made today costs less over 36 months"
    assert (said.headline == expected) == bool(why)
    nothing = "othing to save today" in f"{said.paragraphs} {economics_page(payload)}"
    assert nothing == (not why and "Switch off" not in said.paragraphs[0])
    assert sentences.faults(payload, economics_page(payload)) == []
