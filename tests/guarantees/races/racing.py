"""C2: of two changes that exclude each other, the later sees what the earlier made.

The first is done in a transaction that is still open; the second starts meanwhile, on a
connection of its own. Where it waits for the first to end, or passes over the row, it does no
harm; without the row's lock it decides on what it read before.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from organizations.exceptions import DomainError
from organizations.models import AuditEvent
from tests.assessments.cast import enter
from tests.world import World

PATIENCE = 60  # seconds, where one waits for what surely comes
IS_WAITED_FOR = """
    select exists (select from pg_locks
    where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""

Work = Callable[[], Any]


def let_come(second: threading.Thread) -> None:
    """Wait until the second has ended, or waits for what this transaction holds."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while second.is_alive() and time.monotonic() < deadline:
            cursor.execute(IS_WAITED_FOR)
            if cursor.fetchone() == (True,):
                return
            second.join(0.02)


def race(world: World, first: Work, second: Work) -> Any:
    """Start the second while the first's transaction is open; return its result or refusal."""
    outcome: list[Any] = []

    def later() -> None:
        try:
            with enter(world):
                outcome.append(second())
        except DomainError as refusal:
            outcome.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=later)
    with enter(world):
        first()
        thread.start()
        let_come(thread)
    thread.join()
    assert outcome, "The second broke instead of being refused."
    return outcome[0]


def stored(world: World, read: Work) -> Any:
    """Read something in the first organization."""
    with enter(world):
        return read()


def audited(world: World, verb: str) -> int:
    """Count the audit rows of this verb."""
    return stored(world, lambda: AuditEvent.objects.filter(verb=verb).count())
