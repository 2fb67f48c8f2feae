"""The fixed cast, stored once for the tests that follow each other and want it.

It stands in a transaction around theirs that is never committed. Each test works in a savepoint,
so it finds the cast as it was made; a test that wants an empty database, or commits, ends it first,
and one that needs no database leaves it as it is.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from tests.world import World, build_world

LONG = timedelta(days=3650)
More = Callable[[World], None]


@dataclass(frozen=True)
class SharedCast:
    """A transaction that stays open between tests, and whom it holds."""

    atomic: transaction.Atomic
    blocker: Any
    more: More | None
    cast: bytes


_open: list[SharedCast] = []


def end_unless_wanted(item: pytest.Item) -> None:
    """End the cast's transaction before a test of the database that did not ask for it.

    A test without the database cannot see it: pytest-django refuses it every query.
    """
    names = getattr(item, "fixturenames", ())
    is_of_database = "db" in names or item.get_closest_marker("django_db")
    is_broken = connection.closed_in_transaction or connection.needs_rollback
    if "committed_db" in names or is_broken or ("world" not in names and is_of_database):
        end()


def find_cast(request: pytest.FixtureRequest, more: More | None = None) -> World:
    """Return the cast, in the test's transaction; the instances are this test's own.

    `more` stores what else the module's tests share, and notes it on the cast; its files lie in
    one folder for all of them.
    """
    if more:
        folder = request.getfixturevalue("tmp_path_factory").getbasetemp() / more.__module__
        request.getfixturevalue("monkeypatch").setattr(settings, "MEDIA_ROOT", folder)
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    if _open and _open[0].more is not more and not connection.savepoint_ids:
        end()
    if not connection.in_atomic_block:
        _begin(blocker, more)
    request.getfixturevalue("db")
    if _open and _open[0].more is more:
        return pickle.loads(_open[0].cast)
    # Another fixture came first with the test's transaction: the cast is stored in that.
    return _build(more)


def _begin(blocker: Any, more: More | None) -> None:
    atomic = transaction.atomic()
    atomic._from_testcase = True  # what must be the outermost transaction may still begin
    with blocker.unblock():
        atomic.__enter__()
        world = _build(more)
        world.sign_in_all()
        Session.objects.update(expire_date=timezone.now() + LONG)  # for tests that travel ahead
        connection.check_constraints()  # once: what is deferred would be checked after each test
    _open.append(SharedCast(atomic, blocker, more, pickle.dumps(world)))


def _build(more: More | None) -> World:
    world = build_world()
    if more:
        more(world)
    return world


def end() -> None:
    """Take the cast out of the database again."""
    while _open:
        shared = _open.pop()
        with shared.blocker.unblock():
            transaction.set_rollback(True)
            shared.atomic.__exit__(None, None, None)
