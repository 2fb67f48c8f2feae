"""Pages of clients and assessments: what they show, to whom, and how they take input."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments import services
from assessments.framework import load_framework
from assessments.models import Assessment
from jobs.services import run_due_jobs
from organizations.models import Client
from tests import factories
from tests.assessments.cast import (
    NO,
    PARTIAL,
    YES,
    alone,
    assess,
    enter,
    level,
    make_assessment,
    url,
)
from tests.world import World


def test_clients_show_their_latest_assessment(world: World, client: Browser) -> None:
    assess(world, title="Older", routing=level(1))
    assess(world, title="Newer", **alone(routing=level(4), gateway=YES))

    body = (
        world.login(client, "consultant")
        .get(reverse("scenarios:client-list", args=["acme"]))
        .content.decode()
    )

    # Routing: one foundation check, yes, so E = 1 + 2 + 2 = 5; S = min(4, 5) = 4: Advanced.
    assert "Newer" in body
    assert "Older" not in body
    assert ">4.0</span>Advanced</span>" in body
    assert "17 of 17" in body
    assert "No assessment yet" in body  # Southwind
    assert "Eastwind" not in body


def test_respondent_sees_the_own_client_alone(world: World, client: Browser) -> None:
    assess(world, title="Ours")
    make_assessment(world.organization, world.sibling_client, title="Theirs")
    browser = world.login(client, "respondent")

    clients = browser.get(reverse("scenarios:client-list", args=["acme"])).content.decode()
    assessments = browser.get(url("assessment-list", world)).content.decode()

    assert ("Northwind" in clients, "Southwind" in clients) == (True, False)
    assert ("Ours" in assessments, "Theirs" in assessments) == (True, False)
    assert "Add a client" not in clients


def test_empty_lists_say_what_to_do_next(db: None, client: Browser) -> None:
    owner = factories.make_user()
    factories.make_organization("fresh", owner=owner)
    client.force_login(owner)

    clients = client.get("/o/fresh/clients/").content.decode()
    assessments = client.get("/o/fresh/assessments/").content.decode()

    assert "No clients yet" in clients
    assert 'href="/o/fresh/clients/new/"' in clients
    assert "No assessment yet" in assessments


def test_client_is_added_and_renamed(world: World, client: Browser) -> None:
    browser = world.login(client, "consultant")

    added = browser.post(
        reverse("scenarios:client-create", args=["acme"]), {"name": "  Westwind  "}
    )
    with enter(world):
        row = Client.objects.get(name="Westwind")
    renamed = browser.post(
        reverse("scenarios:client-edit", args=["acme", row.pk]), {"name": "Far Westwind"}
    )

    page = reverse("scenarios:client-detail", args=["acme", row.pk])
    assert (added.status_code, added["Location"]) == (302, page)
    assert (renamed.status_code, renamed["Location"]) == (302, page)
    assert "Far Westwind" in browser.get(page).content.decode()


@pytest.mark.parametrize("name", ["", "   ", "northWIND", "x" * 121, "nul \0 inside"])
def test_wrong_client_name_comes_back_with_its_error(
    world: World, client: Browser, name: str
) -> None:
    browser = world.login(client, "owner")

    added = browser.post(reverse("scenarios:client-create", args=["acme"]), {"name": name})
    renamed = browser.post(
        reverse("scenarios:client-edit", args=["acme", world.sibling_client.pk]), {"name": name}
    )

    assert (added.status_code, renamed.status_code) == (422, 422)
    assert "field-error" in added.content.decode()


def test_assessment_is_started_with_its_triggers(world: World, client: Browser) -> None:
    factories.load_latest_framework()
    browser = world.login(client, "consultant")
    path = url("assessment-create", world, client=world.client.pk)

    form = browser.get(path)
    started = browser.post(
        path, {"title": "Review", "as_of": "2026-11-01", "triggers": ["rag", "multi_agent"]}
    )

    with enter(world):
        assessment = Assessment.objects.get()
    assert form.content.decode().count('name="triggers"') == 4
    assert started["Location"] == url("assessment-detail", world, assessment=assessment.pk)
    body = browser.get(started["Location"]).content.decode()
    assert "Structured RAG at scale" in body
    assert "Token cost cliff" not in body


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "", "as_of": "2026-11-01"},
        {"title": "R", "as_of": "soon"},
        {"title": "R", "as_of": "99999-01-01"},
        {"title": "R", "as_of": "2026-11-01", "triggers": "boredom"},
        {"title": "nul \0", "as_of": "2026-11-01"},
        {"title": "x" * 161, "as_of": "2026-11-01"},
    ],
)
def test_wrong_assessment_comes_back_with_its_error(
    world: World, client: Browser, fields: dict
) -> None:
    assessment = assess(world)
    browser = world.login(client, "owner")

    started = browser.post(url("assessment-create", world, client=world.client.pk), fields)
    edited = browser.post(url("assessment-edit", world, assessment=assessment.pk), fields)

    assert (started.status_code, edited.status_code) == (422, 422)


def test_assessment_before_any_framework_says_so(world: World, client: Browser) -> None:
    browser = world.login(client, "owner")

    response = browser.post(
        url("assessment-create", world, client=world.client.pk),
        {"title": "R", "as_of": "2026-11-01"},
    )

    assert response.status_code == 422
    assert "No framework is loaded yet" in response.content.decode()


def test_scorecard_shows_scores_contradictions_targets_and_how_they_came(
    world: World, client: Browser
) -> None:
    given = alone(routing=level(4), gateway=PARTIAL, triage=NO, integrity=level(2))
    for check in load_framework().checks_of("integrity"):
        del given[check.key]  # open, so that what is claimed stands alone
    assessment = assess(world, **given)

    body = (
        world.login(client, "viewer")
        .get(url("scorecard", world, assessment=assessment.pk))
        .content.decode()
    )

    # Routing: f = 0.5, o = 0, so E = 2 and S = min(4, 2) = 2; integrity is claimed alone: 2.
    assert "2.0 of 5, Emerging: APIs &amp; routing is furthest from its target" in body
    assert "Level 4 is claimed, above the 2 that the checks show." in body
    assert "Open until a scenario says whether self-hosting pays." in body
    assert "1 + 2 × foundation + 2 × foundation × optimized" in body
    assert "No check answered" in body
    assert body.count("<svg") == 2  # wide and narrow


def test_scorecard_of_nothing_never_reads_as_level_one(world: World, client: Browser) -> None:
    assessment = assess(world)

    body = (
        world.login(client, "viewer")
        .get(url("scorecard", world, assessment=assessment.pk))
        .content.decode()
    )

    assert "Nothing is scored yet" in body
    assert "Ad hoc" not in body


def test_submitted_scorecard_shows_its_job_and_then_when_it_was_stored(
    committed_db: None, world: World, client: Browser
) -> None:
    assessment = assess(world, gateway=YES)
    browser = world.login(client, "respondent")

    submission = browser.post(url("assessment-submit", world, assessment=assessment.pk))
    waiting = browser.get(submission["Location"]).content.decode()
    run_due_jobs()
    done = browser.get(submission["Location"]).content.decode()

    assert 'class="job"' in waiting
    assert 'class="job"' not in done
    assert "with the answers as submitted" in done


def test_submission_of_nothing_explains_itself(world: World, client: Browser) -> None:
    assessment = assess(world)

    response = world.login(client, "respondent").post(
        url("assessment-submit", world, assessment=assessment.pk)
    )

    assert response.status_code == 422
    assert "Answer at least one question before you submit." in response.content.decode()


def test_reopening_is_for_consultants(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)
    path = url("assessment-reopen", world, assessment=assessment.pk)

    statuses = [
        world.login(client, name).post(path).status_code
        for name in ("viewer", "respondent", "consultant", "consultant")
    ]

    assert statuses == [403, 403, 302, 409]


def test_overview_offers_what_the_role_may_do(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    path = url("assessment-detail", world, assessment=assessment.pk)

    pages = {
        name: world.login(client, name).get(path).content.decode()
        for name in ("owner", "respondent", "viewer")
    }

    found = {
        name: ("Go on answering" in body, "Submit the answers" in body, ">Edit</a>" in body)
        for name, body in pages.items()
    }
    assert found == {
        "owner": (True, True, True),
        "respondent": (True, True, False),
        "viewer": (False, False, False),
    }
