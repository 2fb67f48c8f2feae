"""The rail marks where a person is, on every page of a firm."""

import re

from config.navigation import section_of
from tests.config.firm_pages import firm_pages
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


def test_every_page_marks_one_place(world: World) -> None:
    unmarked = [
        name for name, (_, body) in firm_pages(world).items() if len(MARKED.findall(body)) != 1
    ]

    assert unmarked == []
