"""Jobs survive their workers: Celery processes killed at random moments (J1)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django_scopes import scopes_disabled

from jobs import services
from jobs.models import Job, JobState, Ticket
from organizations import tenancy
from organizations.models import AuditEvent
from tests.world import World

JOBS = 40
PROCESSES = 2
KILLS = 6
FEW = 8
PATIENCE_SECONDS = 120


class Workers:
    """Celery worker processes over Redis, on this test's database."""

    def __init__(self, log: Path, **settings: str) -> None:
        given = connections["default"].settings_dict
        database = f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": database,
            "JOB_LEASE_SECONDS": "3",
            "JOB_RESEND_SECONDS": "2",
            **settings,
        }
        self.log = log.open("ab")
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start one worker with two processes, and let its beat move the relay and the reaper."""
        command = [sys.executable, "-m", "celery", "-A", "tests.jobs.worker", "worker"]
        options = [f"--concurrency={PROCESSES}", "--loglevel=WARNING"]
        self.running.append(
            subprocess.Popen(
                [*command, *options],
                env=self.environment,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )
        )

    def kill_one(self) -> None:
        """Kill the oldest worker with all its processes, as a crash of its machine would."""
        victim = self.running.pop(0)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()

    def stop(self) -> None:
        """Kill what is left."""
        while self.running:
            self.kill_one()
        self.log.close()


@pytest.fixture
def workers(committed_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Give worker processes that end with the test."""
    workers = Workers(tmp_path / "workers.log")
    yield workers
    workers.stop()


def unfinished() -> int:
    """Count the jobs that have not ended."""
    return Ticket.objects.count()


def under_way() -> int:
    """Count the jobs that a worker holds."""
    return Ticket.objects.filter(lease_expires_at__isnull=False).count()


def ask(world: World, numbers: range) -> None:
    """Ask for a job for each number."""
    with tenancy.enter(organization_id=world.organization.pk):
        for number in numbers:
            services.request_job(
                by=world.actor("consultant"),
                kind="test-square",
                key=f"square:{number}",
                subject_id=world.client.pk,
                payload={"number": number, "step_seconds": 0.15},
            )


@override_settings(JOB_MAX_ATTEMPTS=1000)  # chance may let the same job be killed many times
def survive(world: World, workers: Workers, *, jobs: int, kills: int, patience: int) -> float:
    """Let workers do jobs while they are killed at random moments; check that none is lost.

    Where workers are too quick for the kills, more jobs are asked for, to have some to kill for.
    Returns the seconds that it took.
    """
    assert settings.CELERY_BROKER_URL.startswith("redis")
    moments = random.Random(20)
    ask(world, range(jobs))
    workers.start()
    workers.start()
    began = time.monotonic()
    killed = 0

    while (killed < kills or unfinished()) and time.monotonic() < began + patience:
        time.sleep(moments.uniform(0.2, 1.2))
        if killed < kills and not unfinished():
            ask(world, range(jobs, jobs + FEW))
            jobs += FEW
        if killed < kills and under_way():
            workers.kill_one()
            workers.start()
            killed += 1
        services.relay_jobs()
        services.reap_jobs()

    took = time.monotonic() - began
    with tenancy.enter(organization_id=world.organization.pk):
        states = list(Job.objects.values_list("state", flat=True))
        results = set(Job.objects.values_list("result__squared", flat=True))
    with scopes_disabled(), tenancy.enter(organization_id=world.organization.pk):
        stored = list(
            AuditEvent.objects.filter(verb="test.stored").values_list("subject_id", flat=True)
        )
    assert states == [JobState.DONE] * jobs, workers.log.name
    assert results == {number**2 for number in range(jobs)}
    assert len(stored) == len(set(stored)) == jobs
    assert killed == kills
    return took


def test_forty_jobs_survive_workers_killed_at_random_moments(
    world: World, workers: Workers
) -> None:
    survive(world, workers, jobs=JOBS, kills=KILLS, patience=PATIENCE_SECONDS)
