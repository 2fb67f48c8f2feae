"""Starts the machine's Chromium, one for all tests of a module: a start costs a second of CPU."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What is expected comes later on a busy machine, or at the second or third try of a script that
# found no connection, after 2, 4 and 8 seconds.
PATIENCE_MS = 30_000


@contextmanager
def started() -> Iterator[Browser]:
    """Run Chromium; each test opens a context of its own.

    Playwright keeps an event loop in this thread; Django must be told that the tests are not async.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: apt-get install chromium"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()
