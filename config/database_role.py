"""Refuses to serve as a database role that row-level security does not bind."""

import logging
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.signals import connection_created

# A role may act as every role that it is a member of; a superuser is a member of all.
ROLE_QUERY = """
    select
        current_user,
        bool_or(held.rolsuper),
        bool_or(held.rolbypassrls),
        bool_or(exists(
            select from pg_class
            where relowner = held.oid and relnamespace = 'public'::regnamespace
            and relkind in ('r', 'p')
        ))
    from pg_roles held where pg_has_role(current_user, held.oid, 'member')
"""
RIGHTS = ("is a superuser", "has BYPASSRLS", "owns the tables")
log = logging.getLogger(__name__)


def role_error(database: BaseDatabaseWrapper) -> str:
    """Return what is wrong with the role that a connection signed in as; empty for nothing."""
    with database.cursor() as cursor:
        cursor.execute(ROLE_QUERY)
        role, *held = cursor.fetchone()
    rights = [right for right, is_held in zip(RIGHTS, held, strict=True) if is_held]
    if not rights:
        return ""
    return (
        f"DATABASE_URL signs in as {role}, which {rights[0]}, itself or by a role it is a member "
        "of: row-level security would not keep organizations apart. Set DATABASE_URL to "
        "crossover_app's (config/roles.sql makes the roles)."
    )


def require_bound_role() -> None:
    """Raise ImproperlyConfigured if this process's role is not bound.

    While the database cannot be reached, the first connection that succeeds is checked instead:
    no request is served as such a role.
    """
    if settings.MODE != "production":
        return  # `make run` and `make test` check the role before they start
    connection_created.connect(_check_first_connection, dispatch_uid="bound role")
    try:
        connection.ensure_connection()
    except OperationalError as error:
        log.warning("The database cannot be reached yet: %s", error)
    finally:
        connection.close()
        # A process that forks now must not share a connection.
        cast(DatabaseWrapper, connection).close_pool()


def _check_first_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias != "default":
        return
    error = role_error(connection)
    if error:
        connection.close()
        raise ImproperlyConfigured(error)
    connection_created.disconnect(dispatch_uid="bound role")
