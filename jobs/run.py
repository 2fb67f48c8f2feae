"""A running job: its kind's function, tenant, progress and end; fenced by its lease."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs.models import Job, JobState, Ticket
from organizations import selectors, tenancy
from organizations.permissions import Actor, Permission


class LeaseLost(Exception):
    """Another worker has this job now; whatever this one still does must not count."""


class JobCancelled(Exception):
    """A person asked to stop the job."""


class JobRefused(JobCancelled):
    """Whoever asked for the job may not do so any more."""


@dataclass(frozen=True)
class Run:
    """One attempt at a job, valid as long as its lease token is the row's."""

    job_id: UUID
    organization_id: UUID
    client_id: UUID | None
    subject_id: UUID
    lease_token: UUID
    kind: str
    actor: Actor
    payload: dict[str, Any] = field(default_factory=dict)

    def tenant(self) -> AbstractContextManager[None]:
        """Enter the job's tenant for one short transaction."""
        return tenancy.enter(organization_id=self.organization_id, client_id=self.client_id)

    def step(self, step: str, progress_ratio: float) -> None:
        """Report what is being done and how far it is (0 to 1).

        Raises JobCancelled when a person asked to stop, JobRefused when whoever asked for the job
        lost their right to it, LeaseLost when the lease is another's.
        """
        with self.storing(step, progress_ratio):
            pass

    @contextmanager
    def storing(self, step: str, progress_ratio: float) -> Iterator[None]:
        """Report as `step` does, in one transaction with what the body stores of the work so far.

        The next attempt finds that; raises LeaseLost before the body runs.
        """
        with self.tenant():
            job = self._locked()
            yield
            job.step, job.progress_ratio = step, min(max(progress_ratio, 0.0), 1.0)
            job.save(update_fields=["step", "progress_ratio"])
        if job.is_cancel_requested:
            raise JobCancelled

    @contextmanager
    def finish(self, result: dict[str, Any] | None = None) -> Iterator[None]:
        """Store the outcome and mark the job done in one transaction, or neither.

        The body writes what the job was for. Raises LeaseLost before it runs when another worker
        has taken the job over, so an outcome is stored once; JobRefused where whoever asked for it
        has lost their right, which they keep until the outcome is stored.
        """
        with self.tenant():
            job = self._locked()
            yield
            job.progress_ratio, job.result = 1.0, result or {}
            end(job, JobState.DONE)

    def _locked(self) -> Job:
        job = self.held()
        if job is None:
            raise LeaseLost
        self.require_right()
        return job

    def require_right(self) -> None:
        """Raise JobRefused unless whoever asked for the job may still ask for it."""
        needed = kinds[self.kind].needs
        standing = selectors.actor_standing(self.actor) if needed else self.actor
        sees_client = standing and standing.client_id in (None, self.client_id)
        if standing is None or not sees_client or (needed and not standing.may(needed)):
            raise JobRefused

    def held(self) -> Job | None:
        """Return the job's row, locked; none when its lease is no longer this run's."""
        mine = Job.objects.filter(pk=self.job_id, lease_token=self.lease_token)
        return mine.select_for_update().first()


def end(job: Job, state: JobState, *, error: str = "") -> None:
    """Give the job its final state and take its ticket away; call inside its tenant."""
    job.state, job.lease_token = state, None
    job.error = error.replace("\0", "")
    job.finished_at = timezone.now()
    job.save()
    Ticket.objects.filter(job_id=job.pk).delete()


@contextmanager
def heartbeat(run: Run) -> Iterator[threading.Thread]:
    """Keep a lease alive from a thread of its own while the work goes on.

    It stops after `JOB_TIME_LIMIT_SECONDS`: a job that hangs loses its lease.
    """
    stop = threading.Event()
    deadline = timezone.now() + timedelta(seconds=settings.JOB_TIME_LIMIT_SECONDS)

    def beat() -> None:
        try:
            while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
                if timezone.now() > deadline or not extend_lease(run):
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def extend_lease(run: Run) -> bool:
    """Move the lease's end; false when the lease is no longer this run's."""
    with run.tenant():
        if run.held() is None:
            return False
        Ticket.objects.filter(job_id=run.job_id).update(lease_expires_at=lease_end())
        return True


def lease_end() -> datetime:
    """Return when a lease that is taken or renewed now runs out."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


Handler = Callable[[Run], None]


NOTHING_CHANGED = "Nothing was changed."


class JobKind(NamedTuple):
    """The function that does a kind of job, the permission that its requester needs, and what a
    stopped one leaves behind, as a sentence.
    """

    handler: Handler
    needs: Permission | None
    stopped: str = NOTHING_CHANGED


kinds: dict[str, JobKind] = {}


def job_kind(
    kind: str, *, needs: Permission | None, stopped: str = NOTHING_CHANGED
) -> Callable[[Handler], Handler]:
    """Register the decorated function for a kind of job.

    `needs` is what whoever asks for it must be allowed to do, until its outcome is stored; none for
    what follows by itself from something that was done. `stopped` says what a run that was stopped
    leaves behind, where that is something.
    """

    def register(handler: Handler) -> Handler:
        if kinds.setdefault(kind, JobKind(handler, needs, stopped)).handler is not handler:
            raise ValueError(f"Two functions claim the job kind {kind!r}.")
        return handler

    return register
