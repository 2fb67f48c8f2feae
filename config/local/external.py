"""Checks the database that DATABASE_URL names, when a person brings one."""

from collections.abc import Mapping

import psycopg

from config.local.errors import SetupError

ROLE_QUERY = """
    select current_user, rolsuper or rolbypassrls, has_schema_privilege('public', 'create')
    from pg_roles where rolname = current_user
"""


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
