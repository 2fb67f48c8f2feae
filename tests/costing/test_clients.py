"""The pages of clients: money beside the score, what is found, and 200 clients in few queries."""

import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, ClientSummary
from assessments.services import add_note, approve_assessment, start_reassessment, submit_assessment
from costing.scenarios.selectors import economics_latest, scenario_list
from jobs.services import run_due_jobs
from organizations import kept_pages, tenancy
from organizations.services import create_client
from tests import factories
from tests.assessments.cast import NO, YES, alone, level
from tests.assessments.cast import make_assessment as assess
from tests.costing.cast import make_scenario
from tests.costing.test_views import url
from tests.world import World

CLIENTS = 200
# The door's, a few for the rows, and none for each row.
MAX_QUERIES = 10


def price(world: World) -> None:
    """Give Northwind the economics of scenario A, and Southwind none."""
    scenario = make_scenario(world.organization, world.client)
    browser = world.login(Browser(), "consultant")
    browser.post(url(world, "scenario-compute", scenario=scenario.pk))
    run_due_jobs()


def listed(world: World, browser: Browser, **query: str) -> tuple[str, list[str]]:
    """Return the page, and the clients on it in their order."""
    response = world.login(browser, "consultant").get(url(world, "client-list"), query)
    assert response.status_code == 200
    body = " ".join(response.content.decode().split())
    return body, re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)<', body)


def activity(world: World) -> dict[str, datetime | None]:
    """Return when each client was changed last, as lists show it."""
    with tenancy.enter(organization_id=world.organization.pk):
        rows = ClientSummary.objects.values_list("client__name", "active_at")
        return dict(rows)


def test_firms_own_notes_are_no_activity_that_a_client_could_see(world: World) -> None:
    assessment = assess(world.organization, world.client, gateway=YES)
    before = activity(world)

    with tenancy.enter(organization_id=world.organization.pk):
        add_note(by=world.actor("owner"), assessment=assessment, question="", text="Ours alone")

    assert activity(world) == before
    assert before["Northwind"]


def test_activity_is_each_clients_own(world: World) -> None:
    before = activity(world)

    assess(world.organization, world.client, gateway=YES)

    after = activity(world)
    assert {name for name in after if after[name] != before[name]} == {"Northwind"}


def fill(world: World, numbers: range) -> None:
    for number in numbers:
        with tenancy.enter(organization_id=world.organization.pk):
            client = create_client(by=world.actor("owner"), name=f"Client {number:03}")
        claims = level(number % 5 + 1)
        assess(world.organization, client, gateway=YES, triage=NO, routing=claims)


def test_client_shows_the_money_of_its_newest_economics(
    committed_db: None, world: World, client: Browser
) -> None:
    price(world)
    body, _ = listed(world, client)
    detail = world.login(client, "viewer").get(url(world, "client-detail", client=world.client.pk))

    # Scenario A: 44,550 now; with integrity 3 and hosting 2 all levers are allowed: 13,889.
    for figure in ("44,550", "30,661", ">0<"):
        assert figure in body
    for figure in ("$44,550", "$30,661"):
        assert figure in detail.content.decode()


def test_money_of_a_sibling_is_not_shown_to_a_clients_people(
    committed_db: None, world: World, client: Browser
) -> None:
    price(world)

    body = world.login(client, "other_client_viewer").get(url(world, "client-list")).content

    assert b"Southwind" in body
    assert b"44,550" not in body
    assert b"Northwind" not in body


def test_clients_are_searched_filtered_and_sorted_by_address(world: World, client: Browser) -> None:
    assessment = assess(world.organization, world.client, **alone(routing=level(4)))
    with tenancy.enter(organization_id=world.organization.pk):
        submit_assessment(by=world.actor("respondent"), assessment=assessment)

    def found(**query: str) -> list[str]:
        return listed(world, client, **query)[1]

    assert found() == ["Northwind", "Southwind"]
    assert found(sort="-name") == ["Southwind", "Northwind"]
    assert found(search="SOUTH") == ["Southwind"]
    assert found(waits_for="review") == ["Northwind"]
    assert found(waits_for="start") == ["Southwind"]
    assert found(status="submitted", band="Advanced") == ["Northwind"]
    assert found(band="unscored") == ["Southwind"]
    body, none = listed(world, client, search="nobody is called this")
    assert none == []
    assert "No client is like that" in body


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"sort": "-"},
        {"sort": "name\0"},
        {"search": "\0"},
        {"search": "x" * 5000},
        {"status": "lost", "band": "Great", "waits_for": "Godot"},
        {"page": "-7"},
        {"page": "1" * 400},
        {"unknown": "1"},
    ],
)
def test_address_that_makes_no_sense_shows_everything(
    world: World, client: Browser, query: dict
) -> None:
    assert listed(world, client, **query)[1] == ["Northwind", "Southwind"]


def test_heads_say_how_it_is_sorted(world: World, client: Browser) -> None:
    body, _ = listed(world, client, sort="-score", page="1")

    assert body.count("aria-sort=") == 1
    head = body.split('aria-sort="descending"')[1]
    assert re.match(r'> <a class="sort" href="\?sort=score">Overall</a>', head)


def test_portfolio_of_200_clients_takes_the_queries_of_one(world: World, client: Browser) -> None:
    browser = world.login(client, "owner")
    counts = []
    for numbers in (range(1), range(1, CLIENTS)):
        fill(world, numbers)
        kept_pages.pages.clear()
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(url(world, "client-list"), {"sort": "-score"})
        assert response.status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[1] <= MAX_QUERIES
    assert "202 clients" in response.content.decode()


def test_clients_people_start_at_their_own_client(world: World, client: Browser) -> None:
    body = world.login(client, "respondent").get(url(world, "client-list")).content.decode()

    assert "<h1><bdi>Northwind</bdi></h1>" in " ".join(body.split())
    assert re.search(r'aria-current="page">Overview<', body)


def approved(world: World, assessment: Assessment | None = None) -> Assessment:
    """Give Northwind an approved assessment with scenario A."""
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        submit_assessment(by=world.actor("owner"), assessment=scenario.assessment)
        approve_assessment(by=world.actor("owner"), assessment=scenario.assessment)
    return scenario.assessment


def test_reassessment_takes_the_scenarios_along_when_asked(
    committed_db: None, world: World, client: Browser
) -> None:
    last = approved(world)
    browser = world.login(client, "consultant")
    path = url(world, "reassessment-create", assessment=last.pk)
    fields = {"title": "Again", "as_of": "2027-05-01", "takes_scenarios": "on"}

    form = browser.get(path).content.decode()
    first, second = (browser.post(path, fields) for _ in range(2))
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        again = Assessment.objects.get(previous=last)
        (copy,) = scenario_list(again)
        computed = economics_latest(copy)
        original = scenario_list(last).get()
    assert "2 answers of" in " ".join(form.split())
    assert first["Location"] == second["Location"]
    assert (copy.title, copy.document) == (original.title, original.document)
    assert computed is not None
    assert browser.get(path)["Location"] == first["Location"]  # there is one already


def test_reassessment_without_scenarios_has_none(world: World, client: Browser) -> None:
    last = approved(world)
    browser = world.login(client, "consultant")

    browser.post(
        url(world, "reassessment-create", assessment=last.pk),
        {"title": "Again", "as_of": "2027-05-01"},
    )

    with tenancy.enter(organization_id=world.organization.pk):
        assert list(scenario_list(Assessment.objects.get(previous=last))) == []


@pytest.mark.parametrize("fields", [{}, {"title": "A", "as_of": "soon"}, {"title": "\0"}])
def test_wrong_reassessment_comes_back_with_its_error(
    world: World, client: Browser, fields: dict
) -> None:
    last = approved(world)

    path = url(world, "reassessment-create", assessment=last.pk)
    response = world.login(client, "consultant").post(path, fields)

    assert response.status_code == 422
    assert "field-error" in response.content.decode()


def test_clients_page_lists_its_own_assessments_alone(world: World, client: Browser) -> None:
    assess(world.organization, world.client, title="In spring")
    assess(world.organization, world.sibling_client, title="In autumn")
    path = url(world, "client-detail", client=world.client.pk)

    body = world.login(client, "consultant").get(path).content.decode()

    assert "In spring" in body
    assert "In autumn" not in body


def test_clients_page_shows_no_trend_of_drafts(world: World, client: Browser) -> None:
    assess(world.organization, world.client, **alone(hosting=level(2)))
    path = url(world, "client-detail", client=world.client.pk)

    body = world.login(client, "consultant").get(path).content.decode()

    assert "No score is approved yet" in body
    assert "at the first assessment" not in body


def test_clients_page_draws_its_scores_and_says_what_waits(world: World, client: Browser) -> None:
    claims = alone(integrity=level(3), hosting=level(2))
    last = approved(world, assess(world.organization, world.client, **claims))
    path = url(world, "client-detail", client=world.client.pk)

    consultant = world.login(client, "consultant").get(path).content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        again, *_ = start_reassessment(
            by=world.actor("owner"), assessment=last, title="Again", as_of=date(2027, 5, 1)
        )
        factories.publish(again)
    respondent = world.login(client, "respondent").get(path).content.decode()

    # Integrity 3 and hosting 2 are claimed, nothing else: the mean is 2.5.
    assert "2.5 of 5 at the first assessment" in consultant
    assert consultant.count("<svg") == 2
    assert "Start a reassessment" in consultant
    # What is started again is a draft: no second point of the trend.
    assert "2.5 of 5 at the first assessment" in respondent
    assert "Waits for you: <bdi>Again</bdi>" in respondent
    assert "Start a reassessment" not in respondent
