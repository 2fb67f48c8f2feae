"""A kept page is shown while all that was read for it is the same, and not a moment longer."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import path, resolve, reverse
from django.utils import timezone

from config.urls import urlpatterns as product
from organizations import kept_pages, tenancy
from organizations.access import tenant_view
from organizations.models import Client
from organizations.permissions import Permission
from organizations.services import rename_client
from tests.permission_table import ROWS
from tests.queries import queries
from tests.shared_cast import find_cast
from tests.test_permissions import body_of, store_things, things_of
from tests.world import World

CLIENTS = "/o/acme/clients/"


@tenant_view(Permission.CLIENT_VIEW, is_kept=True)
def drawn_by_lot(request: HttpRequest) -> HttpResponse:
    """Show what no statement returned."""
    return HttpResponse(f"{Client.objects.count()} clients, {uuid4()}")


@tenant_view(Permission.CLIENT_VIEW, is_kept=True)
def of_another_tenant(request: Any) -> HttpResponse:
    """Show what another tenant has."""
    with tenancy.enter(organization_id=uuid4()):
        return HttpResponse(f"{Client.objects.count()} clients, {uuid4()}")


@tenant_view(Permission.CLIENT_VIEW, is_kept=True)
def never_kept(request: HttpRequest) -> HttpResponse:
    """Show what must be made at each view, for the reason that the query names."""
    why, response = request.GET.get("why"), HttpResponse(f"{uuid4()}")
    if why == "writes":
        Client.objects.filter(pk=uuid4()).update(name="Boreas")
    elif why == "reads in parts":
        list(Client.objects.iterator())
    elif why == "enters":
        with connection.cursor() as cursor:
            cursor.execute("select set_config('application_name', 'test', true)")
    elif why == "fails":
        response.status_code = 422
    elif why == "has a header":
        response["X-Seen"] = "1"
    elif why == "sets a cookie":
        response.set_cookie("seen", "1")
    return response


meanwhile: list[Callable[[], object]] = []


@tenant_view(Permission.CLIENT_VIEW, is_kept=True)
def of_a_moment(request: HttpRequest) -> HttpResponse:
    """Show the clients, after what somebody else does just then."""
    while meanwhile:
        meanwhile.pop()()
    return HttpResponse(", ".join(Client.objects.values_list("name", flat=True)))


@tenant_view(Permission.CLIENT_VIEW)
def tell(request: HttpRequest) -> HttpResponse:
    """Leave a message, as a service's view does, and go to a page that is kept."""
    messages.success(request, request.POST["text"])
    return redirect(CLIENTS)


urlpatterns = [
    path("o/<slug:org>/tell/", tell),
    path("o/<slug:org>/lot/", drawn_by_lot),
    path("o/<slug:org>/never/", never_kept),
    path("o/<slug:org>/another/", of_another_tenant),
    path("o/<slug:org>/moment/", of_a_moment),
    *product,
]


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    return find_cast(request, store_things)


@pytest.fixture
def browser(world: World, client: Browser) -> Browser:
    """An owner's, whose session was read once."""
    world.login(client, "owner").get("/o/acme/settings/branding/")
    return client


def statements(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(queries(captured))


def kept_addresses(world: World) -> Iterator[tuple[str, str]]:
    """The names and addresses of all pages that are kept."""
    for row in ROWS:
        address = row.address(world.organization.slug, things_of(world, row, world.client))
        if row.method == "GET" and resolve(address).func.is_kept:  # type: ignore[attr-defined]
            yield row.name, address


def last_moment(later: datetime) -> datetime:
    """The last one at which the page that was kept last may be shown, or one in a year."""
    *_, page = kept_pages.pages._things.values()
    return min(later, page.period.until - timedelta(microseconds=1))


def test_a_page_is_shown_again_after_one_statement(browser: Browser, as_production: None) -> None:
    first, second = browser.get(CLIENTS), browser.get(CLIENTS)

    # Who asks is the first of the two.
    assert statements(browser, CLIENTS) == 2
    assert body_of(first) == body_of(second)
    assert first["Cache-Control"] == second["Cache-Control"] == "private, no-store"


def test_each_view_has_a_token_of_its_own_that_works(world: World, as_production: None) -> None:
    careful = world.login(Browser(enforce_csrf_checks=True), "owner")
    pages = [careful.get("/o/acme/settings/").content.decode() for _ in range(3)]

    tokens = [
        page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0] for page in pages
    ]
    given = {"csrfmiddlewaretoken": tokens[-1], "name": "Westwind"}
    response = careful.post("/o/acme/clients/new/", given)

    assert [len(token) for token in tokens] == [64, 64, 64]
    assert len(set(tokens)) == 3
    assert response.status_code == 302


def test_a_change_shows_at_once(world: World, browser: Browser, as_production: None) -> None:
    before = [browser.get(CLIENTS).content.decode() for _ in range(2)]

    with tenancy.enter(organization_id=world.organization.pk):
        rename_client(by=world.actor("owner"), client=world.client, name="Boreas")
    after = browser.get(CLIENTS).content.decode()

    assert all("Northwind" in page and "Boreas" not in page for page in before)
    assert "Boreas" in after
    assert "Northwind" not in after


def test_nobody_is_shown_the_page_of_another(world: World, as_production: None) -> None:
    seen = {
        name: [world.login(Browser(), name).get(CLIENTS).content.decode() for _ in range(2)][1]
        for name in ("owner", "consultant", "respondent", "other_client_respondent")
    }

    for name, page in seen.items():
        assert str(world.people[name].user.email) in page.replace("<wbr>", "")
        assert ("Southwind" in page) == (name not in ("respondent",))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("is_long", [False, True])
def test_a_message_is_shown_once(browser: Browser, as_production: None, is_long: bool) -> None:
    """One that is too long for its cookie waits in the session."""
    browser.get(CLIENTS)
    text = f"It is done. {token_hex(4000) if is_long else ''}"
    response = browser.post("/o/acme/tell/", {"text": text})
    has_long = "_messages" in browser.session

    pages = [browser.get(response["Location"]).content.decode() for _ in range(3)]

    assert has_long == is_long
    assert [text in page for page in pages] == [True, False, False]
    assert "_messages" not in browser.session


def test_who_lost_the_role_is_refused(world: World, as_production: None) -> None:
    audit = reverse("organizations:audit-event-list", args=["acme"])
    owner = world.login(Browser(), "owner")
    assert [owner.get(audit).status_code for _ in range(2)] == [200, 200]

    with tenancy.enter(organization_id=world.organization.pk):
        type(world.people["owner"]).objects.filter(pk=world.people["owner"].pk).update(
            role="consultant"
        )

    assert owner.get(audit).status_code == 403


@pytest.mark.urls(__name__)
def test_a_page_that_follows_from_more_fails(browser: Browser) -> None:
    browser.get("/o/acme/lot/")

    with pytest.raises(AssertionError, match="follows from more than what is read"):
        browser.get("/o/acme/lot/")


@pytest.mark.urls(__name__)
def test_a_page_whose_rows_change_while_it_is_compared_is_no_error(browser: Browser) -> None:
    browser.get("/o/acme/moment/")
    meanwhile.append(lambda: Client.objects.filter(name="Northwind").update(name="Boreas"))

    page = browser.get("/o/acme/moment/").content.decode()

    assert meanwhile == []
    assert "Boreas" in page


@pytest.mark.urls(__name__)
def test_what_another_tenant_has_is_not_kept(browser: Browser, as_production: None) -> None:
    first, second = browser.get("/o/acme/another/"), browser.get("/o/acme/another/")

    assert first.content != second.content


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    "why", ["writes", "reads in parts", "enters", "fails", "has a header", "sets a cookie"]
)
def test_what_cannot_be_shown_again_is_not_kept(
    browser: Browser, as_production: None, why: str
) -> None:
    first, second = (browser.get("/o/acme/never/", {"why": why}) for _ in range(2))

    assert first.content != second.content


@pytest.mark.urls(__name__)
def test_a_kept_page_answers_only_the_same_question(
    browser: Browser, as_production: None, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ways: list[dict[str, Any]] = [
        {},
        {"headers": {"HX-Request": "true"}},
        {"HTTP_HOST": "b.test"},
        {"secure": True},
        {"query_params": {"other": "1"}},
    ]
    seen = [browser.get("/o/acme/never/", **way).content for way in (*ways, {})]
    posted = browser.post("/o/acme/never/").content

    assert seen[0] == seen[-1]
    assert len({*seen, posted}) == 6


def test_kept_pages_follow_from_no_other_clock(
    world: World, browser: Browser, settings: Any
) -> None:
    """Made anew as late as it holds, or after more than a year, each is the same as it was kept."""
    addresses, later = dict(kept_addresses(world)), timezone.now() + timedelta(days=400, hours=7)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=900))
    for address in addresses.values():
        browser.get(address)
        with time_machine.travel(last_moment(later), tick=False):
            browser.get(address)

    with time_machine.travel(later):
        for address in addresses.values():
            browser.get(address)
        settings.KEPT_PARTS_COMPARED = False
        sent = {name: statements(browser, address) for name, address in addresses.items()}

    assert len(addresses) > 25
    assert {name: count for name, count in sent.items() if count > 2} == {}
