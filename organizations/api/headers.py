"""Headers: an entity tag names the version that a write read, so that it overwrites nobody's work;
under an `Idempotency-Key` a repeated POST is carried out once and gets the same response.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from organizations.api.authentication import TenantAPIRequest
from organizations.api.errors import PreconditionFailed
from organizations.exceptions import Conflict, Invalid
from organizations.models import ApiKey
from organizations.services.idempotency import begin_once, end_once, hash_request

NO_VERSION = -1
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` that was read; another current version is then answered by 412.",
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="The version."
)
HEADER = "Idempotency-Key"
MAX_LENGTH = 100
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A name of your choice for this one request: sent again within 24 hours, it is"
    " carried out once and answered alike. Another request under the same name is refused (422).",
)


def tagged(response: Response, version: int) -> Response:
    """Give the response its version as an entity tag."""
    response["ETag"] = f'"{version}"'
    return response


def hash_tag(document: Any) -> str:
    """Return the entity tag of what has no version: the hash of what is shown of it."""
    shown = json.dumps(document, sort_keys=True, default=str).encode()
    return f'"{hash_request(shown)[:32]}"'


def tags_read(request: Request) -> list[str]:
    """The entity tags of `If-Match`; those of compressed responses are weak, and the same here."""
    given = request.headers.get("If-Match", "")
    return [each.strip().removeprefix("W/") for each in given.split(",") if each.strip()]


def expected_version(request: Request, data: Mapping[str, Any], *, standing: int) -> int:
    """Return the version that a write is meant to replace; `standing` is for `If-Match: *`.

    Raises Invalid where neither the header nor the body names one.
    """
    given = ",".join(tags_read(request))
    if given == "*":
        return standing or NO_VERSION
    if given:
        number = given[1:-1] if given[0] == given[-1] == '"' else ""
        return int(number) if number.isascii() and number.isdecimal() else NO_VERSION
    if data.get("version") is None:
        missing = "Name the version that you read, here or in `If-Match`."
        raise Invalid("Which version should this replace?", fields={"version": [missing]})
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


def carry_out_once(
    request: TenantAPIRequest,
    act: Callable[[], HttpResponseBase],
    *,
    has_body: bool,
    shown_once: Sequence[str] = (),
) -> HttpResponseBase:
    """Carry out a request, or repeat the response where its key was used; call inside the tenant.

    A request that fails leaves no trace of the key. Fields `shown_once` are not kept.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not 0 < len(key) <= MAX_LENGTH or not all("!" <= letter <= "~" for letter in key):
        unusable = f"Give 1 to {MAX_LENGTH} visible ASCII characters."
        raise Invalid("This key cannot be used.", fields={HEADER: [unusable]})
    row = begin_once(
        by=request.actor,
        principal=f"{'key' if isinstance(request.auth, ApiKey) else 'user'}:{request.user.pk}",
        key=key,
        request_hash=_hash(request, has_body=has_body),
    )
    if row.status is not None:
        location = {"Location": row.location} if row.location else None
        return Response(row.answer, status=row.status, headers=location)
    response = cast(Response, act())
    answer = response.data
    if isinstance(answer, dict):
        answer = {name: None if name in shown_once else value for name, value in answer.items()}
    end_once(
        row=row,
        status=response.status_code,
        answer=answer,
        location=response.headers.get("Location", ""),
    )
    return response


def _hash(request: Request, *, has_body: bool) -> str:
    body = b""
    if has_body:
        body = json.dumps(request.data, sort_keys=True, default=_fingerprint).encode()
    return hash_request((request.method or "").encode(), request.path.encode(), body)


def _fingerprint(file: UploadedFile) -> list[str | None]:
    """Return a form's file as its name and hash, and leave it to be read again."""
    digest = hash_request(*file.chunks())
    file.seek(0)
    return [file.name, digest]
