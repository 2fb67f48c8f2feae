"""T1: a foreign row does not exist; every URL × method × principal × kind of row."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from organizations.models import Client, Organization
from tests.permission_table import (
    API,
    EVERYONE,
    OF_THE_FIRM,
    PUBLIC,
    ROWS,
    SHARED,
    SIGN_IN,
    THINGS,
    Row,
    store_kinds,
)
from tests.queries import MAX_PAGE_QUERIES, queries
from tests.shared_cast import find_cast
from tests.world import World

NON_MEMBERS = ("other_firm_owner", "other_firm_consultant")
SIBLINGS = ("other_client_respondent", "other_client_viewer")
OF_THE_CLIENT = ("respondent", "viewer")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CSRF_TOKEN = re.compile(rb"[A-Za-z0-9]{64}")


def url_names() -> Iterator[tuple[str, str]]:
    """Return every URL of the product as (name, route)."""

    def walk(patterns: list[URLPattern | URLResolver], space: str, route: str) -> Iterator:
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                name = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, name, here)
            else:
                yield f"{space}{pattern.name}", here

    yield from walk(get_resolver().url_patterns, "", "")


def make_things(row: Row, organization: Organization, client: Client) -> dict[str, uuid.UUID]:
    """Store what the row's path needs, for one client."""
    made = {kind: THINGS[kind](organization, client) for kind in row.things}
    return made | {kind: SHARED[kind]() for kind in row.shared}


def store_things(world: World) -> None:
    """Store what any row's path needs, for each client."""
    store_kinds(world, THINGS, {kind for row in ROWS for kind in row.things})


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Store the fixed cast with rows of every kind, once for all tests."""
    return find_cast(request, store_things)


def things_of(world: World, row: Row, client: Client) -> dict[str, uuid.UUID]:
    """Return what the row's path needs, of one client."""
    return {kind: world.things[client.pk][kind] for kind in (*row.things, *row.shared)}


def nowhere(world: World, row: Row) -> dict[str, uuid.UUID]:
    """Return things that do not exist; what all firms share does."""
    return things_of(world, row, world.client) | {kind: uuid.uuid4() for kind in row.things}


def call(browser: Browser, row: Row, path: str) -> HttpResponse:
    """Send the row's request."""
    return browser.generic(
        row.method,
        path,
        data="&".join(f"{name}={value}" for name, value in (row.data or {}).items()),
        content_type="application/x-www-form-urlencoded",
    )


def signed_in(world: World, name: str) -> Browser:
    """Return a browser of that person; a server error is an answer, not an exception."""
    return world.login(Browser(raise_request_exception=False), name)


def body_of(response: HttpResponse) -> bytes:
    """Return the answer's body without what differs from request to request."""
    return CSRF_TOKEN.sub(b"", response.content)


rows = pytest.mark.parametrize("row", ROWS, ids=[f"{row.method} {row.name}" for row in ROWS])


def test_every_url_is_in_the_table() -> None:
    known = {row.name for row in ROWS} | set(PUBLIC)

    names = {name for name, _ in url_names() if not name.startswith((*SIGN_IN, API))}

    assert names == known


def test_every_url_of_a_firm_names_the_firm() -> None:
    in_table = {row.name for row in ROWS}

    outside = [
        name for name, route in url_names() if name in in_table and "o/<slug:org>/" not in route
    ]

    assert outside == []


@rows
def test_own_people_pass_by_their_role(world: World, row: Row) -> None:
    things = things_of(world, row, world.client)
    path = row.address(world.organization.slug, things)

    for name in sorted(EVERYONE):
        if row.takes_away:
            things = make_things(row, world.organization, world.client)
            path = row.address(world.organization.slug, things)
        status = call(signed_in(world, name), row, path).status_code

        assert status < 500, name
        assert (status not in (403, 404)) == (name in row.allowed), f"{name} got {status}"
        refused = 404 if name in row.hidden_from else 403
        assert status == refused or name in row.allowed, f"{name} got {status}"


def test_a_page_asks_the_database_eight_times_at_most(world: World) -> None:
    """Its person, membership and tenant are the first of them."""
    browser = signed_in(world, "owner")
    browser.get(f"/o/{world.organization.slug}/settings/")  # the session is read once
    counts = {}
    for row in ROWS:
        if row.method == "GET":
            path = row.address(world.organization.slug, things_of(world, row, world.client))
            with CaptureQueriesContext(connection) as captured:
                call(browser, row, path)
            counts[row.name] = queries(captured)

    assert {name: len(each) for name, each in counts.items() if len(each) > MAX_PAGE_QUERIES} == {}
    assert all("known.value" in each[0] for each in counts.values())


# Pieces of a page that a script puts in its place.
FRAGMENTS = {
    "scenarios:scenario-preview",
    "scenarios:scenario-edit-preview",
    "organizations:branding-preview",
}
POSTS = [row for row in ROWS if row.method == "POST" and row.name not in FRAGMENTS]


@pytest.mark.parametrize("row", POSTS, ids=[row.name for row in POSTS])
def test_a_form_that_was_taken_leads_to_a_page(world: World, row: Row) -> None:
    things = things_of(world, row, world.client)

    response = call(signed_in(world, "owner"), row, row.address(world.organization.slug, things))

    # To reload what it leads to does nothing twice; what it refuses may stand in its place.
    assert response.status_code in (302, 303) or 400 <= response.status_code < 500


@pytest.mark.parametrize("row", POSTS, ids=[row.name for row in POSTS])
def test_the_address_of_a_form_is_no_empty_page(world: World, row: Row) -> None:
    things = things_of(world, row, world.client)

    response = signed_in(world, "owner").get(row.address(world.organization.slug, things))

    assert response.status_code in (200, 302, 405)
    assert response.status_code == 302 or "</h1>" in response.content.decode()


def told_apart(row: Row, there: HttpResponse, missing: HttpResponse) -> list[str]:
    """Say where what is not theirs is answered otherwise than what does not exist."""
    statuses = (there.status_code, missing.status_code)
    if statuses != (404, 404):
        return [f"{row.method} {row.name}: {statuses[0]}, of what is missing {statuses[1]}"]
    return [] if body_of(there) == body_of(missing) else [f"{row.method} {row.name}: other content"]


def others_things(world: World, row: Row, name: str) -> list[dict[str, uuid.UUID]]:
    """Return the things that are not a person's: one of another firm's, and those of a sibling."""
    ours = things_of(world, row, world.client)
    foreign = things_of(world, row, world.other_client)
    siblings = things_of(world, row, world.sibling_client)
    of_the_firm = set(row.things) <= OF_THE_FIRM
    if name in SIBLINGS:
        return [] if of_the_firm else [ours]
    others = [{**ours, kind: foreign[kind]} for kind in row.things]
    return others if of_the_firm or name not in OF_THE_CLIENT else [*others, siblings]


# What is refused changes nothing, so one person asks for the rows of the whole table in one test:
# a session is found once, and a test begun.
@pytest.mark.parametrize("name", NON_MEMBERS)
def test_another_firms_people_find_nothing(world: World, name: str) -> None:
    browser = signed_in(world, name)
    found = []

    for row in ROWS:
        things = things_of(world, row, world.client)
        there = call(browser, row, row.address(world.organization.slug, things))
        missing = call(browser, row, row.address("no-such-firm", nowhere(world, row)))
        found += told_apart(row, there, missing)

    assert found == []


@pytest.mark.parametrize("name", sorted({*EVERYONE, *SIBLINGS}))
def test_foreign_rows_and_a_siblings_do_not_exist(world: World, name: str) -> None:
    browser = signed_in(world, name)
    org = world.organization.slug
    found = []

    for row in ROWS:
        targets = others_things(world, row, name)
        missing = call(browser, row, row.address(org, nowhere(world, row))) if targets else None
        for target in targets:
            found += told_apart(row, call(browser, row, row.address(org, target)), missing)

    assert found == []


def test_non_members_are_asked_to_sign_in(world: World) -> None:
    browser = Browser()
    sign_in = reverse("account_login")

    for row in ROWS:
        things = things_of(world, row, world.client)
        for path in (
            row.address(world.organization.slug, things),
            row.address("no-such-firm", nowhere(world, row)),
        ):
            answer = call(browser, row, path)

            assert answer.status_code == 302, path
            assert answer["Location"].startswith(sign_in), path


def test_other_methods_are_refused(world: World) -> None:
    browser = signed_in(world, "owner")
    statuses = {}

    for name, row in {row.name: row for row in ROWS}.items():
        path = row.address(world.organization.slug, things_of(world, row, world.client))
        for method in set(METHODS) - {row.method for row in ROWS if row.name == name}:
            statuses[method, name] = browser.generic(method, path).status_code

    assert {key: status for key, status in statuses.items() if status != 405} == {}
