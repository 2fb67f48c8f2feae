"""Mails that tell people what happened to an assessment: asked for with the event, sent once."""

from uuid import UUID

from django.core.mail import EmailMultiAlternatives

from assessments import mail
from assessments.models import Assessment
from jobs.models import Job
from jobs.run import Run
from jobs.services import request_job
from organizations import audit
from organizations.mail import deliver
from organizations.models import AuditEvent
from organizations.permissions import Actor

NOTICE_JOB = "send-notice"
SENT, REFUSED = "notice.sent", "notice.refused"


def request_notice(*, by: Actor, assessment: Assessment, event: mail.Event, key: str) -> Job:
    """Ask for the mails that tell of an event, in its transaction; `key` names it once."""
    return request_job(
        by=by,
        kind=NOTICE_JOB,
        key=f"{NOTICE_JOB}:{event.kind}:{assessment.pk}:{key}",
        subject_id=assessment.pk,
        client_id=assessment.client_id,
        payload=event.model_dump(mode="json"),
    )


def send_once(
    *, run: Run, assessment: Assessment, user_id: UUID, letter: EmailMultiAlternatives
) -> bool:
    """Send one person's mail of a job, unless an earlier attempt did; false where it is refused.

    The audit row is stored before the mail leaves: a worker that dies in between leaves a person
    without the mail, but never sends a second one. Only a mail that the server refused is sent
    again.
    """
    mark = {"job": str(run.job_id), "user": str(user_id), "notice": run.payload["kind"]}
    with run.part("Sending mail", 0.5):
        rows = AuditEvent.objects.filter(subject_id=assessment.pk, data=mark)
        is_sent = rows.filter(verb=SENT).count() > rows.filter(verb=REFUSED).count()
        if not is_sent:
            audit.record(by=run.actor, verb=SENT, subject=assessment, data=mark)
    if is_sent or deliver(letter):
        return True
    with run.part("Mail was refused", 0.5):
        audit.record(by=run.actor, verb=REFUSED, subject=assessment, data=mark)
    return False
