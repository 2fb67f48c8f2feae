"""The job that stores a submitted assessment's scorecard: once, and as it was submitted."""

from assessments import selectors, services
from assessments.models import Scorecard
from jobs.models import Job, JobState
from jobs.services import run_due_jobs, run_job
from organizations.models import AuditEvent
from tests.assessments.cast import NO, PARTIAL, YES, alone, assess, enter, level
from tests.world import World


def submit(world: World, assessment) -> Job:
    """Submit as the respondent."""
    with enter(world):
        return services.submit_assessment(by=world.actor("respondent"), assessment=assessment)


def test_submission_stores_one_scorecard_that_equals_the_live_scores(
    committed_db: None, world: World
) -> None:
    assessment = assess(
        world, **alone(gateway=YES, triage=PARTIAL, routing=level(3), eval_suite=NO)
    )
    job = submit(world, assessment)

    run_due_jobs()
    run_job(job_id=job.pk, organization_id=world.organization.pk)  # a message that comes twice

    with enter(world):
        scorecards = list(Scorecard.objects.filter(assessment=assessment))
        live = selectors.scores_compute(assessment).document()
        state = Job.objects.get(pk=job.pk).state
        events = AuditEvent.objects.filter(verb="scorecard.stored").count()
    assert [scorecard.document for scorecard in scorecards] == [live]
    assert (state, events) == (JobState.DONE, 1)
    # Routing: f = 1, o = 0.5, so E = 1 + 2 + 1 = 4 and S = min(3, 4) = 3. Integrity: E = 1.
    # Overall (3 + 1) / 2 = 2.
    assert live["overall"] == 2.0
    assert live["band"] == "Emerging"


def test_reopening_before_the_job_runs_stores_nothing(committed_db: None, world: World) -> None:
    assessment = assess(world, gateway=YES)
    job = submit(world, assessment)
    with enter(world):
        services.reopen_assessment(by=world.actor("owner"), assessment=assessment)

    run_due_jobs()

    with enter(world):
        assert Scorecard.objects.count() == 0
        assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_each_submission_has_its_own_scorecard(committed_db: None, world: World) -> None:
    assessment = assess(world, **alone(gateway=YES))
    submit(world, assessment)
    run_due_jobs()
    with enter(world):
        services.reopen_assessment(by=world.actor("owner"), assessment=assessment)
        services.save_answer(
            by=world.actor("owner"),
            assessment=assessment,
            kind="check",
            key="gateway",
            version=1,
            content=NO,
        )
    submit(world, assessment)

    run_due_jobs()

    with enter(world):
        overall = [
            scorecard.document["overall"]
            for scorecard in Scorecard.objects.order_by("computed_at", "pk")
        ]
        latest = selectors.scorecard_latest(assessment)
    # One foundation check alone: the other stage takes its mean. Yes: 1 + 2 + 2 = 5. No: 1.
    assert overall == [5.0, 1.0]
    assert latest is not None
    assert latest.document["overall"] == 1.0
