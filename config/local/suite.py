"""`make test` and `make bench`: a fresh database and Redis, the tests, and nothing left behind."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from config.local.packages import TEST_PACKAGES, require
from config.local.processes import run_child
from config.local.servers import clean_environment, locked, remove_servers, start_tests
from config.local.state import find_state

SERVERS = "suite"


def run_suite(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments on servers of its own; return its exit code."""
    require(TEST_PACKAGES)
    state = find_state()
    signal.signal(signal.SIGTERM, _interrupt)
    with locked(state, "suite-lock", busy="The tests are running in this checkout already."):
        remove_servers(state, SERVERS)
        try:
            servers = start_tests(state, SERVERS)
            environment = clean_environment() | servers.environment
            return run_child([sys.executable, "-m", "pytest", *arguments], environment)
        finally:
            remove_servers(state, SERVERS)


def worker_count() -> int:
    """Return how many processes the tests may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
