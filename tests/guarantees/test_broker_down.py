"""V1: answers are saved while the broker is down, by page and by API; jobs catch up."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from django.test import Client as Browser
from django.test import override_settings
from pytest_django import Settings
from redis.exceptions import TimeoutError

from assessments.models import Answer, Assessment
from config.counters import CopyCache, CounterCache
from config.settings import base
from jobs import services
from jobs.models import Job, JobState
from organizations import tenancy
from tests import factories
from tests.api.callers import caller, firm
from tests.assessments.cast import answer_url
from tests.reports import rows as report_rows
from tests.world import World

LOGIN = "/accounts/login/"
FULL = b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"


def refuse_everything(server: socket.socket) -> None:
    """Answer every command as a full Redis does, until the socket is closed."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            while connection.recv(65536):
                connection.sendall(FULL)


@pytest.fixture(params=["refuses", "never answers", "is full"])
def dead_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Production's cache, whose server is down, hangs or is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param != "refuses":
            server.listen()
        if request.param == "is full":
            Thread(target=refuse_everything, args=[server], daemon=True).start()
        address = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
        caches = production_caches()
        for cache in caches.values():
            cache |= {"LOCATION": address, "OPTIONS": options}
        with override_settings(CACHES=caches):
            yield
    CounterCache.redis_asked_at = 0.0


def production_caches() -> dict[str, dict[str, object]]:
    """The caches of production's settings."""
    source = (settings.BASE_DIR / "config" / "settings" / "production.py").read_text()
    found = {}
    for name, cache in {"default": CounterCache, "sessions": CopyCache}.items():
        backend = f"{cache.__module__}.{cache.__name__}"
        assert f'"{name}": {{"BACKEND": "{backend}"' in source
        found[name] = {"BACKEND": backend}
    return found


def stored(world: World, assessment: Assessment) -> dict[str, str]:
    """The comments of two answers."""
    with tenancy.enter(organization_id=world.organization.pk):
        found = Answer.objects.filter(assessment=assessment, key="semantic_cache")
        found |= Answer.objects.filter(assessment=assessment, key="prefix_caching")
        return dict(found.values_list("key", "comment"))


@pytest.mark.usefixtures("dead_redis")
def test_answers_are_saved_while_redis_is_down(world: World) -> None:
    assessment = report_rows.make_assessment(world.organization, world.client)
    path = firm(world, f"assessments/{assessment.pk}/answers/check/prefix_caching/")
    browser = world.login(Browser(), "respondent")
    said = {"version": 0, "state": "answered", "value": "yes", "comment": "By API"}
    typed = {"version": "0", "answer": "no", "confidence": "stated", "comment": "By page"}

    by_api = caller(world, "client_key").put(path, said)
    by_page = browser.post(answer_url(world, assessment, "semantic_cache"), typed)

    assert (by_api.status_code, by_page.status_code) == (200, 302)
    assert stored(world, assessment) == {"prefix_caching": "By API", "semantic_cache": "By page"}


@pytest.mark.usefixtures("dead_redis")
def test_jobs_asked_for_meanwhile_are_done_afterwards(world: World) -> None:
    """Not one message left, and the broker came back empty: the tickets know."""
    assessment = report_rows.make_assessment(world.organization, world.client)
    path = firm(world, f"assessments/{assessment.pk}/submission/")

    submitted = caller(world, "client_key").post(path)
    services.run_due_jobs()

    assert submitted.status_code in {200, 201, 202}
    with tenancy.enter(organization_id=world.organization.pk):
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.usefixtures("dead_redis")
def test_people_sign_in_while_redis_is_down_and_guesses_are_still_counted(
    world: World, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    address = {"login": "consultant@acme.example"}

    right = Browser().post(LOGIN, address | {"password": factories.PASSWORD})
    wrong = [Browser().post(LOGIN, address | {"password": f"guess {n}"}) for n in range(6)]
    reset = Browser().post("/accounts/password/reset/", {"email": "consultant@acme.example"})
    signed_up = Browser().get("/accounts/signup/")

    assert (right.status_code, reset.status_code, signed_up.status_code) == (302, 302, 200)
    locked = ["Too many failed login attempts" in answer.content.decode() for answer in wrong]
    assert locked == [False] * 5 + [True]


def test_redis_is_asked_again_after_a_while(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that comes back counts again, and one that hangs is not asked each time."""
    asked: list[str] = []

    def fail(self: object, key: str, *args: object) -> None:
        asked.append(key)
        raise TimeoutError("no answer")

    monkeypatch.setattr(RedisCache, "get", fail)
    monkeypatch.setattr(CounterCache, "redis_asked_at", 0.0)
    counters = CounterCache("redis://127.0.0.1:1/0", {})

    assert [counters.get("one"), counters.get("two")] == [None, None]
    assert asked == ["one"]
    monkeypatch.setattr(CounterCache, "redis_asked_at", 0.0)
    assert counters.get("three") is None
    assert asked == ["one", "three"]
