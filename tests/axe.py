"""Finds what axe complains of on an open page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

FIND = "options => axe.run(options).then(found => found.violations)"


def put_into(page: Page) -> None:
    """Put axe into a page: once, since it is half a megabyte to send and to read."""
    page.evaluate(AXE_SCRIPT)


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe, put into a page before, finds there now; what is well stays in the browser."""
    wanted = {"resultTypes": ["violations"], **options}
    found: list[dict[str, Any]] = page.evaluate(FIND, wanted)
    return found
