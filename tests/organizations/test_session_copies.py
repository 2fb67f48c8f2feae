"""Copies of sessions save a query and decide nothing: the database's word counts at once."""

from uuid import uuid4

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from organizations.models import User
from organizations.sessions import COPIES, SessionStore, _name
from tests.queries import queries
from tests.world import World

PAGE = "/o/acme/settings/"


@pytest.fixture
def browser(world: World, client: Browser) -> Browser:
    """A consultant's, whose session was read once: there is a copy."""
    world.login(client, "consultant")
    assert client.get(PAGE).status_code == 200
    return client


def key_of(browser: Browser) -> str:
    return str(browser.session.session_key)


def copy_of(browser: Browser) -> str:
    return str(caches[COPIES].get(_name(key_of(browser))))


def test_a_page_takes_session_person_membership_and_tenant_from_one_query(browser: Browser) -> None:
    with CaptureQueriesContext(connection) as captured:
        browser.get(PAGE)

    (query,) = queries(captured)
    assert "known.value" in query
    assert "django_session" in query


def test_pages_ask_for_their_own_tenant_without_row_level_security(world: World) -> None:
    """The statement says so by itself."""
    respondent = world.login(Browser(), "respondent")
    with CaptureQueriesContext(connection) as captured:
        respondent.get("/o/acme/assessments/")

    query = next(each for each in queries(captured) if 'FROM "assessments_assessment"' in each)
    for name, row in {"organization": world.organization, "client": world.client}.items():
        assert f'"assessments_assessment"."{name}_id" = \'{row.pk.hex}\'' in query


def test_a_page_stores_no_session(browser: Browser) -> None:
    before = Session.objects.get(pk=key_of(browser)).session_data

    response = browser.get(PAGE)

    assert Session.objects.get(pk=key_of(browser)).session_data == before
    assert not response.cookies.get("sessionid")


@pytest.mark.parametrize("taken_away", ["deleted", "expired"])
def test_a_session_that_ended_opens_nothing_though_its_copy_stays(
    browser: Browser, taken_away: str
) -> None:
    """As where Redis could not be told."""
    row = Session.objects.filter(pk=key_of(browser))
    row.delete() if taken_away == "deleted" else row.update(expire_date="2020-01-01T00:00Z")
    assert copy_of(browser)

    response = browser.get(PAGE)

    assert response["Location"].startswith("/accounts/login/")
    assert browser.get(PAGE, headers={"HX-Request": "true"}).status_code == 401


def test_an_old_copy_is_read_anew(browser: Browser) -> None:
    old, name = copy_of(browser), _name(key_of(browser))
    session = browser.session
    session["said"] = "new"
    session.save()
    caches[COPIES].set(name, old)

    response = browser.get(PAGE)

    assert response.status_code == 200
    assert response.wsgi_request.session["said"] == "new"
    assert copy_of(browser) not in (old, "None")


def test_a_copy_that_somebody_wrote_makes_nobody_else_of_anyone(
    world: World, browser: Browser
) -> None:
    """Even of an owner's own session, signed as it is: it is another row's text."""
    owner = Browser()
    world.login(owner, "owner")
    audit = "/o/acme/settings/audit-events/"
    assert (owner.get(audit).status_code, browser.get(audit).status_code) == (200, 403)

    caches[COPIES].set(_name(key_of(browser)), copy_of(owner))

    assert browser.get(audit).status_code == 403
    assert browser.get(PAGE).wsgi_request.user == world.people["consultant"].user


def test_a_new_password_ends_a_session_that_has_a_copy(world: World, browser: Browser) -> None:
    user = User.objects.get(pk=world.people["consultant"].user_id)
    user.set_password("quite another phrase")
    user.save()

    assert browser.get(PAGE)["Location"].startswith("/accounts/login/")


def test_a_closed_account_ends_a_session_that_has_a_copy(world: World, browser: Browser) -> None:
    User.objects.filter(pk=world.people["consultant"].user_id).update(is_active=False)

    assert browser.get(PAGE)["Location"].startswith("/accounts/login/")


def test_sessions_of_nobody_have_no_copy(db: None) -> None:
    """What counts wrong codes of a sign-in, say, is always the database's."""
    session = SessionStore()
    session["tries"] = 1
    session.save()
    SessionStore(session.session_key).load()

    assert caches[COPIES].get(_name(session.session_key)) is None


def test_a_session_without_its_hash_opens_nothing(browser: Browser) -> None:
    session = browser.session
    assert session[SESSION_KEY]
    del session[HASH_SESSION_KEY]
    session.save()

    assert browser.get(PAGE)["Location"].startswith("/accounts/login/")


API = "/api/v1/organizations/acme/clients/"


def test_the_api_takes_session_person_membership_and_tenant_from_one_query(
    browser: Browser,
) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(API).status_code == 200

    entering, *others = queries(captured)
    assert "known.value" in entering
    assert "django_session" in entering
    assert not any("django_session" in each or "organizations_user" in each for each in others)


@pytest.mark.parametrize("taken_away", ["deleted", "expired"])
def test_a_session_that_ended_opens_nothing_of_the_api(browser: Browser, taken_away: str) -> None:
    row = Session.objects.filter(pk=key_of(browser))
    row.delete() if taken_away == "deleted" else row.update(expire_date="2020-01-01T00:00Z")
    assert copy_of(browser)

    assert browser.get(API).status_code == 401


def test_the_api_reads_an_old_copy_anew(browser: Browser) -> None:
    old, name = copy_of(browser), _name(key_of(browser))
    session = browser.session
    session["said"] = "new"
    session.save()
    caches[COPIES].set(name, old)

    assert browser.get(API).status_code == 200
    assert copy_of(browser) not in (old, "None")


def test_a_form_with_files_is_read_before_the_tenant_is_entered(browser: Browser) -> None:
    """Its token is looked for in all that is sent: meanwhile no transaction is open."""
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    usage = f"/api/v1/organizations/acme/assessments/{uuid4()}/usage-imports/"
    with CaptureQueriesContext(connection) as captured:
        assert strict.post(usage, {"vendor": "forged"}).status_code == 403

    assert not any("known.value" in each for each in queries(captured))
