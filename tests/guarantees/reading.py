"""Every page and every operation that reads, by the two tables of who may call what."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.test import Client as Browser
from django.urls import reverse

from tests import permission_table
from tests.api import table as api_table
from tests.world import World

Things = Mapping[str, UUID]
# Files, which have tests of their own.
FILES = {"deliverable-download", "snapshot-download", "snapshot-archive", "evidence-download"}


def paths_of(world: World, things: Things) -> list[str]:
    """Return the paths of all that shows these things, and nothing else, of the first firm."""
    org = world.organization.slug
    kinds = things.keys()
    pages = [
        reverse(
            row.name,
            kwargs={
                "org": org,
                **{name: things[kind] for name, kind in row.things.items()},
                **row.path,
            },
        )
        for row in permission_table.ROWS
        if row.method == "GET" and not row.shared and row.name.partition(":")[2] not in FILES
        if set(row.things.values()) == kinds
    ]
    operations = [
        reverse(
            f"api:{row.name}",
            kwargs={
                "org": org,
                **{api_table.PATH_NAMES.get(kind, kind): things[kind] for kind in row.things},
                **row.path,
            },
        )
        for row in api_table.ROWS
        if row.method == "GET" and not row.shared and row.name not in FILES
        if set(row.things) == kinds
    ]
    return pages + operations


def broken(world: World, things: Iterable[tuple[str, Things]], person: str = "owner") -> list[str]:
    """Read all that shows things, each with its state in words; return what failed to answer."""
    browser = world.login(Browser(raise_request_exception=False), person)
    failed = []
    for state, these in things:
        paths = paths_of(world, these)
        assert paths, state
        for path in paths:
            status = browser.get(path).status_code
            if status >= 500 or status == 429:  # what is turned away was not read
                failed.append(f"{state}: {status} of {path}")
    return failed
