"""Scenarios and their economics in the database."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from costing.engine import parse_scenario
from costing.scenarios import selectors as scenario_selectors
from costing.scenarios import services as scenario_services
from costing.scenarios.economics import compute_economics, request_economics, store_economics
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.services import ScenarioInput
from jobs.models import Job, JobState
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.costing.cast import api_only, make_assessment, make_scenario, scenario_a
from tests.factories import load_price_book
from tests.world import World

AS_OF = date(2026, 11, 1)


def test_create_scenario_pins_the_latest_price_book_and_is_audited(world: World) -> None:
    book, _ = load_price_book(as_of=AS_OF)
    assessment = make_assessment(world.organization, world.client)

    with tenancy.enter(organization_id=world.organization.pk):
        scenario = scenario_services.create_scenario(
            by=world.actor("consultant"),
            assessment=assessment,
            content=ScenarioInput(title="Support", document=scenario_a(), trigger="rag"),
        )

        stored = scenario_selectors.scenario_get(scenario.pk)
        events = AuditEvent.objects.filter(subject_id=scenario.pk)
        assert (stored.price_book, stored.version, stored.trigger) == (book, 1, "rag")
        assert stored.document == scenario_a()
        assert [(event.verb, event.data) for event in events] == [
            ("scenario.created", {"title": "Support"})
        ]


def test_create_scenario_names_every_field_at_fault(world: World) -> None:
    load_price_book(as_of=AS_OF)
    assessment = make_assessment(world.organization, world.client)
    document = scenario_a() | {"premium_model": {"catalog": "openai:gpt-9o"}, "spare": 1}
    document["workload"]["requests_per_month"] = -1

    with tenancy.enter(organization_id=world.organization.pk):
        with pytest.raises(Invalid) as caught:
            scenario_services.create_scenario(
                by=world.actor("consultant"),
                assessment=assessment,
                content=ScenarioInput(title="Support", document=document),
            )

        assert Scenario.objects.count() == 0
    assert sorted(caught.value.fields) == [
        "premium_model.catalog",
        "spare",
        "workload.requests_per_month",
    ]


def test_save_scenario_raises_its_version_and_keeps_its_price_book(world: World) -> None:
    pinned, _ = load_price_book(as_of=AS_OF)
    scenario = make_scenario(world.organization, world.client)
    load_price_book(as_of=date(2026, 11, 2))

    with tenancy.enter(organization_id=world.organization.pk):
        saved = scenario_services.save_scenario(
            by=world.actor("consultant"),
            scenario=scenario,
            version=1,
            content=ScenarioInput(title="Renamed", document=api_only()),
        )

    assert (saved.version, saved.title, saved.document) == (2, "Renamed", api_only())
    assert saved.price_book == pinned


def test_save_scenario_of_a_stale_version_changes_nothing(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    content = ScenarioInput(title="Theirs", document=api_only())

    with tenancy.enter(organization_id=world.organization.pk):
        scenario_services.save_scenario(
            by=world.actor("owner"), scenario=scenario, version=1, content=content
        )
        with pytest.raises(Conflict) as caught:
            scenario_services.save_scenario(
                by=world.actor("consultant"),
                scenario=scenario,
                version=1,
                content=ScenarioInput(title="Mine", document=scenario_a()),
            )

        standing = Scenario.objects.get(pk=scenario.pk)
    assert caught.value.current == {"version": 2, "title": "Theirs"}
    assert (standing.title, standing.version) == ("Theirs", 2)


def test_request_economics_twice_is_one_job(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    actor = world.actor("consultant")

    with tenancy.enter(organization_id=world.organization.pk):
        first = request_economics(by=actor, scenario=scenario)
        second = request_economics(by=actor, scenario=scenario)

    assert first == second


def test_economics_job_stores_the_worked_numbers_once(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_economics(by=world.actor("consultant"), scenario=scenario)

    run_due_jobs()
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        stored = EconomicsResult.objects.get(scenario=scenario)
        assert Job.objects.get(pk=job.pk).state == JobState.DONE
    usd = {key: row["usd_per_month"] for key, row in stored.result["strategies"].items()}
    # cost-model.md, section 6
    assert {key: round(value, 2) for key, value in usd.items()} == {
        "baseline": 44550.00,
        "prompt_caching": 25110.00,
        "routed_api": 15423.98,
        "optimized_api": 13889.11,
        "self_hosted": 30480.00,
        "hybrid": 35003.22,
        "current": 44550.00,
    }
    assert (stored.job_id, stored.scenario_version, stored.client_id) == (
        job.pk,
        1,
        world.client.pk,
    )
    assert [(curve["from"], curve["to"]) for curve in stored.curves] == [
        ("prompt_caching", "self_hosted"),
        ("baseline", "self_hosted"),
        ("optimized_api", "hybrid"),
        ("current", "recommended_today"),
    ]


def test_economics_of_one_job_cannot_be_stored_twice(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    actor = world.actor("consultant")
    economics = compute_economics(parse_scenario(scenario_a()))
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_economics(by=actor, scenario=scenario)
        store_economics(by=actor, job_id=job.pk, scenario=scenario, economics=economics)

        with pytest.raises(IntegrityError), transaction.atomic():
            store_economics(by=actor, job_id=job.pk, scenario=scenario, economics=economics)

        assert EconomicsResult.objects.count() == 1


def test_economics_prices_the_pinned_book(world: World) -> None:
    load_price_book(as_of=date(2026, 10, 20))
    document = api_only() | {"premium_model": {"catalog": "mistral:mistral-large-4"}}
    scenario = make_scenario(world.organization, world.client, document=document)
    load_price_book(as_of=date(2026, 10, 29))

    with tenancy.enter(organization_id=world.organization.pk):
        resolved = scenario_selectors.economics_document(
            scenario_selectors.scenario_get(scenario.pk)
        )

    # 1.36 from the 20th, lowered to 0.70 on the 29th
    assert resolved["premium_model"]["input_usd_per_mtok"] == 1.36
    assert resolved["as_of"] == "2026-10-20"


def test_economics_of_equal_inputs_have_equal_checksums() -> None:
    one = compute_economics(parse_scenario(scenario_a()))
    again = compute_economics(parse_scenario(dict(reversed(list(scenario_a().items())))))
    other = compute_economics(parse_scenario(api_only()))

    assert one.inputs_checksum == again.inputs_checksum
    assert one.inputs_checksum != other.inputs_checksum


@pytest.mark.parametrize("table", ["scenarios_scenario", "scenarios_economicsresult"])
def test_rows_are_hidden_without_a_tenant(world: World, table: str) -> None:
    scenario = make_scenario(world.organization, world.client)
    with tenancy.enter(organization_id=world.organization.pk):
        request_economics(by=world.actor("consultant"), scenario=scenario)
    run_due_jobs()

    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        outside = cursor.fetchone()[0]
        with tenancy.enter(organization_id=world.organization.pk):
            cursor.execute(f"select count(*) from {table}")
            inside = cursor.fetchone()[0]

    assert (outside, inside) == (0, 1)


def test_scenario_cannot_point_at_another_clients_assessment(world: World) -> None:
    foreign = make_assessment(world.organization, world.sibling_client)

    astray = Scenario(
        organization=world.organization, client=world.client, assessment=foreign, title="Astray"
    )

    with tenancy.enter(organization_id=world.organization.pk):
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        match = "scenarios_scenario_assessment_id_same_tenant"
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            astray.save(force_insert=True)
