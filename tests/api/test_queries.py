"""How little the database is asked, however many rows there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.callers import caller
from tests.api.table import ROWS, Row
from tests.api.test_permissions import call, make_things, things_of
from tests.world import World

# The key with its maker, firm and tenant, a savepoint, and what is read. A person is found by
# Django first.
OF_KEY, OF_PERSON = 10, 15
# A write's own, with its locks, its audit row and its jobs: the most that one of them needs today
# is a submission, which asks for the scorecard and for the mail that tells of it.
WRITE = 27
WRITES = [row for row in ROWS if row.method != "GET"]
READS = [row for row in ROWS if row.method == "GET"]


@pytest.mark.parametrize("row", READS, ids=[row.name for row in READS])
def test_queries_do_not_grow_with_the_rows(stocked: World, row: Row) -> None:
    world = stocked
    name = "key" if "key" in row.allowed else "owner"
    program, org = caller(world, name), world.organization.slug
    things = things_of(row, world, world.client)
    call(program, row, org, things)

    with CaptureQueriesContext(connection) as few:
        call(program, row, org, things)
    for _ in range(3):
        make_things(row, world.organization, world.client)
    with CaptureQueriesContext(connection) as many:
        call(program, row, org, things)

    assert len(few) == len(many)
    assert len(many) <= (OF_KEY if name == "key" else OF_PERSON)


@pytest.mark.parametrize("row", WRITES, ids=[f"{row.method} {row.name}" for row in WRITES])
def test_write_asks_the_database_few_times(world: World, row: Row) -> None:
    owner, org = caller(world, "owner"), world.organization.slug
    things = make_things(row, world.organization, world.client)

    with CaptureQueriesContext(connection) as queries:
        answer = call(owner, row, org, things)

    assert answer.status_code < 500
    assert len(queries) <= WRITE
