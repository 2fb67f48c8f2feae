"""Logs as events: a JSON object a line, with request and tenant, without secrets or addresses.

Everybody logs with Python's `logging`; what is here gives each record its context and its form.
It must not import Django's settings: Gunicorn reads it before they are there.
"""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from structlog import contextvars, dev, processors, stdlib
from structlog.types import EventDict, Processor, WrappedLogger

logger = logging.getLogger(__name__)
HEADER = "X-Request-ID"
QUIET = {"healthz/"}
# What nobody may read in a log: keys and tokens of ours, and who somebody is.
KEY = re.compile(r"xo_[0-9a-f]{8}_[A-Za-z0-9_-]+")
ADDRESS = re.compile(r"[^\s@\"'<>()=,:]+@[^\s@\"'<>()=,:]+\.[A-Za-z]{2,}")
TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
SECRETS = ((KEY, "[key]"), (ADDRESS, "[address]"), (TOKEN, "[token]"))


class RequestLogMiddleware:
    """Gives each request an id, and logs it by its route: its path may hold a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started, request_id = perf_counter(), uuid4().hex
        contextvars.clear_contextvars()
        contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response[HEADER] = request_id
        route = route_of(request)
        if route not in QUIET:
            told = {
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "duration_ms": round(1000 * (perf_counter() - started), 1),
            }
            logger.info("request", extra=told)
        return response


def route_of(request: HttpRequest) -> str:
    """Return the pattern that a request's path matched; empty where it matched none."""
    return request.resolver_match.route if request.resolver_match else ""


def name_by_route(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace Django's message on a request, which quotes the path, by the request's route."""
    request = getattr(event["_record"], "request", None)
    if isinstance(request, HttpRequest):
        status = getattr(event["_record"], "status_code", "")
        event["event"] = f"{status} {request.method} {route_of(request) or 'no route'}".strip()
    return event


def without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take keys, tokens and addresses out of every text, tracebacks included."""
    for name, value in event.items():
        if isinstance(value, str):
            for pattern, instead in SECRETS:
                value = pattern.sub(instead, value)
            event[name] = value
    return event


CONTEXT: list[Processor] = [
    contextvars.merge_contextvars,
    stdlib.add_log_level,
    stdlib.add_logger_name,
    stdlib.ExtraAdder(allow=["method", "route", "status", "duration_ms"]),
    processors.TimeStamper(fmt="iso", utc=True),
    name_by_route,
]


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes: JSON in production, plain text elsewhere.

    Requests are logged in production alone; elsewhere somebody looks on.
    """
    form: Processor = processors.JSONRenderer() if as_json else dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": stdlib.ProcessorFormatter,
        "foreign_pre_chain": CONTEXT,
        "processors": [
            stdlib.ProcessorFormatter.remove_processors_meta,
            processors.format_exc_info,
            without_secrets,
            form,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"event": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {__name__: {"level": level if as_json else "WARNING"}},
    }
