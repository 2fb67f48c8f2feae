"""The costs of a workload's parts, which its assessment keeps: each result is read once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, CostSummary
from assessments.roadmap import Costs
from assessments.selectors import costs_find
from costing.engine import Estimate
from costing.engine.anti_patterns import AntiPattern
from costing.scenarios import parts
from costing.scenarios.archive import KINDS, archive, restore
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part, keep_costs_of_parts
from costing.scenarios.selectors import scenario_get
from jobs.services import run_due_jobs
from organizations import tenancy
from tests.cases.loading import merged
from tests.cases.loading import read as read_case
from tests.costing.cast import api_only, scenario_a
from tests.costing.test_parts import add, assess, cheaper, running_cache
from tests.world import World


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The results that were read, each by its requests a month."""
    found: list[float] = []
    costs_of = parts.costs_of

    def counted(estimate: Estimate, anti_patterns: Sequence[AntiPattern]) -> Costs:
        found.append(estimate.scenario.workload.requests_per_month)
        return costs_of(estimate, anti_patterns)

    monkeypatch.setattr(parts, "costs_of", counted)
    return found


@contextmanager
def inside(world: World) -> Iterator[None]:
    with tenancy.enter(organization_id=world.organization.pk):
        yield


def of_requests(requests_per_month: int) -> dict[str, Any]:
    document = api_only()
    document["workload"]["requests_per_month"] = requests_per_month
    return document


def kept(world: World, assessment: Assessment) -> dict[str, Any]:
    """The costs as they are kept, and where they come from."""
    with inside(world):
        row = CostSummary.objects.get(assessment=assessment)
    source = {"title": row.scenario_title, "result": row.result_id, "at": row.computed_at}
    return {**source, "scenario": row.scenario_id, "document": row.document}


def kept_anew(world: World, assessment: Assessment) -> dict[str, Any]:
    """The same, once every part was read."""
    with inside(world):
        CostSummary.objects.filter(assessment=assessment).delete()
        keep_costs_of_parts(assessment)
    return kept(world, assessment)


def test_storing_a_result_reads_that_one_alone(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment = assess(world)
    for requests in (100, 200, 300, 400, 500):
        add(world, assessment, f"Part {requests}", of_requests(requests))

        assert read == [requests]
        read.clear()

    with inside(world):
        assert len(costs_find(assessment).costs.parts) == 5
    assert kept(world, assessment) == kept_anew(world, assessment)
    assert sorted(read) == [100, 200, 300, 400, 500]


def test_caution_of_the_saving_is_kept_with_the_costs(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment = assess(world)
    add(world, assessment, "Sure", scenario_a())
    with inside(world):
        before = costs_find(assessment).costs.caution
    left = read_case("bought_and_left")["scenario"]
    add(world, assessment, "Left", merged(scenario_a(), left))

    with inside(world):
        costs = costs_find(assessment).costs

    assert before == ""
    assert [part.caution for part in costs.parts] == ["", ""]
    assert costs.left_usd_per_month == 146_000.0
    assert costs.caution.startswith(
        "What was bought ahead and is left must be paid until the term ends, $146,000 a month:"
    )
    assert kept(world, assessment) == kept_anew(world, assessment)


def test_result_of_a_part_that_is_computed_again_replaces_the_kept_one(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment = assess(world)
    changed = add(world, assessment, "Changed", of_requests(100))
    add(world, assessment, "Other", of_requests(200))
    read.clear()
    with inside(world):
        Scenario.objects.filter(pk=changed.pk).update(document=of_requests(900), version=2)
        changed = scenario_get(changed.pk)
        request_economics(by=world.actor("consultant"), scenario=changed)
    run_due_jobs()

    assert read == [900]
    assert [each["title"] for each in kept(world, assessment)["document"]["parts"]] == [
        "Changed",
        "Other",
    ]
    assert kept(world, assessment) == kept_anew(world, assessment)


def test_an_alternative_reads_nothing_until_it_is_a_part(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Search", running_cache())
    read.clear()
    half = add(world, assessment, "Half of it", cheaper(), instead_of=part)
    assert read == []

    with inside(world):
        choose_part(by=world.actor("consultant"), scenario=half, alternative_to=None)
    assert read == [1_500_000]
    with inside(world):
        choose_part(by=world.actor("consultant"), scenario=part, alternative_to=half.pk)
    assert read == [1_500_000]
    assert kept(world, assessment) == kept_anew(world, assessment)


def test_what_is_restored_alone_is_read_again(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment, by = assess(world), world.actor("consultant")
    (kind,) = [each for each in KINDS if each.name == "scenario"]
    aside = add(world, assessment, "Aside", of_requests(100))
    add(world, assessment, "Other", of_requests(200))
    add(world, assessment, "Third", of_requests(300))
    read.clear()

    with inside(world):
        archive(by=by, kind=kind, row=scenario_get(aside.pk))
    assert read == []
    assert len(kept(world, assessment)["document"]["parts"]) == 2
    with inside(world):
        restore(by=by, kind=kind, row=scenario_get(aside.pk))
    assert read == [100]
    assert kept(world, assessment) == kept_anew(world, assessment)


def test_kept_costs_follow_the_title_of_their_part(
    committed_db: None, world: World, read: list[float]
) -> None:
    assessment = assess(world)
    renamed = add(world, assessment, "Support", of_requests(100))
    with inside(world):
        Scenario.objects.filter(pk=renamed.pk).update(title="Help desk")
    add(world, assessment, "Search", of_requests(50))

    found = kept(world, assessment)
    assert [part["title"] for part in found["document"]["parts"]] == ["Help desk", "Search"]
    assert found["title"] == "Help desk"
    assert read == [100, 50]


@pytest.mark.parametrize("reason", ["an older release kept them", "another engine read them"])
def test_costs_that_do_not_tell_what_they_are_made_of_are_read_again(
    committed_db: None,
    world: World,
    read: list[float],
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", of_requests(100))
    add(world, assessment, "Search", of_requests(200))
    read.clear()
    if reason == "another engine read them":
        monkeypatch.setattr(parts, "ENGINE_VERSION", "999.0.0")
    else:
        with inside(world):
            row = CostSummary.objects.get()
            for part in row.document["parts"]:
                del part["made_of"]
            row.save()

    with inside(world):
        keep_costs_of_parts(assessment)
        keep_costs_of_parts(assessment)

    assert sorted(read) == [100, 200]


def test_keeping_costs_takes_the_same_queries_for_two_parts_and_for_many(
    committed_db: None, world: World
) -> None:
    assessment, counts = assess(world), []
    for numbers in (range(1, 3), range(3, 9)):
        for number in numbers:
            add(world, assessment, f"Part {number}", of_requests(number))
        with inside(world), CaptureQueriesContext(connection) as captured:
            keep_costs_of_parts(assessment)
        counts.append(len(captured))
        large = '"scenarios_economicsresult"."result"'
        assert not any(large in each["sql"] for each in captured.captured_queries)

    assert counts[0] == counts[1]
