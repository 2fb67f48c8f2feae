"""Races of jobs, their workers, relay and reaper, and of who asked for them."""

from datetime import timedelta

from django.utils import timezone

from jobs import services as job_services
from jobs.models import Job, JobState, Ticket
from jobs.run import LeaseLost, Run, extend_lease
from organizations import services as organization_services
from organizations.exceptions import Conflict
from organizations.selectors import api_key_actor
from organizations.services.api_keys import create_api_key, revoke_api_key
from tests.assessments.cast import enter
from tests.guarantees.races.racing import race, stored
from tests.jobs import kinds
from tests.world import World


def request(world: World, kind: str = "test-square") -> Job:
    """Ask for work."""
    with enter(world):
        return job_services.request_job(
            by=world.actor("consultant"),
            kind=kind,
            key="a",
            subject_id=world.client.pk,
            client_id=world.client.pk,
            payload={"number": 7},
        )


def claim(job: Job) -> Run | None:
    """Take the job as a worker would."""
    return job_services.claim_job(job_id=job.pk, organization_id=job.organization_id)


def test_a_job_is_taken_by_one_worker(world: World) -> None:
    job = request(world)

    assert race(world, lambda: claim(job), lambda: claim(job)) is None


def test_a_job_that_ended_meanwhile_is_not_cancelled(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None

    outcome = race(
        world,
        lambda: kinds.store_outcome(run),
        lambda: job_services.cancel_job(by=world.actor("consultant"), job=job),
    )

    assert isinstance(outcome, Conflict)
    state = stored(world, lambda: Job.objects.values_list("state", "is_cancel_requested").get())
    assert state == (JobState.DONE, False)


def test_a_message_is_sent_by_one_relay(world: World) -> None:
    request(world)

    assert race(world, job_services.take_due_tickets, job_services.take_due_tickets) == []


def test_a_run_whose_lease_is_reaped_meanwhile_stores_nothing(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    def store() -> str:
        try:
            kinds.store_outcome(run)
        except LeaseLost:
            return "lost"
        return "stored"

    assert race(world, job_services.reap_jobs, store) == "lost"
    assert stored(world, lambda: Job.objects.get().state) == JobState.QUEUED


def test_a_lease_that_is_reaped_meanwhile_is_not_extended(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    assert race(world, job_services.reap_jobs, lambda: extend_lease(run)) is False


def test_a_job_that_ends_meanwhile_is_not_reaped(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    race(world, lambda: kinds.store_outcome(run), job_services.reap_jobs)

    assert stored(world, lambda: Job.objects.get().state) == JobState.DONE


def test_a_refusal_that_comes_after_the_lease_was_reaped_ends_nothing(world: World) -> None:
    job = request(world, kind="test-refuse")
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    race(world, job_services.reap_jobs, lambda: job_services._do(run))

    assert stored(world, lambda: Job.objects.get().state) == JobState.QUEUED


def test_nobody_is_deactivated_while_what_they_asked_for_is_stored(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None

    def leave() -> str:
        organization_services.deactivate_member(
            by=world.actor("owner"), membership=world.people["consultant"]
        )
        return Job.objects.get(pk=job.pk).state

    assert race(world, lambda: kinds.store_outcome(run), leave) == JobState.DONE


def test_no_key_is_revoked_while_what_it_asked_for_is_stored(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        key = create_api_key(by=by, name="Export", scopes=["write"]).key
        job = job_services.request_job(
            by=api_key_actor(key),
            kind="test-square",
            key="a",
            subject_id=world.client.pk,
            payload={"number": 7},
        )
    run = claim(job)
    assert run is not None

    def revoke() -> str:
        revoke_api_key(by=by, key=key)
        return Job.objects.get(pk=job.pk).state

    assert race(world, lambda: kinds.store_outcome(run), revoke) == JobState.DONE
