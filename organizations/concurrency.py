"""Places for computing in the web processes: some for each organization, some in all.

A place is an advisory lock of the request's transaction: PostgreSQL gives it back when that ends,
at once also where its process died, and whether Redis answers or not.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from django.conf import settings
from django.db import connection

from organizations.exceptions import Busy

WAIT_SECONDS = 0.5
POLL_SECONDS = 0.05
BUSY = "The server is busy at the moment. Nothing was lost: try again in a few seconds."
# The first free place of the organization and the first of all; one that is ours already is free.
TAKE = """
    select
        (select place from generate_series(1, %s) place
            where pg_try_advisory_xact_lock(hashtextextended('computing:' || %s || place, 0))
            limit 1) is not null
        and (select place from generate_series(1, %s) place
            where pg_try_advisory_xact_lock(hashtextextended('computing::' || place, 0))
            limit 1) is not null
"""


@cache
def threads() -> BoundedSemaphore:
    """The threads of this process that may compute: all but one, which answers everything else."""
    return BoundedSemaphore(max(1, settings.WEB_THREADS - 1))


@contextmanager
def thread() -> Iterator[None]:
    """Compute in this thread while the body runs; Busy where no other would be left."""
    if not threads().acquire(blocking=False):
        raise Busy(BUSY)
    try:
        yield
    finally:
        threads().release()


@contextmanager
def place(organization_id: object) -> Iterator[None]:
    """Compute for an organization while the body runs, inside of a transaction.

    Waits half a second for a place; then Busy. The place is held until the transaction ends.
    """
    with thread():
        deadline = time.monotonic() + WAIT_SECONDS
        while not _take(organization_id):
            if time.monotonic() > deadline:
                raise Busy(BUSY)
            time.sleep(POLL_SECONDS)
        yield


def _take(organization_id: object) -> bool:
    with connection.cursor() as cursor:
        own, every = settings.COMPUTING_PER_ORGANIZATION, settings.COMPUTING_AT_ONCE
        cursor.execute(TAKE, [own, f"{organization_id}:", every])
        return bool(cursor.fetchone()[0])
