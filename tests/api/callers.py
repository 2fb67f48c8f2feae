"""Who calls the API in tests: people by session, programs by key."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client as Browser

from organizations import tenancy
from organizations.services.api_keys import create_api_key
from tests.world import World

PEOPLE = {"owner", "consultant", "respondent", "viewer"}
KEYS = {"key", "reading_key", "client_key", "client_reading_key"}
SIBLINGS = {"other_client_respondent", "other_client_viewer", "other_client_key"}
NON_MEMBERS = {"other_firm_owner", "other_firm_consultant", "other_firm_key"}
PROGRAMS = {name for name in KEYS | SIBLINGS | NON_MEMBERS if name.endswith("key")}
ROOT = "/api/v1"


@dataclass
class Caller:
    """Sends requests as one principal; a server error is an answer, not an exception."""

    browser: Browser
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> HttpResponse:
        """Send a request with JSON, or raw bytes, as its body."""
        body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data)
        return self.browser.generic(
            method,
            path,
            data=body,
            content_type="application/json",
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Send a GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, data: Any = None, **headers: str) -> HttpResponse:
        """Send a POST."""
        return self.send("POST", path, data, **headers)

    def post_form(self, path: str, data: dict[str, Any], **headers: str) -> HttpResponse:
        """Send a POST with a form, files included."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.post(path, data, headers={**self.headers, **named})

    def put(self, path: str, data: Any = None, **headers: str) -> HttpResponse:
        """Send a PUT."""
        return self.send("PUT", path, data, **headers)


def make_key(
    world: World, *, by: str = "owner", client_id: UUID | None = None, **kwargs: Any
) -> str:
    """Store a key and return its secret."""
    actor = world.actor(by)
    with tenancy.enter(organization_id=actor.organization_id):
        made = create_api_key(by=actor, name="Test", client_id=client_id, **kwargs)
    return made.secret


def with_key(secret: str) -> Caller:
    """Return a program that sends this key."""
    browser = Browser(raise_request_exception=False)
    return Caller(browser, {"Authorization": f"Bearer {secret}"})


def caller(world: World, name: str) -> Caller:
    """Return a principal of the cast by name."""
    if name.endswith("key"):
        return with_key(world.keys.get(name) or make_key_of(world, name))
    return Caller(world.login(Browser(raise_request_exception=False), name))


def make_key_of(world: World, name: str) -> str:
    """Store the key of a program of the cast and return its secret."""
    by = "other_firm_owner" if name == "other_firm_key" else "owner"
    client = {
        "client_key": world.client,
        "client_reading_key": world.client,
        "other_client_key": world.sibling_client,
    }.get(name)
    scopes = ("read",) if "reading" in name else ("write",)
    return make_key(world, by=by, client_id=client and client.pk, scopes=scopes)


def anonymous() -> Caller:
    """Return somebody who says nothing of themselves."""
    return Caller(Browser(raise_request_exception=False))


def firm(world: World, rest: str = "") -> str:
    """Return a path below the firm."""
    return f"{ROOT}/organizations/{world.organization.slug}/{rest}"
