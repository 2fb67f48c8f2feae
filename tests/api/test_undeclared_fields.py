"""T6: a field that an operation does not declare changes nothing: it is refused by its name."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework import serializers

from organizations.serializers import InputSerializer
from tests.api.callers import Caller, caller
from tests.api.description import JSON, Described, described, resolved
from tests.api.test_permissions import things_of
from tests.world import World

# Bodies of free documents, whose own reader refuses what it does not know.
DOCUMENTS = {"estimate-list", "bulk-estimate-list"}
APPS = ("organizations", "jobs", "assessments", "catalog", "usage", "scenarios", "reports")
FIELDS = sorted(
    {
        name
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
)
VALUE = "00000000-0000-4000-8000-000000000000"
WITH_BODY = [each for each in described() if each.bodies and each.name not in DOCUMENTS]


def add_everywhere(body: Any, schema: Mapping[str, Any]) -> tuple[Any, set[str]]:
    """Return a body with every model's every field that its schema lacks, and what was added.

    Lists of objects get them too; a field without described fields is left as it is.
    """
    schema, added = resolved(schema), set()
    if isinstance(body, list):
        pairs = [add_everywhere(each, schema.get("items", {})) for each in body]
        return [each for each, _ in pairs], set[str]().union(*(names for _, names in pairs))
    if not isinstance(body, dict) or "properties" not in schema:
        return body, added
    declared = schema["properties"]
    given = dict(body)
    for name in declared.keys() & body.keys():
        given[name], inside = add_everywhere(body[name], declared[name])
        added |= inside
    undeclared = {name: VALUE for name in FIELDS if name not in declared}
    return given | undeclared, added | set(undeclared)


def add_inside(body: Any, schema: Mapping[str, Any]) -> tuple[Any, set[str]]:
    """Return a body whose own fields are as they were, with every field added below them."""
    whole, _ = add_everywhere(body, schema)
    kept = {name: whole[name] for name in body}
    declared = resolved(schema)["properties"]
    added = [add_everywhere(body[name], declared[name])[1] for name in body]
    return kept, set[str]().union(*added)


def names_at_fault(fields: Mapping[str, Any]) -> set[str]:
    """Return the last parts of the paths at fault."""
    return {path.rsplit(".", 1)[-1] for path in fields}


@pytest.fixture
def world(stocked: World) -> World:
    """The fixed cast with rows of every kind."""
    return stocked


@pytest.mark.parametrize(
    "each", WITH_BODY, ids=[f"{each.method} {each.name}" for each in WITH_BODY]
)
def test_every_models_every_field_is_refused_where_it_is_not_declared(
    world: World, each: Described
) -> None:
    row = each.row
    things = things_of(row, world, world.client)
    assert row.data is not None
    path, owner = row.address(world.organization.slug, things), caller(world, "owner")

    for media_type, schema in each.bodies.items():
        given = row.data(things) if media_type == JSON else a_form(schema)
        body, added = add_everywhere(given, schema)
        answer = send(owner, each.method, path, body, media_type)

        assert answer.status_code == 422, media_type
        at_fault = names_at_fault(answer.json()["fields"])
        if added - at_fault:  # a scenario's document is read once its envelope holds
            body, inside = add_inside(given, schema)
            answer = send(owner, each.method, path, body, media_type)
            assert answer.status_code == 422, media_type
            assert inside <= names_at_fault(answer.json()["fields"])
        assert added <= at_fault | names_at_fault(answer.json()["fields"])
        assert len(added) > 50


def a_form(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with the files that it asks for."""
    return {
        name: SimpleUploadedFile("tokens.csv", b"day,tokens\n")
        for name, each in resolved(schema)["properties"].items()
        if each.get("format") == "binary"
    }


def send(who: Caller, method: str, path: str, body: Any, media_type: str) -> Any:
    """Send a body as JSON or as a form."""
    return who.send(method, path, body) if media_type == JSON else who.post_form(path, body)


def test_every_body_takes_no_other_fields() -> None:
    open_ones = {
        (each.name, media_type)
        for each in WITH_BODY
        for media_type, schema in each.bodies.items()
        if resolved(schema).get("additionalProperties") is not False
    }

    assert open_ones == set()


def inputs(of: type[InputSerializer]) -> Iterator[type[InputSerializer]]:
    """Yield every serializer that reads a body."""
    yield of
    for each in of.__subclasses__():
        yield from inputs(each)


@pytest.mark.parametrize("serializer", sorted(set(inputs(InputSerializer)), key=str))
def test_every_serializer_of_bodies_refuses_every_field_that_it_lacks(
    serializer: type[InputSerializer],
) -> None:
    reader = serializer(data=dict.fromkeys(FIELDS, VALUE))
    lacking = set(FIELDS) - set(serializer().fields)

    assert not reader.is_valid()
    assert lacking <= set(reader.errors)


def test_every_serializer_of_bodies_is_one_that_refuses() -> None:
    readers = set(inputs(InputSerializer))

    def all_of(of: type[serializers.BaseSerializer]) -> Iterator[type[serializers.BaseSerializer]]:
        for each in of.__subclasses__():
            yield each
            yield from all_of(each)

    named_so = {
        each
        for each in all_of(serializers.Serializer)
        if each.__name__.endswith("InputSerializer") and each.__module__.split(".")[0] in APPS
    }

    assert named_so - readers == set()
