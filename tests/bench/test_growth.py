"""What pages and operations cost in a small installation, and in one that is 100 times as large."""

import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, repeat
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Answer
from organizations import tenancy
from tests.api.callers import make_key
from tests.bench import load
from tests.bench.installation import (
    Samples,
    empty,
    fill,
    make_months,
    make_organizations,
    make_samples,
    settle,
)
from tests.bench.tables import leave_table
from tests.bench.test_requests import (
    estimating,
    estimating_anew,
    new_scenarios,
    reading,
    signed_in,
)
from tests.costing.cast import scenario_a
from tests.world import World

# At size 1; a smaller size has as many fewer of each, but one organization at least.
ORGANIZATIONS, CLIENTS, EVENTS = 50, 5_000, 1_000_000
SMALL = 0.01
# For how long the installation has run: the audit has a partition for each month.
DAYS = 1800
REPEATS = 9
MAX_GROWTH = 1.3
# Below so many milliseconds a difference is what a busy machine makes of nothing.
LEAST_MS = 10.0


@dataclass(frozen=True)
class Cost:
    """What one request costs: the least of many, which the machine's other work disturbs least.

    SQL by the clock, with what the driver does; Python by the thread's own time, the driver's too.
    """

    queries: int
    sql_ms: float
    python_ms: float
    kilobytes: float
    cpu_ratio: float = 0.0

    @property
    def ms(self) -> float:
        return self.sql_ms + self.python_ms


class Timed:
    """Counts statements and their time."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - started


def cost(ask: Callable[[], HttpResponse]) -> Cost:
    """Ask a few times and keep the least."""
    found = []
    for _ in range(REPEATS):
        timed = Timed()
        started = time.thread_time()
        with connection.execute_wrapper(timed):
            response = ask()
        seconds = time.thread_time() - started
        assert response.status_code == 200, (response.status_code, response.content[:300])
        found.append((timed.queries, timed.seconds, seconds, response))
    return Cost(
        queries=int(median(each[0] for each in found)),
        sql_ms=min(each[1] for each in found) * 1000,
        python_ms=min(each[2] for each in found) * 1000,
        kilobytes=len(found[-1][3].content) / 1024,
    )


def paths(world: World, samples: Samples) -> dict[str, str]:
    """The main pages and lists of the API, by what they are called."""
    org = world.organization.slug

    def at(name: str, **names: object) -> str:
        return reverse(name, kwargs={"org": org, **names})

    clients, audit = at("scenarios:client-list"), at("organizations:audit-event-list")
    found = {
        "clients": clients,
        "clients, searched": f"{clients}?search=northwind",
        "clients, by score": f"{clients}?sort=-score",
        "clients, by activity": f"{clients}?sort=-activity&status=in_progress",
        "assessments": at("assessments:assessment-list"),
        "audit": audit,
        "audit of a client": f"{audit}?client={samples.client.pk}",
        "audit of a kind": f"{audit}?what=client.renamed",
        "members": at("organizations:member-list"),
        "API keys": at("organizations:api-key-list"),
        "share links": at("reports:deliverable-list", assessment=samples.approved.pk),
        "catalog": at("catalog:model-price-list"),
        "archive": at("scenarios:archive-list"),
        "a client": at("scenarios:client-detail", client=samples.client.pk),
        "economics": at("scenarios:scenario-detail", scenario=samples.scenario.pk),
    }
    for name in ("assessment-detail", "questionnaire", "scorecard", "roadmap"):
        found[name] = at(f"assessments:{name}", assessment=samples.open.pk)
    for name in ("client", "assessment", "audit-event", "job", "member", "api-key"):
        found[f"API, {name}s"] = at(f"api:{name}-list")
    return found


def answers(world: World, samples: Samples) -> tuple[str, Iterator[dict[str, Any]]]:
    """The address of an answer, and one after the other what is saved there."""
    names = {"org": world.organization.slug, "assessment": samples.open.pk, "kind": "check"}
    path = reverse("assessments:answer-detail", kwargs={**names, "key": "token_logging"})
    with tenancy.enter(organization_id=world.organization.pk):
        standing = Answer.objects.get(assessment=samples.open, key="token_logging")
    return path, (
        {"version": each, "answer": ("yes", "no")[each % 2], "confidence": "stated"}
        for each in count(standing.version)
    )


def saving(browser: Browser, world: World, samples: Samples) -> Callable[[], HttpResponse]:
    """Save an answer again and again, as the questionnaire does."""
    path, fields = answers(world, samples)
    return lambda: browser.post(path, next(fields), headers={"HX-Request": "true"})


def sending(world: World, samples: Samples, headers: dict[str, str]) -> load.Asking:
    """The same over the wire."""
    path, fields = answers(world, samples)
    kind = {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
    return lambda _number, _sent: load.Ask(
        "POST", path, headers | kind, urlencode(next(fields)).encode()
    )


def asks(browser: Browser, world: World, samples: Samples) -> dict[str, Callable[[], Any]]:
    """Every page and operation as something to do."""
    found: dict[str, Callable[[], Any]] = {
        name: lambda path=path: browser.get(path) for name, path in paths(world, samples).items()
    }
    found["an answer saved"] = saving(browser, world, samples)
    estimates = reverse("api:estimate-list", args=[world.organization.slug])
    for name, bodies in {
        "API, an estimate": new_scenarios(),
        "API, the same again": repeat(json.dumps(scenario_a())),
    }.items():
        found[name] = lambda bodies=bodies: browser.post(
            estimates, next(bodies), content_type="application/json"
        )
    return found


def measure(world: World, samples: Samples, secret: str, folder: Path) -> dict[str, Cost]:
    """Measure everything as the installation stands: in this process, then over the wire."""
    browser = world.login(Browser(), "owner")
    found = {name: cost(ask) for name, ask in asks(browser, world, samples).items()}
    headers = signed_in(world, "owner")
    asked = {name: reading(path, headers) for name, path in paths(world, samples).items()}
    asked["an answer saved"] = sending(world, samples, headers)
    asked["API, an estimate"] = estimating_anew(world.organization.slug, secret)
    asked["API, the same again"] = estimating(world.organization.slug, secret)
    with load.serving(folder) as served:
        for name, asking in asked.items():
            # The bare view just before each: how fast a machine is changes within a minute.
            bare = load.cpu_ms(served, reading("/bare/", headers))
            found[name] = replace(found[name], cpu_ratio=bare / load.cpu_ms(served, asking))
    return found


@pytest.mark.timeout(3600)
def test_cost_does_not_grow_with_the_installation(
    benchmark: Any,
    committed_db: None,
    world: World,
    emptied: None,
    request: Any,
    settings: Any,
    tmp_path: Path,
) -> None:
    """At size 1 what is measured is compared; at a smaller one it is only printed."""
    size = request.config.getoption("--size")
    settings.KEPT_PARTS_COMPARED = False  # as production has it
    make_months(DAYS)
    samples, secret = make_samples(world), make_key(world)
    small = {"clients": int(CLIENTS * SMALL), "events": int(EVENTS * SMALL)}
    fill(world.organization.pk, samples, **small)
    settle()

    def run() -> list[dict[str, Cost]]:
        (tmp_path / "small").mkdir()
        found = [measure(world, samples, secret, tmp_path / "small")]
        if size > SMALL:
            grow(world, samples, size)
            (tmp_path / "large").mkdir()
            found.append(measure(world, samples, secret, tmp_path / "large"))
        return found

    found = benchmark.pedantic(run, rounds=1, iterations=1)

    leave_table(
        request.config,
        f"Cost at 1/{round(1 / SMALL)} and at size {size:g}; {machine()}",
        table(*found),
    )
    assert grown(found[0], found[-1]) == {}


@pytest.fixture
def emptied() -> Iterator[None]:
    """Leave nothing to be deleted row by row."""
    yield
    empty()


def grow(world: World, samples: Samples, size: float) -> None:
    """Bring the installation to a size: its first organization to the mean, and others beside."""
    count_of = max(1, round(ORGANIZATIONS * size))
    each = {"clients": round(CLIENTS * size / count_of), "events": round(EVENTS * size / count_of)}
    own = {"clients": int(CLIENTS * SMALL), "events": int(EVENTS * SMALL)}
    rest = {name: max(1, each[name] - own[name]) for name in each}
    fill(world.organization.pk, samples, **rest)
    for organization in make_organizations(count_of - 1):
        fill(organization.pk, samples, **each)
    settle()


def grown(small: dict[str, Cost], large: dict[str, Cost]) -> dict[str, tuple[Cost, Cost]]:
    """What costs more in the large installation than it may."""
    return {
        name: (before, large[name])
        for name, before in small.items()
        if large[name].queries > before.queries
        or large[name].kilobytes > before.kilobytes * MAX_GROWTH
        or large[name].ms > max(before.ms * MAX_GROWTH, before.ms + LEAST_MS)
    }


def machine() -> str:
    """The machine in a few words."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")),
        platform.machine(),
    )
    load_average = os.getloadavg()[0]
    return f"{os.cpu_count()} cores of {model}, load {load_average:.1f}, {connection_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def connection_version() -> str:
    """The database's name and version."""
    return f"PostgreSQL {connection.pg_version // 10000}"  # type: ignore[attr-defined]


def table(small: dict[str, Cost], large: dict[str, Cost] | None = None) -> str:
    """Both sizes side by side, in Markdown."""
    sizes = [small, *([large] if large else [])]
    units = "queries | SQL, ms | Python, ms | KB | of bare view"
    heads = " | ".join([units] * len(sizes))
    lines = [f"| what | {heads} | grown |", "|---" * (5 * len(sizes) + 2) + "|"]
    for name in small:
        costs = [each[name] for each in sizes]
        cells = " | ".join(map(_cells, costs))
        lines.append(f"| {name} | {cells} | {costs[-1].ms / costs[0].ms:.2f} × |")
    return "\n".join(lines)


def _cells(each: Cost) -> str:
    return (
        f"{each.queries} | {each.sql_ms:.1f} | {each.python_ms:.0f} | {each.kilobytes:.0f}"
        f" | {each.cpu_ratio:.2f}"
    )
