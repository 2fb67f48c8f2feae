"""Web basics: what every page and every cookie carries, and how a session ends (A1)."""

import re
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from organizations import tenancy
from tests import factories
from tests.letters import letters
from tests.permission_table import ROWS, Row
from tests.test_permissions import make_things
from tests.world import World

LOGIN, SIGN_UP, PASSWORD_CHANGE = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/change/",
)
PAGES = [row for row in ROWS if row.method == "GET"]
# Of a picture, in which nothing may act.
INERT = {"default-src 'none'", "sandbox"}
ALLOWED = {
    "base-uri 'none'",
    "default-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
}
# What a page says to scripts as data, and no browser runs.
DATA_TYPES = {"application/json"}


class InlineFinder(HTMLParser):
    """Collects what a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inline scripts, styles and handlers."""
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES:
            self.found.append("script")
        if tag == "style":
            self.found.append("style")
        self.found += [
            name
            for name, value in attrs
            if name.startswith(("on", "hx-on")) or name == "style" or _is_script(value)
        ]


def _is_script(value: str | None) -> bool:
    return (value or "").strip().lower().startswith("javascript:")


def sign_in(browser: Browser, name: str = "consultant", **kwargs: Any) -> Browser:
    """Sign a member in by the form."""
    login = {"login": f"{name}@acme.example", "password": factories.PASSWORD}
    answer = browser.post(LOGIN, login, **kwargs)
    assert answer.status_code == 302
    return browser


@pytest.mark.parametrize("row", PAGES, ids=[row.name for row in PAGES])
def test_private_page_is_protected_and_kept_by_no_cache(world: World, row: Row) -> None:
    things = make_things(row, world.organization, world.client)
    browser = world.login(Browser(), "owner")

    answer = browser.get(row.address(world.organization.slug, things))

    finder = InlineFinder()
    if answer["Content-Type"].startswith("text/html"):
        finder.feed(answer.content.decode())
    assert answer.status_code in (200, 302)
    assert finder.found == []
    policy = INERT if answer["Content-Type"] == "image/png" else ALLOWED
    assert set(answer["Content-Security-Policy"].split("; ")) == policy
    assert (answer["Cache-Control"], answer["Expires"]) == ("private, no-store", "0")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_finder_finds_what_a_policy_blocks() -> None:
    finder = InlineFinder()

    finder.feed(
        "<script>1</script><script src='/a.js'></script><b onclick='x' style='y'></b>"
        "<style></style>"
        "<a href=' JavaScript:x'></a><script type='application/json'>{}</script>"
    )

    assert finder.found == ["script", "onclick", "style", "style", "href"]


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Send cookies and headers as production does."""
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    module = import_module("config.settings.production")
    for name in dir(module):
        if name.startswith(("SESSION_", "CSRF_", "SECURE_")):
            setattr(settings, name, getattr(module, name))
    return settings


def test_cookies_of_production_are_bound_to_the_host(world: World, production: Settings) -> None:
    browser = Browser(enforce_csrf_checks=True)
    page = browser.get(LOGIN, secure=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    login = {"login": "consultant@acme.example", "password": factories.PASSWORD}

    answer = browser.post(
        LOGIN,
        login | {"csrfmiddlewaretoken": token.group(1)},
        secure=True,
        headers={"Referer": f"https://testserver{LOGIN}"},
    )

    cookies = browser.cookies
    assert answer.status_code == 302
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for cookie in (cookies["__Host-session"], cookies["__Host-csrf"]):
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert cookies["__Host-session"]["httponly"] is True


def test_production_is_https_alone(db: None, production: Settings) -> None:
    plain, secure = Browser().get(LOGIN), Browser().get(LOGIN, secure=True)

    assert (plain.status_code, plain["Location"]) == (301, f"https://testserver{LOGIN}")
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize("password", ["qwertyuiop", "1234567890", "newfirm2026@example", "short"])
def test_common_or_short_password_founds_no_firm(db: None, password: str) -> None:
    answer = Browser().post(
        SIGN_UP,
        {
            "name": "A",
            "organization": "B",
            "email": "newfirm2026@example.com",
            "password1": password,
        },
    )

    assert answer.status_code == 200
    assert "password1" in answer.context["form"].errors
    assert letters() == []


@pytest.mark.parametrize("password", ["qwertyuiop", "1234567890"])
def test_common_password_takes_no_place_of_another(world: World, password: str) -> None:
    browser = sign_in(Browser())
    body = {"oldpassword": factories.PASSWORD, "password1": password, "password2": password}

    answer = browser.post(PASSWORD_CHANGE, body)

    assert "password1" in answer.context["form"].errors
    sign_in(Browser())


def test_changed_password_ends_all_other_sessions_with_their_next_request(world: World) -> None:
    here, there = sign_in(Browser()), sign_in(Browser())
    paths = ["/o/acme/settings/", "/api/v1/organizations/acme/"]
    before = [there.get(path).status_code for path in paths]
    new = "a much longer password"

    here.post(
        PASSWORD_CHANGE,
        {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
    )

    assert before == [200, 200]
    assert [there.get(path).status_code for path in paths] == [302, 401]


def test_closed_account_is_out_with_its_next_request(world: World) -> None:
    browser = sign_in(Browser())
    paths = ["/o/acme/settings/", "/api/v1/organizations/acme/"]
    before = [browser.get(path).status_code for path in paths]

    user = world.people["consultant"].user
    user.is_active = False
    user.save()

    assert before == [200, 200]
    assert [browser.get(path).status_code for path in paths] == [302, 401]


@pytest.mark.parametrize("change", ["deactivated", "demoted"])
def test_changed_member_is_another_with_the_next_request(world: World, change: str) -> None:
    browser = sign_in(Browser())
    before = browser.get("/o/acme/settings/members/").status_code
    member = world.people["consultant"]

    with tenancy.enter(organization_id=world.organization.pk):
        member.is_active = change != "deactivated"
        if change == "demoted":
            member.role, member.client = "viewer", world.client
        member.save()

    statuses = [
        browser.get(path).status_code
        for path in ("/o/acme/settings/members/", "/api/v1/organizations/acme/members/")
    ]
    assert before == 200
    assert statuses == ([404, 404] if change == "deactivated" else [403, 403])


def test_sessions_are_listed_and_the_others_ended(world: World) -> None:
    here, there = sign_in(Browser()), sign_in(Browser(), headers={"User-Agent": "Lynx <b>"})
    sign_in(Browser(), "viewer", headers={"User-Agent": "Somebody else's"})

    page = here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")

    assert "Lynx &lt;b&gt;" in page
    assert "Somebody else" not in page
    assert page.count("This one") == 1
    assert here.get("/o/acme/settings/").status_code == 200
    assert there.get("/o/acme/settings/").status_code == 302


def test_second_factor_opens_the_door_with_its_code_alone(world: World) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(world.people["consultant"].user, secret)
    browser = sign_in(Browser())

    with time_machine.travel(timezone.now(), tick=False):  # a code is right for half a minute
        (counter,) = yield_hotp_counters_from_time()
        code = format_hotp_value(hotp_value(secret, counter))
        wrong = browser.post(
            "/accounts/2fa/authenticate/", {"code": f"{(int(code) + 1) % 10**6:06}"}
        )
        locked = browser.get("/o/acme/settings/").status_code
        right = browser.post("/accounts/2fa/authenticate/", {"code": code})

    assert (wrong.status_code, locked, right.status_code) == (200, 302, 302)
    assert browser.get("/o/acme/settings/").status_code == 200
