"""A reassessment: what comes along, what is marked, what two clicks make, what stays behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.test import Client as Browser

from assessments import mapping, services
from assessments.framework import load_framework
from assessments.models import Answer, Assessment, Evidence
from assessments.scoring import AnswerState, AnswerValue, CheckValue, Confidence
from assessments.selectors import question_get, questionnaire_read, scores_compute
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent, Client
from tests import factories
from tests.assessments.cast import NO, YES, assess, enter, level, url
from tests.world import World

CLICKS = 8
AS_OF = date(2027, 5, 1)
MEASURED = AnswerValue(
    AnswerState.ANSWERED, CheckValue.PARTIAL, confidence=Confidence.MEASURED, comment="in part"
)


def finished(world: World, **answers: AnswerValue) -> Assessment:
    """Store an approved assessment."""
    assessment = assess(world, **answers)
    with enter(world):
        by = world.actor("owner")
        services.submit_assessment(by=by, assessment=assessment)
        return services.approve_assessment(by=by, assessment=assessment)


def reassess(world: World, assessment: Assessment, **fields: Any) -> Assessment:
    given = {"title": "Again", "as_of": AS_OF} | fields
    with enter(world):
        by = world.actor("consultant")
        return services.start_reassessment(by=by, assessment=assessment, **given)[0]


def test_answers_come_along_as_they_are_and_are_marked(world: World) -> None:
    last = finished(world, gateway=MEASURED, triage=NO, routing=level(4))

    again = reassess(world, last)

    with enter(world):
        old = {each.key: each for each in Answer.objects.filter(assessment=last)}
        new = {each.key: each for each in Answer.objects.filter(assessment=again)}
        scores = [scores_compute(each).overall for each in (last, again)]
    assert {key: mapping.answer_value(each) for key, each in new.items()} == {
        key: mapping.answer_value(each) for key, each in old.items()
    }
    assert {(each.version, each.is_carried_over) for each in new.values()} == {(1, True)}
    assert {each.is_carried_over for each in old.values()} == {False}
    assert scores[0] == scores[1]
    assert (again.as_of, again.previous_id, again.status) == (AS_OF, last.pk, "in_progress")


def test_carried_over_answer_is_open_until_somebody_says_that_it_holds(world: World) -> None:
    again = reassess(world, finished(world, gateway=YES, triage=NO))
    with enter(world):
        by = world.actor("respondent")
        before = questionnaire_read(again)
        # The very same answer: a repeated one would change nothing.
        services.save_answer(
            by=by, assessment=again, kind="check", key="gateway", version=1, content=YES
        )
        after = questionnaire_read(again)
        confirmed = question_get(again, kind="check", key="gateway")

    assert (before.carried_over, after.carried_over) == (2, 1)
    assert (before.progress.answered, after.progress.answered) == (2, 2)
    assert confirmed is not None
    assert confirmed.answer is not None
    assert (confirmed.answer.version, confirmed.answer.updated_by_id) == (2, by.user_id)


def test_the_same_person_confirms_their_own_answer(world: World) -> None:
    last = assess(world)
    with enter(world):
        by = world.actor("respondent")
        given = {"kind": "check", "key": "gateway", "content": YES}
        services.save_answer(by=by, assessment=last, version=0, **given)
        services.submit_assessment(by=by, assessment=last)
    again = reassess(world, last)

    with enter(world):
        answer = services.save_answer(by=by, assessment=again, version=1, **given)

    assert (answer.version, answer.is_carried_over) == (2, False)


def test_triggers_and_own_weights_come_along(world: World) -> None:
    last = assess(world, gateway=YES)
    weights = {each.key: Decimal(2) for each in load_framework("1").dimensions}
    with enter(world):
        by = world.actor("owner")
        services.give_intake(by=by, assessment=last, triggers=["rag"], read="")
        services.set_weights(by=by, assessment=last, weights=weights)
        services.submit_assessment(by=by, assessment=last)

    again = reassess(world, last)

    assert again.triggers == ["rag"]
    assert mapping.weights_of(again) == weights
    assert again.intake_at is None  # asked again


def test_two_clicks_make_one(committed_db: None, world: World) -> None:
    last = finished(world, gateway=YES)

    def click(_: int) -> Any:
        try:
            return reassess(world, last).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLICKS) as pool:
        made = set(pool.map(click, range(CLICKS)))

    with enter(world):
        events = AuditEvent.objects.filter(verb="assessment.reassessed")
        assert [each.subject_id for each in events] == list(made)
        assert Assessment.objects.filter(previous=last).count() == 1
        data = events.get().data
    assert (data["answers"], data["evidence"], data["previous"]) == (1, 0, str(last.pk))


def insert(world: World, client: Client, previous: Assessment) -> None:
    """Store an assessment past the service, and have the database check it at once."""
    with enter(world), transaction.atomic():
        Assessment.objects.create(
            organization=world.organization,
            client=client,
            framework=previous.framework,
            title="Second",
            as_of=AS_OF,
            previous=previous,
        )
        with connections["default"].cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_database_refuses_a_second_one(world: World) -> None:
    last = finished(world, gateway=YES)
    reassess(world, last)

    with pytest.raises(IntegrityError, match="one_reassessment"):
        insert(world, world.client, last)


def test_database_refuses_one_of_another_client(world: World) -> None:
    last = finished(world, gateway=YES)

    with pytest.raises(IntegrityError, match="previous_id_same_tenant"):
        insert(world, world.sibling_client, last)


def test_last_one_that_is_still_answered_is_refused(world: World) -> None:
    with pytest.raises(Conflict):
        reassess(world, assess(world, gateway=YES))


@pytest.mark.parametrize("title", ["", "  ", "x" * 161, "nul \0"])
def test_wrong_title_is_refused(world: World, title: str) -> None:
    last = finished(world, gateway=YES)

    with pytest.raises(Invalid) as refused:
        reassess(world, last, title=title)

    assert list(refused.value.fields) == ["title"]


def test_what_the_latest_version_no_longer_asks_stays_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = finished(world, gateway=YES, triage=NO, routing=level(4))
    framework = load_framework("1")
    checks = tuple(check for check in framework.checks if check.key != "triage")
    smaller = framework.model_copy(update={"checks": checks})
    monkeypatch.setattr(mapping, "framework_of", lambda row: smaller)

    again = reassess(world, last)

    with enter(world):
        keys = set(Answer.objects.filter(assessment=again).values_list("key", flat=True))
    assert keys == {"gateway", "routing"}


def test_file_lies_once_and_stays_until_the_last_that_shows_it_goes(
    committed_db: None, world: World
) -> None:
    last = assess(world, gateway=YES)
    by = world.actor("owner")
    with enter(world):
        services.add_file(
            by=by,
            assessment=last,
            kind="check",
            key="gateway",
            filename="proof.csv",
            content=b"day,calls\n",
        )
        services.submit_assessment(by=by, assessment=last)
    again = reassess(world, last)
    (file,) = [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]

    with enter(world):
        rows = {each.assessment_id: each for each in Evidence.objects.select_related("assessment")}
        services.delete_evidence(by=by, evidence=rows[again.pk])
    assert file.exists()
    with enter(world):
        services.reopen_assessment(by=by, assessment=last)
        services.delete_evidence(by=by, evidence=rows[last.pk])

    assert not file.exists()


def test_page_marks_what_is_carried_over(world: World, client: Browser) -> None:
    again = reassess(world, finished(world, gateway=YES, triage=NO))
    browser = world.login(client, "respondent")

    questions = browser.get(url("questionnaire", world, assessment=again.pk)).content.decode()
    overview = browser.get(url("assessment-detail", world, assessment=again.pk)).content.decode()

    assert questions.count("It still holds") == 2
    assert "2 carried over" in questions
    assert "2 answers are carried over from the last assessment" in questions
    assert "2 answers carried over from it are not confirmed yet" in overview


def test_carried_answers_of_another_firm_are_none(world: World) -> None:
    foreign = factories.system_actor(world.other_organization)
    last = finished(world, gateway=YES)

    with (
        tenancy.enter(organization_id=world.other_organization.pk),
        pytest.raises(Assessment.DoesNotExist),
    ):
        services.start_reassessment(by=foreign, assessment=last, title="Theft", as_of=AS_OF)
