"""One shape of every error: `{"code", "detail", "fields"}`, and `current` after a conflict."""

import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from organizations.exceptions import Conflict, DomainError, Missing

NOT_FOUND = "There is nothing here."
UNUSABLE = "Some fields cannot be used as they are."
CODES = {
    400: "unreadable",
    401: "not_authenticated",
    403: "denied",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    429: "throttled",
}
# Errors of the body as a whole have this name.
WHOLE = "body"


class PreconditionFailed(Conflict):
    """`If-Match` named another version than the one that stands; `current` holds that one."""

    code = "precondition_failed"
    status = 412


def error_body(code: str, detail: str, fields: dict[str, list[str]] | None = None) -> dict:
    """Return the body of an error."""
    return {"code": code, "detail": detail, "fields": fields or {}}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response to an exception; None for an error of our own, which is a 500."""
    if isinstance(error, Http404 | Missing | exceptions.NotFound):
        return Response(error_body("not_found", NOT_FOUND), status=404)
    if isinstance(error, DomainError):
        body = error_body(error.code, error.message, error.fields)
        current = getattr(error, "current", None)
        headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
        body |= {"current": current} if current else {}
        return Response(body, status=error.status, headers=headers)
    if isinstance(error, exceptions.ValidationError):
        fields = dict(_flatten(error.detail, ""))
        return Response(error_body("invalid", UNUSABLE, fields), status=422)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def _of_framework(error: exceptions.APIException) -> Response:
    status = error.status_code
    code = CODES.get(status, "error")
    response = Response(error_body(code, str(error.detail)), status=status)
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    header = getattr(error, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    return response


def _flatten(detail: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each invalid field's path, as `workload.pool` or `answers.3.level`, and its reasons."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = path if key == "non_field_errors" else f"{path}.{key}".lstrip(".")
            yield from _flatten(value, name)
    elif any(isinstance(item, dict | list) for item in detail):
        for index, item in enumerate(detail):
            if item:
                yield from _flatten(item, f"{path}.{index}".lstrip("."))
    else:
        yield path or WHOLE, [str(item) for item in detail]
