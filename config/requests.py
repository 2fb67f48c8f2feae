"""Refuses, before Django reads them, requests that no page could mean.

Python knows codecs that are no character sets (`hex`, `zip`) and one that makes halves of
characters; a cookie's value may spell a NUL by its own escapes. Neither may reach the database,
and no body may be larger than the largest file that its page takes: evidence, or usage, which is
large and which nobody who is signed out can send.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from threading import BoundedSemaphore
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

BODY_LIMIT_BYTES = 12 * 1024 * 1024
# A usage file or a log, and what surrounds it; only these paths take one.
USAGE_LIMIT_BYTES = 201 * 1024 * 1024
USAGE_PATH = re.compile(
    r"(/o|/api/v1/organizations)/[-\w]{1,60}/"
    r"(assessments/[-0-9a-f]{36}/(usage/(new|preview)|usage-(imports|previews))|scenarios/[-0-9a-f]{36}/log-replays(/new)?)/"
)
API_START = "/api/"
HEALTH_PATH = "/healthz/"
# Requests of one process that may wait while settings.WEB_THREADS others are worked on.
WAITING = 16
# A NUL as a quoted cookie value spells it, or as it is.
NUL_IN_COOKIE = re.compile(r"\\000|\0")


class HealthFirst:
    """Keeps a thread free for the health check: all else waits its turn, and only so many wait.

    The server needs `working` + `waiting` + 1 threads.
    """

    def __init__(self, application: WSGIApplication, *, working: int, waiting: int) -> None:
        self.application = application
        self._turns = BoundedSemaphore(working)
        self._line = BoundedSemaphore(working + waiting)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the health check on at once."""
        if environ.get("PATH_INFO") == HEALTH_PATH:
            return self.application(environ, start_response)
        if not self._line.acquire(blocking=False):
            reason = b"Too many requests are waiting. Try again in a few seconds."
            return _refuse(start_response, "503 Service Unavailable", reason, ("Retry-After", "5"))
        try:
            with self._turns:
                return self.application(environ, start_response)
        finally:
            self._line.release()


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


def _refuse(
    start_response: StartResponse, status: str, reason: bytes, *more: tuple[str, str]
) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(reason)))]
    start_response(status, [*headers, *more])
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
