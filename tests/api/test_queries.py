"""How little the database is asked, however many rows there are."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import kept_pages
from tests.api.callers import caller
from tests.api.table import ROWS, THINGS, Row
from tests.api.test_permissions import call, make_things, things_of
from tests.permission_table import DO_JOBS
from tests.world import World

# The key with its maker, firm and tenant, or the session with its person, membership and tenant,
# a savepoint, and what is read.
OF_CALLER = 10
# A write's own, with its locks, its audit row and its jobs: the most that one of them needs today
# is a submission, which asks for the scorecard and for the mail that tells of it.
WRITE = 27
WRITES = [row for row in ROWS if row.method != "GET"]
READS = [row for row in ROWS if row.method == "GET"]


def reader(row: Row) -> str:
    """Who reads: a program where one may, else the owner."""
    return "key" if "key" in row.allowed else "owner"


def asked(world: World) -> dict[str, int]:
    """How many queries each read of the API takes, the second time that it is made.

    The clock stands still: the use of a key is noted once a minute, by queries of its own.
    """
    who = {name: caller(world, name) for name in sorted({reader(row) for row in READS})}
    counts = {}
    with time_machine.travel(timezone.now(), tick=False):
        for row in READS:
            things = things_of(row, world, world.client)
            for _ in range(2):
                kept_pages.pages.clear()
                with CaptureQueriesContext(connection) as captured:
                    call(who[reader(row)], row, world.organization.slug, things)
            counts[row.name] = len(captured)
    return counts


def make_more(world: World) -> None:
    """Store another row of every kind for a client, first those that would do others' jobs."""
    kinds = {kind for row in READS for kind in row.things}
    for kind in sorted(kinds, key=lambda kind: (kind not in DO_JOBS, kind)):
        THINGS[kind](world.organization, world.client)


def test_queries_do_not_grow_with_the_rows(stocked: World) -> None:
    few = asked(stocked)
    for _ in range(3):
        make_more(stocked)
    many = asked(stocked)

    assert many == few
    assert {name: count for name, count in many.items() if count > OF_CALLER} == {}


@pytest.mark.parametrize("row", WRITES, ids=[f"{row.method} {row.name}" for row in WRITES])
def test_write_asks_the_database_few_times(world: World, row: Row) -> None:
    owner, org = caller(world, "owner"), world.organization.slug
    things = make_things(row, world.organization, world.client)

    with CaptureQueriesContext(connection) as queries:
        answer = call(owner, row, org, things)

    assert answer.status_code < 500
    assert len(queries) <= WRITE
