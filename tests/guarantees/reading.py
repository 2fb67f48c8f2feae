"""Every page and every operation that reads, by the two tables of who may call what."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.test import Client as Browser

from tests import permission_table
from tests.api import table as api_table
from tests.world import World

Things = Mapping[str, UUID]
# Files, which have tests of their own.
FILES = {"deliverable-download", "snapshot-download", "snapshot-archive", "evidence-download"}


def paths_of(world: World, things: Things) -> list[str]:
    """Return the paths of all that shows these things, and nothing else, of the first firm."""
    return [
        row.address(world.organization.slug, things)
        for row in (*permission_table.ROWS, *api_table.ROWS)
        if row.method == "GET" and not row.shared
        if row.name.rpartition(":")[2] not in FILES and set(row.things) == things.keys()
    ]


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
