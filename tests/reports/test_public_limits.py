"""Public pages are not asked for endlessly by one address, nor do they take every thread."""

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from pytest_django import Settings

from costing.scenarios import computing
from organizations import concurrency
from tests.world import World

PAGES = ["/demo/", "/demo/economics/", "/shared/no-such-token/"]


@pytest.mark.parametrize("path", PAGES)
def test_address_is_told_to_wait(db: None, client: Browser, settings: Settings, path: str) -> None:
    cache.clear()
    settings.PUBLIC_REQUESTS_PER_MINUTE = 2

    answers = [client.get(path) for _ in range(3)]
    elsewhere = client.get(path, REMOTE_ADDR="10.1.2.3")

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert elsewhere.status_code != 429


def test_what_a_visitor_writes_of_their_address_does_not_count(
    db: None, client: Browser, settings: Settings
) -> None:
    cache.clear()
    settings.PUBLIC_REQUESTS_PER_MINUTE = 2

    answers = [client.get("/demo/", headers={"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(3)]

    assert answers[2].status_code == 429


def test_demo_leaves_a_thread_for_everything_else(
    world: World, client: Browser, two_threads: None
) -> None:
    with concurrency.thread():
        busy = client.get("/demo/economics/")

    assert (busy.status_code, busy["Retry-After"]) == (429, "5")


def test_demo_that_takes_too_long_is_ended(
    db: None, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "PREVIEW_DEADLINE_SECONDS", -1.0)

    late = client.get("/demo/economics/")

    assert (late.status_code, late["Retry-After"]) == (503, "30")
