"""The databases, roles and URLs of a private server, and checks of one that a person brings."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.local.cluster import Cluster, connect
from config.local.state import CHECKOUT, SetupError

OWNER_ROLE = "crossover_owner"
APP_ROLE = "crossover_app"
DATABASE = "crossover"
ROLES_SQL = CHECKOUT / "config" / "roles.sql"
ROLE_QUERY = """
    select current_user, rolsuper or rolbypassrls, has_schema_privilege('public', 'create')
    from pg_roles where rolname = current_user
"""


def make_database(cluster: Cluster, *, for_tests: bool) -> None:
    """Make the roles and the database; for tests the owner may make more of them.

    The roles' default rights go into the template, so that every database has them. The database
    itself comes last: where it stands, all stands.
    """
    with connect(cluster, "postgres") as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if found.fetchone() is not None:
            return
    with connect(cluster, "template1") as connection:
        connection.execute(ROLES_SQL.read_bytes())
        right = sql.SQL("createdb" if for_tests else "nocreatedb")
        owner = sql.Identifier(OWNER_ROLE)
        connection.execute(sql.SQL("alter role {} with {}").format(owner, right))
    with connect(cluster, "postgres") as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("create database {} owner {}").format(name, owner))


def database_url(socket: Path, role: str) -> str:
    """Return the URL of the database for a role, over the socket in this folder."""
    return f"postgresql://{role}@/{DATABASE}?host={quote(str(socket), safe='/')}"


def database_environment(cluster: Cluster) -> dict[str, str]:
    """Return the settings that name this server to the product."""
    return {
        "DATABASE_URL": database_url(cluster.socket, APP_ROLE),
        "DATABASE_OWNER_URL": database_url(cluster.socket, OWNER_ROLE),
        "DATABASE_APP_ROLE": APP_ROLE,
    }


def external_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the database that the environment names, or say what is wrong."""
    app_url = environment["DATABASE_URL"]
    role, is_unbound, may_create = _inspect("DATABASE_URL", app_url)
    if is_unbound:
        raise SetupError(
            f"DATABASE_URL signs in as {role}, a role that row-level security does not bind.\n"
            "Make the two roles of config/roles.sql, and set DATABASE_URL to crossover_app's "
            "and DATABASE_OWNER_URL to crossover_owner's."
        )
    owner_url = environment.get("DATABASE_OWNER_URL", "")
    if owner_url:
        _inspect("DATABASE_OWNER_URL", owner_url)
    elif may_create:
        print(f"No DATABASE_OWNER_URL: {role} also owns and migrates the tables.", flush=True)
        owner_url = app_url
    else:
        raise SetupError(
            f"DATABASE_URL signs in as {role}, which may not make tables. Set DATABASE_OWNER_URL "
            "to the role that owns the database."
        )
    return {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "DATABASE_APP_ROLE": role}


def _inspect(name: str, url: str) -> tuple[str, bool, bool]:
    """Return the role, whether row-level security leaves it alone, and whether it makes tables."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(ROLE_QUERY).fetchone()
    except psycopg.Error as error:
        raise SetupError(
            f"{name} is set, but PostgreSQL cannot be used there:\n{error}\n"
            "Start that server, mend the URL, or unset it to use a private server."
        ) from error
    if row is None:
        raise SetupError(f"{name} signs in as a role that pg_roles does not show.")
    return row[0], row[1], row[2]
