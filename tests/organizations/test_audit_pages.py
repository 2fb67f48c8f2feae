"""The audit on a page: in words, filtered, exported."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from organizations import audit_words, services, tenancy, views
from organizations.models import AuditEvent
from organizations.permissions import Role
from tests import factories
from tests.queries import TENANT
from tests.world import World

PAGE_QUERIES = TENANT + 5


@pytest.fixture
def owner(world: World, client: Browser) -> Browser:
    """An owner of a firm in which somebody did this and that."""
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("owner")
        renamed = services.create_client(by=by, name="Globex")
        services.rename_client(by=by, client=renamed, name="=Globex()")
        member = factories.make_member(world.organization, Role.CONSULTANT)
        services.change_member_role(by=by, membership=member, role=Role.OWNER)
    return world.login(client, "owner")


def page(world: World, owner: Browser, query: str = "") -> str:
    path = reverse("organizations:audit-event-list", args=[world.organization.slug])
    return owner.get(f"{path}{query}").content.decode()


def test_the_page_says_in_words_what_was_done_to_what(world: World, owner: Browser) -> None:
    text = page(world, owner)

    assert "Renamed the client" in text
    assert "Globex → =Globex()" in text
    assert "Changed the role of the member" in text
    assert "role: consultant → owner" in text
    assert "client.renamed</td>" not in text


@pytest.mark.parametrize(
    ("query", "has", "lacks"),
    [
        ("?what=client.renamed", "Globex →", "Changed the role of the member</td>"),
        ("?who=nobody", "No change fits", "Globex →"),
        ("?until=2020-01-01", "No change fits", "Globex →"),
        ("?since={today}", "Globex →", "No change fits"),
    ],
)
def test_the_filter_narrows_the_list(
    world: World, owner: Browser, query: str, has: str, lacks: str
) -> None:
    text = page(world, owner, query.format(today=timezone.now().date()))

    assert has in text
    assert lacks not in text


def test_a_filter_that_cannot_be_used_is_an_error_of_its_field(
    world: World, owner: Browser
) -> None:
    path = reverse("organizations:audit-event-list", args=[world.organization.slug])

    response = owner.get(f"{path}?since=soon&client=x")

    assert response.status_code == 422
    assert "Enter a valid date" in response.content.decode()


def test_the_export_has_what_the_filter_leaves_and_no_formula(world: World, owner: Browser) -> None:
    path = reverse("organizations:audit-event-export", args=[world.organization.slug])

    response = owner.get(f"{path}?what=client.renamed")

    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["what"], row["details"]) for row in rows] == [
        ("Renamed the client", "Globex → =Globex()")
    ]
    assert rows[0]["client"] == "'=Globex()"
    assert rows[0]["verb"] == "client.renamed"


def test_the_page_asks_the_same_number_of_queries_however_many_events_there_are(
    world: World, owner: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        for number in range(30):
            services.create_client(by=world.actor("owner"), name=f"Client {number}")

    with django_assert_max_num_queries(PAGE_QUERIES):
        page(world, owner)


def test_an_event_with_any_plain_values_has_words() -> None:
    data = {"flag": True, "none": None, "many": [1, {"a": 2}], "before": {"x": 1}, "after": None}

    assert audit_words.details(data) == [
        "flag: yes",
        "none: nothing",
        "many: 1, a 2",
        "x: 1 → nothing",
    ]
    assert audit_words.sentence("share_link.revoked") == "Revoked the share link"


@pytest.mark.parametrize("is_api", [False, True])
def test_pages_go_on_from_the_last_months_to_all_that_is_older_and_back(
    world: World, monkeypatch: pytest.MonkeyPatch, is_api: bool
) -> None:
    """Pages that the last months fill, that they do not, with gaps of years, and the last one."""
    monkeypatch.setattr(views, "ROWS_A_PAGE", 4)
    ages = [0, 1, 2, 3, 30, 50, 61, 70, 71, 72, 500, 501, 900, 2000, 2001]
    with tenancy.enter(organization_id=world.organization.pk):
        for age in ages:
            AuditEvent.objects.create(
                organization=world.organization,
                actor_label=f"{age} days ago",
                verb="client.renamed",
                subject_type="organizations.client",
                subject_id=world.client.pk,
                created_at=timezone.now() - timedelta(days=age),
            )
    browser = world.login(Browser(), "owner")

    def read(address: str) -> tuple[list[str], str, str]:
        response = browser.get(address)
        if is_api:
            page = response.json()
            return [each["actor"] for each in page["results"]], page["previous"], page["next"]
        page = response.context["page"]
        links = [f"{path}&page={each}" if each else "" for each in (page.previous, page.next)]
        return [each.actor_label for each in page], *links

    name = "api:audit-event-list" if is_api else "organizations:audit-event-list"
    path = reverse(name, args=["acme"])
    path += "?verb=client.renamed&limit=4" if is_api else "?what=client.renamed"
    forward, address, previous = [], path, ""
    while address:
        rows, previous, address = read(address)
        forward.append(rows)
    backward = [forward[-1]]
    while previous:
        rows, previous, _ = read(previous)
        backward.append(rows)

    assert [each for page in forward for each in page] == [f"{age} days ago" for age in ages]
    assert backward[::-1] == forward
