"""Writes of the API: once, and over the version that was read (C1, K2)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from assessments.models import Answer, Assessment
from costing.scenarios.models import Scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import AuditEvent, Client
from tests.api.callers import caller, firm, make_key, with_key
from tests.costing.cast import api_only, make_assessment, make_scenario, scenario_a
from tests.world import World

WRITERS = 20
YES = {"state": "answered", "value": "yes"}


def in_parallel(act: Callable[[int], Any]) -> list[Any]:
    """Do it WRITERS times at once, each on a connection of its own."""

    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def test_parallel_requests_of_one_key_make_one_object(committed_db: None, world: World) -> None:
    secret, path = make_key(world, scopes=("write",)), firm(world, "clients/")

    answers = in_parallel(
        lambda _: with_key(secret).post(path, {"name": "Westwind"}, Idempotency_Key="one")
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    with tenancy.enter(organization_id=world.organization.pk):
        assert Client.objects.filter(name="Westwind").count() == 1
        assert AuditEvent.objects.filter(data__name="Westwind").count() == 1


def test_one_key_for_another_body_is_refused(world: World) -> None:
    program, path = caller(world, "key"), firm(world, "clients/")
    program.post(path, {"name": "Westwind"}, Idempotency_Key="one")

    answer = program.post(path, {"name": "Eastwind"}, Idempotency_Key="one")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    with tenancy.enter(organization_id=world.organization.pk):
        assert not Client.objects.filter(name="Eastwind").exists()


def test_one_key_of_two_callers_is_two_keys(world: World) -> None:
    path = firm(world, "clients/")

    answers = [
        caller(world, name).post(path, {"name": name}, Idempotency_Key="one")
        for name in ("key", "owner", "consultant")
    ]

    assert [answer.status_code for answer in answers] == [201] * 3


def test_failed_request_leaves_its_key_free(world: World) -> None:
    program, path = caller(world, "key"), firm(world, "clients/")
    failed = program.post(path, {"name": "Northwind"}, Idempotency_Key="one")

    again = program.post(path, {"name": "Westwind"}, Idempotency_Key="one")

    assert (failed.status_code, again.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "a" * 101, "two words", "ü"])
def test_unfit_idempotency_key_is_refused(world: World, key: str) -> None:
    answer = caller(world, "key").post(
        firm(world, "clients/"), {"name": "Westwind"}, Idempotency_Key=key
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["Idempotency-Key"])


def answer_path(world: World, assessment: Assessment, rest: str = "check/triage/") -> str:
    """Return the path of an assessment's answers."""
    return firm(world, f"assessments/{assessment.pk}/answers/{rest}")


def test_answer_is_saved_over_the_version_that_was_read(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program, path = caller(world, "client_key"), answer_path(world, assessment)

    before = program.get(path)
    saved = program.put(path, YES, If_Match=before["ETag"])

    assert (before["ETag"], saved["ETag"], saved.status_code) == ('"0"', '"1"', 200)
    assert program.get(path).json() == saved.json()


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ('"0"', 412, "precondition_failed"),
        ("*", 200, None),
        ('"1"', 200, None),
        ('W/"1"', 200, None),  # as a compressed response says it
        ('W/"0"', 412, "precondition_failed"),
        ("W/x", 412, "precondition_failed"),
    ],
)
def test_if_match_guards_an_answer(
    world: World, header: str, status: int, code: str | None
) -> None:
    assessment = make_assessment(world.organization, world.client)
    program, path = caller(world, "key"), answer_path(world, assessment)
    program.put(path, YES | {"version": 0})

    answer = program.put(path, YES | {"comment": "Mine"}, If_Match=header)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_stale_answer_gets_what_stands_now(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program, path = caller(world, "key"), answer_path(world, assessment)
    standing = program.put(path, YES | {"version": 0}).json()

    answer = caller(world, "respondent").put(path, {"state": "unknown", "version": 0})

    assert (answer.status_code, answer.json()["current"]) == (409, standing)


def test_answer_without_a_version_is_refused(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)

    answer = caller(world, "key").put(answer_path(world, assessment), YES)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["version"])


def test_parallel_writers_of_one_answer_lose_nothing(committed_db: None, world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    secret, path = make_key(world, scopes=("write",)), answer_path(world, assessment)

    def write(number: int) -> int:
        program = with_key(secret)
        for _ in range(10 * WRITERS):
            version = program.get(path).json()["version"]
            data = YES | {"comment": f"Writer {number}", "version": version}
            if program.put(path, data).status_code == 200:
                return version + 1
        return 0

    versions = in_parallel(write)

    assert sorted(versions) == list(range(1, WRITERS + 1))


def test_several_answers_are_saved_together(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    entries = [
        {"kind": "check", "key": "triage", "version": 0, **YES},
        {"kind": "dimension", "key": "finops", "version": 0, "state": "answered", "level": 3},
    ]

    answer = caller(world, "key").put(answer_path(world, assessment, ""), {"answers": entries})

    stored = {each["key"]: each["version"] for each in answer.json()["results"] if each["version"]}
    assert stored == {"triage": 1, "finops": 1}


@pytest.mark.parametrize(
    ("second", "status", "field"),
    [
        ({"key": "gateway", "version": 7, **YES}, 409, None),
        ({"key": "gateway", "version": 0, "state": "answered", "level": 3}, 422, "answers.1.value"),
        ({"key": "nothing", "version": 0, **YES}, 422, "answers.1.key"),
        ({"key": "triage", "version": 0, **YES}, 422, "answers.1.key"),
        ({"key": "gateway", **YES}, 422, "answers.1.version"),
    ],
)
def test_several_answers_are_saved_all_or_none(
    world: World, second: dict[str, Any], status: int, field: str | None
) -> None:
    assessment = make_assessment(world.organization, world.client)
    first = {"kind": "check", "key": "triage", "version": 0, **YES}
    entries = [first, {"kind": "check", **second}]

    answer = caller(world, "key").put(answer_path(world, assessment, ""), {"answers": entries})

    assert answer.status_code == status
    assert field is None or field in answer.json()["fields"]
    with tenancy.enter(organization_id=world.organization.pk):
        assert Answer.objects.filter(assessment=assessment).count() == 0


def test_stale_scenario_gets_what_stands_now(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    program, path = caller(world, "key"), firm(world, f"scenarios/{scenario.pk}/")
    data = {"title": "Mine", "document": api_only()}
    tag = program.get(path)["ETag"]

    first = program.put(path, data, If_Match=tag)
    late = program.put(path, data, If_Match=tag)
    later = program.put(path, data | {"version": 1})

    assert (first.status_code, late.status_code, later.status_code) == (200, 412, 409)
    assert late.json()["current"] == later.json()["current"] == {"version": 2, "title": "Mine"}


def test_guesses_are_kept_until_others_are_named_and_widen_the_result(world: World) -> None:
    program = caller(world, "key")
    assessment = make_assessment(world.organization, world.client, integrity=3, hosting=2)
    path = firm(world, f"assessments/{assessment.pk}/scenarios/")
    guess = "workload.requests_per_month"

    made = program.post(path, {"title": "S", "document": api_only(), "guessed": [guess]}).json()
    at = firm(world, f"scenarios/{made['id']}/")
    program.post(f"{at}computations/")
    run_due_jobs()
    result = program.get(f"{at}result/").json()
    kept = program.put(at, {"title": "T", "document": api_only(), "version": 1}).json()
    none = {"title": "T", "document": api_only(), "version": 2, "guessed": []}
    sure = program.put(at, none).json()

    assert made["guessed"] == kept["guessed"] == [guess]
    assert sure["guessed"] == []
    assert result["basis_counts"]["guessed"] == 1
    assert result["result"]["bases"][guess] == "guessed"
    # 1,000 requests: a guess may be 60 % too high or by all of itself too low.
    assert result["result"]["default_ranges"][guess] == {"low": 400, "high": 2000}
    assert "ranges" not in result["result"]["inputs"]


@pytest.mark.parametrize("guessed", [["pool.min_replicas"], ["words"], ["samples"]])
def test_guess_of_nothing_is_refused_by_its_place(world: World, guessed: list[str]) -> None:
    assessment = make_assessment(world.organization, world.client)
    data = {"title": "S", "document": api_only(), "guessed": guessed}

    answer = caller(world, "key").post(firm(world, f"assessments/{assessment.pk}/scenarios/"), data)

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["guessed.0"]


def test_estimate_names_the_fields_at_fault_as_the_command_does(world: World) -> None:
    document = scenario_a()
    document["pool"]["scaling"] = "sometimes"
    document["workload"]["requests_per_month"] = -1

    answer = caller(world, "reading_key").post(firm(world, "estimates/"), document)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_scenario")
    assert sorted(answer.json()["fields"]) == ["pool.scaling", "workload.requests_per_month"]


def test_estimate_is_the_cost_model_to_the_cent(world: World) -> None:
    answer = caller(world, "reading_key").post(firm(world, "estimates/"), scenario_a())

    strategies = answer.json()["strategies"]
    # Section 6, scenario A.
    assert round(strategies["baseline"]["usd_per_month"], 2) == 44_550.00
    assert round(strategies["hybrid"]["usd_per_month"], 2) == 35_003.22
    with tenancy.enter(organization_id=world.organization.pk):
        assert Scenario.objects.count() == 0
