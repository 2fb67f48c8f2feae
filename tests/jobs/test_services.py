"""Jobs: requested with their subject, done once, retried, reaped, cancelled."""

import os
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from costing.scenarios.economics import request_economics
from jobs import services
from jobs.models import Job, JobState, Ticket
from jobs.run import JobCancelled, LeaseLost, Run, heartbeat
from organizations import tenancy
from organizations.exceptions import Conflict
from organizations.models import AuditEvent
from tests.costing.cast import api_only, make_scenario
from tests.jobs import kinds
from tests.world import World


def request(world: World, kind: str = "test-square", key: str = "a", **payload: float) -> Job:
    """Ask for work as the consultant."""
    with tenancy.enter(organization_id=world.organization.pk):
        return services.request_job(
            by=world.actor("consultant"),
            kind=kind,
            key=key,
            subject_id=world.client.pk,
            client_id=world.client.pk,
            payload={"number": 7, **payload},
        )


def claim(job: Job) -> Run:
    """Take the job as a worker would."""
    run = services.claim_job(job_id=job.pk, organization_id=job.organization_id)
    assert run is not None
    return run


def reload(world: World, job: Job) -> Job:
    """Return the job as it stands."""
    with tenancy.enter(organization_id=world.organization.pk):
        return Job.objects.get(pk=job.pk)


def outcomes(world: World) -> int:
    """Count the outcomes that jobs stored."""
    with tenancy.enter(organization_id=world.organization.pk):
        return AuditEvent.objects.filter(verb="test.stored").count()


def test_job_is_done_with_its_result(world: World) -> None:
    job = request(world)

    services.run_due_jobs()

    done = reload(world, job)
    assert (done.state, done.result, done.progress_ratio) == ("done", {"squared": 49}, 1.0)
    assert (outcomes(world), Ticket.objects.count()) == (1, 0)


def test_job_goes_with_the_transaction_that_asked_for_it(world: World) -> None:
    with transaction.atomic():
        request(world)
        transaction.set_rollback(True)

    assert Ticket.objects.count() == 0
    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.count() == 0


def test_unfinished_job_is_returned_again_for_its_key(world: World) -> None:
    first, second = request(world), request(world)

    services.run_due_jobs()
    third = request(world)

    assert first.pk == second.pk
    assert third.pk != first.pk


def test_message_that_comes_twice_does_nothing(world: World) -> None:
    job = request(world)

    for _ in range(2):
        services.run_job(job_id=job.pk, organization_id=job.organization_id)

    assert outcomes(world) == 1
    assert reload(world, job).attempts == 1


def test_message_with_another_firms_name_does_nothing(world: World) -> None:
    job = request(world)

    services.run_job(job_id=job.pk, organization_id=world.other_organization.pk)

    assert reload(world, job).state == JobState.QUEUED


def test_crash_is_tried_three_times_then_failed_with_a_reason(world: World) -> None:
    job = request(world, "test-crash")
    start = timezone.now()

    for attempt in range(5):
        with time_machine.travel(start + timedelta(hours=attempt), tick=False):
            services.run_due_jobs()

    failed = reload(world, job)
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert failed.error == services.CRASHED
    assert Ticket.objects.count() == 0


def test_crash_while_storing_leaves_no_outcome(world: World) -> None:
    job = request(world, "test-crash-at-the-end")

    services.run_job(job_id=job.pk, organization_id=job.organization_id)

    assert outcomes(world) == 0
    assert reload(world, job).state == JobState.QUEUED


def test_refusal_fails_at_once_with_its_own_message(world: World) -> None:
    job = request(world, "test-refuse")

    services.run_due_jobs()

    failed = reload(world, job)
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert failed.error == "The workload has no requests."


def test_silent_worker_loses_its_job_and_cannot_store_anymore(world: World) -> None:
    job = request(world)
    silent = claim(job)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        services.reap_jobs()
        services.run_due_jobs()

    with pytest.raises(LeaseLost):
        kinds.store_outcome(silent)
    with pytest.raises(LeaseLost):
        silent.step("Still here", 0.5)

    assert outcomes(world) == 1
    assert reload(world, job).attempts == 2


def test_job_that_silences_every_worker_fails_visibly(world: World) -> None:
    job = request(world)
    start = timezone.now()

    for attempt in range(4):
        with time_machine.travel(start + timedelta(minutes=5 * attempt), tick=False):
            services.reap_jobs()
            services.claim_job(job_id=job.pk, organization_id=job.organization_id)

    failed = reload(world, job)
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert failed.error == services.GAVE_UP.format(attempts=3)


def test_living_worker_keeps_its_job(world: World) -> None:
    job = request(world)
    claim(job)

    services.reap_jobs()

    assert reload(world, job).state == JobState.RUNNING


def test_heartbeat_moves_the_lease(committed_db: None, world: World, settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = 0.3
    job = request(world)
    run = claim(job)
    first = Ticket.objects.get().lease_expires_at

    with heartbeat(run):
        for _ in range(1000):
            time.sleep(0.02)
            if Ticket.objects.get().lease_expires_at > first:
                break

    assert Ticket.objects.get().lease_expires_at > first


def test_heartbeat_ends_with_the_time_limit(
    committed_db: None, world: World, settings: Settings
) -> None:
    settings.JOB_LEASE_SECONDS = 0.3
    settings.JOB_TIME_LIMIT_SECONDS = 0
    run = claim(request(world))
    first = Ticket.objects.get().lease_expires_at

    with heartbeat(run) as thread:
        thread.join(timeout=120)
        assert not thread.is_alive()

    assert Ticket.objects.get().lease_expires_at == first


def test_lost_message_is_sent_again(world: World, settings: Settings) -> None:
    request(world)
    later = timezone.now() + timedelta(seconds=settings.JOB_RESEND_SECONDS + 1)

    sent = [len(services.take_due_tickets()), len(services.take_due_tickets())]
    with time_machine.travel(later):
        sent.append(len(services.take_due_tickets()))

    assert sent == [1, 0, 1]


@pytest.mark.parametrize("is_listening", [False, True], ids=["refuses", "never answers"])
def test_broker_that_fails_leaves_the_job_to_the_relay(is_listening: bool) -> None:
    script = (
        "import uuid, django; django.setup(); from jobs.services import wake_worker;"
        "print(wake_worker(job_id=uuid.uuid4(), organization_id=uuid.uuid4()))"
    )
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if is_listening:
            broker.listen()
        url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": url},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr


def test_waiting_job_is_cancelled_at_once(world: World) -> None:
    job = request(world)

    with tenancy.enter(organization_id=world.organization.pk):
        services.cancel_job(by=world.actor("consultant"), job=job)

    services.run_due_jobs()
    assert reload(world, job).state == JobState.CANCELLED
    assert (outcomes(world), Ticket.objects.count()) == (0, 0)


def test_running_job_is_cancelled_at_its_next_step(world: World) -> None:
    job = request(world)
    run = claim(job)

    with tenancy.enter(organization_id=world.organization.pk):
        services.cancel_job(by=world.actor("consultant"), job=job)

    with pytest.raises(JobCancelled):
        run.step("Next", 0.5)


def test_cancelled_run_ends_as_cancelled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = request(world)
    begin = Run.step

    def step_after_a_person_cancelled(run: Run, step: str, ratio: float) -> None:
        if reload(world, job).state == JobState.RUNNING:
            with tenancy.enter(organization_id=world.organization.pk):
                services.cancel_job(by=world.actor("consultant"), job=job)
        begin(run, step, ratio)

    monkeypatch.setattr(Run, "step", step_after_a_person_cancelled)

    services.run_due_jobs()

    assert reload(world, job).state == JobState.CANCELLED
    assert outcomes(world) == 0


def test_finished_job_cannot_be_cancelled(world: World) -> None:
    job = request(world)
    services.run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Conflict):
        services.cancel_job(by=world.actor("consultant"), job=job)


@pytest.mark.parametrize("days", [0, 365])
def test_old_jobs_go_but_those_that_a_result_names(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    settings.JOB_KEPT_DAYS = days
    monkeypatch.setattr(services, "OLD_JOBS_AT_ONCE", 1)
    scenario = make_scenario(world.organization, world.client, document=api_only())
    with tenancy.enter(organization_id=world.organization.pk):
        named = request_economics(by=world.actor("owner"), scenario=scenario)
    services.run_due_jobs()
    ended = {request(world, key=key).pk for key in "bc"}
    services.run_due_jobs()
    waits = request(world, key="d")

    young = services.remove_old_jobs()
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        old = services.remove_old_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        left = set(Job.objects.values_list("pk", flat=True))
    assert (young, old) == (0, 2 if days else 0)
    assert left == {named.pk, waits.pk} | (ended if not days else set())
