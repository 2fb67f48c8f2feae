"""Pages and API of pulls: set up, run, given another key, stopped; the key is shown nowhere."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from assessments.models import Assessment
from costing.usage.models import UsagePull
from costing.usage.pulls.selectors import PULL_JOB
from costing.usage.tasks import PULL_STOPPED
from jobs.models import Job
from jobs.services import refused
from organizations import tenancy
from organizations.encryption import decrypt
from organizations.models import AuditEvent
from tests.costing.cast import make_assessment
from tests.costing.pulls.cast import fresh, pulled, set_up_pull
from tests.costing.pulls.fakes import FAKES, KEY, PAIR, Call, Fake, serve
from tests.world import World

OTHER = "sk-another-0123456789"


@pytest.fixture
def assessment(world: World) -> Assessment:
    return make_assessment(world.organization, world.client)


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    settings.PULL_PRIVATE_HOSTS = ["127.0.0.1"]
    yield from serve(FAKES["litellm"](calls=[Call(timezone.now() - timedelta(days=1))]))


@pytest.fixture
def browser(world: World) -> Browser:
    return world.login(Browser(), "consultant")


def given(**changes: str) -> dict[str, str]:
    since = str(timezone.now().date() - timedelta(days=2))
    return {
        "origin": "litellm",
        "base_url": "https://litellm.invalid",
        "secret": KEY,
        "since": since,
        "schedule": "daily",
        **changes,
    }


def pulls_of(world: World) -> list[UsagePull]:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(UsagePull.objects.all())


def verbs(world: World) -> list[str]:
    with tenancy.enter(organization_id=world.organization.pk):
        events = AuditEvent.objects.filter(verb__startswith="pull.").order_by("created_at")
        return [event.verb for event in events]


def test_pull_is_set_up_run_and_stopped_on_its_pages(
    world: World, assessment: Assessment, fake: Fake, browser: Browser
) -> None:
    path = f"/o/acme/assessments/{assessment.pk}/usage/pulls/"
    sent = browser.post(f"{path}new/", given(base_url=fake.url))
    [pull] = pulls_of(world)
    assert (sent.status_code, pulled(pull).last_error) == (302, "")
    page = f"/o/acme/usage-pulls/{pull.pk}/"
    bodies = [browser.get(each).content.decode() for each in (path, page, f"{page}stop/")]

    replaced = browser.post(f"{page}key/", {"secret": OTHER})
    weekly = browser.post(f"{page}schedule/", {"schedule": "weekly"})
    assert decrypt(fresh(pull).secret) == OTHER
    stopped = browser.post(f"{page}stop/")
    again = browser.post(f"{page}run/", follow=True)

    assert [each.status_code for each in (replaced, weekly, stopped)] == [302] * 3
    assert "stopped for good" in again.content.decode()
    assert (fresh(pull).secret, fresh(pull).schedule) == ("", "off")
    assert "1 row</a>" in bodies[0]
    shown = "".join([*bodies, browser.get(page).content.decode(), again.content.decode()])
    assert KEY not in shown
    assert OTHER not in shown
    assert verbs(world) == [
        "pull.created",
        "pull.pulled",
        "pull.key_replaced",
        "pull.schedule_changed",
        "pull.stopped",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"base_url": ""}, "base_url", "Say where it is."),
        ({"base_url": "https://127.0.0.1"}, "base_url", "is a private address"),
        ({"base_url": "http://gateway.example"}, "base_url", "Give the address as https://host"),
        ({"origin": "openai_usage"}, "base_url", "has one address"),
        ({"secret": "short"}, "secret", "8 to 500 visible characters"),
        ({"secret": "a key with spaces"}, "secret", "8 to 500 visible characters"),
        ({"origin": "langfuse"}, "secret", "with a colon between them"),
        ({"since": "2020-01-01"}, "since", "of the last 366 days"),
        ({"since": "2099-01-01"}, "since", "of the last 366 days"),
    ],
)
def test_what_is_wrong_with_a_pull_is_said_at_its_field(
    world: World,
    assessment: Assessment,
    browser: Browser,
    changes: dict[str, str],
    field: str,
    said: str,
) -> None:
    data = given(**changes)
    page = browser.post(f"/o/acme/assessments/{assessment.pk}/usage/pulls/new/", data)
    path = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-pulls/"
    answer = browser.post(path, data, content_type="application/json")

    assert (page.status_code, answer.status_code) == (422, 422)
    assert said in page.context["form"].errors[field][0]
    assert said in answer.json()["fields"][field][0]
    assert data["secret"] not in page.content.decode() + answer.content.decode()
    assert pulls_of(world) == []


def test_pull_is_set_up_and_stopped_over_the_api(
    world: World, assessment: Assessment, fake: Fake, browser: Browser
) -> None:
    many = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-pulls/"
    json = {"content_type": "application/json"}
    sent = browser.post(many, given(base_url=fake.url), **json)
    [pull] = pulls_of(world)
    pulled(pull)
    one = f"/api/v1/organizations/acme/usage-pulls/{pull.pk}/"

    run = browser.post(f"{one}runs/")
    replaced = browser.put(f"{one}key/", {"secret": OTHER}, **json)
    read, listed = browser.get(one), browser.get(many)
    stopped = browser.delete(one)

    statuses = [each.status_code for each in (sent, run, replaced, read, listed, stopped)]
    assert statuses == [202, 202, 200, 200, 200, 200]
    assert read.json()["usage_import"] is not None
    assert listed.json()["results"] == [read.json()]
    assert stopped.json()["revoked_at"] is not None
    assert browser.post(f"{one}runs/").status_code == 409
    assert browser.put(f"{one}key/", {"secret": OTHER}, **json).status_code == 409
    told = "".join(each.content.decode() for each in (sent, run, replaced, read, listed, stopped))
    assert KEY not in told
    assert OTHER not in told


def test_list_of_pulls_asks_as_much_for_many_as_for_one(
    world: World, assessment: Assessment, browser: Browser, django_assert_num_queries: Any
) -> None:
    path = f"/o/acme/assessments/{assessment.pk}/usage/pulls/"
    since = timezone.now().date() - timedelta(days=1)

    def set_up() -> None:
        address = "https://langfuse.invalid"
        set_up_pull(world.organization, assessment, "langfuse", address, secret=PAIR, since=since)

    set_up()
    browser.get(path)
    with django_assert_num_queries(9) as counted:
        browser.get(path)
    for _ in range(4):
        set_up()
    with django_assert_num_queries(len(counted)):
        browser.get(path)


def test_stopped_run_says_what_stays(
    world: World, assessment: Assessment, fake: Fake, browser: Browser
) -> None:
    since = timezone.now().date() - timedelta(days=2)
    set_up_pull(world.organization, assessment, "litellm", fake.url, since=since)
    with tenancy.enter(organization_id=world.organization.pk):
        job = Job.objects.get(kind=PULL_JOB)

    page = browser.post(f"/o/acme/jobs/{job.pk}/cancellation/", follow=True).content.decode()

    assert PULL_STOPPED in page
    assert "Nothing was changed" not in page
    assert PULL_STOPPED in refused(PULL_JOB)
