"""Stores a submitted assessment's scorecard and sends its mails outside of the request."""

from assessments import mail, selectors, services
from jobs.run import Run, job_kind
from organizations import tenancy


@job_kind(services.SCORECARD_JOB, needs=None)
def compute_scorecard(run: Run) -> None:
    """Score the answers of one submission and store the result once."""
    run.step("Scoring the answers", 0.3)
    with run.finish(result={"assessment": str(run.subject_id)}):
        services.store_scorecard(
            by=run.actor,
            job_id=run.job_id,
            assessment_id=run.subject_id,
            submitted_at=run.payload["submitted_at"],
        )


@job_kind(services.NOTICE_JOB, needs=None)
def send_notice(run: Run) -> None:
    """Write to everybody whom an event concerns; the mails wait in the outbox once this is done."""
    run.step("Writing mail", 0.1)
    event = mail.Event.model_validate(run.payload)
    with run.finish(), tenancy.enter(organization_id=run.organization_id):
        # Not within the job's client: whoever reviews has none.
        assessment = selectors.assessment_get(run.subject_id)
        services.queue_notices(by=run.actor, assessment=assessment, event=event)
