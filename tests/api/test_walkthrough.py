"""The script of docs/: from a new client to downloaded deliverables over the API alone."""

import runpy
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from jobs.services import run_due_jobs
from reports.models import DeliverableKind
from tests.api.callers import firm, make_key
from tests.factories import load_latest_framework
from tests.world import World

SCRIPT = settings.BASE_DIR / "docs" / "api_walkthrough.py"
FIRST_BYTES = {".pdf": b"%PDF-", **dict.fromkeys((".xlsx", ".docx", ".zip"), b"PK\x03\x04")}
LINES = 30


class Server(ThreadingMixIn, WSGIServer):
    """Serves each request in a thread of its own, and waits for all when it closes."""


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin(committed_db: None) -> Iterator[str]:
    """Serve the product on a free port of the loopback."""
    application = StaticFilesHandler(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def _worker(committed_db: None) -> Iterator[None]:
    """Do the jobs that come in, in a thread of its own."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            run_due_jobs()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.usefixtures("_worker")
def test_script_takes_a_new_client_to_its_deliverables(
    world: World, origin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_latest_framework()
    monkeypatch.setenv("ORGANIZATION_URL", origin + firm(world))
    monkeypatch.setenv("KEY", make_key(world, scopes=("write",)))
    monkeypatch.setenv("KINDS", " ".join(DeliverableKind.values))
    monkeypatch.chdir(tmp_path)

    runpy.run_path(str(SCRIPT))

    files = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert len(files) == len(DeliverableKind.values)
    assert all(path.read_bytes().startswith(FIRST_BYTES[path.suffix]) for path in files)


def test_script_is_as_short_as_promised() -> None:
    lines = [line for line in SCRIPT.read_text().splitlines() if line.strip()]

    assert len(lines) <= LINES
