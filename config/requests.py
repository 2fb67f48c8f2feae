"""Refuses, before Django reads them, requests whose text no page could mean.

Python knows codecs that are no character sets (`hex`, `zip`) and one that makes halves of
characters; a cookie's value may spell a NUL by its own escapes. Neither may reach the database.
"""

import re
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http.request import parse_header_parameters

REFUSAL = b"Send text as UTF-8."
# A NUL as a quoted cookie value spells it, or as it is.
NUL_IN_COOKIE = re.compile(r"\\000|\0")


class PlainText:
    """Answers 400 to other text than UTF-8; forgets cookies that hold a NUL."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what is plain text."""
        if not _is_utf_8(environ.get("CONTENT_TYPE", "")):
            headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(REFUSAL)))]
            start_response("400 Bad Request", headers)
            return [REFUSAL]
        if NUL_IN_COOKIE.search(environ.get("HTTP_COOKIE", "")):
            del environ["HTTP_COOKIE"]
        return self.application(environ, start_response)


def _is_utf_8(content_type: str) -> bool:
    parameters: dict[str, Any] = parse_header_parameters(content_type)[1]
    return str(parameters.get("charset", "utf-8")).strip().lower() == "utf-8"
