"""J1 at length: 200 jobs, workers killed at random moments all the while."""

from typing import Any

import pytest

from tests.bench.tables import leave_table
from tests.jobs.test_workers import Workers, survive
from tests.world import World

# Kills are few beside jobs, as in life.
JOBS, KILLS, PATIENCE_SECONDS = 200, 10, 1500


@pytest.mark.timeout(PATIENCE_SECONDS + 120)
def test_two_hundred_jobs_survive_ten_kills(
    benchmark: Any, world: World, workers: Workers, request: Any
) -> None:
    """Every job is done once; the suite does the same with forty."""

    def run() -> float:
        return survive(world, workers, jobs=JOBS, kills=KILLS, patience=PATIENCE_SECONDS)

    took = benchmark.pedantic(run, rounds=1, iterations=1)

    text = f"{JOBS} jobs done once each through {KILLS} kills, in {took:.0f} s"
    leave_table(request.config, "Jobs whose workers are killed", text)
