"""The databases, roles and connection URLs of a private server."""

from pathlib import Path
from urllib.parse import quote

from psycopg import sql

from config.local.cluster import Cluster, connect
from config.local.state import CHECKOUT

OWNER_ROLE = "crossover_owner"
APP_ROLE = "crossover_app"
DATABASE = "crossover"
ROLES_SQL = CHECKOUT / "config" / "roles.sql"


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
