"""Stores a submitted assessment's scorecard and sends its mails outside of the request."""

from assessments import mail, selectors, services
from jobs.run import Run, job_kind
from organizations import tenancy


class MailRefused(Exception):
    """The mail server refused some mail of a notice; the job tries those again."""


@job_kind(services.SCORECARD_JOB)
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


@job_kind(services.NOTICE_JOB)
def send_notice(run: Run) -> None:
    """Tell everybody whom an event concerns, each by one mail."""
    run.step("Writing mail", 0.1)
    event = mail.Event.model_validate(run.payload)
    with tenancy.enter(organization_id=run.organization_id):  # whoever reviews has no client
        assessment = selectors.assessment_get(run.subject_id)
        letters = {
            member.user_id: mail.event_letter(assessment, event, member)
            for member in mail.recipients(assessment, event)
        }
    sent = [
        services.send_once(run=run, assessment=assessment, user_id=user_id, letter=letter)
        for user_id, letter in letters.items()
    ]
    if not all(sent):
        raise MailRefused
    with run.finish(result={"mails": len(sent)}):
        pass
