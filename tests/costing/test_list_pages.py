"""Lists by keyset: their links lead through every row once, and back, whatever comes meanwhile."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

import assessments.views.assessments
import costing.scenarios.clients
import costing.scenarios.replay_pages
import costing.usage.views
import organizations.views
from assessments.models import Assessment
from organizations import tenancy
from organizations.services import create_client
from tests.assessments.cast import make_assessment
from tests.costing.cast import LOG, USAGE, make_scenario, send_log, send_usage
from tests.world import World

SIZES = (
    (organizations.views, "ROWS_A_PAGE", 10),
    (assessments.views.assessments, "ASSESSMENTS_A_PAGE", 2),
    (costing.scenarios.clients, "CLIENTS_A_PAGE", 2),
    (costing.scenarios.replay_pages, "REPLAYS_A_PAGE", 2),
    (costing.usage.views, "IMPORTS_A_PAGE", 2),
)
ROWS = 5


def link(body: str, label: str) -> str:
    """Return the address that a page's link of this label leads to, if there is one."""
    found = re.search(rf'<a class="button" href="(\?[^"]+)">{label}</a>', body)
    return unescape(found[1]) if found else ""


def shown(body: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>\s*(.+?)\s*(?:</th>|<br>)', body)


def walk(browser: Browser, path: str, query: str, label: str) -> list[list[str]]:
    """Return the rows of each page on the way from one page by the links of a label."""
    pages = []
    while query:
        body = browser.get(f"{path}{query}").content.decode()
        pages.append(shown(body))
        query = link(body, label)
    return pages


@pytest.fixture
def lists(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Some rows of every list, a few a page, and where each list is."""
    for module, name, size in SIZES:
        monkeypatch.setattr(module, name, size)
    organization, org = world.organization, world.organization.slug
    scenario = make_scenario(organization, world.client)
    assessment: Assessment = scenario.assessment
    for number in range(ROWS):
        with tenancy.enter(organization_id=organization.pk):
            client = create_client(by=world.actor("owner"), name=f"client {number}")
        make_assessment(organization, client, f"Review {number}")
        send_log(organization, scenario, LOG + " " * number, filename=f"calls {number}.jsonl")
        usage = USAGE.replace("soon", f"soon {number}")
        send_usage(organization, assessment, usage, filename=f"{number}.csv")
    return {
        "audit": reverse("organizations:audit-event-list", args=[org]),
        "assessments": reverse("assessments:assessment-list", args=[org]),
        "clients": reverse("scenarios:client-list", args=[org]),
        "replays": reverse("scenarios:log-replay-list", args=[org, scenario.pk]),
        "imports": reverse("usage:usage-import-list", args=[org, assessment.pk]),
    }


def test_links_lead_through_every_row_once_and_back(
    world: World, client: Browser, lists: dict[str, str]
) -> None:
    browser = world.login(client, "owner")
    for name, path in lists.items():
        query = "?sort=-activity" if name == "clients" else "?x=1"
        there = walk(browser, path, query, "Next")
        rows = [row for page in there for row in page]
        assert len(there) >= ROWS // 2 + 1, name
        assert {len(page) for page in there[:-1]} == {10 if name == "audit" else 2}, name
        if name != "audit":  # a row of it shows a time alone
            assert len(set(rows)) == len(rows), name

        # Back from the last page; what comes meanwhile moves nothing.
        last = browser.get(f"{path}{query}").content.decode()
        while following := link(last, "Next"):
            last = browser.get(f"{path}{following}").content.decode()
        if name in ("assessments", "clients"):
            with tenancy.enter(organization_id=world.organization.pk):
                create_client(by=world.actor("owner"), name=f"later than {name}")
        back = walk(browser, path, link(last, "Previous"), "Previous")
        assert list(reversed(back))[-len(there) + 2 :] == there[1:-1], name
