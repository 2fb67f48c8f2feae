"""Requests whose text no page could mean are refused, not broken on."""

from wsgiref.util import setup_testing_defaults

import pytest

from config.requests import BODY_LIMIT_BYTES
from config.wsgi import application


def status_of(**environ: str) -> str:
    """Send a request for the sign-in page to the server's application; return its status."""
    setup_testing_defaults(environ)
    statuses: list[str] = []
    environ |= {"HTTP_HOST": "testserver", "PATH_INFO": "/accounts/login/"}
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


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/plain; charset=UTF-8", "text/plain; charset=utf8"]
)
def test_plain_text_is_read(db: None, content_type: str) -> None:
    assert status_of(CONTENT_TYPE=content_type) == "200 OK"


def test_cookie_that_spells_a_nul_is_forgotten(db: None) -> None:
    assert status_of(HTTP_COOKIE=r'sessionid="\000aaaaaaaaaa"') == "200 OK"
