"""A private PostgreSQL server: made, started, found again, mended and stopped for real."""

import os
import shutil
from collections.abc import Iterator
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


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """A state folder whose path has a space, removed with its servers."""
    monkeypatch.setenv("CROSSOVER_STATE", str(tmp_path / "my state"))
    found = find_state()
    yield found
    remove_servers(found, "try")
    shutil.rmtree(found.servers)


@pytest.fixture
def cluster(state: State) -> clusters.Cluster:
    """A cluster that was never started."""
    return clusters.find_cluster(state, "try", is_durable=False)


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


def test_start_listens_on_the_socket_alone(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)

    with clusters.connect(cluster, "postgres") as connection:
        row = connection.execute("show listen_addresses").fetchone()

    assert row == ("",)
    assert cluster.socket.stat().st_mode & 0o777 == 0o700


def test_roles_are_bound_by_row_security(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    make_database(cluster, for_tests=False)
    make_database(cluster, for_tests=False)

    environment = database_environment(cluster)

    assert role_rights(environment["DATABASE_URL"]) == (False, False, False)
    assert role_rights(environment["DATABASE_OWNER_URL"]) == (False, False, False)


def test_app_role_uses_the_owners_tables_and_makes_none(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    make_database(cluster, for_tests=False)
    environment = database_environment(cluster)
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


def test_start_after_an_interrupted_initdb_begins_again(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    clusters.stop(cluster)
    cluster.data.rename(cluster.data.with_suffix(".part"))
    (cluster.data.with_suffix(".part") / "PG_VERSION").unlink()

    assert clusters.start(cluster) is True


def test_start_with_a_broken_data_directory_keeps_it_aside(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    clusters.stop(cluster)
    (cluster.data / "global" / "pg_control").unlink()

    assert clusters.start(cluster) is True

    assert len(list(cluster.folder.glob("data-*.broken-*"))) == 1


def test_start_with_the_lock_of_a_dead_server_succeeds(cluster: clusters.Cluster) -> None:
    # The number in the lock belongs to another living process: this one.
    clusters.start(cluster)
    lock = (cluster.data / "postmaster.pid").read_text().split("\n")
    clusters.stop(cluster)
    (cluster.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lock[1:]]))

    assert clusters.start(cluster) is True


def test_start_that_fails_shows_the_log(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    clusters.stop(cluster)
    (cluster.data / "pg_hba.conf").write_text("nonsense\n")

    with pytest.raises(SetupError, match=r"pg_hba\.conf"):
        clusters.start(cluster)


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


def test_external_database_of_a_superuser_is_refused(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    make_database(cluster, for_tests=False)
    url = database_url(cluster.socket, clusters.SUPERUSER)

    with pytest.raises(SetupError, match="row-level security does not bind"):
        external_environment({"DATABASE_URL": url})


def test_external_database_needs_an_owner(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    make_database(cluster, for_tests=False)
    given = database_environment(cluster)

    assert external_environment(given) == given
    with pytest.raises(SetupError, match="may not make tables"):
        external_environment({"DATABASE_URL": given["DATABASE_URL"]})


def test_external_database_of_one_role_owns_and_serves(cluster: clusters.Cluster) -> None:
    clusters.start(cluster)
    make_database(cluster, for_tests=False)
    url = database_environment(cluster)["DATABASE_OWNER_URL"]

    found = external_environment({"DATABASE_URL": url})

    assert found == {
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "DATABASE_APP_ROLE": "crossover_owner",
    }


def test_external_database_unreachable_is_a_message() -> None:
    with pytest.raises(SetupError, match="DATABASE_URL is set, but PostgreSQL cannot be used"):
        external_environment({"DATABASE_URL": "postgresql://app:hidden@127.0.0.1:1/none"})
