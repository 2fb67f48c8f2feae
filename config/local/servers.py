"""The servers of each purpose: development and `make run` share one database, tests have theirs."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.local import cluster as clusters
from config.local import redis
from config.local.databases import database_environment, make_database
from config.local.state import SetupError, State, keys_environment, make_private, socket_folder


@dataclass(frozen=True)
class Servers:
    """What was found or started: its settings, and whether it is ours to stop."""

    environment: dict[str, str]
    is_ours: bool


@contextmanager
def locked(state: State, name: str = "lock", *, busy: str | None = None) -> Iterator[None]:
    """Hold one of the state's locks; wait for it, or raise the `busy` message."""
    with (state.home / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise SetupError(busy or "") from None
        yield


def development_cluster(state: State) -> clusters.Cluster:
    """Return the cluster that keeps what a person made."""
    return clusters.find_cluster(state, "development", is_durable=True)


def start_development(state: State) -> Servers:
    """Start the development database where it does not run."""
    cluster = development_cluster(state)
    with locked(state):
        is_ours = clusters.start(cluster)
        make_database(cluster, for_tests=False)
    return Servers(local_environment(state) | database_environment(cluster), is_ours)


def local_environment(state: State) -> dict[str, str]:
    """Return the settings of the one-process mode, but for the database's; make its folders."""
    # The beat's every tick is information: too much for a person's terminal.
    level = os.environ.get("LOG_LEVEL", "WARNING")
    settings = {"CROSSOVER_MODE": "local", "LOG_LEVEL": level}
    return settings | folders_environment(state.home) | keys_environment(state)


def folders_environment(home: Path) -> dict[str, str]:
    """Return the settings that name folders of files, all made here and shut to others."""
    names = {"DELIVERABLES_ROOT": "deliverables", "MAIL_ROOT": "mail", "STATIC_ROOT": "static"}
    for folder in names.values():
        make_private(home / folder)
    return {name: str(home / folder) for name, folder in names.items()}


def start_tests(state: State, name: str) -> Servers:
    """Start the database and the Redis of tests where they do not run."""
    cluster = clusters.find_cluster(state, name, is_durable=False)
    broker = redis.find_redis(state, name)
    with locked(state):
        is_ours = clusters.start(cluster)
        make_database(cluster, for_tests=True)
        redis.start(broker)
    # The suite starts hundreds of processes: Python may keep what it compiled.
    settings = {
        "CROSSOVER_MODE": "test",
        "REDIS_URL": broker.url,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    folders = folders_environment(files_folder(state, name))
    return Servers(database_environment(cluster) | settings | folders, is_ours)


def files_folder(state: State, name: str) -> Path:
    """Return where the files of the tests of this name lie."""
    return state.home / f"files-{name}"


def stop_servers(state: State, name: str) -> list[str]:
    """Stop the servers of this name; return what ran."""
    running = [each for each in clusters.all_clusters(state, name) if clusters.stop(each)]
    stopped = [f"the {name} database" for _ in running]
    if redis.stop(redis.find_redis(state, name)):
        stopped.append(f"the {name} Redis")
    return stopped


def remove_servers(state: State, name: str) -> None:
    """Stop the servers of this name and remove all that they kept."""
    stop_servers(state, name)
    data, broker = state.servers / name, redis.find_redis(state, name).folder
    with suppress(FileNotFoundError):
        shutil.rmtree(data)
    for folder in (socket_folder(data), files_folder(state, name), broker, socket_folder(broker)):
        shutil.rmtree(folder, ignore_errors=True)


def clean_environment() -> dict[str, str]:
    """Return our environment without what would lead a child to another database or mode."""
    leading = ("PG", "DATABASE_")
    exact = {"CROSSOVER_MODE", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PYTHONHOME"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(leading) and name not in exact
    }
    return kept | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
