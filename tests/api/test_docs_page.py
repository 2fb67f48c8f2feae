"""The API's docs page works offline, under the content policy."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.api.test_walkthrough import origin

__all__ = ["origin"]


@pytest.fixture
def page(origin: str) -> Iterator[Page]:
    """Open a browser that reaches nothing but the product."""
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_docs_page_shows_every_operation_and_breaks_no_policy(page: Page, origin: str) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    answer = page.goto(f"{origin}/api/v1/docs/")
    summary = page.get_by_text("Start an assessment of a client")
    expect(summary).to_be_visible()

    assert answer is not None
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert complaints == []
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
