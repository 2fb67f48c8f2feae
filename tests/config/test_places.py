"""Every page of an organization says where it stands; every page of an assessment has its tabs."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, RoadmapAction
from assessments.roadmap import ActionStatus
from assessments.services import note_publication, submit_assessment
from costing.scenarios.models import Scenario
from reports.documents.services import request_deliverable
from reports.models import DeliverableKind
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests.assessments.cast import NO, YES, alone, assess, enter, level, url
from tests.config.firm_pages import firm_pages
from tests.costing.cast import make_scenario
from tests.permission_table import THINGS
from tests.reports.rows import finish_deliverable
from tests.world import World

TAB = re.compile(
    r'<a href="(?P<url>[^"]+)"(?P<current> aria-current="page")?>'
    r'(?P<title>[^<]+) <span class="tab-note">(?P<note>[^<]*)</span></a>'
)
STRIP = re.compile(r'<nav class="tabs tabs-strip".*?</nav>', re.S)
CRUMBS = re.compile(r'<nav class="breadcrumbs".*?</nav>', re.S)
CRUMB = re.compile(r"<li><(?:a|span)[^>]*>([^<]*)</(?:a|span)></li>")
TITLES = ["Questionnaire", "Scorecard", "Economics", "Usage", "Roadmap", "Documents"]
# What a row of the table of permissions must hold for its page to be an assessment's.
OF_ASSESSMENTS = {
    "assessment",
    "action",
    "note",
    "scenario",
    "share_link",
    "usage_import",
    "usage_pull",
    "log_replay",
}


def strip(body: str) -> list[re.Match[str]]:
    """Return the tabs of a page."""
    found = STRIP.search(body)
    return [*TAB.finditer(found[0])] if found else []


def tabs(body: str) -> dict[str, str]:
    """Return the tabs of a page, each with what it says of its part."""
    return {each["title"]: unescape(each["note"]) for each in strip(body)}


def current(body: str) -> list[str]:
    """Return the tabs that are marked as the present one."""
    return [each["title"] for each in strip(body) if each["current"]]


def crumbs(body: str) -> list[str]:
    """Return the way to a page, with the page itself."""
    found = CRUMBS.search(body)
    return [unescape(each) for each in CRUMB.findall(found[0])] if found else []


def read(browser: Browser, path: str) -> str:
    """Return a page."""
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_every_page_says_where_it_stands(world: World) -> None:
    found = firm_pages(world)

    ways = {name: crumbs(body) for name, (_, body) in found.items()}
    home = ways.pop("scenarios:client-list")
    assert home == []
    assert {name: way for name, way in ways.items() if way[:1] != ["Acme"] or not way[-1]} == {}
    assert len(ways) > 30


def test_every_page_of_an_assessment_has_its_tabs(world: World) -> None:
    found = firm_pages(world)

    without = [
        name
        for name, (kinds, body) in found.items()
        if (list(tabs(body)) == TITLES) != bool(kinds & OF_ASSESSMENTS)
    ]
    assert without == []
    assert all(len(current(body)) <= 1 for _, body in found.values())
    marked = {name: current(body) for name, (_, body) in found.items() if current(body)}
    assert marked["scenarios:scenario-edit"] == marked["scenarios:scenario-list"] == ["Economics"]
    assert marked["usage:usage-reconciliation"] == ["Usage"]
    assert marked["reports:share-link-detail"] == ["Documents"]
    assert marked["assessments:action-create"] == ["Roadmap"]


def test_way_leads_over_client_and_assessment_to_the_scenario(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)
    browser = world.login(client, "owner")
    path = reverse("scenarios:scenario-edit", args=["acme", scenario.pk])

    title = scenario.assessment.title

    way = crumbs(read(browser, path))
    assert way == ["Acme", "Northwind", title, "Economics", scenario.title, "Edit"]
    links = re.findall(r'<li><a href="([^"]+)"', CRUMBS.search(read(browser, path))[0])  # type: ignore[index]
    assert [browser.get(link).status_code for link in links] == [200] * 5


def test_page_above_another_of_its_section_is_on_its_way(world: World, client: Browser) -> None:
    member = world.people["viewer"]
    browser = world.login(client, "owner")

    body = read(browser, reverse("organizations:member-edit", args=["acme", member.pk]))

    assert crumbs(body)[:3] == ["Acme", "Settings", "Members"]


def test_pages_outside_of_an_organization_lead_back_into_it(world: World, client: Browser) -> None:
    anonymous = read(client, "/toolkit/")
    browser = world.login(client, "owner")

    assert crumbs(anonymous) == []
    assert crumbs(read(browser, "/toolkit/")) == ["Acme", "Toolkit"]
    assert crumbs(read(browser, reverse("organizations:organization-create")))[0] == (
        "Your organizations"
    )


def test_tabs_say_how_far_each_part_is(world: World, client: Browser) -> None:
    assessment = assess(world, **alone(gateway=YES, triage=NO, routing=level(3)))
    browser = world.login(client, "consultant")
    before = tabs(read(browser, url("scorecard", world, assessment=assessment.pk)))
    with enter(world):
        by = world.actor("consultant")
        submit_assessment(by=by, assessment=assessment)
        snapshot = create_snapshot(by=by, assessment=assessment)
        publish_snapshot(by=by, snapshot=snapshot)
        brief = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.EXECUTIVE_BRIEF)
        finish_deliverable(brief, b"%PDF-1.7 the brief")
    archived, _ = [
        make_scenario(world.organization, world.client, assessment=assessment) for _ in range(2)
    ]
    action_ids = [THINGS["action"](world.organization, world.client) for _ in range(3)]
    with enter(world):
        Scenario.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
        RoadmapAction.objects.filter(pk__in=action_ids).update(assessment=assessment)
        RoadmapAction.objects.filter(pk=action_ids[0]).update(archived_at=timezone.now())
        RoadmapAction.objects.filter(pk=action_ids[1]).update(status=ActionStatus.DONE)

    after = tabs(read(browser, url("roadmap", world, assessment=assessment.pk)))

    assert before["Questionnaire"] == "17 of 17"
    assert before["Scorecard"].endswith(" of 5 so far")
    assert (before["Economics"], before["Usage"]) == ("0 scenarios", "0 imports")
    assert before["Roadmap"] == "not begun"
    assert after["Questionnaire"] == "17 of 17, submitted"
    assert after["Scorecard"] == before["Scorecard"].removesuffix(" so far")
    assert after["Economics"] == "1 scenario, 1 not computed"
    assert after["Roadmap"] == "1 of 2 done"
    assert after["Documents"] == "1 document, published"


@pytest.mark.parametrize("name", ["respondent", "viewer"])
def test_clients_person_sees_the_questionnaire_alone_until_results_are_published(
    world: World, client: Browser, name: str
) -> None:
    assessment = assess(world, gateway=YES)
    path = url("questionnaire", world, assessment=assessment.pk)
    browser = world.login(client, name)
    with enter(world):
        note_publication(assessment=assessment, is_published=False)
    hidden = read(browser, path)
    with enter(world):
        note_publication(assessment=assessment, is_published=True)

    shown = read(browser, path)

    assert list(tabs(hidden)) == ["Questionnaire"]
    assert list(tabs(shown)) == TITLES
    assert tabs(hidden)["Questionnaire"] == "1 of 17"


def test_clients_person_is_told_of_published_documents_alone(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    with enter(world):
        by = world.actor("consultant")
        snapshot = create_snapshot(by=by, assessment=assessment)
        brief = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.EXECUTIVE_BRIEF)
        finish_deliverable(brief, b"%PDF-1.7 the brief")
    path = url("questionnaire", world, assessment=assessment.pk)

    ours = tabs(read(world.login(client, "consultant"), path))
    theirs = tabs(read(world.login(client, "viewer"), path))

    assert ours["Documents"].startswith("1 document,")
    assert theirs["Documents"].startswith("0 documents,")


def placing(browser: Browser, assessment: Assessment, world: World) -> int:
    """Return how many statements of a page count scenarios and the rest for the tabs."""
    with CaptureQueriesContext(connection) as captured:
        read(browser, url("assessment-detail", world, assessment=assessment.pk))
    return sum("computed_scenarios" in each["sql"] for each in captured)


def test_tabs_take_one_query_and_fragments_none(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    browser = world.login(client, "owner")
    path = url("answer-detail", world, assessment=assessment.pk, kind="check", key="gateway")

    with CaptureQueriesContext(connection) as captured:
        response = browser.get(path, headers={"HX-Request": "true"})

    assert placing(browser, assessment, world) == 1
    assert response.status_code == 200
    assert not any("computed_scenarios" in each["sql"] for each in captured)


def test_page_that_reports_an_error_stands_nowhere(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    viewer = world.login(client, "viewer")

    refused = viewer.get(url("assessment-edit", world, assessment=assessment.pk))
    conflict = world.login(client, "owner").post(
        url("assessment-reopen", world, assessment=assessment.pk)
    )

    assert (refused.status_code, conflict.status_code) == (403, 409)
    for response in (refused, conflict):
        assert tabs(response.content.decode()) == {}
        assert crumbs(response.content.decode()) == []
