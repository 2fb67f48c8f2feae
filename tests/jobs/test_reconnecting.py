"""A worker connects to Redis again, however often that stops and starts."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from config.local import redis as servers
from config.local.redis import Redis
from jobs import services
from jobs.models import Job, JobState
from organizations import tenancy
from tests.jobs.test_workers import PROCESSES, Workers
from tests.world import World

DOWN_SECONDS = (0.2, 3.0)
PATIENCE_SECONDS = 60
FAILURES = ("Unrecoverable error", "Error on restarting")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that the test may stop."""
    redis = Redis(tmp_path / "redis")
    servers.start(redis)
    yield redis
    servers.stop(redis)


def request(world: World, broker: Redis, number: int, step_seconds: float = 0.0) -> Job:
    """Ask for a job by this Redis."""
    with tenancy.enter(organization_id=world.organization.pk):
        job = services.request_job(
            by=world.actor("consultant"),
            kind="test-square",
            key=f"square:{number}",
            subject_id=world.client.pk,
            payload={"number": number, "step_seconds": step_seconds},
        )
    arguments = [str(job.pk), str(job.organization_id)]
    with Celery(broker=broker.url, set_as_current=False) as sender:
        sender.send_task("jobs.run", args=arguments)
    return job


def is_done(world: World, broker: Redis, number: int) -> bool:
    """Ask for a job by this Redis; whether it is done in time."""
    job = request(world, broker, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with tenancy.enter(organization_id=world.organization.pk):
            if Job.objects.get(pk=job.pk).state == JobState.DONE:
                return True
        time.sleep(0.1)
    return False


@pytest.fixture
def worker(broker: Redis, committed_db: None, tmp_path: Path) -> Iterator[Workers]:
    """One worker."""
    workers = Workers(tmp_path / "worker.log", REDIS_URL=broker.url)
    workers.start()
    yield workers
    workers.stop()


def test_worker_connects_again(
    committed_db: None, world: World, broker: Redis, worker: Workers, tmp_path: Path
) -> None:
    assert is_done(world, broker, 0)

    for number, seconds in enumerate(DOWN_SECONDS, start=1):
        servers.stop(broker)
        time.sleep(seconds)
        servers.start(broker)
        assert is_done(world, broker, number), (tmp_path / "worker.log").read_text()

    assert worker.running[0].poll() is None
    said = (tmp_path / "worker.log").read_text()
    assert [failure for failure in FAILURES if failure in said] == []


def test_worker_outlives_a_full_redis(
    committed_db: None, world: World, broker: Redis, worker: Workers, tmp_path: Path
) -> None:
    """The job under way cannot be acknowledged: Redis refuses every write, time and again."""
    assert is_done(world, broker, 0)
    for number in range(1, PROCESSES + 2):
        request(world, broker, number, step_seconds=0.5)
        time.sleep(0.3)
        broker.connection.config_set("maxmemory", "1")
        time.sleep(2)
        broker.connection.config_set("maxmemory", "0")

    assert is_done(world, broker, PROCESSES + 2), (tmp_path / "worker.log").read_text()
    assert worker.running[0].poll() is None


def test_worker_outlives_redis_that_stops_under_a_job(
    committed_db: None, world: World, broker: Redis, worker: Workers, tmp_path: Path
) -> None:
    """What is not acknowledged yet is what closing the lost connection stumbles over."""
    assert is_done(world, broker, 0)
    request(world, broker, 1, step_seconds=0.5)
    time.sleep(0.3)
    servers.stop(broker)
    time.sleep(3)
    servers.start(broker)

    assert is_done(world, broker, 2), (tmp_path / "worker.log").read_text()
    assert worker.running[0].poll() is None
    assert "Unrecoverable error" not in (tmp_path / "worker.log").read_text()
