"""Logs are events that say which request and tenant, and never a secret or an address (K1)."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.logs import logging_settings
from organizations import services, tenancy
from tests import factories
from tests.api.callers import Caller, caller, firm, make_key, with_key
from tests.letters import letters
from tests.reports.rows import thing_printed_snapshot
from tests.world import World

PASSWORD = "not the right one"


@contextmanager
def production_log() -> Iterator[list[dict[str, Any]]]:
    """Collect all that production would log meanwhile, at every level, as read back from JSON."""
    made = logging.config.DictConfigurator(logging_settings(level="DEBUG", as_json=True))  # type: ignore[attr-defined]
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(made.configure_formatter(made.config["formatters"]["event"]))
    events: list[dict[str, Any]] = []
    loggers = [logging.getLogger(), logging.getLogger("config.logs")]
    before = [each.level for each in loggers]
    loggers[0].addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield events
    finally:
        loggers[0].removeHandler(handler)
        for each, level in zip(loggers, before, strict=True):
            each.setLevel(level)
    events += [json.loads(line) for line in stream.getvalue().splitlines()]


def of_requests(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines on requests."""
    return [each for each in events if each["logger"] == "config.logs"]


def test_request_is_one_event_with_its_tenant(world: World) -> None:
    browser = world.login(Browser(), "owner")
    with production_log() as events:
        answer = browser.get("/o/acme/settings/")

    (event,) = of_requests(events)
    assert {name: event[name] for name in ("event", "method", "route", "status", "level")} == {
        "event": "request",
        "method": "GET",
        "route": "o/<slug:org>/settings/",
        "status": 200,
        "level": "info",
    }
    assert event["request_id"] == answer["X-Request-ID"]
    assert event["organization_id"] == str(world.organization.pk)
    assert event["duration_ms"] > 0


def test_context_of_one_request_is_not_that_of_the_next(world: World) -> None:
    with production_log() as events:
        for name, org in (("owner", "acme"), ("other_firm_owner", "rival")):
            world.login(Browser(), name).get(f"/o/{org}/settings/")
        Browser().get("/accounts/login/")

    tenants = [each.get("organization_id") for each in of_requests(events)]
    assert tenants == [str(world.organization.pk), str(world.other_organization.pk), None]
    assert len({each["request_id"] for each in of_requests(events)}) == 3


def test_healthy_process_is_not_worth_a_line(db: None) -> None:
    with production_log() as events:
        Browser().get("/healthz/")

    assert of_requests(events) == []


def test_no_secret_and_nobodys_address_is_logged(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    snapshot = thing_printed_snapshot(world.organization, world.client)
    with production_log() as events:
        key = make_key(world, scopes=("write",))
        with_key(key).post(
            firm(world, "invitations/"),
            {"email": "new@example.com", "role": "viewer", "client": str(world.client.pk)},
        )
        words = " ".join(str(letter.body) for letter in letters()).split()
        invitation = next(each for each in words if "/invitations/" in each)
        link = with_key(key).post(firm(world, f"snapshots/{snapshot}/share-links/"), {"days": 7})
        browser = Browser()
        for url in (invitation, link.json()["link"], f"{invitation}x/", "/accounts/nobody@b.com/"):
            browser.get(url)
        for password in (PASSWORD, factories.PASSWORD):
            login = {"login": "owner@acme.example", "password": password}
            browser.post(reverse("account_login"), login)
        session = browser.cookies["sessionid"].value
        with_key(key).post(firm(world, "clients/"), b"{broken")
        with_key(f"{key[:-1]}_").get(firm(world))

    text = json.dumps(events)
    secrets = [key[12:], token_of(invitation), token_of(link.json()["link"]), session]
    secrets += [PASSWORD, factories.PASSWORD, "@acme.example", "new@example.com", "nobody@b.com"]
    assert len(of_requests(events)) == 10
    assert [secret for secret in secrets if secret in text] == []


def token_of(url: str) -> str:
    """Return the last part of a link."""
    return url.rstrip("/").rsplit("/", 1)[-1]


def test_traceback_is_logged_without_what_it_quotes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(world)

    def fail(**_: Any) -> None:
        with tenancy.enter(organization_id=world.organization.pk):
            raise RuntimeError(f"Key (email)=(who@acme.example) exists, sent with {key}")

    monkeypatch.setattr(services, "create_client", fail)
    with production_log() as events:
        answer = caller(world, "owner").post(firm(world, "clients/"), {"name": "Westwind"})

    (error,) = [each for each in events if each["level"] == "error"]
    assert (answer.status_code, error["request_id"]) == (500, answer["X-Request-ID"])
    assert error["event"] == "500 POST api/v1/organizations/<slug:org>/clients/"
    assert "RuntimeError: Key (email)=([address]) exists, sent with [key]" in error["exception"]
    assert key[12:] not in json.dumps(events)


def test_unknown_path_is_not_quoted(db: None) -> None:
    with production_log() as events:
        Caller(Browser()).get("/no/such/place/")

    assert "no/such/place" not in json.dumps(events)
    assert of_requests(events)[0]["status"] == 404
