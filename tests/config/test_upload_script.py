"""Uploads and failed requests in a browser: progress, cancel, no time-out while bytes move."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from playwright.sync_api import Browser, Page, expect

PAGE = """{% extends "base.html" %}{% block heading %}Upload{% endblock %}{% block content %}
<form id="up" data-upload method="post" action="/upload/" enctype="multipart/form-data"
 hx-post="/upload/" hx-encoding="multipart/form-data" hx-target="#result">
<label for="file">File</label><input type="file" name="file" id="file">
{% include "components/upload.html" %}<button id="send">Send</button></form>
<p id="result"></p><div style="height: 200vh"></div>
<form id="plain" hx-post="/slow/" hx-target="#result"><button id="press">Press</button></form>
{% endblock %}"""
CHUNK_BYTES = 1024 * 1024
FILE_BYTES = 48_000_000  # more than the system keeps of a request that nobody reads
PATIENCE_S = 60
TIMEOUT_MS = 300


class Server(ThreadingHTTPServer):
    """Serves the page; takes no more of a request in, and answers none, until it goes on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.go_on, self.was_cut_off = threading.Event(), threading.Event()


class Handler(BaseHTTPRequestHandler):
    """Serves the page, and takes an upload in as its server lets it."""

    server: Server

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            path = Path(finders.find(self.path.removeprefix("/static/")))
            kinds = {".css": "text/css", ".js": "text/javascript"}
            self._answer(path.read_bytes(), kinds.get(path.suffix, "application/octet-stream"))
        else:
            self._answer(Template(PAGE).render(Context()).encode(), "text/html")

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        left -= len(self.rfile.read(min(CHUNK_BYTES, left)))
        self.server.go_on.wait(PATIENCE_S)
        while left > 0:
            try:
                read = len(self.rfile.read(min(CHUNK_BYTES, left)))
            except ConnectionError:
                read = 0
            if not read:
                self.server.was_cut_off.set()
                return
            left -= read
        self._answer(b"Taken", "text/html")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    with chromium.new_page() as page:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        # As if the twenty seconds that other requests have were over.
        page.evaluate(f"htmx.config.timeout = {TIMEOUT_MS}")
        yield page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "usage.csv"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES)
    return path


def test_an_upload_shows_how_far_it_is_and_outlasts_the_time_out(page, server, file):
    page.locator("#file").set_input_files(file)
    page.locator("#send").click()

    expect(page.locator("[data-upload-text]")).to_contain_text("%")
    page.wait_for_timeout(3 * TIMEOUT_MS)
    server.go_on.set()
    expect(page.locator("#result")).to_have_text("Taken")
    expect(page.locator("[data-upload-progress]")).to_be_hidden()
    expect(page.locator("[data-request-failed]")).to_have_count(0)


def test_an_upload_that_is_cancelled_ends_at_once(page, server, file):
    page.locator("#file").set_input_files(file)
    page.locator("#send").click()
    page.get_by_role("button", name="Cancel").click()

    expect(page.locator("[data-upload-progress]")).to_be_hidden()
    server.go_on.set()
    assert server.was_cut_off.wait(PATIENCE_S)
    expect(page.locator("#result")).to_have_text("")


def test_an_upload_without_a_connection_says_so_beside_the_button(page):
    page.context.set_offline(True)
    page.locator("#send").click()

    expect(page.locator("#up [data-request-failed]")).to_contain_text("No connection")
    expect(page.locator("[data-upload-progress]")).to_be_hidden()


def test_a_request_without_an_answer_says_so_beside_the_button(page):
    page.locator("#press").click()

    notice = page.locator("#plain [data-request-failed]")
    expect(notice).to_contain_text("No answer in time")
    expect(notice).to_be_in_viewport()
