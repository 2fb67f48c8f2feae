"""Requests whose text no page could mean are refused, not broken on."""

import re
from collections.abc import Callable
from threading import Event, Semaphore, Thread
from time import sleep
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client as Browser

from config.requests import BODY_LIMIT_BYTES, USAGE_LIMIT_BYTES, HealthFirst
from config.wsgi import application


def status_of(**environ: str) -> str:
    """Send a request for the sign-in page to the server's application; return its status."""
    statuses: list[str] = []
    environ = {"HTTP_HOST": "testserver", "PATH_INFO": "/accounts/login/"} | environ
    setup_testing_defaults(environ)
    list(application(environ, lambda status, headers, error=None: statuses.append(status)))
    return statuses[0]


@pytest.mark.parametrize(
    "charset", ["hex", "rot13", "zip", "idna", "undefined", "unicode_escape", "utf-16", "no-such"]
)
def test_other_character_set_is_refused(db: None, charset: str) -> None:
    status = status_of(CONTENT_TYPE=f"text/plain; charset={charset}", QUERY_STRING="q=%5Cud800")

    assert status == "400 Bad Request"


@pytest.mark.parametrize("parameter", ["charset*=zzz''x", "a*=zzz''x"])
def test_parameter_in_no_character_set_is_refused(db: None, parameter: str) -> None:
    assert status_of(CONTENT_TYPE=f"text/plain; {parameter}") == "400 Bad Request"


def test_endless_body_is_refused_unread(db: None) -> None:
    assert status_of(CONTENT_LENGTH=str(BODY_LIMIT_BYTES + 1)) == "413 Content Too Large"


ASSESSMENT = "assessments/00000000-0000-4000-8000-000000000000"
SCENARIO = ASSESSMENT.replace("assessments", "scenarios")
USAGE_PATHS = [
    f"/o/acme/{ASSESSMENT}/usage/new/",
    f"/o/acme/{ASSESSMENT}/usage/preview/",
    f"/api/v1/organizations/acme/{ASSESSMENT}/usage-imports/",
    f"/api/v1/organizations/acme/{ASSESSMENT}/usage-previews/",
    f"/o/acme/{SCENARIO}/log-replays/new/",
    f"/api/v1/organizations/acme/{SCENARIO}/log-replays/",
]


@pytest.mark.parametrize("path", USAGE_PATHS)
def test_usage_alone_may_be_large_and_is_bounded_too(db: None, path: str) -> None:
    beyond = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(USAGE_LIMIT_BYTES + 1)}
    large = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(BODY_LIMIT_BYTES + 1)}

    assert status_of(PATH_INFO=path, **beyond) == "413 Content Too Large"
    other = re.sub("usage|log", "other", path)
    assert status_of(PATH_INFO=other, **large) == "413 Content Too Large"
    assert not status_of(PATH_INFO=path, **large).startswith("413")


@pytest.mark.parametrize("path", USAGE_PATHS)
def test_a_strangers_large_body_is_refused_unread(db: None, path: str) -> None:
    class Unread:
        def read(self, *size: int) -> bytes:
            raise AssertionError("Something of the body was read.")

        readline = read

    browser = Browser(enforce_csrf_checks=True)
    browser.cookies["csrftoken"], browser.cookies["sessionid"] = "c" * 32, "no-such-session"
    large = {
        "CONTENT_LENGTH": str(BODY_LIMIT_BYTES + 1),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": Unread(),
    }

    answer = browser.post(path, **large)  # type: ignore[arg-type]

    assert answer.status_code in (401, 403)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/plain; charset=UTF-8", "text/plain; charset=utf8"]
)
def test_plain_text_is_read(db: None, content_type: str) -> None:
    assert status_of(CONTENT_TYPE=content_type) == "200 OK"


def test_cookie_that_spells_a_nul_is_forgotten(db: None) -> None:
    assert status_of(HTTP_COOKIE=r'sessionid="\000aaaaaaaaaa"') == "200 OK"


def test_health_check_never_waits_behind_work() -> None:
    """One request is worked on, one waits, the third is told to come again; health passes."""
    go_on, statuses = Event(), []
    working = Semaphore(0)

    def slow(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
        if environ["PATH_INFO"] != "/healthz/":
            working.release()
            go_on.wait(120)
        start_response("200 OK", [])
        return []

    guarded = HealthFirst(slow, working=1, waiting=1)

    def ask(path: str) -> None:
        guarded({"PATH_INFO": path}, lambda status, headers: statuses.append((status, headers)))

    threads = [Thread(target=ask, args=["/o/acme/"]) for _ in range(2)]
    for thread in threads:
        thread.start()
    working.acquire(timeout=120)
    while guarded._line._value:
        sleep(0.01)
    ask("/healthz/")
    ask("/o/acme/")
    go_on.set()
    for thread in threads:
        thread.join()

    assert [status[:3] for status, _ in statuses] == ["200", "503", "200", "200"]
    assert ("Retry-After", "5") in statuses[1][1]
