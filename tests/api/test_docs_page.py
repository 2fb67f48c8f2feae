"""The API's docs page works offline, under the content policy."""

import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_docs_page_can_be_read(page: Page, origin: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{origin}/api/v1/docs/")
    page.get_by_text("Start an assessment of a client").wait_for()

    options = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = Axe().run(page, options=options).response["violations"]

    faint = sorted({node["target"][0] for rule in found for node in rule["nodes"]})
    assert faint == []
