"""Answers, usage and scenario on what runs today: every disagreement is listed, and mended."""

from decimal import Decimal

import pytest
from django.test import Client as Browser

from assessments.framework import load_framework
from assessments.models import Assessment
from assessments.scoring import AnswerValue
from assessments.services import save_answer
from costing.scenarios.content.mismatches import mismatches
from costing.scenarios.models import Scenario
from organizations import tenancy
from organizations.models import AuditEvent
from tests import factories
from tests.assessments.cast import NO, PARTIAL, YES
from tests.costing.cast import api_only, make_scenario, scenario_a
from tests.costing.test_views import page, scenarios, url
from tests.world import World


def answer(world: World, assessment: Assessment, key: str, value: AnswerValue) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        save_answer(
            by=factories.system_actor(world.organization),
            assessment=assessment,
            kind="check",
            key=key,
            version=0,
            content=value,
        )


@pytest.mark.parametrize(
    ("values", "current", "cache_read_ratio", "expected"),
    [
        ({}, [], None, []),
        ({"triage": "yes"}, ["routing"], None, []),
        ({"triage": "no", "prefix_caching": "partial"}, [], Decimal(0), []),
        ({"triage": "yes"}, [], None, [("routing", False, "triage")]),
        ({"triage": "no"}, ["routing"], None, [("routing", True, "triage")]),
        ({"private_serving": "yes"}, [], None, [("self_hosting", False, "private_serving")]),
        ({}, [], Decimal("0.4"), [("prompt_caching", False, "")]),
        ({}, ["prompt_caching"], Decimal(0), [("prompt_caching", True, "")]),
    ],
)
def test_mismatches_are_of_levers_that_one_side_runs_and_the_other_not(
    values: dict[str, str],
    current: list[str],
    cache_read_ratio: Decimal | None,
    expected: list[tuple[str, bool, str]],
) -> None:
    found = mismatches(load_framework(), values, current, cache_read_ratio)

    assert [(each.lever, each.runs_in_scenario, each.check) for each in found] == expected


def test_scenario_page_lists_what_answers_say_otherwise(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    answer(world, scenario.assessment, "triage", YES)
    answer(world, scenario.assessment, "prefix_caching", PARTIAL)

    html = page(world, client, "consultant", url(world, "scenario-detail", scenario=scenario.pk))

    said = load_framework().check("triage").title
    assert f"“{said}” is answered yes, but the scenario does not run routing today." in html
    assert "Add routing to what runs" in html
    assert "#question-check-triage" in html
    assert "prompt caching to what runs" not in html


def mend(world: World, browser: Browser, scenario: Scenario, **data: object) -> object:
    path = url(world, "scenario-lever", scenario=scenario.pk)
    return world.login(browser, "consultant").post(path, {"version": 1, **data})


def test_lever_is_added_to_what_runs_and_taken_out_again(world: World, client: Browser) -> None:
    document = scenario_a() | {"current_levers": ["semantic_caching"]}
    scenario = make_scenario(world.organization, world.client, document=document)

    response = mend(world, client, scenario, lever="routing", runs="on")
    again = mend(world, client, scenario, lever="routing", version=2)

    here = url(world, "scenario-detail", scenario=scenario.pk)
    assert [each.headers["Location"] for each in (response, again)] == [here, here]  # type: ignore[attr-defined]
    [stored] = scenarios(world)
    assert (stored.version, stored.document["current_levers"]) == (3, ["semantic_caching"])
    with tenancy.enter(organization_id=world.organization.pk):
        assert AuditEvent.objects.filter(verb="scenario.changed").count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"lever": "nothing", "runs": "on"},
        {"lever": "routing", "runs": "on"},  # the scenario describes no routing
        {"lever": "prompt_caching", "runs": "on", "version": 7},
        {"lever": "prompt_caching", "runs": "on", "version": "x"},
    ],
)
def test_lever_that_cannot_be_set_changes_nothing_and_says_so(
    world: World, client: Browser, data: dict[str, object]
) -> None:
    scenario = make_scenario(world.organization, world.client, document=api_only())

    response = mend(world, client, scenario, **data)
    followed = client.get(response.headers["Location"])  # type: ignore[attr-defined]

    assert response.status_code == 302  # type: ignore[attr-defined]
    text = followed.content.decode()
    assert "Nothing was changed" in text or "Somebody else changed this scenario" in text
    assert scenarios(world)[0].version == 1


def test_answer_no_of_a_lever_that_runs_offers_to_take_it_out(
    world: World, client: Browser
) -> None:
    document = scenario_a() | {"current_levers": ["routing"]}
    scenario = make_scenario(world.organization, world.client, document=document)
    answer(world, scenario.assessment, "triage", NO)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "is answered no, but the scenario runs routing today." in html
    assert "Take routing out" not in html  # a viewer changes nothing
