"""Sign-in by email, password reset, second factor; and what every answer carries."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client as Browser
from django.urls import reverse

from tests import factories
from tests.letters import letters
from tests.world import World

LOGIN = "/accounts/login/"


def sign_in(browser: Browser, email: str, password: str = factories.PASSWORD) -> str:
    """Send the sign-in form and return where it leads, empty when it stays."""
    answer = browser.post(LOGIN, {"login": email, "password": password})
    return answer.get("Location", "")


def test_member_signs_in_by_email(client: Browser, world: World) -> None:
    assert sign_in(client, "Consultant@ACME.example") == "/"
    assert client.get("/")["Location"] == "/o/acme/clients/"


@pytest.mark.parametrize("email", ["consultant@acme.example", "nobody@acme.example"])
def test_wrong_password_says_the_same_for_every_account(
    client: Browser, world: World, email: str
) -> None:
    answer = client.post(LOGIN, {"login": email, "password": "wrong password"})

    assert answer.status_code == 200
    assert "email address and/or password you specified are not correct" in answer.content.decode()


def test_deactivated_account_cannot_sign_in(client: Browser, world: World) -> None:
    user = world.people["consultant"].user
    user.is_active = False
    user.save()

    assert sign_in(client, user.email) != "/"


@pytest.mark.parametrize("email", ["consultant@acme.example", "nobody@acme.example"])
def test_password_reset_answers_the_same_for_every_account(
    client: Browser, world: World, email: str
) -> None:
    answer = client.post("/accounts/password/reset/", {"email": email})

    assert answer["Location"] == reverse("account_reset_password_done")
    assert len(letters()) == 1


def test_password_reset_sets_the_password(client: Browser, world: World) -> None:
    client.post("/accounts/password/reset/", {"email": "consultant@acme.example"})
    path = re.search(r"/accounts/password/reset/key/\S+", letters()[0].body)
    assert path is not None
    form = client.get(path.group(), follow=True).request["PATH_INFO"]

    client.post(form, {"password1": "a new long password", "password2": "a new long password"})

    assert sign_in(Browser(), "consultant@acme.example", "a new long password") == "/"


def test_second_factor_is_asked_for_and_kept_encrypted(client: Browser, world: World) -> None:
    secret = generate_totp_secret()
    TOTP.activate(world.people["consultant"].user, secret)

    where = sign_in(client, "consultant@acme.example")

    assert where == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    assert secret not in str(Authenticator.objects.get().data)


def test_every_answer_carries_the_protections(client: Browser, db: None) -> None:
    answer = client.get(LOGIN)

    assert sorted(answer["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
    ]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_private_page_is_kept_out_of_caches(client: Browser, world: World) -> None:
    answer = world.login(client, "consultant").get("/o/acme/settings/")

    assert answer["Cache-Control"] == "private, no-store"
