"""T1 for the API: a foreign row does not exist; every operation × principal × kind of row."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from organizations.api.views import ResourceViewSet
from organizations.models import Client, Organization
from tests.api.callers import KEYS, NON_MEMBERS, PEOPLE, SIBLINGS, Caller, anonymous, caller
from tests.api.description import api_patterns
from tests.api.table import PATH_NAMES, PUBLIC, ROWS, SHARED, THINGS, Row
from tests.factories import load_latest_framework
from tests.world import World

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
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


def path_of(row: Row, org: str, things: Mapping[str, uuid.UUID]) -> str:
    """Return the row's path for a firm and the given things."""
    ids = {PATH_NAMES.get(kind, kind): things[kind] for kind in row.things}
    shared = {kind: things[kind] for kind in row.shared}
    return reverse(f"api:{row.name}", kwargs={"org": org, **ids, **shared, **row.path})


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
    return who.send(row.method, path_of(row, org, things), data)


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


@rows
def test_another_firms_people_and_programs_find_nothing(world: World, row: Row) -> None:
    things = things_of(row, world, world.client)

    for name in sorted(NON_MEMBERS):
        who = caller(world, name)
        there = call(who, row, world.organization.slug, things)
        missing = call(who, row, "no-such-firm", nowhere(row, world))

        assert (there.status_code, missing.status_code) == (404, 404), name
        assert there.content == missing.content


@rows
def test_foreign_rows_do_not_exist(world: World, row: Row) -> None:
    foreign = things_of(row, world, world.other_client)
    body = {"client": world.client.pk}
    org = world.organization.slug

    for name in sorted(PEOPLE | KEYS) if row.things else ():
        who = caller(world, name)
        there = call(who, row, org, foreign | ({} if "client" in row.things else body))
        missing = call(who, row, org, nowhere(row, world))

        assert (there.status_code, missing.status_code) == (404, 404), name
        assert there.content == missing.content


@rows
def test_a_siblings_rows_do_not_exist_for_a_clients_people(world: World, row: Row) -> None:
    ours = things_of(row, world, world.client)
    siblings = things_of(row, world, world.sibling_client)
    bound = {"respondent", "viewer", "client_key", "client_reading_key"}
    cases = [(name, ours) for name in sorted(SIBLINGS)] + [(name, siblings) for name in bound]

    for name, things in cases if row.things else ():
        who = caller(world, name)
        there = call(who, row, world.organization.slug, things)
        missing = call(who, row, world.organization.slug, nowhere(row, world))

        assert (there.status_code, missing.status_code) == (404, 404), name
        assert there.content == missing.content


@rows
def test_nobody_is_asked_for_a_key(world: World, row: Row) -> None:
    things = things_of(row, world, world.client)

    there = call(anonymous(), row, world.organization.slug, things)
    missing = call(anonymous(), row, "no-such-firm", nowhere(row, world))

    assert (there.status_code, missing.status_code) == (401, 401)
    assert there.content == missing.content
    assert there["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_other_methods_are_refused_in_the_one_shape(world: World, name: str) -> None:
    row = next(row for row in ROWS if row.name == name)
    path = path_of(row, world.organization.slug, things_of(row, world, world.client))
    owner = caller(world, "owner")
    listed = {row.method for row in ROWS if row.name == name}

    answers = [owner.send(method, path) for method in sorted(METHODS - listed)]

    assert {answer.status_code for answer in answers} <= {405}
    assert {answer.json()["code"] for answer in answers} <= {"method_not_allowed"}
