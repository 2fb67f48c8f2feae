"""Writes of jobs: request, claim, run, reap, cancel."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from jobs import selectors
from jobs.models import ONE_UNFINISHED, UNFINISHED, Job, JobState, Ticket
from jobs.run import JobCancelled, JobRefused, LeaseLost, Run, end, heartbeat, kinds, lease_end
from organizations import audit, tenancy
from organizations.exceptions import Conflict, DomainError
from organizations.permissions import Actor
from organizations.selectors import organization_ids

logger = logging.getLogger(__name__)

GAVE_UP = "It stopped {attempts} times without finishing. Nothing was lost; you may start it again."
TICKETS_TO_TRY = 50
OLD_JOBS_AT_ONCE = 1000
REFUSED = (
    "Whoever asked for this may not do it any more: they left, have another role, or their API key"
    " ended. {stopped} Somebody who may do it can start it again."
)
CRASHED = "Something went wrong on our side. Nothing was lost; you may start it again."


def request_job(
    *,
    by: Actor,
    kind: str,
    key: str,
    subject_id: UUID,
    client_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
    next_url: str = "",
) -> Job:
    """Ask for work, in the transaction of what the work is about.

    While a job of the same key is unfinished, that one is returned.
    """
    job = Job(
        organization_id=by.organization_id,
        client_id=client_id,
        kind=kind,
        key=key,
        subject_id=subject_id,
        payload=payload or {},
        next_url=next_url,
        requested_by_id=by.user_id,
        requested_by_key_id=by.api_key_id,
        requested_by_label=by.label,
    )
    while not _store(job):
        unfinished = Job.objects.filter(key=key, state__in=UNFINISHED).first()
        if unfinished is not None:
            return unfinished
        # That one ended between the two statements; the next try stores ours.
    turn = selectors.turn_next(job.organization_id)
    Ticket.objects.create(job_id=job.pk, organization_id=job.organization_id, turn=turn)
    audit.record(by=by, verb="job.requested", subject=job, data={"kind": kind})
    transaction.on_commit(lambda: wake_worker(job_id=job.pk, organization_id=job.organization_id))
    return job


def _store(job: Job) -> bool:
    """Insert the job; false when an unfinished one has its key."""
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        if ONE_UNFINISHED not in str(error):
            raise
        return False
    return True


def wake_worker(*, job_id: UUID, organization_id: UUID) -> bool:
    """Send the job's message; false when the broker does not answer: the relay sends it later.

    Which job the worker that it wakes takes is a matter of turns: `run_next_job`.
    """
    try:
        current_app.send_task("jobs.run", args=[str(job_id), str(organization_id)], retry=False)
    except (BrokerError, RedisError):
        logger.warning("the broker does not answer; job %s waits for the relay", job_id)
        return False
    return True


def claim_job(*, job_id: UUID, organization_id: UUID) -> Run | None:
    """Take a queued job for this worker; none when it is taken, finished or gone."""
    with tenancy.enter(organization_id=organization_id):
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(pk=job_id, state=JobState.QUEUED)
            .first()
        )
        if job is None:
            return None
        job.state, job.lease_token = JobState.RUNNING, uuid4()
        job.attempts += 1
        job.started_at = timezone.now()
        job.save(update_fields=["state", "lease_token", "attempts", "started_at"])
        Ticket.objects.filter(job_id=job.pk).update(lease_expires_at=lease_end())
    return Run(
        job_id=job.pk,
        organization_id=job.organization_id,
        client_id=job.client_id,
        subject_id=job.subject_id,
        lease_token=job.lease_token,
        kind=job.kind,
        payload=job.payload,
        actor=Actor(
            organization_id=job.organization_id,
            label=job.requested_by_label,
            user_id=job.requested_by_id,
            api_key_id=job.requested_by_key_id,
            client_id=job.client_id,
        ),
    )


def claim_next_job() -> Run | None:
    """Take the job whose turn it is for this worker; none when nothing is ready."""
    for ticket in selectors.ticket_list_in_turn(limit=TICKETS_TO_TRY):
        run = claim_job(job_id=ticket.job_id, organization_id=ticket.organization_id)
        if run is not None:
            return run
    return None


def run_next_job() -> None:
    """Do the job whose turn it is; a message too many finds nothing to do."""
    _do(claim_next_job())


def run_job(*, job_id: UUID, organization_id: UUID) -> None:
    """Claim this very job and do its work; nothing when it is taken, finished or gone."""
    _do(claim_job(job_id=job_id, organization_id=organization_id))


def _do(run: Run | None) -> None:
    if run is None:
        return
    try:
        with run.tenant():
            run.require_right()
        with heartbeat(run):
            kinds[run.kind].handler(run)
    except LeaseLost:
        logger.warning("job %s went to another worker", run.job_id)
    except JobRefused:
        _settle(run, lambda job: end(job, JobState.REFUSED, error=refused(run.kind)))
    except JobCancelled:
        _settle(run, lambda job: end(job, JobState.CANCELLED))
    except DomainError as error:
        reason, later = error.message, error.retry_after_s
        if later is None:
            _settle(run, lambda job: end(job, JobState.FAILED, error=reason))
        else:
            _settle(run, lambda job: _requeue(job, error=reason, delay_seconds=later))
    except Exception:  # whatever a handler raises, the worker and the other jobs go on
        logger.exception("job %s (%s) crashed", run.job_id, run.kind)
        _settle(run, lambda job: _requeue(job, error=CRASHED, delay_seconds=2**job.attempts))


def refused(kind: str) -> str:
    """Why a job of a kind was refused, and what stays of it."""
    return REFUSED.format(stopped=kinds[kind].stopped)


def _settle(run: Run, settle: Callable[[Job], None]) -> None:
    """End the attempt, unless the job went to another worker."""
    with run.tenant():
        job = run.held()
        if job is not None:
            settle(job)


def _requeue(job: Job, *, error: str, delay_seconds: float) -> None:
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        end(job, JobState.FAILED, error=error)
        return
    job.state, job.lease_token = JobState.QUEUED, None
    job.save(update_fields=["state", "lease_token"])
    due_at = timezone.now() + timedelta(seconds=delay_seconds)
    Ticket.objects.filter(job_id=job.pk).update(
        ready_at=due_at, due_at=due_at, lease_expires_at=None
    )


def reap_jobs() -> int:
    """Put jobs whose worker fell silent back in the queue, or fail them after the last try."""
    expired = list(Ticket.objects.filter(lease_expires_at__lt=timezone.now()).order_by("pk")[:500])
    for ticket in expired:
        with tenancy.enter(organization_id=ticket.organization_id):
            still = Ticket.objects.filter(pk=ticket.pk, lease_expires_at__lt=timezone.now())
            job = Job.objects.select_for_update().filter(pk=ticket.job_id, state=JobState.RUNNING)
            silent = job.first()
            if silent is not None and still.exists():
                _requeue(silent, error=GAVE_UP.format(attempts=silent.attempts), delay_seconds=0)
    return len(expired)


def take_due_tickets(*, limit: int = 500) -> list[Ticket]:
    """Return the tickets to send now, and put off their next sending."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            Ticket.objects.select_for_update(skip_locked=True)
            .filter(lease_expires_at__isnull=True, due_at__lte=now)
            .order_by("due_at", "pk")[:limit]
        )
        again_at = now + timedelta(seconds=settings.JOB_RESEND_SECONDS)
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in due]).update(due_at=again_at)
    return due


def relay_jobs() -> int:
    """Send a message for every job that waits for one; return how many were sent."""
    sent = 0
    for ticket in take_due_tickets():
        if not wake_worker(job_id=ticket.job_id, organization_id=ticket.organization_id):
            break
        sent += 1
    return sent


def run_due_jobs() -> int:
    """Do all work that is due in this process, for commands that wait for it; return how many."""
    count = 0
    while tickets := take_due_tickets():
        for ticket in tickets:
            run_job(job_id=ticket.job_id, organization_id=ticket.organization_id)
            count += 1
    return count


@transaction.atomic
def cancel_job(*, by: Actor, job: Job) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.is_finished:
        raise Conflict("This has ended already.", current={"state": job.state})
    job.is_cancel_requested = True
    if job.state == JobState.QUEUED:
        end(job, JobState.CANCELLED)
    else:
        job.save(update_fields=["is_cancel_requested"])
    audit.record(by=by, verb="job.cancelled", subject=job, data={"kind": job.kind})
    return job


def remove_old_jobs() -> int:
    """Delete jobs that ended more than `JOB_KEPT_DAYS` ago, in batches; return how many.

    Those stay that a result or a document names. None is deleted where the setting is 0.
    """
    before = timezone.now() - timedelta(days=settings.JOB_KEPT_DAYS)
    removed = 0
    for organization_id in organization_ids() if settings.JOB_KEPT_DAYS else ():
        while True:
            with tenancy.enter(organization_id=organization_id):
                old = selectors.jobs_unneeded(before).values_list("pk", flat=True)
                count, _ = Job.objects.filter(pk__in=list(old[:OLD_JOBS_AT_ONCE])).delete()
            removed += count
            if not count:
                break
    return removed


def stop_all_jobs() -> None:
    """Cancel all that is unfinished in the tenant: what still works at it can store nothing."""
    Job.objects.filter(state__in=UNFINISHED).update(
        state=JobState.CANCELLED, lease_token=None, finished_at=timezone.now()
    )
