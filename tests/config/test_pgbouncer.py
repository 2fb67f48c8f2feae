"""A PgBouncer in transaction mode may stand before the database: no tenant sticks to it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client as Browser
from django.urls import reverse

from jobs.models import Job, JobState
from jobs.services import run_job
from organizations import tenancy
from organizations.models import Client
from reports.exports.services import request_export
from tests.world import World

SERVER_CONNECTIONS, THREADS, TURNS = 2, 6, 20
START_SECONDS = 20
SETTINGS = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
"""


@pytest.fixture
def pgbouncer(committed_db: None, world: World) -> Iterator[World]:
    """The cast, with a PgBouncer of two connections between the product and its database."""
    given = connections["default"].settings_dict
    before = {name: given[name] for name in ("HOST", "PORT")}
    folder = Path(tempfile.mkdtemp(prefix="bouncer-", dir="/tmp"))
    folder.chmod(0o777)  # root's PgBouncer runs as nobody
    text = SETTINGS.format(
        host=given["HOST"],
        port=given["PORT"] or 5432,
        user=given["USER"],
        folder=folder,
        size=SERVER_CONNECTIONS,
    )
    settings = folder / "pgbouncer.ini"
    settings.write_text(text + ("user = nobody\n" if os.geteuid() == 0 else ""))
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, str(settings)], stdout=log, stderr=log)
    try:
        connections.close_all()
        given |= {"HOST": str(folder), "PORT": "6432"}
        _wait(process, folder, given)
        yield world
    finally:
        connections.close_all()
        given |= before
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _wait(process: subprocess.Popen, folder: Path, given: dict[str, str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(
                host=given["HOST"], port=6432, user=given["USER"], dbname=given["NAME"]
            ).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text()
                raise AssertionError(f"PgBouncer does not answer: {error}\n{log}") from None
            time.sleep(0.05)
        else:
            return


def test_tenants_share_its_connections_and_never_see_each_other(pgbouncer: World) -> None:
    world = pgbouncer
    names = {
        world.organization.pk: {"Northwind", "Southwind"},
        world.other_organization.pk: {"Eastwind"},
    }

    def take_turns(first: int) -> list[tuple[bool, int]]:
        try:
            return [_turn(names, first + turn) for turn in range(TURNS)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        turns = [each for found in threads.map(take_turns, range(THREADS)) for each in found]

    assert all(is_right for is_right, _ in turns)
    assert len(turns) == THREADS * TURNS
    assert len({backend for _, backend in turns}) <= SERVER_CONNECTIONS


def _turn(names: dict[UUID, set[str]], number: int) -> tuple[bool, int]:
    """Read a tenant's clients twice, and outside of it none; every third turn breaks off."""
    organization_id = [*names][number % len(names)]
    seen = []
    try:
        with tenancy.enter(organization_id=organization_id):
            for _ in range(2):
                seen.append(set(Client._base_manager.values_list("name", flat=True)))
            if number % 3 == 0:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with connection.cursor() as cursor:
        cursor.execute("select count(*), pg_backend_pid() from organizations_client")
        outside, backend = cursor.fetchone()
    return seen == [names[organization_id]] * 2 and outside == 0, backend


def test_pages_jobs_and_cursors_of_the_server_work_through_it(pgbouncer: World) -> None:
    world = pgbouncer
    browser = world.login(Browser(), "owner")

    page = browser.get(reverse("scenarios:client-list", args=["acme"]))
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_export(by=world.actor("owner"))
    run_job(job_id=job.pk, organization_id=world.organization.pk)

    assert "Northwind" in page.content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.get(pk=job.pk).state == JobState.DONE
