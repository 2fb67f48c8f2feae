"""T1 for the API: a foreign row does not exist; every operation × principal × kind of row."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from organizations.api.views import ResourceViewSet
from organizations.models import Client, Organization
from tests.api.callers import KEYS, NON_MEMBERS, PEOPLE, SIBLINGS, Caller, anonymous, caller
from tests.api.description import api_patterns
from tests.api.table import PUBLIC, ROWS, THINGS, Row
from tests.factories import load_latest_framework
from tests.permission_table import SHARED
from tests.world import World

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# Whom a key or a membership binds to the client.
OF_THE_CLIENT = {"respondent", "viewer", "client_key", "client_reading_key"}
rows = pytest.mark.parametrize("row", ROWS, ids=[f"{row.method} {row.name}" for row in ROWS])


def operations() -> Iterator[tuple[str, str]]:
    """Return every operation of the API as (name, method)."""

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                name = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, name)
            elif space == "api:":
                for method in methods_of(pattern.callback):
                    yield f"{space}{pattern.name}", method

    yield from walk(get_resolver().url_patterns, "")


def methods_of(view: Any) -> set[str]:
    """Return the methods that a path of the API answers: a viewset's, or a function's GET."""
    return METHODS & {method.upper() for method in getattr(view, "actions", {"get"})}


def make_things(row: Row, organization: Organization, client: Client) -> dict[str, uuid.UUID]:
    """Store what the row's path and body need, for one client."""
    load_latest_framework()
    made = {kind: THINGS[kind](organization, client) for kind in row.things}
    shared = {kind: SHARED[kind]() for kind in row.shared}
    return {"client": client.pk, **made, **shared}


def things_of(row: Row, world: World, client: Client) -> Mapping[str, uuid.UUID]:
    """Return what the row's path and body need, of one client of a cast that is `stocked`."""
    kinds = {"client", *row.things, *row.shared}
    return {kind: made for kind, made in world.things[client.pk].items() if kind in kinds}


@pytest.fixture
def world(stocked: World) -> World:
    """The fixed cast with rows of every kind."""
    return stocked


def call(who: Caller, row: Row, org: str, things: Mapping[str, uuid.UUID]) -> HttpResponse:
    """Send the row's request."""
    data = row.data(things) if row.data else None
    return who.send(row.method, row.address(org, things), data)


def nowhere(row: Row, world: World) -> dict[str, uuid.UUID]:
    """Return things that do not exist; what the body names does."""
    kinds = (*row.things, *row.shared)
    return {"client": world.client.pk, **{kind: uuid.uuid4() for kind in kinds}}


def test_every_operation_is_in_the_table() -> None:
    known = {(f"api:{row.name}", row.method) for row in ROWS}
    public = {(name, "GET") for name in PUBLIC}

    assert set(operations()) == known | public


def test_every_operation_of_a_resource_has_a_path_and_a_permission() -> None:
    reached: dict[type[ResourceViewSet], set[str]] = {}
    for _, pattern in api_patterns():
        if hasattr(pattern.callback, "actions"):
            actions = set(pattern.callback.actions.values())
            reached.setdefault(pattern.callback.cls, set()).update(actions)
    open_to_all = {
        f"{view.__name__}.{action}"
        for view, actions in reached.items()
        for action in actions
        if view.operations[action].permission is None
    }

    assert {view: set(view.operations) for view in reached} == reached
    assert open_to_all == {"OrganizationViewSet.list"}


@rows
def test_own_people_and_programs_pass_by_their_role(world: World, row: Row) -> None:
    things = things_of(row, world, world.client)

    for name in sorted(PEOPLE | KEYS):
        status = call(caller(world, name), row, world.organization.slug, things).status_code
        if row.takes_away and name in row.allowed:
            things = make_things(row, world.organization, world.client)

        assert status < 500, name
        assert (status not in (401, 403, 404)) == (name in row.allowed), f"{name} got {status}"
        refused = 404 if name in row.hidden_from else 403
        assert status == refused or name in row.allowed, f"{name} got {status}"


def told_apart(
    row: Row, there: HttpResponse, missing: HttpResponse, status: int = 404
) -> list[str]:
    """Say where what is not theirs is answered otherwise than what does not exist."""
    statuses = (there.status_code, missing.status_code)
    if statuses != (status, status):
        return [f"{row.method} {row.name}: {statuses[0]}, of what is missing {statuses[1]}"]
    return [] if there.content == missing.content else [f"{row.method} {row.name}: other content"]


def others_things(world: World, row: Row, name: str) -> list[Mapping[str, uuid.UUID]]:
    """Return the things that are not a principal's: another firm's, and those of a sibling."""
    body = {} if "client" in row.things else {"client": world.client.pk}
    foreign = things_of(row, world, world.other_client) | body
    if name in SIBLINGS:
        return [things_of(row, world, world.client)]
    if name in OF_THE_CLIENT:
        return [foreign, things_of(row, world, world.sibling_client)]
    return [foreign]


# What is refused changes nothing, so one principal asks for the rows of the whole table in one
# test: a session is found once, and a test begun.
@pytest.mark.parametrize("name", sorted(NON_MEMBERS))
def test_another_firms_people_and_programs_find_nothing(world: World, name: str) -> None:
    who = caller(world, name)
    found = []

    for row in ROWS:
        there = call(who, row, world.organization.slug, things_of(row, world, world.client))
        missing = call(who, row, "no-such-firm", nowhere(row, world))
        found += told_apart(row, there, missing)

    assert found == []


@pytest.mark.parametrize("name", sorted(PEOPLE | KEYS | SIBLINGS))
def test_foreign_rows_and_a_siblings_do_not_exist(world: World, name: str) -> None:
    who = caller(world, name)
    org = world.organization.slug
    found = []

    for row in (row for row in ROWS if row.things):
        missing = call(who, row, org, nowhere(row, world))
        for things in others_things(world, row, name):
            found += told_apart(row, call(who, row, org, things), missing)

    assert found == []


def test_nobody_is_asked_for_a_key(world: World) -> None:
    who = anonymous()
    found = []

    for row in ROWS:
        there = call(who, row, world.organization.slug, things_of(row, world, world.client))
        missing = call(who, row, "no-such-firm", nowhere(row, world))
        found += told_apart(row, there, missing, status=401)
        found += [] if there["WWW-Authenticate"] == "Bearer" else [f"{row.name}: {there.headers}"]

    assert found == []


def test_other_methods_are_refused_in_the_one_shape(world: World) -> None:
    owner = caller(world, "owner")
    answers = {}

    for name, row in {row.name: row for row in ROWS}.items():
        path = row.address(world.organization.slug, things_of(row, world, world.client))
        for method in sorted(METHODS - {row.method for row in ROWS if row.name == name}):
            answers[method, name] = owner.send(method, path)

    shapes = {key: (each.status_code, each.json()["code"]) for key, each in answers.items()}
    assert {k: shape for k, shape in shapes.items() if shape != (405, "method_not_allowed")} == {}
