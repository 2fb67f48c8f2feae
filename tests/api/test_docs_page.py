"""The API's docs page works offline, under the content policy."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests import axe
from tests.api.test_walkthrough import origin

__all__ = ["origin"]

TWICE_DRAWN = """new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""


@pytest.fixture
def page(origin: str, chromium: Browser) -> Iterator[Page]:
    """Open a page that reaches nothing but the product."""
    with chromium.new_page() as page:
        yield page


def scroll(page: Page) -> Iterator[None]:
    """Go down the page a screen at a time: a long list is drawn as far as it is in sight."""
    page.get_by_role("button", name="Authorize").wait_for()
    page.locator(".opblock").first.wait_for()
    is_end = False
    while not is_end:
        yield
        page.evaluate("window.scrollBy(0, window.innerHeight * 0.9)")
        page.evaluate(TWICE_DRAWN)
        end = "window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 2"
        is_end = page.evaluate(end)
    yield


def test_docs_page_shows_every_operation_and_breaks_no_policy(page: Page, origin: str) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    answer = page.goto(f"{origin}/api/v1/docs/")
    shown: set[str] = set()
    for _ in scroll(page):
        shown |= set(
            page.locator(".opblock-summary-path").evaluate_all(
                "all => all.map(each => each.dataset.path)"
            )
        )
    described = page.request.get(f"{origin}/api/v1/schema/").json()["paths"]

    assert shown == set(described)
    assert answer is not None
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert complaints == []
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_docs_page_can_be_read(page: Page, origin: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{origin}/api/v1/docs/")
    options = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    faint: set[str] = set()

    axe.put_into(page)
    for _ in scroll(page):
        found = axe.violations(page, options)
        faint |= {node["target"][0] for rule in found for node in rule["nodes"]}

    assert faint == set()
