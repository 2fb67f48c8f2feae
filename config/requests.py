"""Refuses, before Django reads them, requests that no page could mean.

Python knows codecs that are no character sets (`hex`, `zip`) and one that makes halves of
characters; a cookie's value may spell a NUL by its own escapes. Neither may reach the database,
and no body may be larger than the largest file that its page takes: evidence, or usage, which is
large and which nobody who is signed out can send.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

BODY_LIMIT_BYTES = 12 * 1024 * 1024
# A usage file and what surrounds it; only these two paths take one.
USAGE_LIMIT_BYTES = 201 * 1024 * 1024
USAGE_PATH = re.compile(
    r"/o/[-\w]{1,60}/assessments/[-0-9a-f]{36}/usage/new/"
    r"|/api/v1/organizations/[-\w]{1,60}/assessments/[-0-9a-f]{36}/usage-imports/"
)
API_START = "/api/"
# A NUL as a quoted cookie value spells it, or as it is.
NUL_IN_COOKIE = re.compile(r"\\000|\0")


class RequestGuard:
    """Answers 400 to other text than UTF-8, 413 to endless bodies; forgets cookies with a NUL."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what a page could mean."""
        if not _is_utf_8(environ.get("CONTENT_TYPE", "")):
            return _refuse(start_response, "400 Bad Request", b"Send text as UTF-8.")
        takes_usage = USAGE_PATH.fullmatch(str(environ.get("PATH_INFO", "")))
        limit = USAGE_LIMIT_BYTES if takes_usage else BODY_LIMIT_BYTES
        if _body_bytes(environ) > limit:
            reason = f"Send at most {limit // 1024 // 1024} MB.".encode()
            return _refuse(start_response, "413 Content Too Large", reason)
        if NUL_IN_COOKIE.search(environ.get("HTTP_COOKIE", "")):
            del environ["HTTP_COOKIE"]
        return self.application(environ, start_response)


class LargeBodies:
    """Answers 403 to a large body of somebody signed out before anything of it is read.

    The check of the form's token would read it first. An operation of the API reads nothing
    before it knows who asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is small, or from somebody who has signed in."""
        is_large = _body_bytes(request.META) > BODY_LIMIT_BYTES
        is_page = not request.path.startswith(API_START)
        if is_large and is_page and not request.user.is_authenticated:
            return HttpResponse("Sign in first.", status=403, content_type="text/plain")
        return self.get_response(request)


def _refuse(start_response: StartResponse, status: str, reason: bytes) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(reason)))]
    start_response(status, headers)
    return [reason]


def _is_utf_8(content_type: str) -> bool:
    try:
        charset = str(parse_header_parameters(content_type)[1].get("charset", "utf-8"))
        return codecs.lookup(charset.strip()).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _body_bytes(environ: Mapping[str, Any]) -> int:
    length = str(environ.get("CONTENT_LENGTH", ""))
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0
