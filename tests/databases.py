"""Databases for tests: cloned for each process from a template that the owner migrated once.

The tests themselves connect as the app role, which row-level security binds.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

TEMPLATE_LOCK = 4_611_686
DROP_TRIES = 6  # of up to five seconds each
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")
WRITTEN_TABLES = """
    select relname, relforcerowsecurity from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
    and pg_relation_size(oid) > 0 and relname <> all(%s)
"""


@contextmanager
def owner_connection(database: str) -> Iterator[psycopg.Connection]:
    """Connect to a database of the test server as its owner, in autocommit."""
    given = settings.DATABASES["owner"]
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"] or None,
        dbname=database,
        autocommit=True,
    ) as connection:
        yield connection


def _migrations_digest() -> str:
    digest = hashlib.sha256()
    found = [
        *settings.BASE_DIR.glob("*/migrations/*.py"),
        *settings.BASE_DIR.glob("*/*/migrations/*.py"),
    ]
    for path in sorted(found):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def make_database() -> str:
    """Create this process's database and return its name."""
    template = f"template_{_migrations_digest()}"
    name = f"test_{os.getpid()}"
    with owner_connection("postgres") as connection:
        connection.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if not _exists(connection, template):
            _build_template(connection, template)
        _drop(connection, name)
        _execute(connection, "create database {} template {}", name, template)
        connection.execute("select pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    return name


def drop_database(name: str) -> None:
    """Remove this process's database."""
    with owner_connection("postgres") as connection:
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Remove a database; what a killed worker still holds open is waited for.

    Not by force: the owner may not end the server's own vacuum, a plain drop does.
    """
    for _ in range(DROP_TRIES - 1):
        try:
            return _execute(connection, "drop database if exists {}", name)
        except psycopg.errors.ObjectInUse:
            continue
    return _execute(connection, "drop database if exists {}", name)


def _exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    identifiers = [sql.Identifier(name) for name in names]
    connection.execute(sql.SQL(statement).format(*identifiers))


def _build_template(connection: psycopg.Connection, template: str) -> None:
    building = f"{template}_building"
    _drop(connection, building)
    _execute(connection, "create database {}", building)
    with owner_connection(building) as fresh:
        app_role = settings.DATABASE_APP_ROLE
        for grant in (
            "grant select, insert, update, delete on tables",
            "grant usage, select on sequences",
        ):
            _execute(fresh, f"alter default privileges {grant} to {{}}", app_role)
    owner = connections["owner"]
    owner.close()
    owner.settings_dict["NAME"] = building
    call_command("migrate", database="owner", verbosity=0)
    owner.close()
    _execute(connection, "alter database {} rename to {}", building, template)


def empty_all(database: str) -> None:
    """Delete every row of a test's database, as its owner.

    To truncate makes every table, index and toast anew: nine times as much work for a few rows.
    """
    with owner_connection(database) as connection, connection.transaction():
        rows = connection.execute(WRITTEN_TABLES, [list(KEPT_TABLES)]).fetchall()
        forced = [name for name, is_forced in rows if is_forced]
        connection.execute("set constraints all deferred")
        # Row-level security hides what it is forced on from the owner too.
        for name in forced:
            _execute(connection, "alter table {} no force row level security", name)
        for name, _ in rows:
            _execute(connection, "delete from {}", name)
        connection.execute("set constraints all immediate")
        for name in forced:
            _execute(connection, "alter table {} force row level security", name)
