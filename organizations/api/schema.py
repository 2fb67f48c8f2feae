"""The API's description: OpenAPI, and a page to read it on that needs no network."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

if TYPE_CHECKING:
    from organizations.api.endpoint import Endpoint


class Schema(AutoSchema):
    """Describes an endpoint; its tag is its own."""

    def get_tags(self) -> list[str]:
        """Return the group that the operation stands in."""
        return [cast("Endpoint", self.view).tag]


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
