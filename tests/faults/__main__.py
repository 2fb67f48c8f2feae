"""Breaks an installation of its own, one thing after the other, and says what came of it.

    make faults                          every fault
    make faults ARGS="redis-hung load"   some

Two web processes, a worker and beat run as in production, on a PostgreSQL, a Redis and a mailbox of
their own that listen on the loopback alone. A line for each fault; exit 1 where one came through:
a 500, a broken connection, something acknowledged that was lost, a process that ended. Minutes.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

os.environ |= {"CROSSOVER_MODE": "test", "DJANGO_SETTINGS_MODULE": "config.settings"}
import django

django.setup()

from config.local import cluster as clusters  # noqa: E402
from config.local.databases import APP_ROLE, DATABASE  # noqa: E402
from config.local.processes import interrupt_on_sigterm  # noqa: E402
from config.local.servers import locked, remove_servers  # noqa: E402
from config.local.state import find_state  # noqa: E402
from tests.faults.load import sixteen_at_once  # noqa: E402
from tests.faults.probes import Traffic  # noqa: E402
from tests.faults.site import SERVERS, Site  # noqa: E402

FAULT_SECONDS = 10.0
DATABASE_SECONDS = 15.0
WELL_AGAIN_SECONDS = 30.0
STOPS = 10


@contextmanager
def redis_stopped(site: Site) -> Iterator[None]:
    """Redis does not run; it comes back empty."""
    site.redis.stop()
    yield
    site.redis.start()


@contextmanager
def redis_hung(site: Site) -> Iterator[None]:
    """Redis takes connections and answers none."""
    site.redis.signal(signal.SIGSTOP)
    yield
    site.redis.signal(signal.SIGCONT)


@contextmanager
def redis_full(site: Site) -> Iterator[None]:
    """Redis refuses every write."""
    site.redis.limit("1")
    yield
    site.redis.limit("0")


@contextmanager
def redis_emptied(site: Site) -> Iterator[None]:
    """Redis forgets everything, messages included, while people go on."""
    site.redis.connection().flushall()
    yield
    site.redis.connection().flushall()


@contextmanager
def connections_dropped(site: Site) -> Iterator[None]:
    """PostgreSQL ends all connections of the product, twice."""
    for _ in range(2):
        with clusters.connect(site.cluster, DATABASE) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s",
                [APP_ROLE],
            )
        time.sleep(2)
    yield


@contextmanager
def database_stopped(site: Site) -> Iterator[None]:
    """PostgreSQL does not run for a while."""
    clusters.stop(site.cluster)
    time.sleep(DATABASE_SECONDS - FAULT_SECONDS)
    yield
    clusters.start(site.cluster)


@contextmanager
def smtp_down(site: Site) -> Iterator[None]:
    """No mail can leave."""
    before = site.mailbox.count()
    site.mailbox.stop()
    yield
    site.mailbox.start()
    deadline = time.monotonic() + 90
    while site.mailbox.count() == before:
        assert time.monotonic() < deadline, "no mail left once the mailbox was back"
        time.sleep(0.5)


def during(fault: Callable[[Site], AbstractContextManager[None]]) -> Callable[[Site], str]:
    """Let people and programs ask while a fault lasts; check what they were told, and kept."""

    def run(site: Site) -> str:
        traffic = Traffic(site)
        with traffic:
            time.sleep(1)
            with fault(site):
                time.sleep(FAULT_SECONDS)
            seconds = site.wait_until_well(WELL_AGAIN_SECONDS)
        told = f"{traffic}; well {seconds:.1f} s after"
        assert not traffic.failures(), f"{', '.join(traffic.failures())} · {told}"
        assert not (lost := traffic.lost()), f"lost {', '.join(lost)} · {told}"
        return told

    return run


def worker_reconnects(site: Site) -> str:
    """Stop and start Redis ten times; after each a job is done by the same worker."""
    worker = site.processes["worker"].pid
    for number in range(STOPS):
        site.redis.stop()
        time.sleep((0.1, 1.0, 3.0)[number % 3])
        site.redis.start()
        traffic = Traffic(site)
        with traffic:
            time.sleep(1.5)
        assert not (lost := traffic.lost()), f"after stop {number + 1}: {', '.join(lost)}"
    assert site.processes["worker"].pid == worker
    return f"{STOPS} stops and starts, jobs done after each"


FAULTS: Mapping[str, Callable[[Site], str]] = {
    "redis-stopped": during(redis_stopped),
    "redis-hung": during(redis_hung),
    "redis-full": during(redis_full),
    "redis-emptied": during(redis_emptied),
    "connections-dropped": during(connections_dropped),
    "database-stopped": during(database_stopped),
    "smtp-down": during(smtp_down),
    "load": sixteen_at_once,
    "worker-reconnects": worker_reconnects,
}


def main() -> int:
    """Break what was chosen; print a line for each fault."""
    parser = argparse.ArgumentParser(
        prog="make faults", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    chosen = parser.parse_args().names or list(FAULTS)
    if unknown := sorted(set(chosen) - set(FAULTS)):
        parser.error(f"no such fault: {', '.join(unknown)}")
    state = find_state()
    interrupt_on_sigterm()
    with locked(state, "faults-lock", busy="Faults are being tried in this checkout already."):
        remove_servers(state, SERVERS)
        folder = Path(tempfile.mkdtemp(prefix="crossover-faults-"))
        site = Site(state, folder)
        try:
            site.start()
            failed = [name for name in chosen if not tried(site, name)]
        finally:
            site.stop()
            remove_servers(state, SERVERS)
    print(f"{len(failed)} of {len(chosen)} came through; logs in {folder}")
    return 1 if failed else 0


def tried(site: Site, name: str) -> bool:
    """Try one fault; say how it went."""
    began = time.monotonic()
    try:
        told = FAULTS[name](site)
        assert not site.ended(), f"ended: {', '.join(site.ended())} · {told}"
    except AssertionError as error:
        print(f"FAIL  {name:20} {error}", flush=True)
        return False
    print(f"ok    {name:20} {told} ({time.monotonic() - began:.0f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
