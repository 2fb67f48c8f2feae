"""A2: guessing is slow, whatever the headers say, and tells nothing about who has an account."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client as Browser
from pytest_django import Settings

from tests import factories
from tests.world import World

LOGIN = "/accounts/login/"
KNOWN, UNKNOWN = "consultant@acme.example", "nobody@acme.example"
LOCKED = "Too many failed login attempts"


pytestmark = pytest.mark.usefixtures("limits")


def attempt(email: str, password: str, **headers: Any) -> str:
    """Try to sign in with a fresh browser; say what came of it."""
    answer = Browser().post(LOGIN, {"login": email, "password": password}, **headers)
    if answer.status_code == 302:
        return "signed in"
    if answer.status_code == 429:
        return "slowed down"
    page = answer.content.decode()
    return "locked" if LOCKED in page else "wrong" if "are not correct" in page else page


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_five_wrong_passwords_lock_whatever_the_headers_say(world: World, email: str) -> None:
    outcomes = [
        attempt(
            email,
            f"guess {number}",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
            HTTP_X_REAL_IP=f"203.0.113.{number}",
            HTTP_FORWARDED=f"for=203.0.113.{number}",
            HTTP_USER_AGENT=f"agent {number}",
        )
        for number in range(7)
    ]

    assert outcomes == ["wrong"] * 5 + ["locked"] * 2


def test_locked_account_stays_locked_for_the_right_password(world: World) -> None:
    for number in range(5):
        attempt(KNOWN, f"guess {number}")

    assert attempt(KNOWN, factories.PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.9") == "locked"
    assert attempt("owner@acme.example", factories.PASSWORD) == "signed in"


def test_account_is_locked_in_the_end_wherever_the_guesses_come_from(world: World) -> None:
    """Five guesses from elsewhere keep nobody out; fifty in an hour are too many for guessing."""
    outcomes = [
        attempt(KNOWN.upper() if number % 2 else KNOWN, "guess", REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(51)
    ]

    assert outcomes == ["wrong"] * 50 + ["locked"]


def test_one_address_cannot_try_many_accounts(world: World) -> None:
    outcomes = [
        attempt(f"person{number}@acme.example", "guess", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        for number in range(22)
    ]

    assert outcomes == ["wrong"] * 20 + ["locked"] * 2


def test_behind_a_proxy_only_what_the_proxy_appended_counts(
    world: World, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    outcomes = [
        attempt(
            f"person{number}@acme.example",
            "guess",
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.7",
        )
        for number in range(21)
    ]

    assert outcomes == ["wrong"] * 20 + ["locked"]
    assert attempt("x@acme.example", "guess", HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.8") == (
        "wrong"
    )


def test_wrong_password_answers_the_same_for_every_account(world: World) -> None:
    pages = []
    for email in (KNOWN, UNKNOWN):
        answer = Browser().post(LOGIN, {"login": email, "password": "guess"})
        pages.append(re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()).replace(email, ""))

    assert pages[0] == pages[1]


def test_second_factor_is_not_guessed_either(world: World) -> None:
    TOTP.activate(world.people["consultant"].user, generate_totp_secret())
    browser = Browser()
    browser.post(LOGIN, {"login": KNOWN, "password": factories.PASSWORD})

    pages = [
        browser.post(
            "/accounts/2fa/authenticate/",
            {"code": f"{number:06}"},
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
        ).content.decode()
        for number in range(6)
    ]

    assert ["Incorrect code" in page for page in pages] == [True] * 5 + [False]
    assert LOCKED in pages[5]


def test_sign_ups_from_one_address_are_slowed_down(db: None) -> None:
    statuses = [
        Browser().post("/accounts/signup/", {"email": f"p{number}@example.com"}).status_code
        for number in range(21)
    ]

    assert statuses == [200] * 20 + [429]
