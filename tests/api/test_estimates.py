"""What one key can make the web process compute: bounded before, limited while, ended in time."""

from datetime import date, timedelta
from typing import Any

import pytest

from costing.engine import estimate, estimate_document, parse_scenario
from costing.scenarios import computing, estimates
from jobs.models import Job, JobState
from jobs.services import run_due_jobs
from organizations import concurrency, tenancy
from tests.api.callers import caller, firm
from tests.costing.cast import scenario_a
from tests.places import all_taken
from tests.world import World

MODELS = ("premium_model", "small_model")
FIGURES = ("input_usd_per_mtok", "output_usd_per_mtok")


def heavy(samples: int, tiers: int = 0) -> dict[str, Any]:
    """Scenario A with futures, and with ranges of every price of so many tiers a model."""
    document = scenario_a() | {"samples": samples, "pairs": []}
    for name in MODELS:
        document[name]["tiers"] = [
            {
                "above_input_tokens": 10_000 * (number + 1),
                "input_usd_per_mtok": 2,
                "output_usd_per_mtok": 8,
            }
            for number in range(tiers)
        ]
    document["ranges"] = {
        f"{name}.tiers.{number}.{figure}": {"low": 1, "high": 9}
        for name in MODELS
        for number in range(tiers)
        for figure in FIGURES
    } | {"workload.requests_per_month": {"low": 1e6, "high": 9e6}}
    return document


def heaviest() -> dict[str, Any]:
    """As much as the inputs' own bounds allow, but for a few ranges."""
    document = heavy(16_384, tiers=20)
    names = ("baseline", "prompt_caching", "routed_api", "optimized_api", "self_hosted", "hybrid")
    pairs = [{"from": one, "to": two} for one in names for two in names if one != two]
    document["workload"]["hourly_profile"] = [100 + hour for hour in range(168)]
    return document | {"pairs": pairs[:20]}


def jobs(world: World) -> list[Job]:
    """The organization's jobs."""
    with tenancy.enter(organization_id=world.organization.pk):
        return list(Job.objects.all())


def test_estimate_beyond_the_bound_names_what_causes_it(world: World) -> None:
    answer = caller(world, "reading_key").post(firm(world, "estimates/"), heaviest())

    assert answer.status_code == 422
    assert sorted(answer.json()["fields"]) == ["pairs", "ranges"]
    # 16,384 futures × 81 ranges × 1 µs + 81 × 1.5 ms = 1.45 s
    assert answer.json()["fields"]["ranges"] == [
        "causes about 1.4 of 3.4 s of computing; an estimate may take 3.0 s"
    ]
    assert jobs(world) == []


def test_heavy_estimate_is_a_job_whose_result_is_the_estimate(world: World) -> None:
    document, program = heavy(16_384, tiers=20), caller(world, "reading_key")
    path = firm(world, "estimates/")

    asked = program.post(path, document)
    again = program.post(path, document)
    estimate = f"{path}{asked.json()['subject_id']}/"
    early = program.get(estimate)
    run_due_jobs()
    done = program.get(asked["Location"])
    found = program.get(estimate)

    assert (asked.status_code, early.status_code) == (202, 409)
    assert asked.json() == again.json()
    assert (done.json()["state"], found.status_code) == ("done", 200)
    small = program.post(path, document | {"samples": 64}).json()
    assert found.json()["strategies"] == small["strategies"]
    assert found.json()["uncertainty"]["samples"] == 16_384


def test_estimate_of_another_organization_is_not_there(world: World) -> None:
    asked = caller(world, "key").post(firm(world, "estimates/"), heavy(16_384, tiers=20))
    path = f"estimates/{asked.json()['subject_id']}/"

    other = caller(world, "other_firm_key").get(
        f"/api/v1/organizations/{world.other_organization.slug}/{path}"
    )

    assert other.status_code == 404


def test_estimate_that_takes_too_long_becomes_a_job(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "REQUEST_DEADLINE_SECONDS", -1.0)
    program = caller(world, "key")

    asked = program.post(firm(world, "estimates/"), scenario_a())

    assert asked.status_code == 202
    monkeypatch.setattr(computing, "JOB_DEADLINE_SECONDS", -1.0)
    run_due_jobs()
    (job,) = jobs(world)
    assert job.state == JobState.FAILED
    assert "longer to compute than there is time for" in job.error


def test_estimates_that_wait_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimates, "MAX_JOBS", 2)
    program, path = caller(world, "key"), firm(world, "estimates/")

    answers = [program.post(path, heavy(16_000 + n, tiers=20)) for n in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2]["Retry-After"]) >= 1


@pytest.mark.parametrize("whose", ["organization", "all"])
def test_estimate_while_all_places_are_taken_is_told_to_ask_again(
    world: World, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    name = f"{world.organization.pk}:" if whose == "organization" else ":"
    with all_taken(monkeypatch, name):
        busy = caller(world, "key").post(firm(world, "estimates/"), scenario_a())
        others = caller(world, "other_firm_key")
        other = others.post(
            f"/api/v1/organizations/{world.other_organization.slug}/estimates/", scenario_a()
        )
    free = caller(world, "key").post(firm(world, "estimates/"), scenario_a())

    assert (busy.status_code, busy.json()["code"]) == (429, "busy")
    assert int(busy["Retry-After"]) >= 1
    assert other.status_code == (200 if whose == "organization" else 429)
    assert free.status_code == 200


def test_pools_are_proposed_only_in_a_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = {"workload": scenario_a()["workload"], "model_family": "llama-3.3-70b"}
    with all_taken(monkeypatch, ":"):
        busy = caller(world, "key").post(firm(world, "pool-proposals/"), wish)

    assert busy.status_code == 429


def test_one_thread_of_the_process_is_left_for_everything_else(
    world: World, two_threads: None
) -> None:
    with concurrency.thread():
        busy = caller(world, "key").post(firm(world, "estimates/"), scenario_a())
    free = caller(world, "key").post(firm(world, "estimates/"), scenario_a())

    assert (busy.status_code, free.status_code) == (429, 200)


def test_scenarios_in_bulk_have_an_estimate_or_an_error_each_in_their_order(world: World) -> None:
    program, path = caller(world, "reading_key"), firm(world, "estimates/")
    misspelt = scenario_a() | {"workloads": {}}

    found = program.post(
        f"{path}bulk/",
        {"scenarios": [scenario_a(), misspelt, None, heavy(16_384, tiers=20), scenario_a()]},
    )

    first, wrong, nothing, hard, last = found.json()["results"]
    assert found.status_code == 200
    assert first == last == program.post(path, scenario_a()).json()
    assert (wrong["code"], [*wrong["fields"]]) == ("invalid_scenario", ["workloads"])
    assert nothing["code"] == "invalid_scenario"
    assert "ask for its estimate alone" in hard["fields"]["ranges"][0]


def test_scenarios_in_bulk_are_bounded_in_number_place_and_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, path = caller(world, "key"), firm(world, "estimates/bulk/")

    wrong = [program.post(path, {"scenarios": [None] * count}) for count in (0, 201)]
    unknown = program.post(path, {"scenarios": [scenario_a()], "samples": 1})
    with all_taken(monkeypatch, ":"):
        busy = program.post(path, {"scenarios": [scenario_a()]})
    monkeypatch.setattr(computing, "REQUEST_DEADLINE_SECONDS", -1.0)
    late = program.post(path, {"scenarios": [scenario_a()] * 2})

    assert [[*each.json()["fields"]] for each in (*wrong, unknown)] == [
        ["scenarios"],
        ["scenarios"],
        ["samples"],
    ]
    assert (busy.status_code, busy.json()["code"]) == (429, "busy")
    assert [each["code"] for each in late.json()["results"]] == ["took_too_long"] * 2


def test_the_same_estimate_is_computed_once_a_day_for_each_organization(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[Any] = []
    real = estimates.estimate
    monkeypatch.setattr(
        estimates, "estimate", lambda *args, **more: computed.append(args) or real(*args, **more)
    )
    documents = [scenario_a(), scenario_a(), scenario_a()]
    documents[2]["workload"]["requests_per_month"] += 1
    today, by = date(2026, 11, 1), world.actor("owner")

    bodies = [
        estimates.estimate_scenario(by=by, document=document, today=today) for document in documents
    ]
    estimates.estimate_scenario(by=by, document=scenario_a(), today=today + timedelta(days=1))
    estimates.estimate_scenario(
        by=world.actor("other_firm_owner"), document=scenario_a(), today=today
    )

    assert bodies[0] == bodies[1] != bodies[2]
    assert len(computed) == 4


def test_an_estimate_that_is_asked_for_again_reads_the_same(world: World) -> None:
    program, path = caller(world, "reading_key"), firm(world, "estimates/")

    first, again = (program.post(path, scenario_a()) for _ in range(2))

    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/json")
    assert first.json() == estimate_document(estimate(parse_scenario(scenario_a())))
    assert first.content == again.content
