"""The questionnaire's script in a browser: keys, saving by itself, saves that fail."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from playwright.sync_api import Browser, Page, Route, expect

ORIGIN = "http://questionnaire.test"
PAGE = """{% extends "base.html" %}{% load static %}
{% block head %}<script src="{% static 'js/questionnaire.js' %}" defer></script>{% endblock %}
{% block heading %}Questions{% endblock %}{% block content %}{{ cards|safe }}{% endblock %}"""
CARD = """<section class="question" id="question-{key}" data-question tabindex="-1">
<form data-autosave action="/answers/{key}/" hx-post="/answers/{key}/" hx-swap="outerHTML"
 hx-target="#question-{key}" hx-sync="this:queue last"
 hx-trigger="submit, change, retry, input changed delay:100ms from:find textarea">
<input type="hidden" name="version" value="{version}" data-version>
<p data-save-status class="save-status">{status}</p>{notice}
<label class="tile"><input type="radio" name="value" value="yes" id="{key}-y" data-key="y">
 Yes</label>
<label class="tile"><input type="radio" name="value" value="no" id="{key}-n" data-key="n">
 No</label>
<textarea name="comment" id="{key}-comment">{comment}</textarea></form></section>"""


class Server:
    """Two questions with versions; answers as the product does: 200, 409, or not at all."""

    def __init__(self) -> None:
        self.versions = {"caching": 1, "routing": 1}
        self.saved: list[dict[str, str]] = []
        self.is_down = False
        self.held: list[Route] = []
        self.is_holding = False

    def handle(self, route: Route) -> None:
        """Answer one request of the browser."""
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self._post(route, path.split("/")[2])
        elif path == "/":
            cards = "".join(self._card(key) for key in self.versions)
            body = Template(PAGE).render(Context({"cards": cards}))
            headers = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
            route.fulfill(body=body, content_type="text/html", headers=headers)
        else:
            route.fulfill(path=Path(finders.find(path.removeprefix("/static/"))))

    def release(self) -> None:
        """Answer what was held back."""
        self.is_holding = False
        for route in self.held:
            self.handle(route)

    def _post(self, route: Route, key: str) -> None:
        if self.is_down:
            route.abort("connectionrefused")
            return
        if self.is_holding:
            self.held.append(route)
            return
        entered = dict(parse_qsl(route.request.post_data or ""))
        if int(entered["version"]) != self.versions[key]:
            notice = "<p class='notice'>Somebody else answered</p>"
            route.fulfill(status=409, body=self._card(key, notice), content_type="text/html")
            return
        self.versions[key] += 1
        self.saved.append(entered)
        body = self._card(key, status="Saved 14:02", comment=entered.get("comment", ""))
        route.fulfill(body=body, content_type="text/html")

    def _card(self, key: str, notice: str = "", status: str = "", comment: str = "") -> str:
        version = self.versions[key]
        return CARD.format(key=key, version=version, notice=notice, status=status, comment=comment)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(server: Server, chromium: Browser) -> Iterator[Page]:
    with chromium.new_page() as page:
        page.route("**/*", server.handle)
        page.goto(ORIGIN)
        yield page


def status(page: Page, key: str):
    return expect(page.locator(f"#question-{key} [data-save-status]"))


def test_key_answers_the_first_card_and_saves_it(page, server):
    page.keyboard.press("y")

    status(page, "caching").to_have_text("Saved 14:02")
    assert server.saved == [{"version": "1", "value": "yes"}]


def test_key_after_walking_answers_the_next_card(page, server):
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("n")

    status(page, "routing").to_have_text("Saved 14:02")
    assert server.versions == {"caching": 1, "routing": 2}


def test_key_in_a_text_field_is_text(page, server):
    page.locator("#caching-comment").press_sequentially("yn15")

    status(page, "caching").to_have_text("Saved 14:02")
    assert {entered.get("value") for entered in server.saved} == {None}
    assert server.saved[-1]["comment"] == "yn15"


def test_save_that_fails_says_so_and_is_sent_again(page, server):
    server.is_down = True
    page.keyboard.press("y")
    status(page, "caching").to_have_text("Not saved yet, trying again")

    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")

    status(page, "caching").to_have_text("Saved 14:02")
    assert server.saved == [{"version": "1", "value": "yes"}]


def test_text_typed_while_a_save_is_under_way_is_kept_and_saved(page, server):
    server.is_holding = True
    page.keyboard.press("y")
    status(page, "caching").to_have_text("Saving")
    page.locator("#caching-comment").fill("typed meanwhile")

    server.release()

    status(page, "caching").to_have_text("Saved 14:02")
    expect(page.locator("#caching-comment")).to_have_value("typed meanwhile")
    assert server.saved[-1] == {"version": "2", "value": "yes", "comment": "typed meanwhile"}


def test_what_was_not_saved_is_found_again_and_sent(page, server):
    server.is_down = True
    with page.expect_event("requestfailed"):
        page.keyboard.press("y")
    with page.expect_event("requestfailed"):
        page.locator("#caching-comment").fill("typed on the train")
    status(page, "caching").to_have_text("Not saved yet, trying again")

    server.is_down = False
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(ORIGIN)

    status(page, "caching").to_have_text("Saved 14:02")
    assert server.saved == [{"version": "1", "value": "yes", "comment": "typed on the train"}]
    assert page.evaluate("localStorage.length") == 0


def test_what_was_typed_over_an_older_answer_is_found_again_as_a_conflict(page, server):
    server.is_down = True
    with page.expect_event("requestfailed"):
        page.keyboard.press("y")
    status(page, "caching").to_have_text("Not saved yet, trying again")

    server.is_down = False
    server.versions["caching"] = 7
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(ORIGIN)

    expect(page.locator("#question-caching .notice")).to_have_text("Somebody else answered")
    assert server.saved == []
    assert page.evaluate("localStorage.length") == 1


def test_saved_answers_leave_nothing_in_the_browser(page, server):
    page.keyboard.press("y")
    status(page, "caching").to_have_text("Saved 14:02")

    assert page.evaluate("localStorage.length") == 0


def test_conflict_is_shown_in_the_card(page, server):
    server.versions["caching"] = 7

    page.keyboard.press("y")

    expect(page.locator("#question-caching .notice")).to_have_text("Somebody else answered")
    expect(page.locator("#question-caching [data-version]")).to_have_value("7")
    assert server.saved == []
