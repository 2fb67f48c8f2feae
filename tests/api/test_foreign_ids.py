"""T3: a foreign id is refused like one of nothing, wherever the API takes an id.

The places are read from the API's own description: a new one is tried without a line here, and
one whose name says no kind of row fails until `KINDS` or THINGS says what it is.
"""

import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from tests.api.callers import caller
from tests.api.description import Described, described, uuids
from tests.api.table import THINGS
from tests.api.test_permissions import things_of
from tests.permission_table import SHARED
from tests.world import World

# Parameters that name one row and narrow no list: what is not there is refused.
NAMING = {"billing"}
# What a name means where it is no kind of row itself.
KINDS = {
    "alternative_to": "scenario",
    "billing": "usage_import",
    "against": "price_book",
    "subject_id": "job",
    "assessments": "assessment",
    "scenarios": "scenario",
    "imports": "usage_import",
}
PLACES = [
    (each, path)
    for each in described()
    for schema in each.bodies.values()
    for path in uuids(schema)
]
FILTERS = [
    (each, parameter["name"])
    for each in described()
    for parameter in each.query
    if parameter["schema"].get("format") == "uuid"
]


@pytest.fixture
def world(stocked: World) -> World:
    """The fixed cast with rows of every kind."""
    return stocked


def kind_of(path: tuple[str, ...]) -> str:
    """Return the kind of row that a name in a body or a query stands for."""
    name = next(part for part in reversed(path) if part != "*")
    kind = KINDS.get(name, name.removesuffix("_id"))
    assert kind in THINGS or kind in SHARED, f"{name}: which kind of row is this?"
    return kind


def put_in(body: Any, path: tuple[str, ...], value: str) -> Any:
    """Return a body with another value in one place."""
    if not path:
        return value
    if path[0] == "*":
        items = list(body or [None])
        return [put_in(items[0], path[1:], value), *items[1:]]
    given = dict(body or {})
    return given | {path[0]: put_in(given.get(path[0]), path[1:], value)}


def masked(answer: HttpResponse) -> tuple[int, str]:
    """Return an answer without the ids in it."""
    return answer.status_code, re.sub(r"[0-9a-f-]{36}", "id", answer.content.decode())


@pytest.mark.parametrize(
    ("each", "path"), PLACES, ids=[f"{each.name}-{'.'.join(path)}" for each, path in PLACES]
)
def test_foreign_id_in_a_body_is_refused_like_a_missing_one(
    world: World, each: Described, path: tuple[str, ...]
) -> None:
    row, kind = each.row, kind_of(path)
    ours = things_of(row, world, world.client)
    foreign = world.things[world.other_client.pk][kind] if kind in THINGS else None
    sibling = world.things[world.sibling_client.pk][kind] if kind in THINGS else None
    url = row.address(world.organization.slug, ours)
    assert row.data is not None

    def answer(name: str, given: uuid.UUID | None) -> tuple[int, str]:
        body = put_in(row.data(ours), path, str(given))  # type: ignore[misc]
        return masked(caller(world, name).send(row.method, url, body))

    refused = answer("owner", uuid.uuid4())
    assert refused[0] == 422
    assert path[0] in refused[1]
    if foreign:
        assert answer("owner", foreign) == refused
    if sibling and "client_key" in row.allowed:
        assert answer("client_key", sibling) == answer("client_key", uuid.uuid4())


@pytest.mark.parametrize(
    ("each", "name"), FILTERS, ids=[f"{each.name}-{name}" for each, name in FILTERS]
)
def test_foreign_id_in_a_filter_finds_what_a_missing_one_does(
    world: World, each: Described, name: str
) -> None:
    row, kind = each.row, kind_of((name,))
    ours = things_of(row, world, world.client)
    if kind in SHARED:  # nobody's is foreign: what does not exist is named
        missing = caller(world, "owner").get(
            f"{row.address(world.organization.slug, ours)}?{name}={uuid.uuid4()}"
        )
        assert (missing.status_code, list(missing.json()["fields"])) == (422, [name])
        return
    cases = {"owner": world.things[world.other_client.pk][kind]}
    if "client_key" in row.allowed:
        cases["client_key"] = world.things[world.sibling_client.pk][kind]
    url = row.address(world.organization.slug, ours)

    for who, foreign in cases.items():
        found = caller(world, who).get(f"{url}?{name}={foreign}")
        missing = caller(world, who).get(f"{url}?{name}={uuid.uuid4()}")

        if name in NAMING:
            assert (found.status_code, list(found.json()["fields"])) == (422, [name]), who
        else:
            assert (found.status_code, found.json()["results"]) == (200, []), who
        assert found.content == missing.content


def test_places_are_found() -> None:
    assert ("api-key-list", ("client",)) in {(each.name, path) for each, path in PLACES}
    assert ("job-list", "client") in {(each.name, name) for each, name in FILTERS}
