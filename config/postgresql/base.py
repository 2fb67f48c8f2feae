"""Takes connections that live out of the pool, and reads moments quickly."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg_pool import ConnectionPool


class MomentLoader(Loader):
    """Reads a moment as PostgreSQL writes it: what Django's own does, in a fifth of the time."""

    timezone = UTC  # of every connection; a cursor looks here for another one

    def load(self, data: Buffer) -> datetime:
        """Return the moment; its time zone is UTC."""
        return datetime.fromisoformat(bytes(data).decode())


@cache
def _with_moment_loader(template: AdaptersMap) -> AdaptersMap:
    own = AdaptersMap(template)
    own.register_loader("timestamptz", MomentLoader)
    return own


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a connection when it is taken, and all that wait in the pool once one has died.

    The pool's own check (CONN_HEALTH_CHECKS) waits 1, 2, 4 … seconds between one dead connection
    and the next: after a failover that outlasts every request.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Return what a connection is made with."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"context": _with_moment_loader(params["context"])}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that answers; OperationalError where none does in time."""
        pool = self.pool
        while True:
            connection = super().get_new_connection(conn_params)
            if pool is None:
                return connection
            try:
                ConnectionPool.check_connection(connection)
            except OperationalError:
                pool.putconn(connection)
                pool.check()
            else:
                return connection
