"""Pages of an organization, for who is no member of it: as those of one that does not exist."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from organizations import selectors
from organizations.models import User
from tests import factories
from tests.queries import queries
from tests.world import World

FOREIGN, MISSING = "acme", "acmf"
NO_ROW = UUID(int=7, version=4)
# Of each kind of page: without a row, with one that does not exist, and one that only owners see.
PAGES = ("settings/", f"assessments/{NO_ROW}/", "settings/audit-events/")
OTHERS = {"of one other": ["Zeta"], "of two others": ["Zeta", "Alpha"], "of none": []}


@pytest.fixture(params=OTHERS)
def browser(request: pytest.FixtureRequest, world: World, client: Browser) -> Browser:
    """One of a non-member, with memberships of other organizations, whose session was read once."""
    user = factories.make_user("ida@elsewhere.example")
    for name in OTHERS[request.param]:
        factories.make_organization(name.lower(), owner=user)
    return signed_in(client, user)


def signed_in(browser: Browser, user: User) -> Browser:
    browser.force_login(user)
    browser.session.load()  # as any page before this one did
    return browser


def ask(browser: Browser, path: str) -> tuple[HttpResponse, CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(path)
    assert response.status_code == 404
    return response, captured


@pytest.mark.parametrize("page", PAGES)
def test_a_non_members_page_takes_no_more_statements_than_a_members(
    world: World, browser: Browser, page: str
) -> None:
    member = Browser()
    signed_in(member, world.people["owner"].user)
    _, of_member = ask(member, f"/o/{FOREIGN}/assessments/{NO_ROW}/")

    _, found = ask(browser, f"/o/{FOREIGN}/{page}")

    # The one that finds session, person and memberships; a member's looks for the row as well.
    (entering,) = queries(found)
    assert "django_session" in entering
    assert len(found) < len(of_member) <= 5


@pytest.mark.parametrize("organization", [FOREIGN, MISSING])
def test_a_non_members_call_of_the_api_takes_the_one_statement(
    browser: Browser, organization: str
) -> None:
    _, found = ask(browser, f"/api/v1/organizations/{organization}/assessments/")

    (entering,) = queries(found)
    assert "django_session" in entering


def test_a_non_members_write_by_the_api_needs_the_token_of_its_forms(world: World) -> None:
    browser = Browser(enforce_csrf_checks=True)
    signed_in(browser, factories.make_user("ida@elsewhere.example"))

    response = browser.post(f"/api/v1/organizations/{FOREIGN}/clients/", {}, "application/json")

    assert (response.status_code, "CSRF" in response.content.decode()) == (403, True)


@pytest.mark.parametrize("page", PAGES)
def test_a_non_members_page_is_that_of_an_organization_that_does_not_exist(
    browser: Browser, page: str
) -> None:
    foreign, asked = ask(browser, f"/o/{FOREIGN}/{page}")
    missing, asked_of_missing = ask(browser, f"/o/{MISSING}/{page}")

    assert _without_token(foreign) == _without_token(missing)
    different = {name for name in foreign.headers if foreign.headers[name] != missing[name]}
    assert different == {"X-Request-ID"}
    assert _shapes(asked, FOREIGN) == _shapes(asked_of_missing, MISSING)


def _without_token(response: HttpResponse) -> list[str]:
    """The lines of a page, but for those with the token of its forms, which is never the same."""
    return [line for line in response.content.decode().splitlines() if "oken" not in line]


def _shapes(captured: CaptureQueriesContext, slug: str) -> list[str]:
    """The statements without the slug, the moment and the savepoints' names."""
    return [
        re.sub(r"'\d{4}-\d\d-\d\d[^']*'|\bs\d+_x\d+", "…", each["sql"].replace(slug, "…"))
        for each in captured.captured_queries
    ]


def test_a_non_members_page_leads_to_their_own_organizations(
    request: pytest.FixtureRequest, browser: Browser
) -> None:
    names = OTHERS[request.node.callspec.params["browser"]]

    page = ask(browser, f"/o/{FOREIGN}/settings/")[0].content.decode()

    assert "ida@elsewhere.example" in page.replace("<wbr>", "")
    assert "Acme" not in page
    assert [name for name in ("Alpha", "Zeta") if name in page] == sorted(names)
    assert ("Your organizations" in page) == (len(names) == 2)
    assert ('href="/o/zeta/settings/"' in page) == (len(names) == 1)


def test_a_non_member_enters_no_tenant(world: World, browser: Browser) -> None:
    session = browser.session
    session.load()
    entered = selectors.session_holder_enter(
        user_id=User.objects.get(email="ida@elsewhere.example").pk,
        organization_slug=FOREIGN,
        session=(str(session.session_key), session.text),
    )

    with entered as holder, connection.cursor() as cursor:
        assert holder is not None
        assert holder.membership is None
        cursor.execute("select current_setting('app.current_org', true)")
        assert cursor.fetchone() == ("",)
        cursor.execute("select count(*) from organizations_client")
        assert cursor.fetchone() == (0,)


def test_a_non_members_old_session_asks_them_to_sign_in(browser: Browser) -> None:
    browser.session.delete()

    response = browser.get(f"/o/{FOREIGN}/settings/")

    assert response["Location"].startswith("/accounts/login/")
