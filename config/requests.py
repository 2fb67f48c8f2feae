"""Refuses, before Django reads them, requests that no page could mean.

Python knows codecs that are no character sets (`hex`, `zip`) and one that makes halves of
characters; a cookie's value may spell a NUL by its own escapes. Neither may reach the database,
and no body may be larger than the largest file that the product takes.
"""

import codecs
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters

BODY_LIMIT_BYTES = 12 * 1024 * 1024
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
        if _body_bytes(environ) > BODY_LIMIT_BYTES:
            return _refuse(start_response, "413 Content Too Large", b"Send at most 12 MB.")
        if NUL_IN_COOKIE.search(environ.get("HTTP_COOKIE", "")):
            del environ["HTTP_COOKIE"]
        return self.application(environ, start_response)


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


def _body_bytes(environ: WSGIEnvironment) -> int:
    length = str(environ.get("CONTENT_LENGTH", ""))
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0
