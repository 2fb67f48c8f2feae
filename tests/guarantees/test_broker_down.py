"""V1: answers are saved while the broker is down, by page and by API; jobs catch up."""

import socket
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.test import override_settings

from assessments.models import Answer, Assessment
from assessments.services import load_latest_framework
from jobs import services
from jobs.models import Job, JobState
from organizations import tenancy
from tests.api.callers import caller, firm
from tests.assessments.cast import answer_url
from tests.reports import rows as report_rows
from tests.world import World


@pytest.fixture(params=["refuses", "never answers"])
def dead_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Production's cache, whose server is down."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "never answers":
            server.listen()
        cache = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{server.getsockname()[1]}/0",
            "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        }
        with override_settings(CACHES={"default": cache}):
            yield


def make_assessment(world: World) -> Assessment:
    """An assessment that is being answered."""
    load_latest_framework()
    with tenancy.enter(organization_id=world.organization.pk):
        return report_rows.make_assessment(world.organization, world.client)


def stored(world: World, assessment: Assessment) -> dict[str, str]:
    """The comments of two answers."""
    with tenancy.enter(organization_id=world.organization.pk):
        found = Answer.objects.filter(assessment=assessment, key="semantic_cache")
        found |= Answer.objects.filter(assessment=assessment, key="prefix_caching")
        return dict(found.values_list("key", "comment"))


@pytest.mark.usefixtures("dead_redis")
def test_answers_are_saved_while_redis_is_down(world: World) -> None:
    assessment = make_assessment(world)
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
    assessment = make_assessment(world)
    path = firm(world, f"assessments/{assessment.pk}/submission/")

    submitted = caller(world, "client_key").post(path)
    services.run_due_jobs()

    assert submitted.status_code in {200, 201, 202}
    with tenancy.enter(organization_id=world.organization.pk):
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
