"""What one machine bears, and what more cost: from unit costs that `test_scaling.py` measures."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class UnitCost:
    """Seconds of a processor that one act takes: of the product's process, and of PostgreSQL's."""

    app_s: float
    database_s: float


@dataclass(frozen=True)
class Act:
    """What an organization does so often on a working day; a job runs in a worker."""

    name: str
    a_day: float
    is_job: bool
    cost: UnitCost


@dataclass(frozen=True)
class Rates:
    """Assumptions beside what is measured; put your own prices in."""

    busiest_hour: float = 0.2  # of a day's acts
    utilization: float = 0.5  # of a processor in that hour
    usd_a_core: float = 30.0  # a month, with 4 GB
    usd_a_database_core: float = 60.0
    usd_a_gb_of_rows: float = 0.12  # a month
    usd_a_gb_of_files: float = 0.025
    months_kept: int = 24
    # Of the largest single server that one would want to run and restore.
    database_cores: int = 64
    database_gb: int = 4000


@dataclass(frozen=True)
class Capacity:
    """What so many organizations need."""

    organizations: int
    web_cores: int
    worker_cores: int
    database_cores: int
    rows_gb: float
    files_gb: float
    servers: int  # of PostgreSQL, that share the rows
    usd_a_month: float


# Processor times that test_scaling.py printed (2 cores of an AMD EPYC, PostgreSQL 15), with what an
# organization of 100 clients, each assessed four times a year, is assumed to do.
ACTS = (
    Act("a page", 300, False, UnitCost(0.0290, 0.0042)),
    Act("an answer saved", 100, False, UnitCost(0.0270, 0.0053)),
    Act("an estimate by the API", 50, False, UnitCost(0.0145, 0.0015)),
    Act("economics of a scenario", 10, True, UnitCost(0.218, 0.032)),
    Act("a document", 5, True, UnitCost(0.183, 0.019)),
)
# 15.5 MB of rows for a year, and 0.36 MB of files for each of 22 snapshots.
ROWS_GB_A_MONTH, FILES_GB_A_MONTH = 0.0155 / 12, 0.00036 * 22
SIZES = (10, 1_000, 100_000)


def capacity(
    organizations: int,
    acts: Sequence[Act] = ACTS,
    rates: Rates = Rates(),
) -> Capacity:
    """Return what so many organizations need: two cores of each kind at least."""
    a_second = organizations * rates.busiest_hour / 3600 / rates.utilization
    web = sum(each.a_day * each.cost.app_s for each in acts if not each.is_job) * a_second
    workers = sum(each.a_day * each.cost.app_s for each in acts if each.is_job) * a_second
    database = sum(each.a_day * each.cost.database_s for each in acts) * a_second
    cores = [max(2, math.ceil(each)) for each in (web, workers, database)]
    rows = organizations * ROWS_GB_A_MONTH * rates.months_kept
    files = organizations * FILES_GB_A_MONTH * rates.months_kept
    usd = (cores[0] + cores[1]) * rates.usd_a_core + cores[2] * rates.usd_a_database_core
    usd += rows * rates.usd_a_gb_of_rows + files * rates.usd_a_gb_of_files
    servers = math.ceil(max(cores[2] / rates.database_cores, rows / rates.database_gb))
    return Capacity(organizations, *cores, rows, files, servers, usd)


def capacity_rows() -> list[str]:
    """Return the rows of the table in docs/scaling.md."""
    return [
        f"| {each.organizations:,} | {each.web_cores} | {each.worker_cores} | {each.database_cores}"
        f" | {each.rows_gb:,.1f} | {each.files_gb:,.1f} | {each.servers}"
        f" | {each.usd_a_month:,.0f} |"
        for each in map(capacity, SIZES)
    ]


def speedup_rows() -> list[str]:
    """Return the rows of workers in docs/scaling.md."""
    return [
        f"| {act.name} | {cores} | "
        + " | ".join(f"{speedup(n, act.cost, database_cores=cores):.1f} ×" for n in (2, 4, 8))
        + " |"
        for act in ACTS
        if act.is_job
        for cores in (1, 2)
    ]


def simulate(
    workers: int, cost: UnitCost, *, database_cores: int, jobs: int = 2000, spread: float = 0.5
) -> float:
    """Return how long jobs take, in seconds: a core for each worker, the database's shared.

    A job asks the database, computes, and stores; how long it takes varies by `spread` around the
    unit cost. Who finds all cores of the database busy waits for the first that is free.
    """
    random = Random(workers)
    ready = [(0.0, number, 0) for number in range(workers)]  # when, which, and how far its job is
    database = [0.0] * database_cores
    left, end = jobs, 0.0
    while ready:
        now, number, step = heapq.heappop(ready)
        factor = random.uniform(1 - spread, 1 + spread)
        if step == 1:
            heapq.heappush(ready, (now + cost.app_s * factor, number, 2))
            continue
        if step == 0:
            if not left:
                continue
            left -= 1
        start = max(now, heapq.heappop(database))
        done = start + cost.database_s / 2 * factor
        heapq.heappush(database, done)
        heapq.heappush(ready, (done, number, 1 if step == 0 else 0))
        end = max(end, done)
    return end


def speedup(workers: int, cost: UnitCost, *, database_cores: int) -> float:
    """Return how many times as fast so many workers do the same jobs as one."""
    one, many = (simulate(n, cost, database_cores=database_cores) for n in (1, workers))
    return one / many
