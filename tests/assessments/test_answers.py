"""Answers: their axes, their versions, who may still write."""

from dataclasses import replace

import pytest
from django.db import IntegrityError

from assessments import selectors, services
from assessments.models import Answer
from assessments.scoring import AnswerState, AnswerValue, Confidence
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.models import AuditEvent
from tests.assessments.cast import NO, PARTIAL, QUESTIONS, UNKNOWN, YES, assess, enter, level
from tests.world import World

CHECKS = ("token_logging", "gateway", "elastic_capacity")


def save(world: World, assessment, content, *, version=0, key="token_logging", who="respondent"):
    """Save an answer as a person of the cast."""
    kind = "check" if key in CHECKS else "dimension"
    with enter(world):
        return services.save_answer(
            by=world.actor(who),
            assessment=assessment,
            kind=kind,
            key=key,
            version=version,
            content=content,
        )


def standing(world: World, assessment, key="token_logging") -> Answer:
    """Return the answer as it is stored."""
    with enter(world):
        return Answer.objects.get(assessment=assessment, key=key)


def test_first_answer_is_version_one_and_audited(world: World) -> None:
    assessment = assess(world)

    answer = save(world, assessment, replace(YES, confidence=Confidence.MEASURED, comment="Logs."))

    with enter(world):
        events = AuditEvent.objects.filter(subject_id=answer.pk)
        found = [(event.verb, event.actor_label, event.data) for event in events]
    assert (answer.version, answer.state, answer.value, answer.level) == (
        1,
        "answered",
        "yes",
        None,
    )
    assert (answer.confidence, answer.comment) == ("measured", "Logs.")
    assert answer.client_id == world.client.pk
    data = {"question": "token_logging", "state": "answered", "version": 1}
    assert found == [("answer.saved", "respondent@acme.example", data)]


def test_second_answer_needs_the_version_that_was_read(world: World) -> None:
    assessment = assess(world)
    save(world, assessment, YES)

    answer = save(world, assessment, NO, version=1)

    assert (answer.version, answer.value) == (2, "no")


@pytest.mark.parametrize("version", [0, 1, 3, 10**30])
def test_stale_version_gets_the_current_value_and_changes_nothing(
    world: World, version: int
) -> None:
    assessment = assess(world)
    save(world, assessment, YES, who="consultant")
    save(world, assessment, PARTIAL, version=1, who="consultant")

    with pytest.raises(Conflict) as caught:
        save(world, assessment, NO, version=version)

    current = caught.value.current
    assert (current["version"], current["state"], current["value"]) == (2, "answered", "partial")
    assert caught.value.message == "consultant@acme.example answered this in the meantime."
    assert standing(world, assessment).value == "partial"


def test_first_answer_with_a_version_that_never_was_conflicts(world: World) -> None:
    assessment = assess(world)

    with pytest.raises(Conflict) as caught:
        save(world, assessment, YES, version=1)

    assert caught.value.current == {"version": 0}


def test_repeating_an_answer_whose_acknowledgement_was_lost_changes_nothing(world: World) -> None:
    assessment = assess(world)
    save(world, assessment, YES)

    answer = save(world, assessment, YES)

    with enter(world):
        events = AuditEvent.objects.filter(subject_id=answer.pk).count()
    assert (answer.version, events) == (1, 1)


def test_repeating_an_answer_that_was_replaced_since_is_a_conflict(world: World) -> None:
    assessment = assess(world)
    save(world, assessment, YES)
    save(world, assessment, NO, version=1)
    save(world, assessment, YES, version=2)

    with pytest.raises(Conflict):
        save(world, assessment, YES, version=0)


def test_the_same_answer_by_another_person_is_still_a_conflict(world: World) -> None:
    assessment = assess(world)
    save(world, assessment, YES, who="consultant")

    with pytest.raises(Conflict):
        save(world, assessment, YES)


def test_an_answer_can_be_taken_back(world: World) -> None:
    assessment = assess(world, token_logging=YES)

    answer = save(world, assessment, AnswerValue(), version=1)

    with enter(world):
        progress = selectors.answer_progress(assessment)
    assert (answer.state, answer.value, answer.version) == ("unanswered", "", 2)
    assert (progress.answered, progress.total) == (0, QUESTIONS)


@pytest.mark.parametrize(
    ("key", "content", "field"),
    [
        ("token_logging", AnswerValue("nonsense"), "state"),
        ("token_logging", AnswerValue(AnswerState.ANSWERED), "value"),
        ("token_logging", AnswerValue(AnswerState.ANSWERED, "perhaps"), "value"),
        ("token_logging", replace(YES, level=3), "level"),
        ("token_logging", replace(UNKNOWN, value="yes"), "value"),
        ("hosting", AnswerValue(AnswerState.ANSWERED, level=0), "level"),
        ("hosting", AnswerValue(AnswerState.ANSWERED, level=6), "level"),
        ("hosting", replace(level(3), value="yes"), "value"),
        ("elastic_capacity", AnswerValue(AnswerState.NOT_APPLICABLE), "reason"),
        ("elastic_capacity", AnswerValue(AnswerState.NOT_APPLICABLE, reason="tired"), "reason"),
        ("elastic_capacity", AnswerValue(AnswerState.NOT_APPLICABLE, reason="other"), "comment"),
        ("token_logging", replace(YES, reason="out_of_scope"), "reason"),
        ("token_logging", replace(YES, confidence="certain"), "confidence"),
        ("token_logging", replace(YES, comment="x" * 4001), "comment"),
        ("token_logging", replace(YES, comment="nul \0 inside"), "comment"),
        ("token_logging", replace(YES, comment="half \ud800 pair"), "comment"),
    ],
)
def test_answer_with_a_wrong_axis_names_it(
    world: World, key: str, content: AnswerValue, field: str
) -> None:
    assessment = assess(world)

    with pytest.raises(Invalid) as caught:
        save(world, assessment, content, key=key)

    assert list(caught.value.fields) == [field]
    with enter(world):
        assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "key"),
    [("check", "hosting"), ("dimension", "gateway"), ("check", "x"), ("odd", "gateway"), ("", "")],
)
def test_question_that_is_not_asked_is_missing(world: World, kind: str, key: str) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Missing):
        services.save_answer(
            by=world.actor("respondent"),
            assessment=assessment,
            kind=kind,
            key=key,
            version=0,
            content=YES,
        )


def test_comment_loses_outer_blanks_and_carriage_returns(world: World) -> None:
    assessment = assess(world)

    answer = save(world, assessment, replace(YES, comment="  one\r\ntwo \n"))

    assert answer.comment == "one\ntwo"


def test_submitted_assessment_refuses_answers(world: World) -> None:
    assessment = assess(world, token_logging=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)

    with pytest.raises(Conflict) as caught:
        save(world, assessment, NO, version=1)

    assert caught.value.current == {"status": "submitted"}
    assert standing(world, assessment).value == "yes"


def test_reopened_assessment_takes_answers_again(world: World) -> None:
    assessment = assess(world, token_logging=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
        services.reopen_assessment(by=world.actor("consultant"), assessment=assessment)

    answer = save(world, assessment, NO, version=1)

    assert (answer.version, answer.value) == (2, "no")


@pytest.mark.parametrize(
    ("axes", "constraint"),
    [
        ({"state": "odd"}, "kind_and_state_known"),
        ({"kind": "odd"}, "kind_and_state_known"),
        ({"value": "perhaps", "state": "answered"}, "value_known"),
        ({"confidence": "odd"}, "confidence_known"),
        ({"kind": "dimension", "state": "answered", "level": 6}, "level_1_to_5"),
        ({"state": "answered"}, "value_exactly_when_answered"),
        ({"state": "unknown", "value": "yes"}, "value_exactly_when_answered"),
        ({"state": "not_applicable"}, "reason_exactly_when_not_applicable"),
        ({"state": "unknown", "reason": "x"}, "reason_exactly_when_not_applicable"),
        ({"version": 0}, "version_counts_from_one"),
    ],
)
def test_database_refuses_impossible_answers(world: World, axes: dict, constraint: str) -> None:
    assessment = assess(world)
    row = {"kind": "check", "key": "gateway", "state": "unanswered"} | axes

    with pytest.raises(IntegrityError, match=constraint), enter(world):
        Answer.objects.create(
            organization=world.organization, client=world.client, assessment=assessment, **row
        )


def test_database_keeps_one_answer_a_question(world: World) -> None:
    assessment = assess(world, gateway=YES)

    with pytest.raises(IntegrityError, match="one_a_question"), enter(world):
        Answer.objects.create(
            organization=world.organization,
            client=world.client,
            assessment=assessment,
            kind="check",
            key="gateway",
        )
