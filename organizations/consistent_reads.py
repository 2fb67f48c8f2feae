"""Several transactions that read the same rows: as they stood when the first one began."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

Reads = Callable[[], AbstractContextManager[None]]


@contextmanager
def consistent_reads() -> Iterator[tuple[datetime, Reads]]:
    """Yield a moment, and what opens transactions that see the database as it stood then.

    Between them this thread may write, and sees everything. A connection of its own holds the
    snapshot until the block ends, so that vacuum keeps what others delete meanwhile. Within a
    transaction, which keeps its own view of the database, they are parts of it.
    """
    if connection.in_atomic_block:
        yield timezone.now(), transaction.atomic
        return
    holder = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with holder.cursor() as cursor:
            cursor.execute("begin isolation level repeatable read read only")
            cursor.execute("select pg_export_snapshot(), statement_timestamp()")
            snapshot, moment = cursor.fetchone()

        @contextmanager
        def read() -> Iterator[None]:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read read only")
                    cursor.execute("set transaction snapshot %s", [snapshot])
                yield

        yield moment, read
        with holder.cursor() as cursor:
            cursor.execute("commit")
    finally:
        holder.close()
