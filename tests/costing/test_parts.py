"""A client's workload in parts: what is added up, what stands beside it, and who says so."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from assessments.framework import load_framework
from assessments.models import Assessment, CostSummary
from assessments.roadmap import recommendation_for
from assessments.selectors import costs_find
from costing.scenarios import services
from costing.scenarios.archive import KINDS, archive, restore
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part
from costing.scenarios.selectors import scenario_get
from costing.scenarios.services import ScenarioInput, create_scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.exceptions import Invalid
from organizations.models import AuditEvent
from tests import factories
from tests.api.callers import caller, firm
from tests.cases.loading import read
from tests.costing.cast import api_only, make_assessment, scenario_a
from tests.costing.test_views import url
from tests.world import World

# Scenario A costs 44,550.00 a month and 13,889.11 as recommended (cost model, section 6). The
# other part makes 1,000 calls of 500 tokens in and 100 out: 1,000 · (500·3 + 100·15) / 10⁶ = 3.00.
A_TODAY, A_RECOMMENDED, A_CACHED, SMALL = 44_550.00, 13_889.11, 25_110.00, 3.00


def assess(world: World) -> Assessment:
    return make_assessment(world.organization, world.client, integrity=3, hosting=2)


def add(
    world: World,
    assessment: Assessment,
    title: str,
    document: dict[str, Any],
    *,
    instead_of: Scenario | None = None,
    is_computed: bool = True,
) -> Scenario:
    """Store a scenario of an assessment, with its economics unless told."""
    by = factories.system_actor(world.organization)
    with tenancy.enter(organization_id=world.organization.pk):
        content = ScenarioInput(
            title=title, document=document, alternative_to_id=instead_of and instead_of.pk
        )
        scenario = create_scenario(by=by, assessment=assessment, content=content)
        if is_computed:
            request_economics(by=by, scenario=scenario)
    run_due_jobs()
    return scenario


def cheaper() -> dict[str, Any]:
    """Scenario A at half the requests."""
    document = scenario_a()
    document["workload"]["requests_per_month"] = 1_500_000
    return document


def running_cache() -> dict[str, Any]:
    return {**scenario_a(), "current_levers": ["prompt_caching"]}


def page(world: World, role: str, name: str, **keys: Any) -> str:
    response = world.login(Browser(), role).get(url(world, name, **keys))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_parts_are_added_up_for_client_and_portfolio(committed_db: None, world: World) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Search", api_only())

    detail = page(world, "viewer", "client-detail", client=world.client.pk)
    rows = page(world, "consultant", "client-list")

    # 44,550 + 3 today, of which 44,550.00 − 13,889.11 = 30,660.89 can be saved: Search saves none.
    for figure in ("$44,553", "$30,661", "3,001,000", "44,550", ">3.00<", "13,892"):
        assert figure in detail, figure
    for figure in ("44,553", "30,661"):
        assert figure in rows
    assert detail.index("Support</a>") < detail.index("Search</a>")


def test_saving_that_waits_for_terms_is_said_to_on_the_clients_page(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", read("bought_and_left")["scenario"])

    detail = page(world, "viewer", "client-detail", client=world.client.pk)

    assert "To save once terms end, per month" in detail
    assert "must be paid until the term ends, $146,000 a month: until then" in detail
    assert "To save today" not in detail


def test_client_says_from_which_volume_the_recommendation_of_each_part_pays(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Search", api_only())

    detail = page(world, "viewer", "client-detail", client=world.client.pk)

    cells = re.findall(r'data-label="Pays, at requests">([^<]*)<', detail)
    assert len(cells) == 2
    assert re.fullmatch(r"from [\d.]+ k on", cells[0])
    assert cells[1] == "–"  # nothing is to be changed there


def test_alternative_stands_beside_its_part_and_is_not_added_up(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Half of it", cheaper(), instead_of=part)

    detail = page(world, "viewer", "client-detail", client=world.client.pk)
    listed = page(world, "consultant", "scenario-list", assessment=assessment.pk)

    assert "$44,550" in detail
    assert "66,825" not in detail
    assert "Instead of “<bdi>Support</bdi>”" in detail
    assert "Half of it</a>" in detail
    assert "22,275" in detail
    assert "Instead of “<bdi>Support</bdi>”, not added up" in listed
    assert "The workload, 1 part" in listed


def test_part_without_economics_counts_for_nothing_and_neither_does_what_it_may_become(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", scenario_a(), is_computed=False)
    add(world, assessment, "Half of it", cheaper(), instead_of=part)

    detail = page(world, "viewer", "client-detail", client=world.client.pk)

    assert "Spent today" not in detail
    with tenancy.enter(organization_id=world.organization.pk):
        assert costs_find(assessment) is None


def test_client_shows_the_workload_of_the_assessment_that_was_computed_last(
    committed_db: None, world: World
) -> None:
    add(world, assess(world), "Support", scenario_a())
    add(world, assess(world), "Search", api_only())

    detail = page(world, "viewer", "client-detail", client=world.client.pk)

    assert "$3.00" in detail
    assert "44,55" not in detail


def test_roadmap_has_the_money_of_every_part(committed_db: None, world: World) -> None:
    assessment = assess(world)
    add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Search", running_cache())

    program, path = caller(world, "key"), firm(world, f"assessments/{assessment.pk}/")
    roadmap = program.get(f"{path}roadmap/").json()

    with tenancy.enter(organization_id=world.organization.pk):
        costs = costs_find(assessment).costs
    assert round(costs.spend_usd_per_month, 2) == A_TODAY + A_CACHED
    # The cache runs in one part: it may still be brought in, into the other.
    assert costs.running == frozenset()
    best = recommendation_for(load_framework(), costs).later
    assert round(best.usd_per_month, 2) == pytest.approx(2 * A_RECOMMENDED, abs=0.02)
    assert {len(roadmap["projections"]), len(costs.parts)} == {3, 2}


def test_alternative_becomes_a_part_and_the_sums_follow(committed_db: None, world: World) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", scenario_a())
    other = add(world, assessment, "Half of it", cheaper(), instead_of=part)
    third = add(world, assessment, "Search", api_only(), instead_of=part)

    def spend() -> float:
        with tenancy.enter(organization_id=world.organization.pk):
            return round(CostSummary.objects.get().document["spend_usd_per_month"], 2)

    assert spend() == A_TODAY
    choose(world, other, None)
    assert spend() == A_TODAY + A_TODAY / 2
    choose(world, part, other)
    assert spend() == A_TODAY / 2
    with tenancy.enter(organization_id=world.organization.pk):
        # What stood beside the part now stands beside what took its place.
        assert Scenario.objects.get(pk=third.pk).alternative_to_id == other.pk
        assert AuditEvent.objects.filter(verb="scenario.part_chosen").count() == 2
        assert Scenario.objects.get(pk=part.pk).version == 1


def choose(world: World, scenario: Scenario, part: Scenario | None) -> None:
    browser = world.login(Browser(), "consultant")
    data = {"alternative_to": part.pk if part else ""}
    assert browser.post(url(world, "scenario-part", scenario=scenario.pk), data).status_code == 302


def test_only_another_part_of_the_same_assessment_can_be_replaced(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", api_only(), is_computed=False)
    other = add(world, assessment, "Other", api_only(), instead_of=part, is_computed=False)
    elsewhere = add(world, assess(world), "Elsewhere", api_only(), is_computed=False)
    by = factories.system_actor(world.organization)

    with tenancy.enter(organization_id=world.organization.pk):
        for wrong in (part, other, elsewhere):
            with pytest.raises(Invalid) as refused:
                choose_part(by=by, scenario=part, alternative_to=wrong.pk)
            assert "alternative_to" in refused.value.fields
        assert Scenario.objects.get(pk=part.pk).alternative_to_id is None


def test_variant_says_the_same_beside_its_origin(committed_db: None, world: World) -> None:
    assessment = assess(world)
    part = add(world, assessment, "S" * 120, scenario_a(), is_computed=False)
    by = factories.system_actor(world.organization)

    with tenancy.enter(organization_id=world.organization.pk):
        variant = services.duplicate_scenario(by=by, scenario=part)
        second = services.duplicate_scenario(by=by, scenario=variant)

    assert (variant.alternative_to_id, second.alternative_to_id) == (part.pk, part.pk)
    assert (variant.document, variant.title) == (part.document, "S" * 109 + ", a variant")


def test_api_says_what_is_a_part(committed_db: None, world: World) -> None:
    assessment = assess(world)
    program, path = caller(world, "key"), firm(world, f"assessments/{assessment.pk}/scenarios/")
    part = program.post(path, {"title": "Support", "document": api_only()}).json()
    body = {"title": "Other", "document": api_only(), "alternative_to": part["id"]}
    other = program.post(path, body).json()

    assert (part["alternative_to"], other["alternative_to"]) == (None, part["id"])
    one = firm(world, f"scenarios/{other['id']}/")
    kept = program.put(one, {**body, "alternative_to": other["id"], "version": 1})
    assert (kept.status_code, list(kept.json()["fields"])) == (422, ["alternative_to"])
    del body["alternative_to"]
    assert program.put(one, {**body, "version": 1}).json()["alternative_to"] == part["id"]
    freed = program.put(one, {**body, "alternative_to": None, "version": 2}).json()
    assert freed["alternative_to"] is None


def test_reassessment_takes_parts_and_alternatives_along(committed_db: None, world: World) -> None:
    assessment, again = assess(world), assess(world)
    part = add(world, assessment, "Support", api_only(), is_computed=False)
    add(world, assessment, "Other", api_only(), instead_of=part, is_computed=False)
    by = factories.system_actor(world.organization)

    with tenancy.enter(organization_id=world.organization.pk):
        copies = services.copy_scenarios(by=by, source=assessment, target=again)

    roles = {each.title: each.alternative_to_id for each in copies}
    (own,) = [each.pk for each in copies if each.title == "Support"]
    assert roles == {"Support": None, "Other": own}


def test_stored_assessments_keep_the_scenario_that_was_computed_last_as_their_part(
    committed_db: None, world: World
) -> None:
    assessment, uncomputed = assess(world), assess(world)
    first = add(world, assessment, "First", api_only())
    newest = add(world, assessment, "Newest", api_only())
    never = add(world, assessment, "Never computed", api_only(), is_computed=False)
    add(world, uncomputed, "Changed before", api_only(), is_computed=False)
    last = add(world, uncomputed, "Changed last", api_only(), is_computed=False)
    migration = import_module("costing.scenarios.migrations.0003_scenario_alternative_to")

    with tenancy.enter(organization_id=world.organization.pk), connection.cursor() as cursor:
        cursor.execute(migration.KEEP_THE_NEWEST)
        parts = dict(Scenario.objects.values_list("title", "alternative_to"))

    assert (first.assessment_id, never.assessment_id) == (assessment.pk, assessment.pk)
    assert parts == {
        "First": newest.pk,
        "Newest": None,
        "Never computed": newest.pk,
        "Changed before": last.pk,
        "Changed last": None,
    }


def test_archived_scenario_is_in_no_sum_and_comes_back(committed_db: None, world: World) -> None:
    assessment = assess(world)
    part = add(world, assessment, "Support", scenario_a())
    add(world, assessment, "Search", api_only())
    add(world, assessment, "Half of it", cheaper(), instead_of=part)
    (kind,) = [each for each in KINDS if each.name == "scenario"]
    by = world.actor("consultant")

    def shown() -> str:
        return page(world, "viewer", "client-detail", client=world.client.pk)

    with tenancy.enter(organization_id=world.organization.pk):
        archive(by=by, kind=kind, row=scenario_get(part.pk))
        assert costs_find(assessment).costs.spend_usd_per_month == pytest.approx(SMALL)
    assert "44,55" not in shown()
    assert "Half of it" not in shown()
    with tenancy.enter(organization_id=world.organization.pk):
        restore(by=by, kind=kind, row=scenario_get(part.pk))
    assert "$44,553" in shown()
