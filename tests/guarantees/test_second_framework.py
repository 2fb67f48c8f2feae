"""An assessment that is bound to a second version: pages, API and economics follow that version."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from lxml import html

from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue, CheckValue
from assessments.services import create_assessment, publish_framework, save_answer
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.services import ScenarioInput, create_scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from tests.assessments.second_framework import second_framework
from tests.costing.cast import scenario_a
from tests.world import World

SECOND = second_framework()


@pytest.fixture
def costed(world: World) -> tuple[Assessment, Scenario]:
    """Every check partial, every level 3: quality is 1.625, so routing is allowed, reuse is not."""
    publish_framework(SECOND)
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = create_assessment(
            by=by, client=world.client, title="Review", as_of=date(2026, 11, 1)
        )
        for check in SECOND.checks:
            content = AnswerValue(AnswerState.ANSWERED, value=CheckValue.PARTIAL)
            save(by, assessment, "check", check.key, content)
        for dimension in SECOND.dimensions:
            content = AnswerValue(AnswerState.ANSWERED, level=3)
            save(by, assessment, "dimension", dimension.key, content)
        scenario = create_scenario(
            by=by,
            assessment=assessment,
            content=ScenarioInput(title="Support", document=scenario_a()),
        )
        request_economics(by=by, scenario=scenario)
    run_due_jobs()
    return assessment, scenario


def save(by: Any, assessment: Assessment, kind: str, key: str, content: AnswerValue) -> None:
    save_answer(by=by, assessment=assessment, kind=kind, key=key, version=0, content=content)


def words(browser: Browser, name: str, world: World, *args: Any) -> str:
    """What a person reads of a page."""
    answer = browser.get(reverse(name, args=[world.organization.slug, *args]))
    assert answer.status_code == 200
    return " ".join(html.fromstring(answer.content.decode()).text_content().split())


def test_pages_and_api_follow_the_bound_version(
    world: World, client: Browser, costed: tuple[Assessment, Scenario]
) -> None:
    assessment, _ = costed
    world.login(client, "consultant")

    card = words(client, "assessments:scorecard", world, assessment.pk)
    assert "People & skills" in card
    assert "Starting" in card
    assert "Ad hoc" not in card
    detail = words(client, "assessments:assessment-detail", world, assessment.pk)
    assert "What to do in 120 days" in detail
    roadmap = words(client, "assessments:roadmap", world, assessment.pk)
    assert "One hundred" not in roadmap
    assert "120 days" in roadmap
    api = client.get(
        reverse("api:scorecard-detail", args=[world.organization.slug, assessment.pk])
    ).json()
    assert api["scores"]["band"] == "Starting"
    assert list(api["scores"]["dimensions"]) == [item.key for item in SECOND.dimensions]
    assert api["scores"]["shown"] == 1.6


def test_the_engine_gates_levers_by_the_bound_version(
    world: World, client: Browser, costed: tuple[Assessment, Scenario]
) -> None:
    assessment, scenario = costed
    world.login(client, "consultant")

    result = client.get(
        reverse("api:scenario-result", args=[world.organization.slug, scenario.pk])
    ).json()["result"]
    held_back = result["recommended_today"]["held_back"]

    assert "routing" not in held_back
    assert held_back["semantic_caching"] == "quality must be at least 2 and is 1.625"
    value = client.get(
        reverse("api:maturity-value-detail", args=[world.organization.slug, assessment.pk])
    ).json()["value"]
    asked = {each["dimension"]: each["level"] for each in value["dimensions"]}
    assert (asked["quality"], asked["people"], asked["billing"]) == (2, 2, None)
