"""The archive: what is put aside leaves lists, sums and pages, and comes back as it was."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment, CostSummary
from assessments.selectors import action_list, assessment_list, reassessment_find, roadmap_read
from assessments.services import add_note, approve_assessment, start_reassessment, submit_assessment
from costing.scenarios.archive import KINDS, archive, archived_rows, restore
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part
from costing.scenarios.selectors import scenario_list, workload_economics
from jobs.services import run_due_jobs
from organizations import kept_pages
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from organizations.selectors import client_list
from tests.api.callers import caller, firm
from tests.assessments.cast import YES, assess, enter
from tests.assessments.test_roadmap_rows import action, beginner, draft, preview
from tests.costing.cast import api_only, make_scenario
from tests.permission_table import THINGS
from tests.reports.rows import make_snapshot
from tests.world import World

KIND = {kind.name: kind for kind in KINDS}
kinds = pytest.mark.parametrize("name", KIND)


def page(world: World, name: str, **names: Any) -> str:
    return reverse(f"scenarios:{name}", kwargs={"org": world.organization.slug, **names})


def put_aside(world: World, name: str, row_id: UUID) -> None:
    with enter(world):
        archive(by=world.actor("consultant"), kind=KIND[name], row=KIND[name].load(row_id))


def bring_back(world: World, name: str, row_id: UUID) -> None:
    with enter(world):
        restore(by=world.actor("consultant"), kind=KIND[name], row=KIND[name].load(row_id))


def priced(world: World, assessment: Assessment, **workload: Any) -> Scenario:
    """Store and compute a scenario; call outside the tenant."""
    document = api_only()
    document["workload"] |= workload
    scenario = make_scenario(
        world.organization, world.client, document=document, assessment=assessment
    )
    with enter(world):
        request_economics(by=world.actor("consultant"), scenario=scenario)
    run_due_jobs()
    return scenario


@kinds
def test_what_is_archived_comes_back_from_the_archive(
    world: World, client: Browser, name: str
) -> None:
    row_id = THINGS[name](world.organization, world.client)
    browser = world.login(client, "consultant")
    address = page(world, f"{name}-archive", **{name: row_id})

    question = browser.get(address)
    asked = archived_of(world)
    done = browser.post(address, follow=True)
    again = browser.post(address)
    archived = archived_of(world)
    back = browser.post(page(world, f"{name}-restore", **{name: row_id}), follow=True)

    assert question.status_code == 200
    assert "Nothing is deleted" in question.content.decode()
    assert asked == []
    assert archived == [(name, row_id)]
    assert "is archived" in done.content.decode()
    assert done.status_code == 200
    assert again.status_code == 404
    assert "must be restored" in again.content.decode()
    assert back.status_code == 200
    assert "is restored" in back.content.decode()
    assert archived_of(world) == []
    with enter(world):
        events = AuditEvent.objects.filter(subject_id=row_id).values_list("verb", "actor_label")
        assert {
            (f"{name}.{act}", "consultant@acme.example") for act in ("archived", "restored")
        } <= {(verb, label) for verb, label in events}


def archived_of(world: World) -> list[tuple[str, UUID]]:
    with enter(world):
        return [(row.kind, row.id) for row in archived_rows()]


def test_an_archived_client_leaves_lists_sums_pages_and_links(
    committed_db: None, world: World, client: Browser
) -> None:
    with enter(world):
        snapshot = make_snapshot(world.organization, world.client)
    scenario = priced(world, snapshot.assessment)
    put_aside(world, "client", world.client.pk)
    browser = world.login(client, "consultant")

    portfolio = browser.get(page(world, "client-list")).content.decode()

    assert "Northwind" not in portfolio
    assert "Southwind" in portfolio
    with enter(world):
        assert [each.name for each in client_list()] == ["Southwind"]
        assert list(assessment_list()) == []
    for name, names in (
        ("scenarios:client-detail", {"client": world.client.pk}),
        ("scenarios:scenario-detail", {"scenario": scenario.pk}),
        ("assessments:assessment-detail", {"assessment": snapshot.assessment_id}),
        ("reports:deliverable-list", {"assessment": snapshot.assessment_id}),
    ):
        path = reverse(name, kwargs={"org": world.organization.slug, **names})
        assert browser.get(path).status_code == 404, name
    viewer = world.login(Browser(), "viewer")
    assert viewer.get(page(world, "client-list")).status_code == 404

    bring_back(world, "client", world.client.pk)

    assert "Northwind" in browser.get(page(world, "client-list")).content.decode()
    assert browser.get(page(world, "scenario-detail", scenario=scenario.pk)).status_code == 200


def test_a_share_link_of_an_archived_assessment_is_closed_until_it_is_restored(
    world: World, client: Browser
) -> None:
    from reports.sharing.services import create_share_link

    with enter(world):
        snapshot = make_snapshot(world.organization, world.client)
        token = create_share_link(by=world.actor("consultant"), snapshot=snapshot, days=7).token
    address = reverse("reports:share-open", args=[token])

    assert client.get(address).status_code == 200
    put_aside(world, "assessment", snapshot.assessment_id)
    closed = client.get(address)
    bring_back(world, "assessment", snapshot.assessment_id)

    assert closed.status_code == 404
    assert "withdrawn" in closed.content.decode()
    assert client.get(address).status_code == 200


def test_an_archived_assessment_leaves_the_clients_history(world: World, client: Browser) -> None:
    kept, gone = assess(world), assess(world)
    put_aside(world, "assessment", gone.pk)

    with enter(world):
        assert list(assessment_list(client=world.client)) == [kept]


def test_the_newest_scenario_that_is_left_decides_what_the_assessment_knows(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    first = priced(world, assessment, requests_per_month=1_000_000)
    second = priced(world, assessment, requests_per_month=2_000_000)

    def known() -> list[UUID]:
        with enter(world):
            return [each.scenario_id for each in CostSummary.objects.all()]

    assert known() == [second.pk]
    put_aside(world, "scenario", second.pk)
    assert known() == [first.pk]
    with enter(world):
        assert list(scenario_list(assessment)) == [first]
        assert [each.scenario_id for each in workload_economics(assessment)] == [first.pk]
    put_aside(world, "scenario", first.pk)
    assert known() == []
    bring_back(world, "scenario", second.pk)
    assert known() == [second.pk]


def offered(world: World, name: str, assessment: Assessment) -> str:
    path = page(world, name, assessment=assessment.pk)
    return world.login(Browser(), "consultant").get(path).content.decode()


def test_an_archived_scenario_leaves_client_portfolio_and_comparisons(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    kept = priced(world, assessment)
    gone = priced(world, assessment, requests_per_month=7_000_000)
    # A call of 500 tokens in and 100 out costs (500·3 + 100·15) / 10⁶ = 0.003: a thousand 3, seven
    # million 21,000.
    assert all("21,003" in body for body in sums(world))

    put_aside(world, "scenario", gone.pk)

    assert not any("21,00" in body for body in sums(world))
    compared = offered(world, "scenario-compare", assessment)
    assert (str(kept.pk) in compared, str(gone.pk) in compared) == (True, False)


def test_scenarios_of_an_archived_assessment_leave_client_portfolio_and_comparisons(
    committed_db: None, world: World
) -> None:
    left, archived = assess(world), assess(world)
    kept = priced(world, left)
    gone = priced(world, archived, requests_per_month=7_000_000)
    assert all("21,000" in body for body in sums(world))

    put_aside(world, "assessment", archived.pk)

    assert not any("21,00" in body for body in sums(world))
    compared = offered(world, "scenario-compare", left)
    assert (str(kept.pk) in compared, str(gone.pk) in compared) == (True, False)


def sums(world: World) -> list[str]:
    """The pages that add up what the client spends."""
    browser = world.login(Browser(), "consultant")
    paths = page(world, "client-detail", client=world.client.pk), page(world, "client-list")
    return [browser.get(path).content.decode() for path in paths]


def test_an_archived_part_cannot_be_replaced(world: World) -> None:
    assessment = assess(world)
    scenario, gone = (
        make_scenario(world.organization, world.client, document=api_only(), assessment=assessment)
        for _ in range(2)
    )
    put_aside(world, "scenario", gone.pk)

    with enter(world), pytest.raises(Invalid) as refused:
        choose_part(by=world.actor("consultant"), scenario=scenario, alternative_to=gone.pk)

    assert list(refused.value.fields) == ["alternative_to"]
    assert str(gone.pk) not in offered(world, "scenario-list", assessment)


def test_an_archived_note_leaves_the_notes(world: World, client: Browser) -> None:
    assessment = assess(world)
    with enter(world):
        by = world.actor("consultant")
        kept, gone = (
            add_note(by=by, assessment=assessment, question="", text=text)
            for text in ("Ask for the bill", "Lunch is late")
        )

    put_aside(world, "note", gone.pk)

    path = reverse("assessments:note-list", args=[world.organization.slug, assessment.pk])
    body = world.login(client, "consultant").get(path).content.decode()
    assert ("Ask for the bill" in body, "Lunch is late" in body) == (True, False)
    listed = caller(world, "key").get(firm(world, f"assessments/{assessment.pk}/notes/")).json()
    assert [each["id"] for each in listed["results"]] == [str(kept.pk)]


def test_a_computation_that_ends_after_archiving_passes_no_costs(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)
    scenario = make_scenario(
        world.organization, world.client, document=api_only(), assessment=assessment
    )
    with enter(world):
        request_economics(by=world.actor("consultant"), scenario=scenario)
    put_aside(world, "scenario", scenario.pk)

    run_due_jobs()

    with enter(world):
        assert not CostSummary.objects.exists()


def test_an_archived_action_promises_nothing_and_is_not_drafted_anew(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    with enter(world):
        row = action("provider_caching")
        before = roadmap_read(assessment).followed
    put_aside(world, "action", row.pk)

    with enter(world):
        after = roadmap_read(assessment).followed
        difference = preview(assessment)
        keys = {each.key for each in action_list(assessment)}
    assert "provider_caching" not in keys
    assert difference.is_empty
    assert "prompt_caching" in before.projections[-1].counted_levers
    assert "prompt_caching" not in after.projections[-1].counted_levers

    bring_back(world, "action", row.pk)

    with enter(world):
        assert roadmap_read(assessment).followed.projections == before.projections


def test_a_reassessment_can_be_started_again_once_the_first_is_archived(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world, gateway=YES)

    def start() -> Assessment:
        with enter(world):
            return start_reassessment(
                by=by, assessment=assessment, title="Again", as_of=date(2026, 12, 1)
            )[0]

    with enter(world):
        submit_assessment(by=by, assessment=assessment)
        approve_assessment(by=by, assessment=assessment)
    first = start()
    put_aside(world, "assessment", first.pk)
    second = start()

    assert second.pk != first.pk
    with enter(world):
        assert reassessment_find(assessment) == second
    with pytest.raises(Conflict, match="taken its place"):
        bring_back(world, "assessment", first.pk)


@kinds
def test_programs_archive_and_restore(world: World, name: str) -> None:
    row_id = THINGS[name](world.organization, world.client)
    program, reader = caller(world, "key"), caller(world, "reading_key")
    path = firm(world, f"{KIND[name].many}/{row_id}/")

    done = program.post(f"{path}archive/")
    again = program.post(f"{path}archive/")
    listed = reader.get(firm(world, "archive/")).json()
    back = program.post(f"{path}restore/")
    twice = program.post(f"{path}restore/")

    assert (done.status_code, again.status_code) == (204, 409)
    assert [(each["kind"], each["id"]) for each in listed] == [(name, str(row_id))]
    assert (back.status_code, twice.status_code) == (204, 409)
    assert reader.get(firm(world, "archive/")).json() == []


def test_a_repeated_request_to_archive_gets_the_same_response(world: World) -> None:
    path = firm(world, f"clients/{world.client.pk}/archive/")
    program = caller(world, "key")

    responses = [program.post(path, Idempotency_Key="once") for _ in range(2)]

    assert [each.status_code for each in responses] == [204, 204]
    with enter(world):
        assert AuditEvent.objects.filter(verb="client.archived").count() == 1


def test_nothing_new_is_made_of_what_is_archived(world: World) -> None:
    put_aside(world, "client", world.client.pk)

    answer = caller(world, "key").post(
        firm(world, "assessments/"),
        {"client": str(world.client.pk), "title": "Late", "as_of": "2026-11-01"},
    )

    assert answer.status_code == 422
    assert "archived" in answer.json()["fields"]["client"][0]


def test_the_archive_takes_one_query_for_each_kind(world: World, client: Browser) -> None:
    browser, assessment = world.login(client, "consultant"), assess(world)

    def queries() -> int:
        kept_pages.pages.clear()
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(page(world, "archive-list")).status_code == 200
        return len(taken)

    browser.get(page(world, "archive-list"))
    before = queries()
    for number in range(5):
        with enter(world):
            by = world.actor("consultant")
            note = add_note(by=by, assessment=assessment, question="", text=f"Note {number}")
        put_aside(world, "note", note.pk)

    assert queries() == before
