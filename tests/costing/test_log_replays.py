"""A log is taken in, replayed by a job at a scenario's prices, and leaves nothing else."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from costing.scenarios import replays
from costing.scenarios.models import LogReplay, Scenario
from jobs.models import Job, JobState
from jobs.services import cancel_job, run_due_jobs
from organizations import tenancy
from organizations.encryption import salt_of
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests import factories
from tests.costing.cast import LOG, api_only, make_scenario, replay_log, scenario_a, send_log
from tests.world import World

# Files go when the transaction that stored what they held is committed.
pytestmark = pytest.mark.usefixtures("committed_db")
CANARY = "the-words-of-a-patient"


@pytest.fixture
def scenario(world: World) -> Scenario:
    return make_scenario(world.organization, world.client)


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "usage").rglob("*") if path.is_file()]


def rows_of(world: World, model: type = LogReplay) -> list:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(model.objects.all())


def page(world: World, row: LogReplay, who: str = "consultant") -> str:
    path = reverse("scenarios:log-replay-detail", args=["acme", row.pk])
    response = world.login(Browser(), who).get(path)
    assert response.status_code == 200
    return response.content.decode()


def call(at: float, **more: Any) -> str:
    return json.dumps({"timestamp": at, "input_tokens": 4000, "output_tokens": 300} | more)


def audited(world: World) -> list[str]:
    found = rows_of(world, AuditEvent)
    verbs = [(each.created_at, each.verb) for each in found if each.verb.startswith("log_replay")]
    return [verb for _, verb in sorted(verbs)]


def test_a_log_is_replayed_and_its_file_is_gone(world: World, scenario: Scenario) -> None:
    send_log(world.organization, scenario)
    [waiting] = kept_files()
    assert waiting.stat().st_mode & 0o777 == 0o600

    run_due_jobs()

    [row] = rows_of(world)
    assert kept_files() == []
    assert (row.path, row.scenario_version, row.ttl_seconds) == ("", 1, 300.0)
    assert row.replay is not None
    assert (row.replay.traffic.calls, row.replay.traffic.skipped_lines) == (3, 1)
    # The second and the third begin with the one before, a minute ago: two of three.
    assert row.replay.prompt_cache[0].hit_ratio == pytest.approx(2 / 3)
    assert audited(world) == ["log_replay.sent", "log_replay.replayed"]


def test_nothing_that_calls_said_is_kept(world: World, scenario: Scenario) -> None:
    said = [{"role": "user", "content": f"{CANARY} {'word ' * 2000}"}]
    lines = [call(1790000000 + at, messages=said, user=CANARY, session_id=CANARY) for at in (0, 9)]

    row = replay_log(world.organization, scenario, "\n".join(lines))

    assert row.replay is not None
    assert row.replay.prompt_cache[0].hit_ratio == 0.5
    with tenancy.enter(organization_id=world.organization.pk), connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select count(*) from {table} t where t::text like %s", [f"%{CANARY}%"])
            assert cursor.fetchone() == (0,), table
    assert kept_files() == []


def test_each_organization_has_its_own_salt(world: World) -> None:
    both = (world.organization, world.other_organization)
    salts = {salt_of(each.pk, purpose) for each in both for purpose in ("replays", "usage")}

    assert len(salts) == 4
    assert salt_of(world.organization.pk, "usage") in salts


HOSTILE = {
    "empty": "",
    "no log": "hello\nworld\n",
    "no gzip": b"\x1f\x8bnothing",
    "no UTF-8": b"timestamp,input_tokens\n\xff\xfe,1\n",
    "no calls": '{"a": 1}\n[]\n3\n',
    "a great number": call(10**400) + "\n" + call(1, input_tokens=10**400),
    "years apart": call(0) + "\n" + call(86_400 * 500),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_of_what_is_no_log_nothing_stays_but_the_reason(
    world: World, scenario: Scenario, content: str | bytes
) -> None:
    job = send_log(world.organization, scenario, content)
    run_due_jobs()

    [failed] = [each for each in rows_of(world, Job) if each.pk == job.pk]
    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert rows_of(world) == []
    assert kept_files() == []
    assert audited(world) == ["log_replay.sent", "log_replay.discarded"]
    path = reverse("scenarios:log-replay-list", args=["acme", scenario.pk])
    body = world.login(Browser(), "consultant").get(path).content.decode()
    assert "Could not be replayed" in body
    assert "calls.jsonl" in body


def test_a_replay_that_is_stopped_leaves_nothing(
    world: World, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, by = send_log(world.organization, scenario), factories.system_actor(world.organization)
    read = replays.read_log

    def stopped(*given: Any) -> Any:
        with tenancy.enter(organization_id=world.organization.pk):
            cancel_job(by=by, job=job)
        return read(*given)

    monkeypatch.setattr(replays, "read_log", stopped)
    run_due_jobs()

    [after] = [each for each in rows_of(world, Job) if each.pk == job.pk]
    assert after.state == JobState.CANCELLED
    assert (rows_of(world), kept_files()) == ([], [])


def test_what_takes_too_long_ends(
    world: World, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "DEADLINE_SECONDS", -1.0)

    job = send_log(world.organization, scenario)
    run_due_jobs()

    [failed] = [each for each in rows_of(world, Job) if each.pk == job.pk]
    assert (failed.state, failed.error) == (JobState.FAILED, replays.TOO_LONG)
    assert (rows_of(world), kept_files()) == ([], [])


def test_a_pool_is_watched_while_it_is_sized(
    world: World, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setattr(replays, "STEP_SECONDS", 0.0)
    monkeypatch.setattr(replays.Run, "step", lambda run, step, done: steps.append(step))

    replay_log(world.organization, scenario)

    assert set(steps) == {"Sending the calls", "Serving the calls by a pool"}


def test_what_is_said_is_checked_by_field(world: World, scenario: Scenario) -> None:
    browser = world.login(Browser(), "consultant")
    path = reverse("scenarios:log-replay-create", args=["acme", scenario.pk])
    for fields, words in (
        ({"file": SimpleUploadedFile("calls.exe", b"x")}, "whose name ends in"),
        ({"file": SimpleUploadedFile("a.csv", b"x"), "target_seconds": "0"}, "greater than"),
        ({"file": SimpleUploadedFile("a.csv", b"x"), "simple_input_tokens": "-1"}, "greater than"),
        ({}, "This field is required"),
    ):
        response = browser.post(path, fields)
        assert response.status_code == 422
        assert words in response.content.decode()
    assert (rows_of(world), kept_files()) == ([], [])


@pytest.mark.parametrize(
    "changed",
    [{"path": "left"}, {"result": {}}, {"scenario_version": None}, {"ttl_seconds": None}],
)
def test_the_database_keeps_a_file_or_what_it_came_to(
    world: World, scenario: Scenario, changed: dict[str, Any]
) -> None:
    row = replay_log(world.organization, scenario)

    with (
        tenancy.enter(organization_id=world.organization.pk),
        pytest.raises(IntegrityError, match="keeps_no_file"),
        transaction.atomic(),
    ):
        LogReplay.objects.filter(pk=row.pk).update(**changed)


def test_lists_read_no_whole_result(world: World, scenario: Scenario) -> None:
    row = replay_log(world.organization, scenario)
    viewer = world.login(Browser(), "viewer")

    for path in (
        reverse("scenarios:log-replay-list", args=["acme", scenario.pk]),
        f"/api/v1/organizations/acme/scenarios/{scenario.pk}/log-replays/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert row.filename in viewer.get(path).content.decode()
        read = [each["sql"] for each in queries if 'FROM "scenarios_logreplay"' in each["sql"]]
        assert len(read) == 1
        assert '"scenarios_logreplay"."result",' not in read[0]


def test_a_replay_is_deleted_unless_it_runs(world: World, scenario: Scenario) -> None:
    by, row = factories.system_actor(world.organization), replay_log(world.organization, scenario)
    waiting = send_log(world.organization, scenario)
    with tenancy.enter(organization_id=world.organization.pk):
        with pytest.raises(Conflict):
            replays.delete_replay(by=by, row=LogReplay.objects.get(pk=waiting.subject_id))
        replays.delete_replay(by=by, row=row)

    assert [each.pk for each in rows_of(world)] == [waiting.subject_id]
    assert audited(world)[-1] == "log_replay.deleted"


def test_the_replayed_hits_are_taken_over(world: World, scenario: Scenario) -> None:
    row, browser = replay_log(world.organization, scenario), world.login(Browser(), "consultant")
    path = reverse("scenarios:log-replay-hit-ratio", args=["acme", row.pk])

    stale = browser.post(path, {"version": 7}, follow=True)
    taken = browser.post(path, {"version": 1})

    assert "Somebody else changed this scenario" in stale.content.decode()
    assert taken["Location"] == reverse("scenarios:scenario-detail", args=["acme", scenario.pk])
    [after] = rows_of(world, Scenario)
    assert after.version == 2
    assert after.document["workload"]["prefix_hit_ratio"] == 0.666667
    # What is read in the log is read in the scenario: two of three calls, a share of each.
    cache = row.replay.prompt_cache[0]
    workload = after.document["workload"]
    read = workload["prefix_hit_ratio"] * workload["prefix_tokens_per_call"]
    assert read / workload["input_tokens_per_call"] == pytest.approx(cache.read_ratio, rel=1e-3)
    assert "workload.prefix_tokens_per_call" in after.origins
    origin = after.origins["workload.prefix_hit_ratio"]
    assert (origin["label"], origin["basis"]) == ("Replayed log calls.jsonl", "measured")
    assert "of which the figures changed since" in page(world, row)


def test_without_identity_nothing_is_taken_over(world: World, scenario: Scenario) -> None:
    row = replay_log(world.organization, scenario, "\n".join(call(at) for at in (1, 2, 3)))
    by = factories.system_actor(world.organization)

    body = page(world, row)
    assert "does not say what its calls have in common" in body
    assert "Use the replayed hits" not in body
    assert "The log has no dates" in body
    with (
        tenancy.enter(organization_id=world.organization.pk),
        pytest.raises(Invalid, match=r"nothing about prompt caches"),
    ):
        replays.take_hit_ratio(by=by, row=row, version=1, source_url="")


def test_page_speaks_honestly_of_every_case(world: World, scenario: Scenario) -> None:
    bare = make_scenario(world.organization, world.client, document=api_only())
    slow = scenario_a()
    slow["pool"]["prefill_tokens_per_second"] = 100
    unmet = make_scenario(world.organization, world.client, document=slow)

    whole = page(world, replay_log(world.organization, scenario))
    one = page(world, replay_log(world.organization, scenario, call(1790000000, session_id="a")))
    poor = page(world, replay_log(world.organization, bare))
    late = page(world, replay_log(world.organization, unmet, target_seconds=0.5))

    assert "66.7 % of calls find something in a prompt cache of 5 minutes" in whole
    assert "needs 1 replica for 95 % of first tokens within 2 s" in whole
    assert "1 line left out: the time is missing (first in line 4)" in whole
    table = whole[whole.index("USD for this log; fees") :]
    assert table.index("All calls to the premium model") < table.index("Caching and routing")
    assert table.index("Self-hosted, all calls") < table.index("Hybrid: all four levers")
    assert "saves −" not in whole
    assert "Further" not in whole
    assert "One call says nothing about traffic" in one
    assert "there is nothing to compare" in poor or "describes no pool" in poor
    assert "Pool:" not in poor
    assert "no number of replicas meets 0.5 s" in late
    for body in (whole, one, poor, late):
        assert "Traceback" not in body
        assert "None" not in body


def test_a_busy_log_is_drawn(world: World, scenario: Scenario) -> None:
    random, at, lines = Random(1), 1.79e9, []
    for _ in range(400):
        at += random.expovariate(1 / 600)
        lines.append(call(at, session_id=random.randrange(40), model="<b>\0large</b>"))

    row = replay_log(world.organization, scenario, "\n".join(lines))
    body = page(world, row, "viewer")

    assert body.count("<svg") >= 8
    assert "<b>" not in body
    assert "Use the replayed hits" not in body
    assert LOG not in json.dumps(row.result)


def test_pages_take_few_queries(
    world: World, scenario: Scenario, django_assert_max_num_queries: Any
) -> None:
    browser = world.login(Browser(), "consultant")
    for number in range(5):
        log = "\n".join(call(at) for at in range(number + 1))
        row = replay_log(world.organization, scenario, log)

    for path in (
        reverse("scenarios:log-replay-list", args=["acme", scenario.pk]),
        reverse("scenarios:log-replay-detail", args=["acme", row.pk]),
    ):
        browser.get(path)
        with django_assert_max_num_queries(7):
            assert browser.get(path).status_code == 200


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 0.0, -1.0])
def test_target_that_is_no_time_is_refused(seconds: float) -> None:
    with pytest.raises(Invalid) as refused:
        replays.SentLog("calls.jsonl", (), target_seconds=seconds)

    assert list(refused.value.fields) == ["target_seconds"]
