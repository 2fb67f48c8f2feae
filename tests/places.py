"""Takes all places for computing, as requests of another process do."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from organizations import concurrency


@contextmanager
def all_taken(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """Hold every place of this name (`<organization>:`, or `:` for all) on another connection."""
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 0.1)
    given = connections["default"].settings_dict
    url = f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"
    with psycopg.connect(url) as connection:
        connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('computing:' || %s || place, 0))"
            " from generate_series(1, 100) place",
            [name],
        )
        yield
