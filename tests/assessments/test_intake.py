"""Why an assessment is run: asked first, changed by who answers, never silently replaced."""

import pytest
from django.test import Client as Browser

from assessments import services
from assessments.models import Assessment
from assessments.selectors import assessment_get
from organizations.models import AuditEvent
from tests.assessments.cast import YES, assess, enter, url
from tests.world import World


def give(world: World, browser: Browser, assessment: Assessment, **fields: object):
    return browser.post(url("intake", world, assessment=assessment.pk), fields)


def fresh(world: World, assessment: Assessment) -> Assessment:
    with enter(world):
        return assessment_get(assessment.pk)


def test_respondent_says_why_and_goes_on_to_the_questions(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")

    overview = browser.get(url("assessment-detail", world, assessment=assessment.pk))
    page = browser.get(url("intake", world, assessment=assessment.pk)).content.decode()
    given = give(world, browser, assessment, read="", triggers=["rag", "multi_agent"])
    questions = browser.get(given["Location"]).content.decode()

    assert url("intake", world, assessment=assessment.pk) in overview.content.decode()
    assert page.count('name="triggers"') == 4
    assert "1 + 3 + 9 = 13 model calls" in page  # what the preset starts from
    assert given["Location"] == url("questionnaire", world, assessment=assessment.pk)
    assert "<strong>Structured RAG at scale</strong>" in questions
    with enter(world):
        event = AuditEvent.objects.get(verb="assessment.intake")
    assert event.data == {"triggers": ["rag", "multi_agent"]}
    assert event.actor_id == world.people["respondent"].user_id


def test_none_of_the_reasons_is_an_answer(world: World, client: Browser) -> None:
    assessment = assess(world)

    give(world, world.login(client, "respondent"), assessment, read="")

    after = fresh(world, assessment)
    assert (after.triggers, after.has_intake) == ([], True)


def test_consultant_changes_what_the_respondent_said(world: World, client: Browser) -> None:
    assessment = assess(world)
    give(world, world.login(client, "respondent"), assessment, read="", triggers=["rag"])
    mark = fresh(world, assessment).intake_at.isoformat()

    changed = give(
        world, world.login(client, "consultant"), assessment, read=mark, triggers=["cost_cliff"]
    )

    assert changed.status_code == 302
    assert fresh(world, assessment).triggers == ["cost_cliff"]


def test_two_at_once_are_shown_each_others_reasons(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    give(world, browser, assessment, read="", triggers=["rag"])

    second = give(world, browser, assessment, read="", triggers=["cost_cliff"])

    body = " ".join(second.content.decode().split())
    assert second.status_code == 409
    assert fresh(world, assessment).triggers == ["rag"]
    assert "Theirs: Structured RAG at scale." in body
    assert body.count(" checked") == 1  # what was ticked is kept
    mark = fresh(world, assessment).intake_at.isoformat()
    assert f'value="{mark}"'.replace("+", "&#x2B;") in body or f'value="{mark}"' in body

    chosen = give(world, browser, assessment, read=mark, triggers=["cost_cliff"])
    assert chosen.status_code == 302
    assert fresh(world, assessment).triggers == ["cost_cliff"]


@pytest.mark.parametrize(
    "fields",
    [{"triggers": "boredom"}, {"triggers": "\0"}, {"triggers": "rag", "read": "x" * 400}],
)
def test_reason_that_makes_no_sense_comes_back(world: World, client: Browser, fields: dict) -> None:
    assessment = assess(world)

    response = give(world, world.login(client, "respondent"), assessment, **fields)

    assert response.status_code == 422
    assert fresh(world, assessment).intake_at is None


def test_fixed_assessment_keeps_its_reasons(world: World, client: Browser) -> None:
    assessment = assess(world, gateway=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)
    browser = world.login(client, "respondent")

    page = browser.get(url("intake", world, assessment=assessment.pk))
    given = give(world, browser, assessment, read="", triggers=["rag"])

    assert (page.status_code, given.status_code) == (302, 409)
    assert fresh(world, assessment).triggers == []
