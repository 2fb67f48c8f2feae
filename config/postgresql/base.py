"""Takes connections that live out of the pool, however many died in it."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a connection when it is taken, and all that wait in the pool once one has died.

    The pool's own check (CONN_HEALTH_CHECKS) waits 1, 2, 4 … seconds between one dead connection
    and the next: after a failover that outlasts every request.
    """

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
