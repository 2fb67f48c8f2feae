"""Moments are read from the database as they were written, whatever their digits."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from psycopg import adapters
from psycopg.pq import Format

from config.postgresql.base import MomentLoader

MOMENTS = [
    datetime(2026, 11, 29, 23, 4, 15, 5191, tzinfo=UTC),
    datetime(2026, 11, 29, 23, 4, 15, 500_000, tzinfo=UTC),
    datetime(2026, 11, 29, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


def read(moment: datetime) -> datetime:
    """Return a moment as a query returns it."""
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz", [moment])
        found: datetime = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_read_as_it_was_written_in_utc(moment: datetime) -> None:
    found = read(moment)

    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_a_moment_is_the_same_where_the_connection_has_another_time_zone(zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('TimeZone', %s, true)", [zone])

    assert read(MOMENTS[0]) == MOMENTS[0]


@pytest.mark.django_db
def test_connections_read_moments_quickly() -> None:
    connection.ensure_connection()

    moment = adapters.types["timestamptz"].oid
    assert connection.connection.adapters.get_loader(moment, Format.TEXT) is MomentLoader
