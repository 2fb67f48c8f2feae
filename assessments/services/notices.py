"""Mails that tell people what happened to an assessment: asked for with the event, sent once."""

from assessments import mail, selectors
from assessments.models import Assessment
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.permissions import Actor
from organizations.services.outbox import queue_mail

NOTICE_JOB = "send-notice"


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


def queue_notices(*, by: Actor, assessment: Assessment, event: mail.Event) -> int:
    """Queue the mails that tell everybody whom an event concerns; return how many."""
    if event.kind in mail.OF_RESULTS:
        provisional = selectors.scores_compute(assessment).provisional
        event = event.model_copy(update={"provisional": provisional})
    members = mail.recipients(assessment, event)
    for member in members:
        letter = mail.event_letter(assessment, event, member)
        queue_mail(letter, organization_id=assessment.organization_id)
        data = {"user": str(member.user_id), "notice": event.kind}
        audit.record(by=by, verb="notice.queued", subject=assessment, data=data)
    return len(members)
