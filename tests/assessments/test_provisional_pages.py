"""Too few answers: pages, the API and mails state no overall score, and call advice provisional."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Assessment
from costing.scenarios.economics import request_economics
from jobs.services import run_due_jobs
from organizations import tenancy
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests.api.callers import caller, firm
from tests.assessments.cast import alone, level
from tests.assessments.cast import make_assessment as assess
from tests.costing.cast import make_scenario
from tests.costing.test_views import url
from tests.letters import letters
from tests.world import World

FEW: dict[str, Any] = {"integrity": level(3), "hosting": level(2)}
REASON = "2 of the 17 questions that apply are answered, fewer than half"


def priced(world: World, answers: dict[str, Any]) -> tuple[Assessment, Any]:
    """An assessment with so much answered, and scenario A computed; its documents published."""
    assessment = assess(world.organization, world.client, **answers)
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        request_economics(by=world.actor("owner"), scenario=scenario)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = create_snapshot(by=world.actor("owner"), assessment=assessment)
        publish_snapshot(by=world.actor("owner"), snapshot=snapshot)
    run_due_jobs()
    return assessment, scenario


def pages(world: World, assessment: Assessment, scenario: Any) -> dict[str, str]:
    """The pages that state a score or advice."""
    org = world.organization.slug
    names = {
        "scorecard": reverse("assessments:scorecard", args=[org, assessment.pk]),
        "economics": url(world, "scenario-detail", scenario=scenario.pk),
        "client": url(world, "client-detail", client=world.client.pk),
        "portfolio": url(world, "client-list"),
    }
    browser = world.login(Browser(), "owner")
    return {name: browser.get(path).content.decode() for name, path in names.items()}


@pytest.mark.usefixtures("committed_db")
def test_with_few_answers_everything_says_that_it_is_provisional(world: World) -> None:
    assessment, scenario = priced(world, FEW)

    shown = pages(world, assessment, scenario)
    program = caller(world, "key")
    scores = program.get(firm(world, f"assessments/{assessment.pk}/scorecard/")).json()["scores"]
    result = program.get(firm(world, f"scenarios/{scenario.pk}/result/")).json()

    assert {name for name, body in shown.items() if REASON in body} == set(shown)
    # The mean of 3 and 2 would be 2.5: on the chip of a level, as a figure, or in a sentence.
    stated = (">2.5<", "2.5 of 5")
    assert not [name for name, body in shown.items() if any(each in body for each in stated)]
    # Drawn: the frame around the scores, the strategies and the waterfall says so, too.
    assert {name: shown[name].count(">provisional<") > 0 for name in shown} == {
        "scorecard": True,
        "economics": True,
        "client": True,
        "portfolio": False,
    }
    assert (scores["overall"], scores["band"], scores["provisional"]) == (None, None, REASON)
    assert result["provisional"] == REASON
    published = [each for each in letters() if each.subject.startswith("Published: ")]
    assert published
    caution = f"They are provisional: {REASON}."
    assert all(caution in " ".join(str(each.body).split()) for each in published)


@pytest.mark.usefixtures("committed_db")
def test_with_enough_answers_nothing_is_provisional_and_the_saving_has_its_range(
    world: World,
) -> None:
    assessment, scenario = priced(world, alone(**FEW))

    shown = pages(world, assessment, scenario)

    assert not [name for name, body in shown.items() if "rovisional" in body]
    assert "2.5" in shown["scorecard"]
    for name in ("economics", "client"):
        assert "8 of 10 futures save" in shown[name]
        assert "It depends most on requests" in shown[name]
    assert re.search(r"\$[\d.]+ k to \$[\d.]+ k<br>pays in all of 1,024", shown["portfolio"])
