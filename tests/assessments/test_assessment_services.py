"""Assessments: started, edited, weighed, submitted, reopened; each change with its audit row."""

from datetime import date
from decimal import Decimal

import pytest

from assessments import selectors, services
from assessments.models import Assessment
from jobs.models import Job
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests import factories
from tests.assessments.cast import NO, YES, alone, assess, enter, level
from tests.world import World

WEIGHTS = {"hosting": "2", "routing": "1", "caching": "1", "integrity": "0", "finops": "1"}


def verbs(subject) -> list[str]:
    """Return what the audit says happened to a row, the oldest first."""
    events = AuditEvent.objects.filter(subject_id=subject.pk).order_by("created_at", "pk")
    return [event.verb for event in events]


def test_assessment_is_bound_to_the_latest_framework(world: World) -> None:
    version = factories.load_latest_framework()

    with enter(world):
        assessment = services.create_assessment(
            by=world.actor("consultant"),
            client=world.client,
            title="  Review ",
            as_of=date(2026, 11, 1),
            triggers=["rag", "cost_cliff"],
        )
        trail = verbs(assessment)

    assert (assessment.framework_id, assessment.title) == (version.pk, "Review")
    assert assessment.triggers == ["cost_cliff", "rag"]  # in the framework's order
    assert (assessment.status, assessment.created_by) == (
        "in_progress",
        world.people["consultant"].user,
    )
    assert trail == ["assessment.created"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "nul \0"}, "title"),
        ({"triggers": ["boredom"]}, "triggers"),
    ],
)
def test_assessment_with_a_wrong_field_is_refused(world: World, fields: dict, field: str) -> None:
    factories.load_latest_framework()
    content = {"title": "Review", "as_of": date(2026, 11, 1), "triggers": []} | fields

    with enter(world), pytest.raises(Invalid) as caught:
        services.create_assessment(by=world.actor("owner"), client=world.client, **content)

    assert list(caught.value.fields) == [field]


def test_assessment_without_a_framework_is_refused(world: World) -> None:
    with enter(world), pytest.raises(Invalid, match="No framework is loaded"):
        services.create_assessment(
            by=world.actor("owner"), client=world.client, title="R", as_of=date(2026, 11, 1)
        )


def test_edited_assessment_keeps_its_answers(world: World) -> None:
    assessment = assess(world, gateway=YES)

    with enter(world):
        services.edit_assessment(
            by=world.actor("owner"),
            assessment=assessment,
            title="Second look",
            as_of=date(2026, 12, 1),
            triggers=["rag"],
        )
        row = selectors.assessment_get(assessment.pk)
        trail = verbs(row)
        progress = selectors.answer_progress(row)

    assert (row.title, row.as_of, row.triggers) == ("Second look", date(2026, 12, 1), ["rag"])
    assert trail == ["assessment.created", "assessment.edited"]
    assert progress.answered == 1


def test_own_weights_stand_beside_the_versions(world: World) -> None:
    assessment = assess(world, **alone(hosting=level(1), routing=level(4)))
    weights = {key: Decimal(value) for key, value in WEIGHTS.items()}

    with enter(world):
        services.set_weights(by=world.actor("owner"), assessment=assessment, weights=weights)
        scores = selectors.scores_compute(selectors.assessment_get(assessment.pk))

    # Equal weights: (1 + 4) / 2 = 2.5. Own: (2 × 1 + 1 × 4) / 3 = 2.
    assert scores.overall == Decimal("2.5")
    assert scores.own is not None
    assert scores.own.overall == Decimal(2)


def test_weights_at_fault_are_named(world: World) -> None:
    assessment = assess(world)
    weights = {key: Decimal(value) for key, value in WEIGHTS.items()} | {"hosting": Decimal("NaN")}

    with enter(world), pytest.raises(Invalid) as caught:
        services.set_weights(by=world.actor("owner"), assessment=assessment, weights=weights)

    assert list(caught.value.fields) == ["weights.hosting"]


def test_submission_fixes_the_assessment_and_asks_for_one_scorecard(world: World) -> None:
    assessment = assess(world, gateway=YES)

    with enter(world):
        job = services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
        row = Assessment.objects.get(pk=assessment.pk)
        trail = verbs(row)
        jobs = Job.objects.filter(subject_id=row.pk)
        scorecards = list(jobs.filter(kind=services.SCORECARD_JOB))
        others = list(jobs.exclude(pk=job.pk).values_list("kind", flat=True))

    assert row.is_submitted
    assert trail == ["assessment.created", "assessment.submitted"]
    assert (scorecards, others) == ([job], ["send-notice"])
    assert (job.kind, job.client_id) == (services.SCORECARD_JOB, world.client.pk)


def test_nothing_answered_cannot_be_submitted(world: World) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Invalid, match="at least one"):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)


def test_second_submission_and_reopening_of_what_is_open_conflict(world: World) -> None:
    assessment = assess(world, gateway=NO)

    with enter(world), pytest.raises(Conflict, match="nothing to reopen"):
        services.reopen_assessment(by=world.actor("owner"), assessment=assessment)
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)
    with enter(world), pytest.raises(Conflict, match="was submitted"):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)
