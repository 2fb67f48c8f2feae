"""Reads the API's own description for tests that walk all of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from tests.api.table import ROWS, Row

JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Described:
    """One operation as the description has it; `name` is that of its path in the table."""

    name: str
    method: str
    says: Mapping[str, Any]

    @property
    def row(self) -> Row:
        """The operation's row in the table."""
        return next(row for row in ROWS if (row.name, row.method) == (self.name, self.method))

    @property
    def query(self) -> list[Mapping[str, Any]]:
        """The parameters of its query."""
        return [each for each in self.says.get("parameters", []) if each["in"] == "query"]

    @property
    def bodies(self) -> Mapping[str, Any]:
        """The schema of its body, by media type."""
        content = self.says.get("requestBody", {}).get("content", {})
        return {media_type: each["schema"] for media_type, each in content.items()}


@cache
def document() -> Mapping[str, Any]:
    """Return the OpenAPI document."""
    made: Mapping[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def described() -> Iterator[Described]:
    """Yield every operation below a firm."""
    names = {PREFIX + _template(route): pattern.name for route, pattern in api_patterns()}
    for path, methods in document()["paths"].items():
        if "{org}" in path:
            for method in METHODS:
                if method in methods:
                    yield Described(names[path], method.upper(), methods[method])


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema itself where it is named by reference, alone or among others."""
    parts = [schema, *schema.get("allOf", ())]
    names = [part["$ref"].rsplit("/", 1)[-1] for part in parts if "$ref" in part]
    return document()["components"]["schemas"][names[0]] if names else schema


def uuids(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every UUID that a body may hold; `*` stands for the items of a list."""
    schema = resolved(schema)
    if schema.get("format") == "uuid":
        yield path
    for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from uuids(each, path)
    for name, each in schema.get("properties", {}).items():
        yield from uuids(each, (*path, name))
    for name, inside in (("*", "items"), ("*", "additionalProperties")):
        if isinstance(schema.get(inside), Mapping) and schema[inside]:
            yield from uuids(schema[inside], (*path, name))


def api_patterns() -> list[tuple[str, URLPattern]]:
    """Return the paths of the API, each with its whole route below the API's."""
    resolvers = get_resolver().url_patterns
    api = next(each for each in resolvers if getattr(each, "namespace", "") == "api")
    return list(_below(api.url_patterns))


def _below(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _below(each.url_patterns, route)
        else:
            yield route, each


def _template(route: str) -> str:
    parts = route.split("<")
    inside = [part.partition(">") for part in parts[1:]]
    return parts[0] + "".join(f"{{{name.split(':')[-1]}}}{rest}" for name, _, rest in inside)
