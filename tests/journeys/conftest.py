"""The product as people use it: a server and a worker as threads, and one headless Chromium."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings

from jobs.services import run_due_jobs
from tests.chromium import started
from tests.factories import load_latest_framework, load_price_book


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Give one browser to all journeys."""
    with started() as browser:
        yield browser


@pytest.fixture
def worker(committed_db: None) -> Iterator[None]:
    """Do jobs as they come, in a thread."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.1):
                run_due_jobs()
        finally:
            connection.close()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def product(committed_db: None, worker: None, settings: Settings) -> Iterator[str]:
    """Serve the product, with the framework loaded, and return its address."""
    load_latest_framework()
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    server.join()


@pytest.fixture
def prices(committed_db: None) -> None:
    """Load the prices of a day."""
    load_price_book(as_of=date(2026, 11, 1))


@pytest.fixture
def page(chromium: Browser, product: str) -> Iterator[Page]:
    """Give an empty browser whose scripts may not fail."""
    context = chromium.new_context(base_url=product, accept_downloads=True)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert failures == []
