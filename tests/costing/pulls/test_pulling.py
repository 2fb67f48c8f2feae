"""Pulls come to the same cells as the calls that were made, whatever happens on the way."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from assessments.models import Assessment
from costing.usage.models import PullTurn, UsageImport
from costing.usage.pulls import pulling, services
from jobs.models import Job, JobState
from jobs.run import LeaseLost
from jobs.services import claim_next_job, run_due_jobs, run_job
from organizations import tenancy
from organizations.models import AuditEvent
from organizations.services.archive import archive_row
from tests.costing.cast import make_assessment
from tests.costing.pulls.cast import NOW, cells_of, fixed, fresh, pulled, set_up_pull
from tests.costing.pulls.fakes import FAKES, KEY, Call, Fake, moment, serve
from tests.world import World

# By hour: 2 calls at 9 on the 7th; 1 at 23 on the 8th; 1 at 0 and, of two models, 1 each at 14.
BY_HOUR = [
    ("large", "07 09", 2, 2000, 100, 4),
    ("large", "08 23", 1, 1000, 50, 2),
    ("large", "09 00", 1, 1000, 50, 2),
    ("large", "09 14", 1, 1000, 50, 2),
    ("small", "09 14", 1, 1000, 50, 2),
]
# Costs settle after two days, so that on the 10th those of the 7th are the last ones.
BY_DAY = [("large", "07 00", None, 0, 0, 4)]


@pytest.fixture(autouse=True)
def at_noon(settings: Any) -> Iterator[time_machine.Traveller]:
    settings.PULL_PRIVATE_HOSTS = ["127.0.0.1"]
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def assessment(world: World) -> Assessment:
    return make_assessment(world.organization, world.client)


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    yield from serve(FAKES[getattr(request, "param", "langfuse")]())


def expected(origin: str) -> list[tuple[Any, ...]]:
    """What each API says of the calls: OpenAI's usage no cost, Anthropic's no calls either."""
    if origin.endswith("costs"):
        return BY_DAY
    return [
        (
            *row[:2],
            None if origin == "anthropic_usage" else row[2],
            *row[3:5],
            None if origin.endswith("usage") else row[5],
        )
        for row in BY_HOUR
    ]


def job_of(world: World) -> Job:
    with tenancy.enter(organization_id=world.organization.pk):
        return Job.objects.latest("requested_at")


@pytest.mark.parametrize(("origin", "fake"), [(key, key) for key in FAKES], indirect=["fake"])
def test_pull_comes_to_the_calls(
    world: World, assessment: Assessment, origin: str, fake: Fake, monkeypatch: Any
) -> None:
    address = fixed(fake, origin, monkeypatch)

    pull = pulled(set_up_pull(world.organization, assessment, origin, address))

    assert (pull.last_error, cells_of(pull)) == ("", expected(origin))
    assert pull.usage_import is not None
    assert pull.usage_import.measured.cover.declared == (
        # From the 7th on, to before the 8th or the 10th, in hours since 1970.
        494_664,
        494_688 if origin.endswith("costs") else 494_736,
    )


@pytest.mark.parametrize("fake", ["litellm"], indirect=True)
def test_pages_go_on_beyond_what_a_capped_total_says(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    # 250 calls are three pages; the fake's total_pages stops at two.
    fake.calls = [Call(moment("2026-06-08T10:00:00Z") + timedelta(seconds=n)) for n in range(250)]

    pull = pulled(set_up_pull(world.organization, assessment, "litellm", fake.url))

    assert [row[2] for row in cells_of(pull)] == [250]


def test_second_run_adds_what_came_since_and_counts_nothing_twice(
    world: World, assessment: Assessment, fake: Fake, at_noon: time_machine.Traveller
) -> None:
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    first, asked = pull.usage_import, len(fake.asked)
    fake.calls = [*fake.calls, Call(moment("2026-06-10T08:00:00Z"))]
    at_noon.shift(timedelta(days=1))

    services.request_due_pulls()
    pull = pulled(pull)

    assert pull.usage_import == first
    assert cells_of(pull) == [*BY_HOUR, ("large", "10 08", 1, 1000, 50, 2)]
    assert (pull.usage_import.rows, pull.usage_import.good_rows) == (7, 7)  # type: ignore[union-attr]
    assert len(fake.asked) == asked + 1
    assert fake.asked[-1].one("fromStartTime") == "2026-06-10T00:00:00Z"


def test_failing_page_in_the_middle_is_gone_on_with(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    # The second page of the 8th and 9th, the third that is asked for, breaks off.
    fake.troubles = [None, None, (200, {}, b'{"data": [{"id"')]

    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    assert (pull.last_error, job_of(world).state) == (
        "The source’s answer is not a JSON object.",
        JobState.FAILED,
    )
    assert (cells_of(pull), pull.fetched_until) == (BY_HOUR[:1], date(2026, 6, 8))
    assert pull.progress["pages"] == 1
    before = len(fake.asked)
    with tenancy.enter(organization_id=world.organization.pk):
        services.request_pull(by=world.actor("owner"), pull=pull, next_url="")
    pull = pulled(pull)

    assert (pull.last_error, cells_of(pull)) == ("", BY_HOUR)
    assert [asked.query.get("cursor") is not None for asked in fake.asked[before:]] == [True]


def test_killed_worker_costs_a_page_at_most(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    set_up = set_up_pull(world.organization, assessment, "langfuse", fake.url)
    run = claim_next_job()
    assert run is not None
    pull = pulling.begin_pull(run)
    pull.budget.pages = 2  # the 7th, and the first page of the 8th and 9th
    assert pull.go() is True
    # The worker is gone: its lease ran out, and the job waits for another one.
    with tenancy.enter(organization_id=world.organization.pk):
        Job.objects.filter(pk=run.job_id).update(state=JobState.QUEUED, lease_token=None)

    run_job(job_id=run.job_id, organization_id=world.organization.pk)

    assert (len(fake.asked), cells_of(fresh(set_up))) == (3, BY_HOUR)


def test_worker_that_lost_its_lease_stores_nothing(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    set_up = set_up_pull(world.organization, assessment, "langfuse", fake.url)
    run = claim_next_job()
    assert run is not None
    pull = pulling.begin_pull(run)
    with tenancy.enter(organization_id=world.organization.pk):
        Job.objects.filter(pk=run.job_id).update(lease_token=uuid4())

    with pytest.raises(LeaseLost):
        pull.go()

    assert (fresh(set_up).fetched_until, fresh(set_up).usage_import) == (None, None)


def test_run_that_has_had_enough_is_due_again_at_once(
    world: World, assessment: Assessment, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "RUN_PAGES", 2)
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url, schedule="off"))
    assert (pull.fetched_until, pull.last_error) == (date(2026, 6, 8), "")

    assert services.request_due_pulls() == 1
    pull = pulled(pull)

    assert cells_of(pull) == BY_HOUR
    assert not PullTurn.objects.filter(pull_id=pull.pk).exists()


@pytest.mark.parametrize("status", [429, 503])
def test_busy_source_is_asked_again(
    world: World, assessment: Assessment, fake: Fake, status: int
) -> None:
    fake.troubles = [None, (status, {"Retry-After": "0"}, b""), (status, {"Retry-After": "0"}, b"")]

    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))

    assert (pull.last_error, cells_of(pull)) == ("", BY_HOUR)
    assert job_of(world).attempts == 1


def test_source_that_asks_for_an_hour_gets_it(
    world: World, assessment: Assessment, fake: Fake, at_noon: time_machine.Traveller
) -> None:
    fake.troubles = [(429, {"Retry-After": "3600"}, b"")]
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    assert (job_of(world).state, pull.last_error) == (
        JobState.QUEUED,
        "The source is busy or down (429). It is asked again later.",
    )
    at_noon.shift(timedelta(minutes=59))
    assert run_due_jobs() == 0
    at_noon.shift(timedelta(minutes=2))

    assert cells_of(pulled(pull)) == BY_HOUR


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_key_is_called_so_and_repeated_nowhere(
    world: World, assessment: Assessment, fake: Fake, status: int, caplog: Any
) -> None:
    caplog.set_level("DEBUG")
    fake.troubles = [(status, {}, f"{KEY} is wrong".encode())]

    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))

    assert pull.last_error.startswith(f"The source refused the key ({status}).")
    with tenancy.enter(organization_id=world.organization.pk):
        told = json.dumps([*AuditEvent.objects.values("data", "verb", "actor_label")])
        jobs = json.dumps([*Job.objects.values("payload", "result", "error", "step")])
    said = told + jobs + caplog.text + pull.last_error + repr(pull) + json.dumps(pull.progress)
    assert "sk-admin" not in said
    # Encrypted text may hold any three characters by chance, eight hardly ever.
    assert "sk-admin" not in pull.secret


HUGE = b'{"data": [' + b'"x",' * 9_000_000 + b'"x"]}'
HOSTILE = {
    "a page of 36 MB": (200, HUGE, "larger than 32 MB"),
    "html": (200, b"<html>", "not a JSON object"),
    "a list": (200, b"[]", "not a JSON object"),
    "too deep": (200, b'{"data":' + b"[" * 200_000, "not a JSON object"),
    "no list": (200, b'{"data": {"a": 1}, "meta": {}}', "`data` is not a list"),
    "no meta": (200, b'{"data": []}', "`meta` is missing"),
    "a cursor that is none": (200, b'{"data": [], "meta": {"cursor": {"a": 1}}}', "no next page"),
    "a cursor with a line end": (200, b'{"data": [], "meta": {"cursor": "a\\nb"}}', "no next page"),
    "a redirect": (302, b"", "redirects elsewhere (302)"),
    "not found": (404, b"", "nothing at this address"),
    "refused": (422, b"", "refused the request (422)"),
    "compressed": (200, b"\x1f\x8b", "not a JSON object"),
}


@pytest.mark.parametrize(("status", "body", "said"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_answer_ends_the_run_with_a_clear_message(
    world: World, assessment: Assessment, fake: Fake, status: int, body: bytes, said: str
) -> None:
    headers = {"Location": "http://169.254.169.254/"} if status == 302 else {}
    fake.troubles = [(status, headers, body)]

    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))

    assert said in pull.last_error
    assert (job_of(world).state, pull.usage_import, len(fake.asked)) == (JobState.FAILED, None, 1)


def test_cursor_that_never_ends_is_found(
    world: World, assessment: Assessment, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = json.dumps({"data": [], "meta": {"cursor": "again"}}).encode()
    fake.troubles = [(200, {}, same)] * 5
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    assert (pull.last_error, len(fake.asked)) == (pulling.AGAIN, 2)

    monkeypatch.setattr(pulling, "WINDOW_PAGES", 3)
    fake.asked.clear()
    fake.troubles = [
        (200, {}, json.dumps({"data": [], "meta": {"cursor": f"c{number}"}}).encode())
        for number in range(9)
    ]
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    assert (pull.last_error, len(fake.asked)) == (pulling.ENDLESS, 3)


def test_rows_of_other_days_and_bad_rows_do_not_count(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    row = fake.row(fake.calls[0])  # type: ignore[attr-defined]
    rows = [row, {**row, "startTime": "2026-06-01T00:00:00Z"}, {**row, "usageDetails": 5}, 7]
    fake.troubles = [(200, {}, json.dumps({"data": rows, "meta": {}}).encode())]

    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))

    assert cells_of(pull)[0] == ("large", "07 09", 1, 1000, 50, 2)
    assert pull.usage_import is not None
    assert (pull.usage_import.bad_rows, pull.usage_import.left_out) == (
        2,
        {"Rows of other days than those that were asked for": 1},
    )


def test_prompts_are_asked_for_nowhere_and_kept_nowhere(
    world: World, assessment: Assessment
) -> None:
    for fake in serve(FAKES["litellm"]()):
        pull = pulled(set_up_pull(world.organization, assessment, "litellm", fake.url))

    with tenancy.enter(organization_id=world.organization.pk):
        stored = json.dumps([*UsageImport.objects.values("listed_rows", "left_out", "figures")])
    assert cells_of(pull) == BY_HOUR
    assert "secret of somebody" not in stored + json.dumps(pull.progress)


def test_archived_import_begins_anew(world: World, assessment: Assessment, fake: Fake) -> None:
    pull = pulled(set_up_pull(world.organization, assessment, "langfuse", fake.url))
    by = world.actor("owner")
    with tenancy.enter(organization_id=world.organization.pk):
        archive_row(by=by, row=pull.usage_import, kind="usage_import", title="x")
        services.request_pull(by=by, pull=pull, next_url="")

    again = pulled(pull)

    assert again.usage_import != pull.usage_import
    assert cells_of(again) == BY_HOUR


def test_stopped_pull_forgets_its_key_and_runs_no_more(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    pull = set_up_pull(world.organization, assessment, "langfuse", fake.url)
    with tenancy.enter(organization_id=world.organization.pk):
        services.revoke_pull(by=world.actor("owner"), pull=pull)

    pull = pulled(pull)

    assert (pull.secret, pull.schedule, pull.usage_import, fake.asked) == ("", "off", None, [])
    assert pull.last_error == services.STOPPED
    assert not PullTurn.objects.exists()


def test_pull_stopped_between_two_pages_stores_nothing_more(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    pull = set_up_pull(world.organization, assessment, "langfuse", fake.url)
    run = claim_next_job()
    assert run is not None
    going = pulling.begin_pull(run)
    going.budget.pages = 1
    going.go()
    with tenancy.enter(organization_id=world.organization.pk):
        services.revoke_pull(by=world.actor("owner"), pull=pull)

    going.budget.pages = 9
    with pytest.raises(services.Invalid, match="stopped for good"):
        going.go()

    assert cells_of(fresh(pull)) == BY_HOUR[:1]


def test_organizations_take_turns(world: World, assessment: Assessment, monkeypatch: Any) -> None:
    theirs = make_assessment(world.other_organization, world.other_client)
    ours = [
        set_up_pull(world.organization, assessment, "litellm", "https://litellm.invalid")
        for _ in range(3)
    ]
    their = set_up_pull(world.other_organization, theirs, "litellm", "https://litellm.invalid")
    for minutes, pull in enumerate([*ours, their]):
        due_at = timezone.now() - timedelta(hours=1) + timedelta(minutes=minutes)
        PullTurn.objects.filter(pull_id=pull.pk).update(due_at=due_at)
    monkeypatch.setattr(services, "DUE_AT_ONCE", 2)

    services.request_due_pulls()

    still = PullTurn.objects.filter(due_at__lte=timezone.now()).values_list("pull_id", flat=True)
    assert {*still} == {pull.pk for pull in ours[1:]}


def test_pull_of_an_archived_assessment_waits(
    world: World, assessment: Assessment, fake: Fake
) -> None:
    pull = set_up_pull(world.organization, assessment, "langfuse", fake.url)
    by = world.actor("owner")
    with tenancy.enter(organization_id=world.organization.pk):
        archive_row(by=by, row=assessment, kind="assessment", title="x")
    assert pulled(pull).last_error.startswith("This is archived")
    PullTurn.objects.update(due_at=timezone.now())

    assert services.request_due_pulls() == 0
    assert (PullTurn.objects.get().due_at > timezone.now(), fake.asked) == (True, [])
