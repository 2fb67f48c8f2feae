"""The portfolio's clients: what a query finds, in which order, page by page, and their sums."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from django.test import RequestFactory

from assessments.models import Assessment, AssessmentSummary, ClientSummary
from costing.scenarios.content.portfolio import PortfolioQuery
from costing.scenarios.portfolio import (
    SORTS,
    client_summaries_sorted,
    portfolio_totals,
)
from organizations import tenancy
from organizations.pages import read_page
from tests import factories
from tests.assessments.cast import make_assessment
from tests.world import World

NOW = datetime(2026, 11, 1, tzinfo=UTC)
# Ada spends least and is best; Bob was never assessed; Cyd waits for a review.
ADA = {
    "name": "Ada Works",
    "assessment": {"status": "approved", "submitted_at": NOW, "approved_at": NOW},
    "score": {"overall": Decimal("3.6"), "band": "Advanced"},
    "money": {"today": 1_000, "saving": 100, "held_back": 0},
    "active_at": NOW,
}
BOB: dict[str, Any] = {"name": "bob & sons", "active_at": None}
CYD = {
    "name": "Cyd Works",
    "assessment": {"status": "submitted", "submitted_at": NOW},
    "score": {"overall": Decimal("1.2"), "band": "Ad hoc"},
    "money": {"today": 44_550, "saving": 19_440, "held_back": 11_221},
    "active_at": NOW.replace(day=2),
}


def store(world: World, *clients: dict[str, Any]) -> None:
    """Store clients of the second organization, which has no other, with these summaries."""
    organization = world.other_organization
    for content in clients:
        client = factories.make_client(organization, content["name"])
        if "assessment" in content:
            made = make_assessment(organization, client)
            with tenancy.enter(organization_id=organization.pk):
                Assessment.objects.filter(pk=made.pk).update(**content["assessment"])
        with tenancy.enter(organization_id=organization.pk):
            AssessmentSummary.objects.filter(client=client).update(**content.get("score", {}))
            money = content.get("money", {}).items()
            usd = {f"{name}_usd_per_month": figure for name, figure in money}
            rows = ClientSummary.objects.filter(client=client)
            rows.update(active_at=content["active_at"], **usd)


@pytest.fixture
def clients(world: World) -> World:
    with tenancy.enter(organization_id=world.other_organization.pk):
        ClientSummary.objects.all().delete()
    store(world, CYD, BOB, ADA)
    return world


def shown(size: int, **query: str) -> list[str]:
    """Return the names on all pages, one after the other."""
    return list(chain.from_iterable(pages(size, **query)))


def pages(size: int, **query: str) -> list[list[str]]:
    """Return the names on each page, the first three letters in small."""
    rows, keys = client_summaries_sorted(PortfolioQuery(**query))
    factory, found, address = RequestFactory(), [], ""
    while True:
        page = read_page(rows, keys, factory.get("/", {"page": address}), size=size)
        found.append([each.client.name[:3].lower() for each in page])
        if not page.next:
            break
        address = page.next
    # The way back shows the same pages.
    back = [found[-1]]
    while page.previous:
        page = read_page(rows, keys, factory.get("/", {"page": page.previous}), size=size)
        back.insert(0, [each.client.name[:3].lower() for each in page])
    assert back[-len(found) :] == found
    return found


ORDERS = [
    ("name", ["ada", "bob", "cyd"]),
    ("-name", ["cyd", "bob", "ada"]),
    ("status", ["bob", "cyd", "ada"]),
    ("-status", ["ada", "cyd", "bob"]),
    ("waits", ["cyd", "bob", "ada"]),
    ("-waits", ["ada", "bob", "cyd"]),
    ("score", ["cyd", "ada", "bob"]),
    ("-score", ["ada", "cyd", "bob"]),
    ("spend", ["ada", "cyd", "bob"]),
    ("-spend", ["cyd", "ada", "bob"]),
    ("saving", ["ada", "cyd", "bob"]),
    ("-saving", ["cyd", "ada", "bob"]),
    ("held_back", ["ada", "cyd", "bob"]),
    ("-held_back", ["cyd", "ada", "bob"]),
    ("activity", ["ada", "cyd", "bob"]),
    ("-activity", ["cyd", "ada", "bob"]),
]
FOUND = [
    ({}, ["ada", "bob", "cyd"]),
    ({"search": "works"}, ["ada", "cyd"]),
    ({"search": " WORKS  cyd "}, ["cyd"]),
    ({"search": "zebra"}, []),
    ({"search": "%"}, []),
    ({"status": "none"}, ["bob"]),
    ({"band": "Ad hoc"}, ["cyd"]),
    ({"band": "unscored"}, ["bob"]),
    ({"waits_for": "review"}, ["cyd"]),
    ({"waits_for": "start"}, ["bob"]),
    ({"waits_for": "nobody", "search": "works"}, ["ada"]),
]


def test_clients_are_found_ordered_and_paged_by_the_database(clients: World) -> None:
    assert [sort for sort, _ in ORDERS] == SORTS
    with tenancy.enter(organization_id=clients.other_organization.pk):
        # What is unknown stands last, either way round.
        for size in (50, 1):
            assert {sort: shown(size, sort=sort) for sort in SORTS} == dict(ORDERS)
        for query, expected in FOUND:
            assert shown(2, **query) == expected, query


def test_equals_stand_by_name_either_way_round(world: World) -> None:
    twins = [BOB | {"name": name} for name in ("ccc", "AAA", "bbb", "DDD")]
    store(world, *twins)
    with tenancy.enter(organization_id=world.other_organization.pk):
        for sort in ("score", "-score", "status", "-status"):
            found = shown(2, sort=sort, status="none")
            assert [name for name in found if name != "eas"] == ["aaa", "bbb", "ccc", "ddd"]


def test_totals_sum_what_is_known(clients: World) -> None:
    with tenancy.enter(organization_id=clients.other_organization.pk):
        summed = portfolio_totals(PortfolioQuery())
        none = portfolio_totals(PortfolioQuery(search="zebra"))

    assert (summed.clients, summed.with_money) == (3, 2)
    assert (summed.waiting_for_us, summed.waiting_for_clients) == (2, 0)
    assert summed.today_usd_per_month == 45_550
    assert summed.saving_usd_per_month == 19_540
    assert summed.held_back_usd_per_month == 11_221
    assert (none.clients, none.saving_usd_per_month) == (0, 0)
