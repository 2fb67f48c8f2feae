"""Nothing is fetched from where only the product itself can reach, whatever a name resolves to."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from costing.usage.pulls import fetching
from costing.usage.pulls.fetching import addresses_of, checked_address, fetch, is_public, wait_of
from costing.usage.pulls.origins import ORIGINS, Request
from organizations.exceptions import Busy, Invalid
from tests.costing.pulls.fakes import FAKES, PAIR, Fake, serve

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "fec0::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:db8::1",
]


def found(*addresses: str) -> Any:
    """What a resolver answers."""
    return lambda host, port, **_: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses
    ]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_none_to_connect_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found("93.184.215.14", address))

    with pytest.raises(Invalid, match="private address"):
        addresses_of("gateway.example", 443)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_address_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example",
        "ftp://gateway.example",
        "file:///etc/passwd",
        "https://",
        "https://user:word@gateway.example",
        "https://gateway.example/?a=b",
        "https://gateway.example/#a",
        "https://gateway.example:0",
        "https://gateway.example:99999",
        "https://gateway.example\n.evil.example",
        "https://gate way.example",
        "https://127.0.0.1:4000",
        "https://[::1]",
        "https://[::ffff:10.0.0.1]",
        "gateway.example",
        "https://" + "a" * 300,
        "https://ⓖateway.example",
    ],
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_address(url)

    assert "base_url" in caught.value.fields


def test_operator_allows_a_host_by_its_name_alone(settings: Any) -> None:
    settings.PULL_PRIVATE_HOSTS = ["127.0.0.1"]

    assert checked_address("http://127.0.0.1:4000/proxy/") == "http://127.0.0.1:4000/proxy"
    assert addresses_of("127.0.0.1", 4000) == ["127.0.0.1"]
    # What a name that nobody allowed resolves to is no matter.
    with pytest.raises(Invalid):
        addresses_of("localhost", 4000)
    with pytest.raises(Invalid):
        checked_address("http://localhost:4000")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_other_spellings_of_the_loopback_are_private(host: str) -> None:
    with pytest.raises(Invalid, match=r"private address|no host"):
        addresses_of(host, 443)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("86400", 3600),
        ("9" * 500, 3600),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("-5", 20),
        ("soon", 20),
        (None, 20),
    ],
)
def test_retry_after_is_read(header: str | None, seconds: int) -> None:
    assert wait_of(header, now=60) == seconds


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's TLS with a certificate of its own authority, which is written beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(names)
        .issuer_name(names)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


@pytest.fixture
def safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A fake that speaks TLS as gateway.example, trusted by the product."""
    context = certificate(tmp_path, "gateway.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
    yield from serve(
        FAKES["langfuse"](), lambda plain: context.wrap_socket(plain, server_side=True)
    )


def ask(url: str) -> fetching.Answer:
    origin = ORIGINS["langfuse"]
    request = Request("/api/public/v2/observations", [("fields", "core"), ("limit", "9")])
    return fetch(url, request, origin.sign(PAIR))


def test_connection_goes_to_the_address_that_was_checked(
    safe: Fake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever asks for the name a second time gets another address, as when somebody rebinds it.
    looks: list[str] = []
    resolve = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        looks.append(host)
        if host != "gateway.example":
            return resolve(host, port, *args, **kwargs)
        return found("127.0.0.1" if len(looks) == 1 else "127.0.0.2")(host, port)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", rebinding)
    settings.PULL_PRIVATE_HOSTS = ["gateway.example"]
    port = safe.url.rpartition(":")[2]

    with pytest.raises(Invalid, match="refused the request"):
        ask(f"https://gateway.example:{port}")

    assert safe.asked[0].headers["host"] == f"gateway.example:{port}"
    assert looks == ["gateway.example", "127.0.0.1"]


def test_certificate_of_another_name_is_refused(
    safe: Fake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "addresses_of", lambda host, port: ["127.0.0.1"])
    port = safe.url.rpartition(":")[2]

    with pytest.raises(Busy, match="valid certificate"):
        ask(f"https://other.example:{port}")

    assert safe.asked == []


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that sends a byte of its answer now and then, and never ends."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
            while not stop.wait(0.05):
                connection.sendall(b" ")

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    stop.set()
    thread.join()
    server.close()


def test_page_that_drips_is_cut_off(
    dripping: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PULL_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(fetching, "PAGE_SECONDS", 0.3)

    with pytest.raises(Busy, match="broke the connection off"):
        ask(dripping)
