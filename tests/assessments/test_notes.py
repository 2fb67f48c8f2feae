"""Notes are the firm's own: no page, fragment or query of a client's person shows one."""

import pytest
from django.db import DatabaseError
from django.test import Client as Browser
from django_scopes import scopes_disabled

from assessments import selectors, services
from assessments.models import Note
from organizations import tenancy
from organizations.exceptions import Invalid
from tests.assessments.cast import YES, answer_url, assess, enter, url
from tests.world import World

CANARY = "canary-note-7f3a"


def noted(world: World):
    """Store an assessment with a note on it and one on a question."""
    assessment = assess(world, token_logging=YES)
    with enter(world):
        for question in ("", "token_logging"):
            services.add_note(
                by=world.actor("consultant"),
                assessment=assessment,
                text=f"{CANARY} <b>",
                question=question,
            )
    return assessment


def test_consultant_writes_and_reads_notes_as_text(world: World, client: Browser) -> None:
    assessment = noted(world)
    browser = world.login(client, "consultant")

    added = browser.post(
        url("note-create", world, assessment=assessment.pk),
        {"text": "Third", "question": "hosting"},
    )
    body = browser.get(url("note-list", world, assessment=assessment.pk)).content.decode()

    assert added.status_code == 302
    assert body.count(f"{CANARY} &lt;b&gt;") == 2
    assert "Third" in body


@pytest.mark.parametrize("name", ["respondent", "viewer"])
def test_clients_people_see_no_note_anywhere(world: World, client: Browser, name: str) -> None:
    assessment = noted(world)
    browser = world.login(client, name)
    names = ("assessment-detail", "questionnaire", "scorecard", "note-list")
    paths = [url(each, world, assessment=assessment.pk) for each in names]
    paths += [url("assessment-list", world), answer_url(world, assessment)]
    api = f"/api/v1/organizations/{world.organization.slug}/assessments/{assessment.pk}/"
    paths += [api, f"{api}answers/", f"{api}scorecard/"]

    answers = [browser.get(path, headers={"HX-Request": "true"}) for path in paths]
    listing = browser.get(paths[3])
    overview = browser.get(paths[0])

    assert [CANARY in answer.content.decode() for answer in answers] == [False] * len(paths)
    assert listing.status_code == 403
    assert paths[3] not in overview.content.decode()


def test_database_hides_notes_wherever_a_client_is_set(world: World) -> None:
    noted(world)
    firm, client = world.organization.pk, world.client.pk

    with tenancy.enter(organization_id=firm, client_id=client), scopes_disabled():
        seen_by_client = Note.objects.count()
    with tenancy.enter(organization_id=firm), scopes_disabled():
        seen_by_firm = Note.objects.count()

    assert (seen_by_client, seen_by_firm) == (0, 2)


def test_database_takes_no_note_from_a_clients_person(world: World) -> None:
    assessment = assess(world)
    by = world.actor("respondent")

    with pytest.raises(DatabaseError, match="row-level security"):
        with tenancy.enter(organization_id=by.organization_id, client_id=by.client_id):
            services.add_note(by=by, assessment=assessment, text=CANARY)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"text": " "}, "text"), ({"text": "\0"}, "text"), ({"question": "weather"}, "question")],
)
def test_note_that_says_nothing_or_is_about_nothing_is_refused(
    world: World, fields: dict, field: str
) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Invalid) as caught:
        services.add_note(
            by=world.actor("owner"), assessment=assessment, **({"text": "Fine"} | fields)
        )

    assert list(caught.value.fields) == [field]
    with enter(world):
        assert selectors.note_list(assessment) == []
