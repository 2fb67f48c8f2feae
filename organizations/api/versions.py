"""Entity tags: a write names the version that it read, so that it overwrites nobody's work."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from organizations.api.errors import PreconditionFailed
from organizations.exceptions import Conflict, Invalid

MISSING = "Name the version that you read, here or in `If-Match`."
NO_VERSION = -1
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` that was read; then another version that stands is answered by 412.",
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="The version."
)


def tagged(response: Response, version: int) -> Response:
    """Give the response its version as an entity tag."""
    response["ETag"] = f'"{version}"'
    return response


def expected_version(request: Request, data: Mapping[str, Any], *, standing: int) -> int:
    """Return the version that a write is meant to replace; `standing` is for `If-Match: *`.

    Raises Invalid where neither the header nor the body names one.
    """
    given = request.headers.get("If-Match", "").strip()
    if given == "*":
        return standing or NO_VERSION
    if given:
        number = given[1:-1] if given[0] == given[-1] == '"' else ""
        return int(number) if number.isascii() and number.isdecimal() else NO_VERSION
    if data.get("version") is None:
        raise Invalid("Which version is this meant to replace?", fields={"version": [MISSING]})
    return int(data["version"])


@contextmanager
def precondition(request: Request) -> Iterator[None]:
    """Turn the conflict of a stale version into 412 where `If-Match` named it; else it is 409."""
    try:
        yield
    except Conflict as conflict:
        if "If-Match" in request.headers and "version" in conflict.current:
            raise PreconditionFailed(conflict.message, current=conflict.current) from None
        raise
