"""Parsers of bodies, JSON or a form with a file, into values that the database can store."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from organizations.exceptions import DomainError

MAX_DEPTH = 60


class TooLarge(DomainError):
    """A body beyond the limit."""

    code = "too_large"
    status = 413


class StrictJSONParser(BaseParser):
    """JSON of bounded size and depth, without NaN, infinities, NUL or halves of surrogates."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's value; raises ParseError or TooLarge."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        source = stream.read(limit + 1)
        if len(source) > limit:
            raise TooLarge(f"The body is larger than {limit:,} bytes.")
        try:
            value = json.loads(
                source.decode("utf-8"), parse_constant=_finite_float, parse_float=_finite_float
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {_reason(error)}.") from None
        _check(value, 0)
        return value


class StrictFormParser(MultiPartParser):
    """A form with files, its texts as JSON's would have to be."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            form = super().parse(*args, **kwargs)
        except SuspiciousOperation as error:
            raise ParseError(f"The form cannot be read: {_reason(error)}.") from None
        for name, texts in form.data.lists():
            _check([name, *texts], 0)
        return form


class JsonAlways(BaseContentNegotiation):
    """Responds in the operation's own format, whatever `Accept` says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return the parser of the body's media type, if there is one."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is no finite number")
    return number


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return str(error).rstrip(".")[:120]


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ParseError("The body is nested too deeply.")
    if isinstance(value, str):
        is_whole = value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
        if "\0" in value or not is_whole:
            raise ParseError("The body has characters that cannot be stored.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
