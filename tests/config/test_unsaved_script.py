"""Forms with unsaved changes in a browser: they ask before they are left, and only then."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from playwright.sync_api import Browser, Dialog, Page, Route, expect

SITE = "http://crossover.test"
PAGE = """{% extends "base.html" %}{% block heading %}Edit{% endblock %}{% block content %}
<div id="box"><form data-unsaved method="post" action="/saved/">
<label for="name">Name</label><input id="name" name="name">
<button id="save">Save</button></form></div>
<a id="away" href="/elsewhere/">Away</a>
<button id="swap" hx-get="/other/" hx-target="#box">Swap</button>{% endblock %}"""
KINDS = {".css": "text/css", ".js": "text/javascript"}


def answer(route: Route) -> None:
    """Serve the page, its files, and a word for everything else."""
    path = route.request.url.removeprefix(SITE)
    if path.startswith("/static/"):
        file = Path(finders.find(path.removeprefix("/static/")))
        kind = KINDS.get(file.suffix, "application/octet-stream")
        route.fulfill(body=file.read_bytes(), content_type=kind)
    elif path == "/":
        route.fulfill(body=Template(PAGE).render(Context()), content_type="text/html")
    else:
        route.fulfill(body="<p>There</p>", content_type="text/html")


@pytest.fixture
def dialogs() -> list[str]:
    """What the browser asked; each question is answered by staying."""
    return []


@pytest.fixture
def page(dialogs: list[str], chromium: Browser) -> Iterator[Page]:
    def stay(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    with chromium.new_page() as page:
        page.on("dialog", stay)
        page.route("**/*", answer)
        page.goto(f"{SITE}/")
        yield page


def test_a_link_away_from_changes_asks(page: Page, dialogs: list[str]) -> None:
    page.locator("#name").fill("Support")
    with page.expect_event("dialog"):
        page.locator("#away").click(no_wait_after=True)

    expect(page.locator("#name")).to_have_value("Support")
    assert dialogs == ["beforeunload"]


def test_a_form_without_changes_is_left_unasked(page: Page, dialogs: list[str]) -> None:
    page.locator("#name").focus()
    page.locator("#away").click()

    expect(page.locator("p")).to_have_text("There")
    assert dialogs == []


def test_saving_changes_does_not_ask(page: Page, dialogs: list[str]) -> None:
    page.locator("#name").fill("Support")
    page.locator("#save").click()

    expect(page.locator("p")).to_have_text("There")
    assert dialogs == []


def test_a_fragment_that_would_replace_changes_asks(page: Page, dialogs: list[str]) -> None:
    page.locator("#name").fill("Support")
    with page.expect_event("dialog"):
        page.locator("#swap").click(no_wait_after=True)

    expect(page.locator("#name")).to_have_value("Support")
    assert dialogs == ["confirm"]


def test_a_fragment_replaces_a_form_without_changes_unasked(page: Page, dialogs: list[str]) -> None:
    page.locator("#swap").click()

    expect(page.locator("#box p")).to_have_text("There")
    assert dialogs == []
