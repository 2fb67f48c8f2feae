"""A person's own sessions, seen and ended; and a further firm of a person with an account."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from organizations import tenancy
from organizations.models import AuditEvent, Membership, Organization
from organizations.selectors import organizations_of
from organizations.services import organizations as firms
from tests import factories
from tests.organizations.test_sign_in import sign_in
from tests.queries import MAX_PAGE_QUERIES, queries
from tests.world import World

SESSIONS = "/accounts/sessions/"
SIGN_IN_PAGES = ("account_change_password", "mfa_index", "account_email", "usersessions_list")
NEW_FIRM = "/firms/new/"
NEW_PASSWORD = "quite another phrase"


def browser_of(email: str, agent: str) -> Browser:
    """Sign somebody in with a browser of that name."""
    browser = Browser(headers={"User-Agent": agent})
    assert sign_in(browser, email) == "/"
    return browser


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/o/acme/settings/").status_code == 200


def test_own_sessions_are_listed_and_nobody_elses(world: World) -> None:
    laptop = browser_of("consultant@acme.example", "Laptop")
    browser_of("consultant@acme.example", "Phone")
    browser_of("owner@acme.example", "Somebody else's")

    body = laptop.get(SESSIONS).content.decode()

    listed = re.findall("Laptop|Phone|Somebody else", body)
    assert sorted(listed) == ["Laptop", "Phone"]
    assert body.count("This one") == 1


def test_other_sessions_are_ended_and_this_one_stays(world: World) -> None:
    laptop = browser_of("consultant@acme.example", "Laptop")
    phone = browser_of("consultant@acme.example", "Phone")
    others = browser_of("owner@acme.example", "Owner")

    laptop.post(SESSIONS)

    assert (is_signed_in(laptop), is_signed_in(phone), is_signed_in(others)) == (True, False, True)
    assert "Sign out of the others</button>" not in laptop.get(SESSIONS).content.decode()


def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    laptop = browser_of("consultant@acme.example", "Laptop")
    phone = browser_of("consultant@acme.example", "Phone")
    fields = {
        "oldpassword": factories.PASSWORD,
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }

    laptop.post(reverse("account_change_password"), fields)

    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)


def test_settings_lead_to_everything_of_the_sign_in(world: World, client: Browser) -> None:
    body = world.login(client, "viewer").get("/o/acme/settings/").content.decode()

    for name in SIGN_IN_PAGES:
        assert f'href="{reverse(name)}"' in body
    assert f'href="{NEW_FIRM}"' in body


@pytest.mark.parametrize("name", [*SIGN_IN_PAGES, "reports:toolkit"])
def test_pages_outside_of_an_organization_ask_the_database_as_little(
    world: World, client: Browser, name: str
) -> None:
    browser = world.login(client, "respondent")

    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(reverse(name))

    assert answer.status_code == 200
    assert len(queries(captured)) <= MAX_PAGE_QUERIES


def found(browser: Browser, name: str):
    return browser.post(NEW_FIRM, {"name": name})


def test_person_founds_a_further_firm_and_owns_it(world: World, client: Browser) -> None:
    respondent = world.people["respondent"].user
    browser = world.login(client, "respondent")

    assert browser.get(NEW_FIRM).status_code == 200
    answer = found(browser, "  Second Opinion  ")

    assert answer["Location"] == "/o/second-opinion/clients/"
    own = organizations_of(user_id=respondent.pk)
    assert [firm.name for firm in own] == ["Acme", "Second Opinion"]
    with tenancy.enter(organization_id=own[1].pk):
        member = Membership.objects.get()
        verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert (member.user_id, member.role) == (respondent.pk, "owner")
    assert verbs == {"organization.created", "membership.created"}
    # In the first firm they are what they were.
    assert browser.get("/o/acme/clients/new/").status_code == 403


def test_two_clicks_found_one_firm(world: World, client: Browser) -> None:
    browser = world.login(client, "consultant")

    places = [found(browser, name)["Location"] for name in ("Second", "second")]

    assert places[0] == places[1]
    assert len(organizations_of(user_id=world.people["consultant"].user_id)) == 2


def test_name_of_anothers_firm_is_free(world: World, client: Browser) -> None:
    place = found(world.login(client, "consultant"), "Rival")["Location"]

    assert re.fullmatch(r"/o/rival-\w{5}/clients/", place)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "nul \0"])
def test_wrong_name_comes_back_with_its_error(world: World, client: Browser, name: str) -> None:
    answer = found(world.login(client, "consultant"), name)

    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert len(organizations_of(user_id=world.people["consultant"].user_id)) == 1


def test_nobody_founds_firms_without_end(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firms, "MAX_ORGANIZATIONS", 2)
    browser = world.login(client, "consultant")

    statuses = [found(browser, name).status_code for name in ("One", "Two")]

    assert statuses == [302, 422]


def test_closed_installation_founds_none(world: World, client: Browser, settings: Settings) -> None:
    settings.SIGNUP_OPEN = False
    browser = world.login(client, "consultant")

    answers = [browser.get(NEW_FIRM), found(browser, "Second")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Organization.objects.filter(slug="second").count() == 0


def test_stranger_is_asked_to_sign_in(client: Browser, db: None) -> None:
    assert found(client, "Second")["Location"].startswith("/accounts/login/")
