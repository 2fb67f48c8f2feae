"""Every page of a firm, read once for the tests that look at all of them."""

from django.test import Client as Browser

from tests.permission_table import ROWS
from tests.test_permissions import make_things
from tests.world import World

Pages = dict[str, tuple[set[str], str]]
_read: list[Pages] = []


def firm_pages(world: World) -> Pages:
    """Return every page of the table of permissions: what its path names, and its body."""
    if not _read:
        _read.append(_pages_of(world, world.login(Browser(), "owner")))
    return _read[0]


def _pages_of(world: World, browser: Browser) -> Pages:
    found = {}
    for row in (each for each in ROWS if each.method == "GET"):
        things = make_things(row, world.organization, world.client)
        response = browser.get(row.address(world.organization.slug, things))
        body = "" if response.streaming else response.content.decode(errors="ignore")
        if 'class="rail-nav"' in body:
            found[row.name] = (set(row.things), body)
    return found
