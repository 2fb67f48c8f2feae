"""Processor times of acts, of the product and of PostgreSQL: what docs/scaling.md counts with."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client as Browser

from costing.scenarios.economics import request_economics
from jobs.services import run_job
from organizations import tenancy
from reports.documents.services import request_documents
from reports.snapshots.services import create_snapshot
from tests.assessments.cast import make_assessment
from tests.bench.installation import fill, make_organizations, make_samples, settle
from tests.bench.scaling import UnitCost
from tests.bench.tables import leave_table
from tests.bench.test_growth import asks
from tests.costing.cast import make_scenario
from tests.world import World

TICK = os.sysconf("SC_CLK_TCK")
CLIENTS, EVENTS = 100, 20_000


def _times(pid: int) -> tuple[int, float]:
    """The parent of a process, and what it and its ended children took of a processor."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(parts[1]), sum(map(int, parts[11:15])) / TICK


def _used() -> UnitCost:
    """What this process with all below it, and its server process, have taken so far."""
    found: dict[int, tuple[int, float]] = {}
    for each in Path("/proc").glob("[0-9]*"):
        try:
            found[int(each.name)] = _times(int(each.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    ours = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in ours} - ours:
        ours |= more
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return UnitCost(sum(found[pid][1] for pid in ours), found[backend][1])


def unit_cost(act: Callable[[], Any], times: int) -> UnitCost:
    """Return what one act takes, on average; the first is not counted."""
    act()
    before = _used()
    for _ in range(times):
        act()
    after = _used()
    return UnitCost(
        (after.app_s - before.app_s) / times, (after.database_s - before.database_s) / times
    )


def test_unit_costs(committed_db: None, world: World, request: Any, benchmark: Any) -> None:
    samples = make_samples(world)
    fill(world.organization.pk, samples, clients=CLIENTS, events=EVENTS)
    settle()
    browser = world.login(Browser(), "owner")
    organization_id, by = world.organization.pk, world.actor("owner")
    ask = asks(browser, world, samples)
    pages = [each for name, each in ask.items() if not name.startswith(("API", "an answer"))]

    def compute() -> None:
        with tenancy.enter(organization_id=organization_id):
            job = request_economics(by=by, scenario=make_scenario_again(world, samples))
        run_job(job_id=job.pk, organization_id=organization_id)

    def draw() -> None:
        assessment = make_assessment(world.organization, world.client, "Drawn")
        with tenancy.enter(organization_id=organization_id):
            snapshot = create_snapshot(by=by, assessment=assessment)
            drawn = request_documents(by=by, snapshot=snapshot)
        for each in drawn:
            run_job(job_id=each.job_id, organization_id=organization_id)

    def measure() -> dict[str, UnitCost]:
        each_page = unit_cost(lambda: [page() for page in pages], 3)
        a_page = UnitCost(each_page.app_s / len(pages), each_page.database_s / len(pages))
        return {
            "a page, on average": a_page,
            "an answer saved": unit_cost(ask["an answer saved"], 40),
            "an estimate by the API": unit_cost(ask["API, an estimate"], 40),
            "economics, a job": unit_cost(compute, 10),
            "the documents of a snapshot, five jobs": unit_cost(draw, 2),
        }

    costs = benchmark.pedantic(measure, rounds=1, iterations=1)
    size = _bytes_of_an_organization(world, samples)
    lines = [
        f"{n:40} {c.app_s * 1000:9.1f} ms {c.database_s * 1000:9.1f} ms" for n, c in costs.items()
    ]
    lines.append(f"an organization of {CLIENTS} clients on disk: {size / 1e6:.1f} MB")
    leave_table(request.config, "Processor time of the product and of PostgreSQL", "\n".join(lines))


def make_scenario_again(world: World, samples: Any) -> Any:
    return make_scenario(world.organization, world.client, assessment=samples.open)


def _bytes_of_an_organization(world: World, samples: Any) -> float:
    sizes = []
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("select pg_database_size(current_database())")
            sizes.append(cursor.fetchone()[0])
        if len(sizes) < 2:
            for organization in make_organizations(4):
                fill(organization.pk, samples, clients=CLIENTS, events=EVENTS)
    return (sizes[1] - sizes[0]) / 4
