"""The rail marks where a person is, on every page of a firm."""

import re

from django.test import Client as Browser

from config.navigation import section_of
from tests.permission_table import ROWS, THINGS
from tests.test_permissions import path_of
from tests.world import World

MARKED = re.compile(r'<li><a href="[^"]+" aria-current="page">([^<]+)</a></li>')


def test_pages_of_an_assessment_mark_the_assessments() -> None:
    for path in ("scenarios/1/", "deliverables/", "jobs/1/", "evidence/2/", "anything/new/"):
        assert section_of(f"/o/acme/{path}") == "assessments"


def test_other_pages_mark_their_own_section() -> None:
    found = {
        path: section_of(path) for path in ("/o/acme/clients/7/", "/toolkit/", "/o/acme/", "/")
    }

    assert found == {
        "/o/acme/clients/7/": "clients",
        "/toolkit/": "toolkit",
        "/o/acme/": "assessments",
        "/": "",
    }


def test_every_page_marks_one_place(world: World, client: Browser) -> None:
    browser = world.login(client, "owner")
    unmarked = []
    for row in ROWS:
        if row.method != "GET":
            continue
        kinds = set(row.things.values())
        things = {kind: THINGS[kind](world.organization, world.client) for kind in kinds}
        response = browser.get(path_of(row, world.organization.slug, things))
        body = "" if response.streaming else response.content.decode(errors="ignore")
        if 'class="rail-nav"' in body and len(MARKED.findall(body)) != 1:
            unmarked.append(row.name)

    assert unmarked == []
