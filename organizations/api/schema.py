"""The API's description: OpenAPI, and a page to read it on that needs no network."""

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.drainage import set_override
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiResponse

from organizations.api.headers import ETAG, IDEMPOTENCY_KEY, IF_MATCH
from organizations.api.views import query_parameters
from organizations.serializers import ErrorSerializer, ResultSerializer

COMPONENTS = "#/components/schemas/"
ALWAYS = (401, 403, 404, 422, 429)
WITH_BODY = (400, 413, 415, 422)
TEXTS = {
    400: "The body cannot be read.",
    401: "No key and no session, or a key that is no longer valid.",
    403: "The role or the key's scope does not include this.",
    404: "There is nothing here, as far as the caller may know.",
    409: "It has changed or ended in the meantime; `current` holds the present state.",
    412: "`If-Match` named a version that is not current; `current` holds the one that is.",
    413: "The body is too large.",
    415: "The body is of another media type than the operation takes.",
    422: "Some fields cannot be used; `fields` names each.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
VERBS = {"retrieve": "read", "update": "save", "destroy": "delete"}
# The function that does an action's work: its docstring is the operation's summary.
WORKERS = {
    "list": "list_rows",
    "create": "perform_create",
    "update": "perform_update",
    "destroy": "perform_destroy",
}


class Schema(AutoSchema):
    """Describes a resource's operations by its table `operations`."""

    view: Any

    @property
    def operation(self) -> Any:
        """The operation's row in its resource's table."""
        return self.view.operations[self.view.action]

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_operation_id(self) -> str:
        noun, action = self.view.basename.replace("-", "_"), self.view.action
        return self.operation.name or f"{noun}_{VERBS.get(action, action)}"

    def get_summary(self) -> str:
        """Return the docstring of the function that does the work."""
        view, action = type(self.view), self.view.action
        worker = getattr(view, WORKERS.get(action, ""), None) or getattr(view, action)
        is_plain = action == "retrieve" and "retrieve" not in vars(view)
        return ((view if is_plain else worker).__doc__ or "").strip()

    def get_description(self) -> str:  # type: ignore[override]
        return self.get_summary()

    def get_request_serializer(self) -> Any:
        return self.operation.takes

    def get_response_serializers(self) -> Any:
        """Return every response that the operation may give."""
        gives = self.operation.gives or self.view.serializer_class
        status = self.operation.status or (201 if self.view.action == "create" else 200)
        successes = gives if isinstance(gives, dict) else {status: None if status == 204 else gives}
        errors = {*ALWAYS, *self.operation.errors, *(WITH_BODY if self.operation.takes else ())}
        if self._takes_tag:
            errors |= {409, 412} if self.view.is_versioned else {412}
        return successes | {
            status: OpenApiResponse(ErrorSerializer, description=TEXTS[status])
            for status in sorted(errors - set(successes))
        }

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the query and the headers."""
        headers = [each for each in self.operation.parameters if each.location != "query"]
        parameters = [*query_parameters(self.view), *headers]
        is_row = self.view.action in ("retrieve", "create", "update")
        if is_row and (self.view.is_versioned or self.view.is_tagged):
            parameters.append(ETAG)
        if self._takes_tag:
            parameters.append(IF_MATCH)
        if self.method == "POST" and self.operation.is_once:
            parameters.append(IDEMPOTENCY_KEY)
        return parameters

    @property
    def _takes_tag(self) -> bool:
        if self.view.is_tagged:
            return self.method in ("PUT", "DELETE")
        return self.view.is_versioned and self.view.action == "update"

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self.view.action == "list" and self.operation.gives is None)

    def _get_filter_parameters(self) -> list[Any]:
        return []

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"


# A type may be a result and a part of another.
set_override(ResultSerializer, "suppress_collision_warning", True)


class ResultExtension(OpenApiSerializerExtension):
    """Describes a typed result by its pydantic schema; the types that it is made of by name."""

    target_class = ResultSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the result's schema, and register those that it refers to."""
        schema = self.target.adapter.json_schema(mode="serialization")
        for name, part in schema.pop("$defs", {}).items():
            component = ResolvedComponent(name, ResolvedComponent.SCHEMA, openapi(part), name)
            auto_schema.registry.register_on_missing(component)
        described: dict[str, Any] = openapi(schema)
        return described


def openapi(schema: Any, names: Mapping[str, str] = MappingProxyType({})) -> Any:
    """Return a JSON Schema of pydantic as OpenAPI 3.0 writes it: null is `nullable`.

    `names` are of components that are called otherwise than their types.
    """
    if isinstance(schema, list):
        return [openapi(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"$ref": f"{COMPONENTS}{names.get(name, name)}"}
    described = {key: openapi(value, names) for key, value in schema.items()}
    if isinstance(described.get("title"), str):  # else it is a property of that name
        del described["title"]
    described.pop("$schema", None)
    if "const" in described:
        described["enum"] = [described.pop("const")]
    if isinstance(described.get("type"), list):
        described["type"], _ = described["type"]
        described["nullable"] = True
    if "prefixItems" in described:
        described["items"] = _any_of(described.pop("prefixItems"))
    if "anyOf" in described:
        described |= _any_of(described.pop("anyOf"))
    return described


def _any_of(choices: list[Any]) -> dict[str, Any]:
    kinds = [each for each in choices if each != {"type": "null"}]
    distinct = [each for number, each in enumerate(kinds) if each not in kinds[:number]]
    is_nullable = len(kinds) < len(choices) or any(each.get("nullable") for each in kinds)
    if len(distinct) == 1 and "$ref" not in distinct[0]:
        described = dict(distinct[0])
    else:
        described = {"allOf" if len(distinct) == 1 else "anyOf": distinct}
    return described | ({"nullable": True} if is_nullable else {})


def refuse_unknown_fields(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """Say of every body that it takes no other fields."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Input"):
            schema["additionalProperties"] = False
    return result


@cache
def _document() -> bytes:
    document = SchemaGenerator().get_schema(request=None, public=True)
    return json.dumps(document, default=str).encode()


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_document(), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A page that shows the OpenAPI document and calls the API with one's own session or key."""
    return render(request, "organizations/api_docs.html")
