"""Local stand-ins for the APIs that usage is pulled from: they refuse what the documented ones do.

Each answers from the same calls, a few a page, in the documented shape.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

KEY = "sk-admin-0123456789"
PAIR = "pk-lf-01234567:sk-lf-01234567"
Answer = tuple[int, dict[str, str], bytes]


class Call(NamedTuple):
    """A call to a model: 1,000 tokens in, of which 400 were cached, and 50 out, for 2 cents."""

    at: datetime
    model: str = "large"

    @property
    def iso(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")


# Three days with two, one and three calls; the second of them in one hour with another model.
CALLS = (
    Call(datetime(2026, 6, 7, 9, 5, tzinfo=UTC)),
    Call(datetime(2026, 6, 7, 9, 40, tzinfo=UTC)),
    Call(datetime(2026, 6, 8, 23, 59, 30, tzinfo=UTC)),
    Call(datetime(2026, 6, 9, 0, 0, 10, tzinfo=UTC)),
    Call(datetime(2026, 6, 9, 14, 1, tzinfo=UTC)),
    Call(datetime(2026, 6, 9, 14, 2, tzinfo=UTC), "small"),
)


class Asked(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any

    def one(self, name: str) -> str:
        """The one value of a parameter; BadRequest where there is none."""
        values = self.query.get(name, [])
        if len(values) != 1:
            raise BadRequest(name)
        return values[0]


class BadRequest(Exception):
    """What a documented API answers with 400."""


@dataclass
class Fake:
    """A server on the loopback; `troubles` are answers that come before the next real ones.

    A trouble that is None lets one request through.
    """

    calls: Sequence[Call] = CALLS
    troubles: list[Answer | None] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    page_size: int = 2

    def is_key(self, headers: dict[str, str]) -> bool:
        """Whether a request carries the right key."""
        return headers.get("authorization") == f"Bearer {KEY}"

    def answer(self, asked: Asked) -> Any:
        """The document that a sound request gets."""
        raise NotImplementedError

    def respond(self, asked: Asked) -> Answer:
        """The response to a request."""
        self.asked.append(asked)
        if self.troubles and (trouble := self.troubles.pop(0)) is not None:
            return trouble
        if not self.is_key(asked.headers):
            return 401, {}, json.dumps({"error": f"no such key: {asked.headers}"}).encode()
        try:
            return (
                200,
                {"Content-Type": "application/json"},
                json.dumps(self.answer(asked)).encode(),
            )
        except (BadRequest, ValueError, KeyError) as error:
            return 400, {}, str(error).encode()


def in_window(calls: Sequence[Call], start: datetime, end: datetime) -> list[Call]:
    return [call for call in calls if start <= call.at < end]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Buckets(Fake):
    """Reports in buckets, `page_size` of them a page; `next_page` is an opaque token."""

    path = ""
    width = "1h"
    times = ("start_time", "end_time")
    groups: tuple[str, ...] = ()
    group_by = "group_by"
    limit = 168

    def parse(self, value: str) -> datetime:
        return datetime.fromtimestamp(int(value), tz=UTC)

    def written(self, at: datetime) -> Any:
        return int(at.timestamp())

    def result(self, model: str, calls: list[Call]) -> dict[str, Any]:
        raise NotImplementedError

    def answer(self, asked: Asked) -> Any:
        if asked.path != self.path or asked.method != "GET":
            raise BadRequest(asked.path)
        if asked.one("bucket_width") != self.width or int(asked.one("limit")) > self.limit:
            raise BadRequest("bucket_width, limit")
        if not {*asked.query.get(self.group_by, [])} >= {*self.groups}:
            raise BadRequest("group_by")
        start, end = (self.parse(asked.one(name)) for name in self.times)
        step = timedelta(hours=1 if self.width == "1h" else 24)
        starts = [start + step * number for number in range(int((end - start) / step))]
        busy = [at for at in starts if in_window(self.calls, at, at + step)] or starts[-1:]
        first = int(base64.b64decode(asked.one("page"))) if "page" in asked.query else 0
        page, rest = busy[first : first + self.page_size], busy[first + self.page_size :]
        token = base64.b64encode(str(first + self.page_size).encode()).decode()
        return {
            "data": [self.bucket(at, at + step) for at in page],
            "has_more": bool(rest),
            "next_page": token if rest else None,
        }

    def bucket(self, start: datetime, end: datetime) -> dict[str, Any]:
        by_model = sorted(in_window(self.calls, start, end), key=lambda call: call.model)
        results = [
            self.result(model, list(calls))
            for model, calls in groupby(by_model, key=lambda call: call.model)
        ]
        ends = (self.written(start), self.written(end))
        return {**dict(zip(self.times, ends, strict=True)), "results": results}


class OpenAIUsage(Buckets):
    path = "/v1/organization/usage/completions"
    groups = ("model", "batch", "service_tier")

    def result(self, model: str, calls: list[Call]) -> dict[str, Any]:
        return {
            "object": "organization.usage.completions.result",
            "input_tokens": 1000 * len(calls),
            "input_cached_tokens": 400 * len(calls),
            "output_tokens": 50 * len(calls),
            "num_model_requests": len(calls),
            "model": model,
            "batch": False,
            "service_tier": "default",
        }


class OpenAICosts(Buckets):
    path = "/v1/organization/costs"
    width = "1d"
    groups = ("line_item",)
    limit = 180

    def result(self, model: str, calls: list[Call]) -> dict[str, Any]:
        return {
            "object": "organization.costs.result",
            "amount": {"value": 0.02 * len(calls), "currency": "usd"},
            "line_item": f"{model}, input",
            "project_id": None,
        }


class Anthropic(Buckets):
    times = ("starting_at", "ending_at")
    group_by = "group_by[]"

    def is_key(self, headers: dict[str, str]) -> bool:
        return headers.get("x-api-key") == KEY and "anthropic-version" in headers

    def parse(self, value: str) -> datetime:
        return moment(value)

    def written(self, at: datetime) -> Any:
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class AnthropicUsage(Anthropic):
    path = "/v1/organizations/usage_report/messages"
    groups = ("model", "service_tier", "context_window")

    def result(self, model: str, calls: list[Call]) -> dict[str, Any]:
        return {
            "uncached_input_tokens": 600 * len(calls),
            "cache_read_input_tokens": 400 * len(calls),
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 50 * len(calls),
            "model": model,
            "service_tier": "standard",
            "context_window": "0-200k",
        }


class AnthropicCosts(Anthropic):
    path = "/v1/organizations/cost_report"
    width = "1d"
    groups = ("description",)
    limit = 31

    def result(self, model: str, calls: list[Call]) -> dict[str, Any]:
        return {
            "currency": "USD",
            "amount": str(2 * len(calls)),
            "description": f"{model} Usage - Input Tokens",
            "cost_type": "tokens",
            "model": model,
            "service_tier": "standard",
            "token_type": "uncached_input_tokens",
        }


class LiteLLM(Fake):
    """Its end is included, `total_pages` stops at two, and the newest log comes first."""

    def answer(self, asked: Asked) -> Any:
        if asked.path != "/spend/logs/v2" or asked.one("page_size") != "100":
            raise BadRequest(asked.path)
        start, end = (
            datetime.strptime(asked.one(name), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            for name in ("start_date", "end_date")
        )
        number = int(asked.one("page"))
        calls = in_window(self.calls, start, end + timedelta(microseconds=1))[::-1]
        page = calls[(number - 1) * 100 : number * 100]
        pages = -(-len(calls) // 100)
        return {
            "data": [self.log(call) for call in page],
            "total": len(calls),
            "page": number,
            "page_size": 100,
            "total_pages": min(pages, 2),
        }

    def log(self, call: Call) -> dict[str, Any]:
        return {
            "request_id": "r",
            "call_type": "acompletion",
            "startTime": call.iso,
            "model": call.model,
            "custom_llm_provider": "openai",
            "prompt_tokens": 1000,
            "completion_tokens": 50,
            "spend": 0.02,
            "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": 400}}},
            "messages": [{"role": "user", "content": "a secret of somebody"}],
        }


class Langfuse(Fake):
    path = "/api/public/v2/observations"

    def is_key(self, headers: dict[str, str]) -> bool:
        return headers.get("authorization") == f"Basic {base64.b64encode(PAIR.encode()).decode()}"

    def answer(self, asked: Asked) -> Any:
        if asked.path != self.path or "io" in asked.one("fields").split(","):
            raise BadRequest(asked.path)
        if int(asked.one("limit")) > 1000:
            raise BadRequest("limit")
        first = int(base64.b64decode(asked.one("cursor"))) if "cursor" in asked.query else 0
        calls = self.chosen(asked)
        rest = calls[first + self.page_size :]
        cursor = base64.b64encode(str(first + self.page_size).encode()).decode()
        page = calls[first : first + self.page_size]
        return {"data": [*map(self.row, page)], "meta": {"cursor": cursor} if rest else {}}

    def chosen(self, asked: Asked) -> list[Call]:
        start, end = (moment(asked.one(name)) for name in ("fromStartTime", "toStartTime"))
        return in_window(self.calls, start, end)

    def row(self, call: Call) -> dict[str, Any]:
        return {
            "id": "o",
            "traceId": "t",
            "type": "GENERATION",
            "startTime": call.iso,
            "providedModelName": call.model,
            "usageDetails": {
                "input": 600,
                "input_cached_tokens": 400,
                "output": 50,
                "total": 1050,
            },
            "totalCost": 0.02,
        }


class OldLangfuse(Langfuse):
    path = "/api/public/observations"

    def answer(self, asked: Asked) -> Any:
        if asked.path != self.path or int(asked.one("limit")) > 100:
            raise BadRequest(asked.path)
        number, calls = int(asked.one("page")), self.chosen(asked)
        page = calls[(number - 1) * self.page_size : number * self.page_size]
        pages = -(-len(calls) // self.page_size)
        meta = {"page": number, "totalItems": len(calls), "totalPages": pages}
        return {"data": [*map(self.row, page)], "meta": meta}


class Helicone(Fake):
    def answer(self, asked: Asked) -> Any:
        if asked.path != "/v1/request/query-clickhouse" or asked.method != "POST":
            raise BadRequest(asked.path)
        sides = [asked.body["filter"][side] for side in ("left", "right")]
        created = [side["request_response_rmt"]["request_created_at"] for side in sides]
        calls = in_window(self.calls, moment(created[0]["gte"]), moment(created[1]["lt"]))
        offset, limit = asked.body["offset"], asked.body["limit"]
        return {"data": [*map(self.row, calls[offset : offset + limit])], "error": None}

    def row(self, call: Call) -> dict[str, Any]:
        return {
            "request_id": "r",
            "request_created_at": call.iso,
            "response_status": 200,
            "request_model": call.model,
            "provider": "OPENAI",
            "prompt_tokens": 1000,
            "prompt_cache_read_tokens": 400,
            "completion_tokens": 50,
            "cost": 0.02,
            "signed_body_url": "http://169.254.169.254/latest/meta-data/",
        }


FAKES: dict[str, type[Fake]] = {
    "openai_usage": OpenAIUsage,
    "openai_costs": OpenAICosts,
    "anthropic_usage": AnthropicUsage,
    "anthropic_costs": AnthropicCosts,
    "litellm": LiteLLM,
    "langfuse": Langfuse,
    "langfuse_v3": OldLangfuse,
    "helicone": Helicone,
}


def serve(fake: Fake, wrap: Callable[[Any], Any] = lambda socket: socket) -> Iterator[Fake]:
    """Let a fake listen on the loopback while the test runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                parse_qs(parts.query),
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(self.rfile.read(length)) if length else None,
            )
            status, headers, body = fake.respond(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = wrap(server.socket)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()
