"""A10: who takes an account over is seen, and its owner has a way in that nobody else can close."""

import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from organizations import selectors
from organizations.mail import describe
from organizations.services.api_keys import create_api_key
from tests import factories
from tests.assessments.cast import enter
from tests.letters import letters
from tests.world import World

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
OWNER = "owner@acme.example"
NEW_PASSWORD = "a new long password"


def sign_in(browser: Browser, email: str = OWNER, password: str = factories.PASSWORD) -> str:
    """Sign in; return where it leads, empty where it stays."""
    return browser.post(LOGIN, {"login": email, "password": password}).get("Location", "")


def subjects() -> list[str]:
    """The subjects of all mail, sent or waiting."""
    return [letter.subject for letter in letters()]


def reset_page(browser: Browser) -> str:
    """Ask for a new password; return the page where it is set."""
    browser.post(RESET, {"email": OWNER})
    found = re.search(r"/accounts/password/reset/key/\S+", str(letters()[-1].body))
    assert found is not None
    return str(browser.get(found.group(), follow=True).request["PATH_INFO"])


def set_password(browser: Browser, page: str, **more: str) -> None:
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert browser.post(page, passwords | more).status_code == 302


def make_key(world: World) -> str:
    with enter(world):
        return create_api_key(by=world.actor("owner"), name="Nightly").secret


@pytest.mark.parametrize(("sent", "is_good"), [({"ends_keys": "on"}, False), ({}, True)])
def test_whoever_resets_a_password_is_asked_whether_their_keys_end(
    world: World, client: Browser, sent: dict[str, str], is_good: bool
) -> None:
    secret = make_key(world)
    page = reset_page(client)
    shown = client.get(page).content.decode()

    set_password(client, page, **sent)

    assert re.search(r'name="ends_keys"[^>]* checked', shown)
    assert "1 key is good now" in shown
    with selectors.api_key_enter(secret) as key:
        assert (key is not None) == is_good
    with enter(world):
        verbs = [event.verb for event in selectors.audit_event_list()]
    assert ("api_key.revoked" in verbs) != is_good


def test_a_link_that_was_used_says_so(world: World, client: Browser) -> None:
    page = reset_page(client)
    set_password(client, page)

    again = Browser().get(page)

    assert again.status_code == 200
    assert "new password reset" in again.content.decode()


def test_nobody_without_a_key_is_asked(world: World, client: Browser) -> None:
    assert "ends_keys" not in client.get(reset_page(client)).content.decode()


def test_keys_of_another_person_stay_good(world: World, client: Browser) -> None:
    secret = make_key(world)
    client.post(RESET, {"email": "consultant@acme.example"})
    found = re.search(r"/accounts/password/reset/key/\S+", str(letters()[-1].body))
    assert found is not None
    page = str(client.get(found.group(), follow=True).request["PATH_INFO"])

    set_password(client, page, ends_keys="on")

    with selectors.api_key_enter(secret) as key:
        assert key is not None


def test_a_new_key_is_told_to_whom_it_is_made_for(world: World) -> None:
    make_key(world)

    [letter] = letters()

    assert letter.to == [OWNER]
    assert letter.subject == "A new API key: Nightly"
    assert "https://crossover.example/o/acme/settings/api-keys/" in str(letter.body)


def test_a_reset_and_a_change_of_password_are_told(world: World, client: Browser) -> None:
    set_password(client, reset_page(client))
    sign_in(client, password=NEW_PASSWORD)
    changed = client.post(
        "/accounts/password/change/",
        {
            "oldpassword": NEW_PASSWORD,
            "password1": "another long password",
            "password2": "another long password",
        },
    )

    told = [letter for letter in letters() if letter.subject.startswith("Password")]

    assert changed.status_code == 302
    assert [letter.subject for letter in told] == ["Password Reset", "Password Changed"]
    assert {address for letter in told for address in letter.to} == {OWNER}
    assert "From the address: 127.0.0.1" in str(told[0].body)


def test_a_second_factor_that_is_turned_on_or_off_is_told(
    world: World,
    client: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    with (
        time_machine.travel(timezone.now(), tick=False),  # a code is right for half a minute
        django_capture_on_commit_callbacks(execute=True),
    ):
        (counter,) = yield_hotp_counters_from_time()
        code = format_hotp_value(hotp_value(secret, counter))
        client.post(reverse("mfa_activate_totp"), {"code": code})
    client.post(reverse("mfa_deactivate_totp"))

    told = subjects()

    assert "Authenticator App Activated" in told
    assert "Authenticator App Deactivated" in told


def test_a_sign_in_with_a_new_browser_is_told_once(world: World) -> None:
    first, other = Browser(), Browser()
    sign_in(first)
    never_before = subjects()
    sign_in(other, email=OWNER)
    on_another = subjects()
    other.post("/accounts/logout/")
    sign_in(other)
    first.post("/accounts/logout/")
    sign_in(first)

    assert never_before == []
    assert on_another == ["A new sign-in to your account"]
    assert subjects() == on_another


def test_a_cookie_that_is_not_ours_makes_no_browser_known(world: World) -> None:
    known, forged = Browser(), Browser()
    sign_in(known)
    [name] = [name for name in known.cookies if name.startswith("known-")]
    forged.cookies[name] = "1:forged:signature"

    sign_in(forged)

    assert subjects() == ["A new sign-in to your account"]


def test_guesses_from_elsewhere_do_not_keep_an_owner_out(world: World, limits: None) -> None:
    for number in range(9):
        guess = {"login": OWNER, "password": f"guess {number}"}
        Browser().post(LOGIN, guess, REMOTE_ADDR="203.0.113.7")

    assert sign_in(Browser(REMOTE_ADDR="198.51.100.9")) == "/"
    assert sign_in(Browser(REMOTE_ADDR="203.0.113.7")) == ""


def guess_from_everywhere() -> None:
    """Use up what an account may be guessed, from any number of addresses."""
    for number in range(51):
        guess = {"login": OWNER, "password": f"guess {number}"}
        Browser().post(LOGIN, guess, REMOTE_ADDR=f"203.0.113.{number}")


def code_of_the_last_mail() -> str:
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", str(letters()[-1].body), re.MULTILINE)
    assert found is not None, letters()[-1].body
    return found.group()


def test_a_code_by_mail_lets_in_whom_guesses_from_everywhere_keep_out(
    world: World, limits: None
) -> None:
    guess_from_everywhere()
    browser = Browser(REMOTE_ADDR="198.51.100.9")
    refused = browser.post(LOGIN, {"login": OWNER, "password": factories.PASSWORD})

    browser.post("/accounts/login/code/", {"email": OWNER})
    let_in = browser.post("/accounts/login/code/confirm/", {"code": code_of_the_last_mail()})

    assert "sign in with a code that we mail you" in refused.content.decode()
    assert let_in["Location"] == "/"
    assert browser.get("/")["Location"] == "/o/acme/clients/"


def test_the_local_console_shows_the_code_of_a_mail_without_links(world: World) -> None:
    Browser().post("/accounts/login/code/", {"email": OWNER})

    assert f"\n  {code_of_the_last_mail()}\n" in describe(letters()[-1])


def test_a_code_by_mail_is_no_way_around_the_second_factor(world: World) -> None:
    TOTP.activate(world.people["owner"].user, generate_totp_secret())
    browser = Browser()

    browser.post("/accounts/login/code/", {"email": OWNER})
    asked = browser.post("/accounts/login/code/confirm/", {"code": code_of_the_last_mail()})

    assert asked["Location"] == reverse("mfa_authenticate")
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("email", [OWNER, "nobody@acme.example"])
def test_asking_for_a_code_answers_the_same_for_every_account(
    world: World, client: Browser, email: str
) -> None:
    answer = client.post("/accounts/login/code/", {"email": email}, follow=True)
    page = answer.content.decode().replace(email, "")

    assert answer.redirect_chain == [("/accounts/login/code/confirm/", 302)]
    assert "A code is on its way" in page
    assert len(letters()) == 1


@pytest.mark.parametrize("host", ["localhost", "testserver:9999"])
def test_links_in_mails_keep_to_the_configured_host_and_port(world: World, host: str) -> None:
    browser = Browser(HTTP_HOST=host)
    browser.post(RESET, {"email": OWNER})
    browser.post(RESET, {"email": "nobody@acme.example"})
    sign_up = {
        "name": "Fay",
        "organization": "Founders",
        "email": "fay@founder.example",
        "password1": NEW_PASSWORD,
    }
    browser.post("/accounts/signup/", sign_up)
    browser.post("/accounts/signup/", sign_up | {"email": OWNER})

    links = [link for letter in letters() for link in re.findall(r"https?://\S+", str(letter.body))]

    assert len(links) >= 3
    assert {re.match(r"https?://[^/]+", link)[0] for link in links} == {  # type: ignore[index]
        "https://crossover.example"
    }
