"""A private PostgreSQL server: made, started, found again, mended and stopped for real."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.local import cluster as clusters
from config.local.databases import (
    database_environment,
    database_url,
    external_environment,
    make_database,
)
from config.local.servers import remove_servers
from config.local.state import SetupError, State, find_state


@contextmanager
def state_below(folder: Path) -> Iterator[State]:
    """A state folder whose path has a space, removed with its servers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSOVER_STATE", str(folder / "my state"))
        found = find_state()
    yield found
    remove_servers(found, "try")
    shutil.rmtree(found.servers)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state folder of the test's own."""
    with state_below(tmp_path) as found:
        yield found


@pytest.fixture
def cluster(state: State) -> clusters.Cluster:
    """A cluster that was never started."""
    return clusters.find_cluster(state, "try", is_durable=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[clusters.Cluster]:
    """A cluster that was started and stopped: its data is made once for all tests."""
    with state_below(tmp_path_factory.mktemp("made")) as state:
        cluster = clusters.find_cluster(state, "try", is_durable=False)
        clusters.start(cluster)
        clusters.stop(cluster)
        yield cluster


@pytest.fixture(scope="module")
def served(
    made: clusters.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[clusters.Cluster]:
    """A cluster that runs and has its database, for tests that only ask it."""
    with state_below(tmp_path_factory.mktemp("served")) as state:
        cluster = clusters.find_cluster(state, "try", is_durable=False)
        copy_data(made, cluster)
        clusters.start(cluster)
        make_database(cluster, for_tests=False)
        yield cluster


@pytest.fixture
def stopped(made: clusters.Cluster, cluster: clusters.Cluster) -> clusters.Cluster:
    """A cluster of the test's own that was started and stopped."""
    copy_data(made, cluster)
    return cluster


def copy_data(source: clusters.Cluster, target: clusters.Cluster) -> None:
    """Copy all that a cluster keeps, with its owner and rights."""
    target.folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(source.folder), str(target.folder)], check=True)


def role_rights(url: str) -> tuple[bool, bool, bool]:
    """Return superuser, bypassrls and createdb of the role that a URL signs in as."""
    query = "select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user"
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def test_start_twice_finds_the_same_server(cluster: clusters.Cluster) -> None:
    assert clusters.start(cluster) is True
    assert clusters.start(cluster) is False
    assert clusters.stop(cluster) is True
    assert clusters.stop(cluster) is False
    assert clusters.start(cluster) is True


def test_start_listens_on_the_socket_alone(served: clusters.Cluster) -> None:
    with clusters.connect(served, "postgres") as connection:
        row = connection.execute("show listen_addresses").fetchone()

    assert row == ("",)
    assert served.socket.stat().st_mode & 0o777 == 0o700


def test_roles_are_bound_by_row_security(served: clusters.Cluster) -> None:
    make_database(served, for_tests=False)  # for the second time

    environment = database_environment(served)

    assert role_rights(environment["DATABASE_URL"]) == (False, False, False)
    assert role_rights(environment["DATABASE_OWNER_URL"]) == (False, False, False)


def test_app_role_uses_the_owners_tables_and_makes_none(served: clusters.Cluster) -> None:
    environment = database_environment(served)
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as owner:
        owner.execute("create table item (id serial primary key, name text)")

    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as app:
        app.execute("insert into item (name) values ('one')")
        rows = app.execute("select id, name from item").fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("create table other (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("truncate item")

    assert rows == [(1, "one")]


def test_start_after_an_interrupted_initdb_begins_again(stopped: clusters.Cluster) -> None:
    stopped.data.rename(stopped.data.with_suffix(".part"))
    (stopped.data.with_suffix(".part") / "PG_VERSION").unlink()

    assert clusters.start(stopped) is True


def test_start_with_a_broken_data_directory_keeps_it_aside(stopped: clusters.Cluster) -> None:
    (stopped.data / "global" / "pg_control").unlink()

    assert clusters.start(stopped) is True

    assert len(list(stopped.folder.glob("data-*.broken-*"))) == 1


def test_start_with_the_lock_of_a_dead_server_succeeds(stopped: clusters.Cluster) -> None:
    # The number in the lock belongs to another living process: this one.
    clusters.start(stopped)
    lock = (stopped.data / "postmaster.pid").read_text().split("\n")
    clusters.stop(stopped)
    (stopped.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lock[1:]]))

    assert clusters.start(stopped) is True


def test_start_that_fails_shows_the_log(stopped: clusters.Cluster) -> None:
    (stopped.data / "pg_hba.conf").write_text("nonsense\n")

    with pytest.raises(SetupError, match=r"pg_hba\.conf"):
        clusters.start(stopped)


def test_embedded_server_starts(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_POSTGRES", "embedded")
    cluster = clusters.find_cluster(state, "try", is_durable=False)

    assert clusters.start(cluster) is True

    make_database(cluster, for_tests=True)
    assert role_rights(database_environment(cluster)["DATABASE_OWNER_URL"]) == (False, False, True)


def test_find_cluster_prefers_the_version_that_has_data(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSOVER_POSTGRES", "embedded")
    first, second = clusters.all_clusters(state, "try", is_durable=False)

    clusters.start(second)

    assert clusters.find_cluster(state, "try", is_durable=False) == second
    assert first.data != second.data


def test_external_database_of_a_superuser_is_refused(served: clusters.Cluster) -> None:
    url = database_url(served.socket, clusters.SUPERUSER)

    with pytest.raises(SetupError, match="row-level security does not bind"):
        external_environment({"DATABASE_URL": url})


def test_external_database_needs_an_owner(served: clusters.Cluster) -> None:
    given = database_environment(served)

    assert external_environment(given) == given
    with pytest.raises(SetupError, match="may not make tables"):
        external_environment({"DATABASE_URL": given["DATABASE_URL"]})


def test_external_database_of_one_role_owns_and_serves(served: clusters.Cluster) -> None:
    url = database_environment(served)["DATABASE_OWNER_URL"]

    found = external_environment({"DATABASE_URL": url})

    assert found == {
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "DATABASE_APP_ROLE": "crossover_owner",
    }


def test_external_database_unreachable_is_a_message() -> None:
    with pytest.raises(SetupError, match="DATABASE_URL is set, but PostgreSQL cannot be used"):
        external_environment({"DATABASE_URL": "postgresql://app:hidden@127.0.0.1:1/none"})
