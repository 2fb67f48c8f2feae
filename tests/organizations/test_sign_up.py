"""Sign-up: a person, the firm that they own, and an address that must be confirmed."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client as Browser
from django_scopes import scopes_disabled
from pytest_django import Settings

from organizations import selectors, services, tenancy
from organizations.models import Organization, User
from organizations.permissions import Role
from tests import factories
from tests.letters import letters, only_letter
from tests.world import World

SIGN_UP = "/accounts/signup/"
PASSWORD = "a new long password"
FOUNDER = {
    "name": "Fay Founder",
    "organization": "Founder & Daughters",
    "email": "Fay@Founder.example",
    "password1": PASSWORD,
}


def sign_up(browser: Browser, **changed: str) -> str:
    """Send the form and return where it leads, empty where it stays."""
    return browser.post(SIGN_UP, FOUNDER | changed).get("Location", "")


def mailed_path() -> str:
    found = re.search(r"/accounts/confirm-email/\S+", str(only_letter().body))
    assert found is not None
    return found.group()


def page_of(answer: Any, email: str) -> str:
    """Return a page without what the visitor typed, and without its CSRF tokens."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()).replace(email, "")


def firms_of(email: str) -> dict[str, str]:
    """Return the person's firms: address and name."""
    user = User.objects.get(email=email)
    return {firm.slug: firm.name for firm in selectors.organizations_of(user_id=user.pk)}


def test_sign_up_makes_a_firm_and_its_owner(client: Browser, db: None) -> None:
    where = sign_up(client)

    user = User.objects.get()
    membership = selectors.membership_find(user_id=user.pk, organization_slug="founder-daughters")
    assert where == "/accounts/confirm-email/"
    assert (user.email, user.name) == ("fay@founder.example", "Fay Founder")
    assert firms_of(user.email) == {"founder-daughters": "Founder & Daughters"}
    assert membership is not None
    assert membership.role == Role.OWNER
    with tenancy.enter(organization_id=membership.organization_id):
        verbs = {event.verb for event in selectors.audit_event_list()}
    assert verbs == {"organization.created", "membership.created"}


def test_confirming_the_address_signs_in_to_the_firm(client: Browser, db: None) -> None:
    sign_up(client)
    before = client.get("/").status_code
    path = mailed_path()

    shown = client.get(path)
    between = client.get("/")["Location"]
    confirmed = client.post(path)

    assert before == 302
    assert "fay@founder.example" in shown.content.decode()
    assert between.startswith("/accounts/login/")
    assert confirmed["Location"] == "/"
    assert client.get("/")["Location"] == "/o/founder-daughters/clients/"


def test_unconfirmed_address_does_not_sign_in(client: Browser, db: None) -> None:
    sign_up(client)
    browser = Browser()

    answer = browser.post("/accounts/login/", {"login": FOUNDER["email"], "password": PASSWORD})

    assert answer["Location"] == "/accounts/confirm-email/"
    assert browser.get("/")["Location"].startswith("/accounts/login/")


def test_confirmation_mail_is_plain_and_html(client: Browser, db: None) -> None:
    sign_up(client)

    letter = only_letter()
    [(html, kind)] = letter.alternatives
    assert letter.subject == "Confirm your email address"
    assert letter.to == ["fay@founder.example"]
    assert f"https://crossover.example{mailed_path()}" in str(html)
    assert kind == "text/html"


def test_sign_up_answers_the_same_for_an_address_with_an_account(
    client: Browser, world: World
) -> None:
    fresh = client.post(SIGN_UP, FOUNDER, follow=True)
    known = Browser().post(SIGN_UP, FOUNDER | {"email": "consultant@acme.example"}, follow=True)

    assert known.redirect_chain == fresh.redirect_chain
    assert page_of(known, "consultant@acme.example") == page_of(fresh, "fay@founder.example")
    assert firms_of("consultant@acme.example") == {"acme": "Acme"}
    assert [letter.subject for letter in letters()] == [
        "Confirm your email address",
        "You have an account already",
    ]


def test_two_firms_of_one_name_have_two_addresses(db: None) -> None:
    names = [
        services.found_organization(name="Same Name", owner=factories.make_user()).slug
        for _ in range(3)
    ]

    assert names[0] == "same-name"
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"same-name-[a-z2-9]{5}", slug) for slug in names[1:])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("株式会社", "organization"),
        ("Ünïted  Firms, Inc.", "united-firms-inc"),
        ("<script>alert(1)</script>", "scriptalert1script"),
        ("../../etc", "etc"),
        ("a" * 120, "a" * 50),
    ],
)
def test_address_of_a_firm_is_derived_from_its_name(db: None, name: str, slug: str) -> None:
    organization = services.found_organization(name=name, owner=factories.make_user())

    assert organization.slug == slug
    assert organization.name == name


@pytest.mark.parametrize("field", ["name", "organization"])
@pytest.mark.parametrize("value", ["", "   ", "a\0b", "x" * 121])
def test_sign_up_names_the_field_at_fault(
    client: Browser, db: None, field: str, value: str
) -> None:
    answer = client.post(SIGN_UP, FOUNDER | {field: value})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "a\0@example.com", f"{'x' * 300}@example.com", "a@b\nBcc: c@example.com"],
)
def test_unfit_address_is_refused(client: Browser, db: None, email: str) -> None:
    answer = client.post(SIGN_UP, FOUNDER | {"email": email})

    assert list(answer.context["form"].errors) == ["email"]
    assert User.objects.count() == 0


@pytest.mark.parametrize("password", ["short", "password12", "1234567890", "fay@founder.example"])
def test_weak_password_is_refused(client: Browser, db: None, password: str) -> None:
    answer = client.post(SIGN_UP, FOUNDER | {"password1": password})

    assert list(answer.context["form"].errors) == ["password1"]
    assert User.objects.count() == 0


def test_no_person_is_left_where_the_firm_cannot_be_made(
    client: Browser, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.organizations, "SLUG_ATTEMPTS", 0)

    answer = client.post(SIGN_UP, FOUNDER)

    assert answer.status_code == 422
    assert User.objects.count() == 0


def test_closed_sign_up_makes_nothing(client: Browser, db: None, settings: Settings) -> None:
    settings.SIGNUP_OPEN = False

    answer = client.post(SIGN_UP, FOUNDER)

    assert "Sign-up is closed" in answer.content.decode()
    assert User.objects.count() == 0


@pytest.mark.parametrize("is_open", [True, False])
def test_sign_in_page_leads_to_sign_up_where_it_is_open(
    client: Browser, db: None, settings: Settings, is_open: bool
) -> None:
    settings.SIGNUP_OPEN = is_open

    page = client.get("/accounts/login/").content.decode()

    assert (f'href="{SIGN_UP}"' in page) == is_open


def test_ten_sign_ups_at_once_with_one_address_make_one_firm(committed_db: None) -> None:
    def send(number: int) -> str:
        try:
            return sign_up(Browser(), organization=f"Firm {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = set(threads.map(send, range(10)))

    assert answers == {"/accounts/confirm-email/"}
    assert User.objects.count() == 1
    with scopes_disabled(), tenancy.expose(tenancy.Setting.USER, User.objects.get().pk):
        assert Organization.objects.count() == 1


@pytest.mark.parametrize("is_known", [True, False])
def test_sign_up_hashes_a_password_whether_the_address_is_known_or_not(
    client: Browser, db: None, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    """The time of an answer must not tell who has an account: both pay for one hash."""
    if is_known:
        factories.make_user(FOUNDER["email"].lower())
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    sign_up(client)

    assert hashed == [PASSWORD]
