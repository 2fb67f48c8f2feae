"""`make test` and `make bench`: a fresh database and Redis, the tests, and nothing left behind."""

import os
import sys
from collections.abc import Sequence

from config.local.packages import TEST_PACKAGES, require
from config.local.processes import interrupt_on_sigterm, run_child
from config.local.servers import clean_environment, locked, remove_servers, start_tests
from config.local.state import find_state

SERVERS = "suite"


def run_tests(rest: Sequence[str]) -> int:
    """Run the tests in a process more than there are cores; what follows goes to pytest.

    One more, since tests wait: for servers that they stop, for a browser, for other processes.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return run_suite(["-n", str(cores + 1), "--dist", "worksteal", *rest])


def install_packages(rest: Sequence[str]) -> int:
    """Install what the tests need of the system, which `run_tests` else does first."""
    require(TEST_PACKAGES)
    return 0


def run_benchmarks(rest: Sequence[str]) -> int:
    """Run the benchmarks, one at a time."""
    asked = (
        list(rest) if any(each.startswith("tests/") for each in rest) else ["tests/bench", *rest]
    )
    return run_suite(["--benchmark-enable", "--benchmark-only", *asked])


def run_suite(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments on servers of its own; return its exit code."""
    require(TEST_PACKAGES)
    state = find_state()
    interrupt_on_sigterm()
    with locked(state, "suite-lock", busy="The tests are running in this checkout already."):
        remove_servers(state, SERVERS)
        try:
            servers = start_tests(state, SERVERS)
            environment = clean_environment() | servers.environment
            return run_child([sys.executable, "-m", "pytest", *arguments], environment)
        finally:
            remove_servers(state, SERVERS)
