"""The servers of each purpose: development and `make run` share one database, tests have theirs."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from config.local import cluster as clusters
from config.local import redis
from config.local.databases import database_environment, make_database
from config.local.state import State


@contextmanager
def locked(state: State) -> Iterator[None]:
    """Let one process at a time start or stop this checkout's servers."""
    with (state.home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def development_environment(state: State) -> dict[str, str]:
    """Start the development database where it does not run; return its settings."""
    cluster = clusters.find_cluster(state, "development", is_durable=True)
    with locked(state):
        clusters.start(cluster)
        make_database(cluster, for_tests=False)
    return database_environment(cluster)


def test_environment(state: State) -> dict[str, str]:
    """Start the servers of the tests where they do not run; return their settings."""
    cluster = clusters.find_cluster(state, "test", is_durable=False)
    broker = redis.find_redis(state, "test")
    with locked(state):
        clusters.start(cluster)
        make_database(cluster, for_tests=True)
        redis.start(broker)
    return database_environment(cluster) | {"REDIS_URL": broker.url}
