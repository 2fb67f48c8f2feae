"""Where usage is pulled from: what each API is asked, how its pages follow, which key it takes.

An origin's pages are in the shape of a format of `costing.usage.sources`, whose reader counts them.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from costing.engine.units import HOURS_PER_DAY
from costing.usage.entries import HOUR_SECONDS
from organizations.exceptions import Invalid

Page = Mapping[str, Any]
Body = Mapping[str, Any]
MAX_CURSOR = 2000
NO_PAGE = "The source’s answer is not in the form that it documents: {what}."
CURSOR = re.compile(f"[!-~]{{1,{MAX_CURSOR}}}")
ANTHROPIC_VERSION = "2023-06-01"
LOGS_A_PAGE, OBSERVATIONS_A_PAGE, OLD_OBSERVATIONS_A_PAGE, REQUESTS_A_PAGE = 100, 1000, 100, 1000
HOURS_A_PAGE, COST_DAYS_A_PAGE = 168, 31


@dataclass(frozen=True)
class Window:
    """Whole days in UTC, from `start` to before `end`."""

    start: date
    end: date

    @property
    def hours(self) -> tuple[int, int]:
        """Its ends in hours since 1970, the second one excluded."""
        return _moment(self.start) // HOUR_SECONDS, _moment(self.end) // HOUR_SECONDS

    @property
    def seconds(self) -> tuple[int, int]:
        """Its ends in seconds since 1970, the second one excluded."""
        return _moment(self.start), _moment(self.end)

    @property
    def iso(self) -> tuple[str, str]:
        """Its ends in RFC 3339, the second one excluded."""
        return f"{self.start}T00:00:00Z", f"{self.end}T00:00:00Z"


def _moment(day: date) -> int:
    return int(datetime.combine(day, time.min, tzinfo=UTC).timestamp())


def day_of(hour: int) -> date:
    """The day in UTC that an hour since 1970 is on."""
    return date(1970, 1, 1) + timedelta(days=hour // HOURS_PER_DAY)


@dataclass(frozen=True)
class Request:
    """What is asked: a path below the origin's address, and a JSON body where it is a POST."""

    path: str
    query: Sequence[tuple[str, str]] = ()
    body: Body | None = None

    @property
    def target(self) -> str:
        """The path with its query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True)
class Origin:
    """An API that usage is pulled from.

    `ask` makes the request of a page of a window, `follow` reads the cursor of the next page (empty
    after the last one), `sign` the headers that carry the key. `address` is where it is, the usual
    one where a person may name another. It is asked for no day that ended less than `settles_days`
    ago: until then its figures may change.
    """

    key: str
    title: str
    format: str
    ask: Callable[[Window, str], Request]
    follow: Callable[[Page, str], str]
    sign: Callable[[str], dict[str, str]]
    scope: str
    docs: str
    address: str = ""
    takes_address: bool = False
    settles_days: int = 0


# When the documentation of each was read.
CHECKED_ON = date(2026, 11, 29)


def records_of(page: Page) -> list[Any]:
    """The records of a page, which all of these APIs keep in `data`; raises Invalid."""
    records = page.get("data")
    if not isinstance(records, list):
        raise Invalid(NO_PAGE.format(what="`data` is not a list"))
    return records


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}


def _console(key: str) -> dict[str, str]:
    return {"x-api-key": key, "anthropic-version": ANTHROPIC_VERSION}


def _checked_cursor(cursor: Any) -> str:
    if not isinstance(cursor, str) or not CURSOR.fullmatch(cursor):
        raise Invalid(NO_PAGE.format(what="it names no next page that can be asked for"))
    return cursor


def _next_page(page: Page, cursor: str) -> str:
    """OpenAI and Anthropic: `has_more`, and if so `next_page`."""
    if not isinstance(page.get("has_more"), bool):
        raise Invalid(NO_PAGE.format(what="`has_more` is missing"))
    return _checked_cursor(page.get("next_page")) if page["has_more"] else ""


def _openai(path: str, width: str, limit: int, *groups: str) -> Callable[[Window, str], Request]:
    return lambda window, cursor: _report(
        path,
        zip(("start_time", "end_time"), map(str, window.seconds), strict=True),
        [("bucket_width", width), ("limit", str(limit))],
        [("group_by", group) for group in groups],
        cursor,
    )


def _anthropic(path: str, width: str, limit: int, *groups: str) -> Callable[[Window, str], Request]:
    return lambda window, cursor: _report(
        path,
        zip(("starting_at", "ending_at"), window.iso, strict=True),
        [("bucket_width", width), ("limit", str(limit))],
        [("group_by[]", group) for group in groups],
        cursor,
    )


def _report(path: str, *query: Any) -> Request:
    """The request of a report in buckets of time; the last part of its query is the cursor."""
    *parts, cursor = query
    return Request(path, [*chain(*parts), *([("page", cursor)] if cursor else [])])


def _ask_langfuse(window: Window, cursor: str) -> Request:
    start, end = window.iso
    query = [
        ("fields", "core,model,usage"),  # no inputs, outputs and people
        ("fromStartTime", start),
        ("toStartTime", end),
        ("limit", str(OBSERVATIONS_A_PAGE)),
    ]
    query += [("cursor", cursor)] if cursor else []
    return Request("/api/public/v2/observations", query)


def _meta(page: Page) -> Page:
    meta = page.get("meta")
    if not isinstance(meta, dict):
        raise Invalid(NO_PAGE.format(what="`meta` is missing"))
    return meta


def _follow_langfuse(page: Page, cursor: str) -> str:
    following = _meta(page).get("cursor")
    return "" if following is None else _checked_cursor(following)


def _ask_old_langfuse(window: Window, cursor: str) -> Request:
    start, end = window.iso
    query = [
        ("fromStartTime", start),
        ("toStartTime", end),
        ("limit", str(OLD_OBSERVATIONS_A_PAGE)),
        ("page", cursor or "1"),
    ]
    return Request("/api/public/observations", query)


def _follow_old_langfuse(page: Page, cursor: str) -> str:
    pages, number = _meta(page).get("totalPages"), int(cursor or "1")
    if not isinstance(pages, int):
        raise Invalid(NO_PAGE.format(what="`meta.totalPages` is missing"))
    return str(number + 1) if number < pages else ""


def _ask_helicone(window: Window, cursor: str) -> Request:
    start, end = window.iso
    body = {
        "filter": {
            "left": {"request_response_rmt": {"request_created_at": {"gte": start}}},
            "operator": "and",
            "right": {"request_response_rmt": {"request_created_at": {"lt": end}}},
        },
        "limit": REQUESTS_A_PAGE,
        "offset": int(cursor or "0"),
        "sort": {"created_at": "asc"},
        "includeInputs": False,
    }
    return Request("/v1/request/query-clickhouse", body=body)


def _follow_helicone(page: Page, cursor: str) -> str:
    if page.get("error"):
        raise Invalid("The source says that it could not answer.")
    count = len(records_of(page))
    return str(int(cursor or "0") + count) if count >= REQUESTS_A_PAGE else ""


def _ask_litellm(window: Window, cursor: str) -> Request:
    query = [
        ("start_date", f"{window.start} 00:00:00"),
        ("end_date", f"{window.end} 00:00:00"),  # included; what is of that moment is left out
        ("page", cursor or "1"),
        ("page_size", str(LOGS_A_PAGE)),
    ]
    return Request("/spend/logs/v2", query)


def _follow_litellm(page: Page, cursor: str) -> str:
    """Pages go on until one is not full: of many calls `total_pages` says less than there are."""
    pages, number = page.get("total_pages"), int(cursor or "1")
    is_last = not isinstance(pages, int) or number >= pages
    return "" if is_last and len(records_of(page)) < LOGS_A_PAGE else str(number + 1)


OPENAI_KEY = (
    "An Admin key of the OpenAI organization with Restricted permissions: reading Usage (for costs,"
    " reading Costs where it is separate), and nothing else. A project’s key is not enough."
)
ANTHROPIC_KEY = (
    "An Admin API key (sk-ant-admin…), which an admin makes in the Console. Anthropic has none that"
    " reads usage alone: make one for this purpose, and delete it there when the pull is over."
)
LANGFUSE_KEY = (
    "A project’s API key with the permission Viewer (reads, and only this project): its public and"
    " its secret key with a colon between them. On versions without permissions, any project key."
)
OPENAI_ADDRESS, ANTHROPIC_ADDRESS = "https://api.openai.com", "https://api.anthropic.com"
_REFERENCE = "https://platform.claude.com/docs/en/api/admin"

_ORIGINS = (
    Origin(
        "openai_usage",
        "OpenAI usage",
        "openai_usage",
        _openai(
            "/v1/organization/usage/completions",
            "1h",
            HOURS_A_PAGE,
            "model",
            "batch",
            "service_tier",
        ),
        _next_page,
        _bearer,
        OPENAI_KEY,
        "https://platform.openai.com/docs/api-reference/usage/completions",
        OPENAI_ADDRESS,
    ),
    Origin(
        "openai_costs",
        "OpenAI costs",
        "openai_costs",
        _openai("/v1/organization/costs", "1d", COST_DAYS_A_PAGE, "line_item"),
        _next_page,
        _bearer,
        OPENAI_KEY,
        "https://platform.openai.com/docs/api-reference/usage/costs",
        OPENAI_ADDRESS,
        settles_days=2,
    ),
    Origin(
        "anthropic_usage",
        "Anthropic usage",
        "anthropic_usage",
        _anthropic(
            "/v1/organizations/usage_report/messages",
            "1h",
            HOURS_A_PAGE,
            "model",
            "service_tier",
            "context_window",
            "inference_geo",
        ),
        _next_page,
        _console,
        ANTHROPIC_KEY,
        f"{_REFERENCE}/usage_report/retrieve_messages",
        ANTHROPIC_ADDRESS,
    ),
    Origin(
        "anthropic_costs",
        "Anthropic costs",
        "anthropic_costs",
        _anthropic("/v1/organizations/cost_report", "1d", COST_DAYS_A_PAGE, "description"),
        _next_page,
        _console,
        ANTHROPIC_KEY,
        f"{_REFERENCE}/cost_report/retrieve",
        ANTHROPIC_ADDRESS,
        settles_days=2,
    ),
    Origin(
        "litellm",
        "LiteLLM proxy",
        "litellm_spend_logs",
        _ask_litellm,
        _follow_litellm,
        _bearer,
        "A virtual key of a user with the role Admin (view only), proxy_admin_viewer: it reads"
        " all spend and changes nothing. Do not give the master key.",
        "https://docs.litellm.ai/docs/proxy/cost_tracking",
        takes_address=True,
    ),
    Origin(
        "langfuse",
        "Langfuse",
        "langfuse_observations",
        _ask_langfuse,
        _follow_langfuse,
        _basic,
        LANGFUSE_KEY,
        "https://langfuse.com/docs/api-and-data-platform/features/observations-api",
        "https://cloud.langfuse.com",
        takes_address=True,
    ),
    Origin(
        "langfuse_v3",
        "Langfuse before version 4",
        "langfuse_observations",
        _ask_old_langfuse,
        _follow_old_langfuse,
        _basic,
        LANGFUSE_KEY,
        "https://langfuse.com/faq/all/deprecated-api-migration",
        takes_address=True,
    ),
    Origin(
        "helicone",
        "Helicone",
        "helicone_requests",
        _ask_helicone,
        _follow_helicone,
        _bearer,
        "An API key with read permission and without write (it begins with sk-; in the EU with"
        " eu-, whose address is https://eu.api.helicone.ai).",
        "https://docs.helicone.ai/rest/request/post-v1requestquery-clickhouse",
        "https://api.helicone.ai",
        takes_address=True,
    ),
)
ORIGINS: Mapping[str, Origin] = {origin.key: origin for origin in _ORIGINS}
