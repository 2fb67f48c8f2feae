"""Asks an address that a person named for a page, and keeps clear of what is behind the product.

A name is resolved once, every address that it has is checked, and the connection goes to one of
those: whoever changes the name in between gains nothing. Redirects are not followed.
"""

import email.utils
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from costing.usage.pulls.origins import Request
from costing.usage.records import MEGABYTE
from organizations.exceptions import Busy, Invalid

MAX_PAGE_BYTES = 32 * MEGABYTE
PIECE = 64 * 1024
CONNECT_SECONDS, PAGE_SECONDS = 10, 60
MAX_URL = 200
SHORT_WAIT, MAX_WAIT = 20, 3600
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")
# Global unicast; what embeds addresses of IPv4 (Teredo, 6to4, NAT64, mapped ones) is not in it.
PUBLIC_V6 = IPv6Network("2000::/3")

ADDRESS = (
    "Give the address as https://host, with a port or a path where it has one, and nothing else."
)
PRIVATE = (
    "{host} is a private address. The operator of this installation can allow it"
    " (PULL_PRIVATE_HOSTS)."
)
NO_HOST = "There is no host of the name {host}."
NO_CONNECTION = "{host} cannot be reached, or does not speak HTTPS with a valid certificate."
BROKE_OFF = "{host} broke the connection off, or took longer than a minute for one page."
TOO_LARGE = f"A page of the source is larger than {MAX_PAGE_BYTES // MEGABYTE} MB."
KEY_REFUSED = (
    "The source refused the key ({status}). Check that it is right, not revoked, and may read what"
    " is asked; then give it again."
)
NOT_FOUND = "The source has nothing at this address (404). Check the address, and its version."
REDIRECTED = "The source redirects elsewhere ({status}), which is not followed: give the address."
REFUSED = "The source refused the request ({status})."
BUSY = "The source is busy or down ({status}). It is asked again later."
NO_JSON = "The source’s answer is not a JSON object."


def checked_address(url: str) -> str:
    """The address of an origin without its closing slash; raises Invalid (`base_url`).

    Plain HTTP and private addresses pass only where the operator named the host.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise Invalid.at("base_url", ADDRESS) from None
    host = parts.hostname or ""
    schemes = ("https", "http") if _is_allowed(host) else ("https",)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    is_host = HOST.fullmatch(host) or _is_ip(host)
    is_sound = is_plain and is_host and port != 0 and url.isascii() and url.strip().isprintable()
    if parts.scheme not in schemes or not is_sound or len(url) > MAX_URL:
        raise Invalid.at("base_url", ADDRESS)
    if _is_ip(host) and not _is_allowed(host) and not is_public(host):
        raise Invalid.at("base_url", PRIVATE.format(host=host))
    return parts.geturl().rstrip("/")


def _is_allowed(host: str) -> bool:
    return host.lower() in {each.lower() for each in settings.PULL_PRIVATE_HOSTS}


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet can be at."""
    ip = ip_address(address)
    if ip.is_multicast or not ip.is_global:
        return False
    if isinstance(ip, IPv4Address):
        return True
    return ip in PUBLIC_V6 and ip.sixtofour is None and ip.teredo is None


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host, of which none is private unless the operator named the host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Invalid(NO_HOST.format(host=host)) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not _is_allowed(host) and not all(is_public(each) for each in addresses):
        raise Invalid(PRIVATE.format(host=host))
    return addresses


@dataclass(frozen=True)
class Answer:
    """A page as an object, and its bytes."""

    page: Mapping[str, object]
    content: bytes


def fetch(base_url: str, request: Request, headers: Mapping[str, str]) -> Answer:
    """Ask for a page.

    Raises Busy, with when to ask again, where the source is busy or down; else Invalid with what is
    wrong. No message repeats what was sent or answered.
    """
    parts = urlsplit(checked_address(base_url))
    with _answered(parts, request, headers) as response:
        _require_success(response)
        content = _read(response, parts.hostname or "")
    try:
        page = json.loads(content)
    except (ValueError, RecursionError):
        raise Invalid(NO_JSON) from None
    if not isinstance(page, dict):
        raise Invalid(NO_JSON)
    return Answer(page, content)


@contextmanager
def _answered(
    parts: SplitResult, request: Request, headers: Mapping[str, str]
) -> Iterator[BaseHTTPResponse]:
    """Send a request and yield its response; after a minute the connection is shut."""
    host = parts.hostname or ""
    connection = _connected(parts, host)
    watch = threading.Timer(PAGE_SECONDS, _shut, [connection])
    watch.start()
    body = None if request.body is None else json.dumps(request.body).encode()
    try:
        connection.request(
            "GET" if body is None else "POST",
            parts.path.rstrip("/") + request.target,
            body=body,
            headers={
                "Host": parts.netloc,
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "Crossover",
                **({"Content-Type": "application/json"} if body else {}),
                **headers,
            },
            preload_content=False,
            decode_content=False,
        )
        yield connection.getresponse()
    except (OSError, HTTPError, ValueError):
        raise Busy(BROKE_OFF.format(host=host), retry_after_s=SHORT_WAIT) from None
    finally:
        watch.cancel()
        connection.close()


def _connected(parts: SplitResult, host: str) -> HTTPConnection:
    """A connection to the first checked address that answers; TLS is held against the name."""
    is_safe = parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    for address in addresses_of(host, port):
        connection = (
            HTTPSConnection(
                address,
                port,
                timeout=CONNECT_SECONDS,
                server_hostname=host,
                ssl_context=ssl.create_default_context(),
            )
            if is_safe
            else HTTPConnection(address, port, timeout=CONNECT_SECONDS)
        )
        try:
            connection.connect()
        except (OSError, HTTPError):
            connection.close()
            continue
        return connection
    raise Busy(NO_CONNECTION.format(host=host), retry_after_s=SHORT_WAIT)


def _shut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _require_success(response: BaseHTTPResponse) -> None:
    status = response.status
    if status == 200:
        return
    if status in (401, 403):
        raise Invalid.at("secret", KEY_REFUSED.format(status=status))
    if status == 429 or status >= 500:
        wait = wait_of(response.headers.get("Retry-After"), now=time.time())
        raise Busy(BUSY.format(status=status), retry_after_s=wait)
    if status == 404:
        raise Invalid(NOT_FOUND)
    raise Invalid((REDIRECTED if 300 <= status < 400 else REFUSED).format(status=status))


def wait_of(retry_after: str | None, *, now: float) -> int:
    """The seconds that a Retry-After asks for (a count or a date), at most an hour; else usual."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return SHORT_WAIT
    seconds = until.replace(tzinfo=until.tzinfo or UTC) - datetime.fromtimestamp(now, tz=UTC)
    return min(max(int(seconds.total_seconds()), 0), MAX_WAIT)


def _read(response: BaseHTTPResponse, host: str) -> bytes:
    """The body, of which no more than a page may have is ever held."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Invalid(NO_JSON)
    content = bytearray()
    while piece := response.read(PIECE):
        content += piece
        if len(content) > MAX_PAGE_BYTES:
            raise Invalid(TOO_LARGE)
    return bytes(content)
