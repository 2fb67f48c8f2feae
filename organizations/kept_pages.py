"""Pages that are kept with the statements that they were made of, and what these returned.

Such a page, which may be a response of the API, follows from its address, from who asks, from the
rows that are read for it, and from what `clock` said. When it is asked for again while that still
holds, its statements are sent again, all at once: where they return the very same rows, it is shown
as it was kept. No other clock may decide what it shows, nor a moment in a statement, nor how long
something takes, nor anything else.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeGuard

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token

from organizations import clock, shown_once
from presentation.kept import TOKEN, Kept, checksum

# How much of pages a process keeps: one takes 10,000 to 300,000 bytes.
KEPT_BYTES = 32_000_000


@dataclass(frozen=True)
class KeptPage:
    """A page, the statements that it was made of, and a checksum of what they returned."""

    content: bytes  # with TOKEN in place of the forms' token
    content_type: str
    statements: str
    returned: bytes
    period: clock.Period  # in which the clock decides the same

    def __len__(self) -> int:
        return len(self.content) + len(self.statements)

    def still_holds(self) -> bool:
        """Tell whether the clock decides the same now, and the statements return the same rows."""
        if not self.period.is_now():
            return False
        returned = sha256()
        if self.statements:
            with connection.cursor() as cursor:
                cursor.execute(self.statements)
                returned.update(_rows(cursor))
                while cursor.nextset():
                    returned.update(_rows(cursor))
        return returned.digest() == self.returned


pages = Kept[KeptPage](KEPT_BYTES)


class _Reads:
    """Notes the statements that are sent, and what they return."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.returned = sha256()
        self.are_plain = True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"]
        if many or hasattr(cursor, "name") or not _is_plain(sql):
            self.are_plain = False
            return execute(sql, params, many, context)
        self.statements.append(cursor.mogrify(sql, params))
        result = execute(sql, params, many, context)
        self.returned.update(_rows(cursor))
        return result


def _is_plain(sql: str) -> bool:
    """Tell whether it is one statement that only reads, and would read the same if sent alone.

    After one that enters another tenant on the way, none would.
    """
    is_read = sql.lstrip().lower().startswith(("select", "with"))
    return is_read and "set_config(" not in sql and ";" not in sql


def _rows(cursor: Any) -> bytes:
    """Return all that a statement returned, as the database wrote it."""
    result = cursor.pgresult
    rows, columns = range(result.ntuples), range(result.nfields)
    return pickle.dumps([result.get_value(row, column) for row in rows for column in columns])


def find_or_make(
    request: HttpRequest, asked_by: Any, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Return a page as it was kept, while it still holds, or make it; inside the tenant.

    `asked_by` is all that a page may show of who asks, and all that decides what they may see.
    """
    if request.method != "GET" or _is_unlike_others(request):
        return make()
    key = checksum((request.scheme, request.get_host(), request.get_full_path(), asked_by))
    kept = pages.find(key)
    if kept is not None and kept.still_holds():
        return _shown(request, kept, make)
    response, page = _made(request, make)
    if page is not None:
        pages.keep(key, page)
    return _with_token(request, response)


def _is_unlike_others(request: HttpRequest) -> bool:
    """Tell whether a view is of a fragment, or of a page with what is shown once.

    That is a secret, whose cookie is this page's alone, or a message. Messages too long for their
    cookie are in the session. Then, too, there is the cookie, which says so: without it they are
    never looked for there.
    """
    is_once = "messages" in request.COOKIES or shown_once.COOKIE in request.COOKIES
    return is_once or "HX-Request" in request.headers


def _shown(
    request: HttpRequest, kept: KeptPage, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    response: HttpResponseBase = HttpResponse(kept.content, content_type=kept.content_type)
    if settings.KEPT_PARTS_COMPARED:
        response, page = _made(request, make)
        is_same = page is not None and page.content == kept.content
        # What a job changed between the two is no error.
        if not is_same and kept.still_holds():
            raise AssertionError(f"{request.path} follows from more than what is read for it")
    return _with_token(request, response)


def _made(
    request: Any, make: Callable[[], HttpResponseBase]
) -> tuple[HttpResponseBase, KeptPage | None]:
    """Make a page, and return what is to be kept of it, too, if it may be."""
    reads = _Reads()
    request.token_of_kept_page = TOKEN
    try:
        with connection.execute_wrapper(reads), clock.noted() as period:
            response = make()
    finally:
        del request.token_of_kept_page
    if not (reads.are_plain and _is_whole(response)):
        return response, None
    page = KeptPage(
        response.content,
        response["Content-Type"],
        ";\n".join(reads.statements),
        reads.returned.digest(),
        period,
    )
    return response, page


def _is_whole(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Tell whether a page is what was asked for, and nothing but its text."""
    is_page = isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK
    return is_page and [*response.headers] == ["Content-Type"] and not response.cookies


def _with_token(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give a page's forms this view's own token."""
    placeholder = TOKEN.encode()
    if isinstance(response, HttpResponse) and placeholder in response.content:
        response.content = response.content.replace(placeholder, get_token(request).encode())
    return response
