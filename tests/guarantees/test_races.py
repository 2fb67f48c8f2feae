"""C2: of two changes that exclude each other, the later sees what the earlier made.

The first is done in a transaction that is still open; the second starts meanwhile, on a
connection of its own. Where it waits for the first to end, or passes over the row, it does no
harm; without the row's lock it decides on what it read before.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from assessments import services
from assessments.models import (
    Answer,
    Assessment,
    AssessmentSummary,
    ChosenTarget,
    ClientSummary,
    Evidence,
    RoadmapAction,
)
from assessments.roadmap import Costs
from assessments.scoring import MeasuredUsage
from assessments.selectors import costs_find, framework_get, redraft_preview
from costing.catalog.models import PriceOverride
from costing.catalog.price_overrides import (
    PriceOverrideInput,
    create_price_override,
    end_price_override,
)
from costing.scenarios.economics import compute_economics, request_economics, store_economics
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part
from costing.scenarios.replays import delete_replay
from costing.scenarios.selectors import economics_document
from costing.scenarios.services import ScenarioInput, save_scenario
from costing.scenarios.summaries import rebuild_summaries
from costing.usage.models import UsageImport, UsagePull
from costing.usage.pulls import services as pulls
from costing.usage.pulls.origins import Window
from costing.usage.pulls.progress import Progress
from costing.usage.pulls.storing import entries_of, store_window
from costing.usage.services import (
    Coverage,
    archive_usage_import,
    change_coverage,
    discard_usage_import,
    read_upload,
    store_usage,
)
from jobs import services as job_services
from jobs.models import Job, JobState, Ticket
from jobs.run import LeaseLost, Run, extend_lease
from organizations import services as organization_services
from organizations.exceptions import Conflict, DomainError, Invalid, Missing
from organizations.models import (
    ApiKey,
    AuditEvent,
    Branding,
    Client,
    Erasure,
    Membership,
    Organization,
)
from organizations.permissions import Role
from organizations.selectors import api_key_actor, organizations_of
from organizations.services import erasures
from organizations.services.api_keys import create_api_key, revoke_api_key
from organizations.services.archive import archive_row, restore_row
from organizations.services.branding import change_branding
from reports.models import ShareLink, Snapshot
from reports.sharing.services import revoke_share_link
from reports.snapshots.services import create_snapshot
from tests import factories
from tests.api.callers import caller, firm
from tests.assessments.cast import NO, YES, assess, enter
from tests.costing.cast import (
    import_usage,
    make_price_book,
    make_price_override,
    make_scenario,
    replay_log,
    scenario_a,
    send_usage,
)
from tests.costing.pulls.cast import set_up_pull
from tests.jobs import kinds
from tests.reports.rows import thing_share_link
from tests.world import World

PATIENCE = 20  # seconds, where one waits for what surely comes
IS_WAITED_FOR = """
    select exists (select from pg_locks
    where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""
QUESTION = {"kind": "check", "key": "gateway"}

Work = Callable[[], Any]


@pytest.fixture
def world(committed_db: None, world: World) -> World:
    """The cast, stored for real."""
    return world


def let_come(second: threading.Thread) -> None:
    """Wait until the second has ended, or waits for what this transaction holds."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while second.is_alive() and time.monotonic() < deadline:
            cursor.execute(IS_WAITED_FOR)
            if cursor.fetchone() == (True,):
                return
            second.join(0.02)


def race(world: World, first: Work, second: Work) -> Any:
    """Start the second while the first's transaction is open; return its result or refusal."""
    outcome: list[Any] = []

    def later() -> None:
        try:
            with enter(world):
                outcome.append(second())
        except DomainError as refusal:
            outcome.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=later)
    with enter(world):
        first()
        thread.start()
        let_come(thread)
    thread.join()
    assert outcome, "The second broke instead of being refused."
    return outcome[0]


def stored(world: World, read: Work) -> Any:
    """Read something in the first organization."""
    with enter(world):
        return read()


def audited(world: World, verb: str) -> int:
    """Count the audit rows of this verb."""
    return stored(world, lambda: AuditEvent.objects.filter(verb=verb).count())


def test_an_answer_that_comes_while_it_is_submitted_is_refused(world: World) -> None:
    assessment = assess(world, token_logging=YES)

    outcome = race(
        world,
        lambda: services.submit_assessment(by=world.actor("consultant"), assessment=assessment),
        lambda: services.save_answer(
            by=world.actor("respondent"), assessment=assessment, version=0, content=YES, **QUESTION
        ),
    )

    assert isinstance(outcome, Conflict)
    assert stored(world, Answer.objects.count) == 1


def kept(world: World, act: Work) -> Any:
    """Do something and bring summaries up to date, as at the end of a request."""
    with enter(world):
        return act()


def test_of_two_who_change_a_client_the_later_keeps_what_the_earlier_did(world: World) -> None:
    older = assess(world)
    begin = partial(
        services.create_assessment,
        by=world.actor("owner"),
        client=world.client,
        title="Newer",
        as_of=date(2026, 11, 2),
    )
    put_aside = partial(archive_row, row=older, kind="assessment", title=older.title)

    race(world, partial(kept, world, begin), partial(put_aside, by=world.actor("owner")))

    row = stored(
        world, lambda: ClientSummary.objects.select_related("latest").get(client=world.client)
    )
    assert row.latest is not None
    assert row.latest.assessment_id != older.pk


def test_a_summary_that_is_rebuilt_while_an_answer_is_saved_counts_it(world: World) -> None:
    assessment = assess(world)
    save = partial(
        services.save_answer,
        by=world.actor("respondent"),
        assessment=assessment,
        version=0,
        content=YES,
        **QUESTION,
    )

    race(world, partial(kept, world, save), partial(rebuild_summaries, world.client))

    summary = stored(world, lambda: AssessmentSummary.objects.get(assessment=assessment))
    assert summary.answered == 1


def test_of_two_who_delete_a_shared_file_the_last_removes_it(world: World) -> None:
    one, other = assess(world), assess(world)
    file = {"filename": "bill.csv", "content": b"day,tokens\n2026-10-01,5\n"}
    by = world.actor("respondent")
    with enter(world):
        first = services.add_file(by=by, assessment=one, **QUESTION, **file)
        second = services.add_file(by=by, assessment=other, **QUESTION, **file)
        Evidence.objects.filter(pk=second.pk).update(path=first.path)
        second.refresh_from_db()
    place = Path(settings.MEDIA_ROOT, "evidence") / first.path

    assert place.is_file()
    race(
        world,
        lambda: services.delete_evidence(by=by, evidence=first),
        lambda: services.delete_evidence(by=by, evidence=second),
    )

    assert not place.exists()


def test_of_two_who_change_an_action_one_is_refused(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    with enter(world):
        content = services.ActionInput("Measure", "quick_wins", date(2026, 11, 20))
        action = services.add_action(by=by, assessment=assessment, content=content)

    def change(title: str) -> RoadmapAction:
        changed = replace(content, title=title)
        return services.change_action(by=by, action=action, version=1, content=changed)

    outcome = race(world, lambda: change("First"), lambda: change("Second"))

    assert isinstance(outcome, Conflict)
    assert stored(world, lambda: RoadmapAction.objects.get(pk=action.pk).title) == "First"


def test_of_two_who_save_a_scenario_one_is_refused(world: World) -> None:
    by, scenario = world.actor("consultant"), make_scenario(world.organization, world.client)

    def save(title: str) -> Scenario:
        content = ScenarioInput(title=title, document=scenario_a())
        return save_scenario(by=by, scenario=scenario, version=1, content=content)

    outcome = race(world, lambda: save("First"), lambda: save("Second"))

    assert isinstance(outcome, Conflict)
    assert stored(world, lambda: Scenario.objects.get(pk=scenario.pk).title) == "First"


def test_two_contract_prices_do_not_overlap(world: World) -> None:
    make_price_book()
    by = world.actor("consultant")
    content = PriceOverrideInput(
        reference="maker:large",
        client=None,
        figures={"input_usd_per_mtok": Decimal("2.4")},
        valid_from=date(2026, 1, 1),
        reason="Contract 12",
    )

    def agree() -> PriceOverride:
        return create_price_override(by=by, content=content)

    assert isinstance(race(world, agree, agree), Invalid)
    assert stored(world, PriceOverride.objects.count) == 1


def test_a_contract_price_ends_once(world: World) -> None:
    by, key = world.actor("consultant"), make_price_override(world.organization, None)

    def end() -> PriceOverride:
        override = PriceOverride.objects.get(pk=key)
        return end_price_override(by=by, override=override, ended_on=date(2026, 6, 1))

    race(world, end, end)

    assert audited(world, "price_override.ended") == 1


def test_of_two_owners_who_leave_one_stays(world: World) -> None:
    second = factories.make_member(world.organization, Role.OWNER)
    first = stored(world, lambda: Membership.objects.exclude(pk=second.pk).get(role=Role.OWNER))
    by = world.actor("owner")

    outcome = race(
        world,
        lambda: organization_services.deactivate_member(by=by, membership=first),
        lambda: organization_services.deactivate_member(by=by, membership=second),
    )

    assert isinstance(outcome, Invalid)
    owners = stored(world, lambda: list(Membership.objects.filter(role=Role.OWNER, is_active=True)))
    assert owners == [second]


def test_an_api_key_is_revoked_once(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        key = create_api_key(by=by, name="Export").key

    def revoke() -> ApiKey:
        return revoke_api_key(by=by, key=key)

    race(world, revoke, revoke)

    assert audited(world, "api_key.revoked") == 1


def test_a_share_link_is_revoked_once(world: World) -> None:
    by = world.actor("owner")
    key = thing_share_link(world.organization, world.client)

    def revoke() -> ShareLink:
        return revoke_share_link(by=by, share_link=ShareLink.objects.get(pk=key))

    assert isinstance(race(world, revoke, revoke), Conflict)


def test_an_invitation_that_is_taken_back_is_not_renewed(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        sent = organization_services.invite_member(
            by=by, email="new@acme.example", role=Role.CONSULTANT
        )
        invitation = sent.invitation
    with enter(world):  # its mail left when the invitation was stored
        type(invitation).objects.update(sent_at=timezone.now() - timedelta(hours=1))

    outcome = race(
        world,
        lambda: organization_services.revoke_invitation(by=by, invitation=invitation),
        lambda: organization_services.resend_invitation(by=by, invitation=invitation),
    )

    assert isinstance(outcome, Conflict)


def test_two_snapshots_of_one_content_are_one(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)

    def freeze() -> Snapshot:
        return create_snapshot(by=by, assessment=assessment)

    second = race(world, freeze, freeze)

    assert stored(world, lambda: Snapshot.objects.get().pk) == second.pk


def request(world: World, kind: str = "test-square") -> Job:
    """Ask for work."""
    with enter(world):
        return job_services.request_job(
            by=world.actor("consultant"),
            kind=kind,
            key="a",
            subject_id=world.client.pk,
            client_id=world.client.pk,
            payload={"number": 7},
        )


def claim(job: Job) -> Run | None:
    """Take the job as a worker would."""
    return job_services.claim_job(job_id=job.pk, organization_id=job.organization_id)


def test_a_job_is_taken_by_one_worker(world: World) -> None:
    job = request(world)

    assert race(world, lambda: claim(job), lambda: claim(job)) is None


def test_a_job_that_ended_meanwhile_is_not_cancelled(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None

    outcome = race(
        world,
        lambda: kinds.store_outcome(run),
        lambda: job_services.cancel_job(by=world.actor("consultant"), job=job),
    )

    assert isinstance(outcome, Conflict)
    state = stored(world, lambda: Job.objects.values_list("state", "is_cancel_requested").get())
    assert state == (JobState.DONE, False)


def test_a_message_is_sent_by_one_relay(world: World) -> None:
    request(world)

    assert race(world, job_services.take_due_tickets, job_services.take_due_tickets) == []


def test_a_run_whose_lease_is_reaped_meanwhile_stores_nothing(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    def store() -> str:
        try:
            kinds.store_outcome(run)
        except LeaseLost:
            return "lost"
        return "stored"

    assert race(world, job_services.reap_jobs, store) == "lost"
    assert stored(world, lambda: Job.objects.get().state) == JobState.QUEUED


def test_a_lease_that_is_reaped_meanwhile_is_not_extended(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    assert race(world, job_services.reap_jobs, lambda: extend_lease(run)) is False


def test_a_job_that_ends_meanwhile_is_not_reaped(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    race(world, lambda: kinds.store_outcome(run), job_services.reap_jobs)

    assert stored(world, lambda: Job.objects.get().state) == JobState.DONE


def test_a_refusal_that_comes_after_the_lease_was_reaped_ends_nothing(world: World) -> None:
    job = request(world, kind="test-refuse")
    run = claim(job)
    assert run is not None
    with enter(world):
        Ticket.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    race(world, job_services.reap_jobs, lambda: job_services._do(run))

    assert stored(world, lambda: Job.objects.get().state) == JobState.QUEUED


def test_a_submission_that_is_reopened_meanwhile_stores_no_scorecard(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world, token_logging=YES)
    with enter(world):
        job = services.submit_assessment(by=by, assessment=assessment)
        submitted_at = Assessment.objects.get(pk=assessment.pk).submitted_at
    assert submitted_at is not None

    outcome = race(
        world,
        lambda: services.reopen_assessment(by=by, assessment=assessment),
        lambda: services.store_scorecard(
            by=by,
            job_id=job.pk,
            assessment_id=assessment.pk,
            submitted_at=submitted_at.isoformat(),
        ),
    )

    assert outcome is None


def test_a_roadmap_has_no_more_actions_than_it_may(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    content = services.ActionInput("Measure", "quick_wins", date(2026, 11, 20))
    monkeypatch.setattr("assessments.services.roadmap.MAX_ACTIONS", 1)

    def add() -> RoadmapAction:
        return services.add_action(by=by, assessment=assessment, content=content)

    assert isinstance(race(world, add, add), Invalid)


def test_drafting_again_keeps_a_title_that_is_typed_meanwhile(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world, token_logging=NO)
    later = date(2027, 1, 4)
    with enter(world):
        first = redraft_preview(assessment, starts_on=date(2026, 11, 2))
        services.apply_draft(
            by=by, assessment=assessment, starts_on=date(2026, 11, 2), checksum=first.checksum
        )
        action = RoadmapAction.objects.order_by("pk")[0]
        shown = redraft_preview(assessment, starts_on=later)
    changed = replace(services.action_content(action), title="Typed")

    race(
        world,
        lambda: services.change_action(
            by=by, action=action, version=action.version, content=changed
        ),
        lambda: services.apply_draft(
            by=by, assessment=assessment, starts_on=later, checksum=shown.checksum
        ),
    )

    assert stored(world, lambda: RoadmapAction.objects.get(pk=action.pk).title) == "Typed"


def test_a_target_is_chosen_twice_at_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)

    def choose() -> ChosenTarget:
        return services.choose_target(
            by=by, assessment=assessment, dimension="routing", level=4, reason="Wanted"
        )

    assert race(world, choose, choose).level == 4
    assert stored(world, ChosenTarget.objects.count) == 1


def test_a_target_is_cleared_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    with enter(world):
        services.choose_target(
            by=by, assessment=assessment, dimension="routing", level=4, reason="Wanted"
        )

    def clear() -> str:
        services.clear_target(by=by, assessment=assessment, dimension="routing")
        return "cleared"

    assert race(world, clear, clear) == "cleared"
    assert audited(world, "target.cleared") == 1


def test_measured_usage_is_recorded_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    measured = MeasuredUsage(cache_read_ratio=Decimal("0.4"))

    def record() -> Assessment:
        return services.record_measured_usage(
            by=by, assessment=assessment, measured=measured, source="November"
        )

    race(world, record, record)

    assert audited(world, "assessment.measured") == 1


def test_costs_of_an_older_result_do_not_replace_newer_ones(world: World) -> None:
    assessment = assess(world)
    now = timezone.now()

    def keep(usd: float, computed_at: datetime) -> Any:
        costs = Costs(
            usd_per_month_by_levers={frozenset(): usd},
            running=frozenset(),
            left_out={},
            spend_usd_per_month=usd,
            hosting=None,
        )
        source = services.CostSource(assessment.pk, "Support", assessment.pk, computed_at)
        return services.keep_costs(assessment_id=assessment.pk, source=source, costs=costs)

    kept = race(world, lambda: keep(2.0, now), lambda: keep(1.0, now - timedelta(minutes=1)))

    assert kept.document["spend_usd_per_month"] == 2.0


def test_a_row_is_archived_once_and_restored_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    named = {"row": assessment, "kind": "assessment", "title": "Review"}

    refused = race(world, lambda: archive_row(by=by, **named), lambda: archive_row(by=by, **named))
    again = race(world, lambda: restore_row(by=by, **named), lambda: restore_row(by=by, **named))

    assert isinstance(refused, Conflict)
    assert isinstance(again, Conflict)
    assert audited(world, "assessment.archived") == 1
    assert audited(world, "assessment.restored") == 1


def test_costs_of_two_parts_computed_at_once_are_both_added_up(world: World) -> None:
    assessment = assess(world)
    parts = [make_scenario(world.organization, world.client, assessment=assessment) for _ in "ab"]
    by = world.actor("consultant")

    def compute(scenario: Scenario) -> Any:
        job = request_economics(by=by, scenario=scenario)
        economics = compute_economics(
            economics_document(scenario), framework=framework_get(scenario.assessment)
        )
        return store_economics(by=by, job_id=job.pk, scenario=scenario, economics=economics)

    race(world, lambda: compute(parts[0]), lambda: compute(parts[1]))

    # Scenario A costs 44,550 a month (cost model, section 6), and so does its twin.
    spend = stored(world, lambda: costs_find(assessment).costs.spend_usd_per_month)
    assert spend == pytest.approx(89_100.0)


def test_two_parts_do_not_replace_each_other(world: World) -> None:
    assessment = assess(world)
    one, two = (
        make_scenario(world.organization, world.client, assessment=assessment) for _ in "ab"
    )
    by = world.actor("consultant")

    refusal = race(
        world,
        lambda: choose_part(by=by, scenario=one, alternative_to=two.pk),
        lambda: choose_part(by=by, scenario=two, alternative_to=one.pk),
    )

    assert isinstance(refusal, Invalid)
    assert stored(world, lambda: Scenario.objects.get(pk=two.pk).alternative_to_id) is None


def test_usage_is_stored_once(world: World) -> None:
    by = world.actor("consultant")
    assessment = assess(world)
    row = send_usage(world.organization, assessment).usage_import
    reading = read_upload(row)

    def store() -> UsageImport:
        return store_usage(by=by, usage_import=row, reading=reading)

    race(world, store, store)

    assert audited(world, "usage.imported") == 1


def test_of_two_who_say_what_a_file_covers_the_second_sees_the_first(world: World) -> None:
    by, row = world.actor("consultant"), import_usage(world.organization, assess(world))
    zones = ("Europe/Berlin", "Asia/Tokyo")

    race(
        world,
        *(
            partial(change_coverage, by=by, usage_import=row, coverage=Coverage(zone))
            for zone in zones
        ),
    )

    with enter(world):
        events = AuditEvent.objects.filter(verb="usage.coverage_changed").order_by("created_at")
        changes = [
            [event.data[when]["time_zone"] for when in ("before", "after")] for event in events
        ]
    assert changes == [["UTC", zones[0]], [zones[0], zones[1]]]


def test_pull_that_was_stopped_runs_no_more_often(world: World) -> None:
    by, pull = world.actor("consultant"), make_pull(world)

    outcome = race(
        world,
        partial(pulls.revoke_pull, by=by, pull=pull),
        partial(pulls.change_pull_schedule, by=by, pull=pull, schedule="weekly"),
    )

    assert isinstance(outcome, Conflict)
    assert audited(world, "pull.schedule_changed") == 0


def test_what_a_file_covers_is_kept_while_a_pull_adds_to_it(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    row = import_usage(world.organization, assessment)
    pull = make_pull(world)

    def add() -> None:
        pull.usage_import = row
        progress = Progress(window=Window(pull.since, pull.since + timedelta(days=1)))
        reading = progress.reading(row.source)
        store_window(pull=pull, progress=progress, reading=reading, before=entries_of(row))

    coverage = Coverage("Europe/Berlin")
    race(world, partial(change_coverage, by=by, usage_import=row, coverage=coverage), add)

    assert stored(world, lambda: UsageImport.objects.get(pk=row.pk).time_zone) == "Europe/Berlin"


def make_pull(world: World) -> UsagePull:
    """Set a pull up whose source is nowhere."""
    since = timezone.now().date() - timedelta(days=1)
    address = "https://litellm.invalid"
    return set_up_pull(world.organization, assess(world), "litellm", address, since=since)


def test_usage_is_discarded_once(world: World) -> None:
    by, row = world.actor("consultant"), send_usage(world.organization, assess(world)).usage_import

    def discard() -> str:
        discard_usage_import(by=by, import_id=row.pk, reason="Stopped")
        return "discarded"

    race(world, discard, discard)

    assert audited(world, "usage.discarded") == 1


def test_a_replay_is_deleted_once(world: World) -> None:
    by, scenario = world.actor("consultant"), make_scenario(world.organization, world.client)
    row = replay_log(world.organization, scenario)

    def delete() -> str:
        delete_replay(by=by, row=row)
        return "deleted"

    race(world, delete, delete)

    assert audited(world, "log_replay.deleted") == 1


def test_usage_that_is_discarded_meanwhile_is_missing_to_whoever_archives_it(world: World) -> None:
    by, row = world.actor("consultant"), send_usage(world.organization, assess(world)).usage_import

    refused = race(
        world,
        lambda: discard_usage_import(by=by, import_id=row.pk, reason="Stopped"),
        lambda: archive_usage_import(by=by, usage_import=row),
    )

    assert isinstance(refused, Missing)


def test_usage_that_is_sent_again_while_it_is_archived_is_refused(world: World) -> None:
    """The row that refuses the second file is being archived when it is looked up."""
    by, assessment = world.actor("consultant"), assess(world)
    row = import_usage(world.organization, assessment)
    refused, archived = threading.Event(), threading.Event()
    outcome: list[Any] = []

    def wait_for_the_archiving(execute: Work, *statement: Any) -> Any:
        try:
            return execute(*statement)
        except IntegrityError:
            refused.set()
            archived.wait(PATIENCE)
            raise

    def send() -> None:
        try:
            with connection.execute_wrapper(wait_for_the_archiving):
                outcome.append(send_usage(world.organization, assessment))
        except DomainError as refusal:
            outcome.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=send)
    thread.start()
    assert refused.wait(PATIENCE)
    with enter(world):
        archive_usage_import(by=by, usage_import=row)
        archived.set()
        let_come(thread)
    thread.join()

    assert isinstance(outcome[0], Conflict)


def test_usage_that_stands_again_meanwhile_refuses_the_restored_one(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    row = import_usage(world.organization, assessment)
    stored(world, lambda: archive_usage_import(by=by, usage_import=row))
    named = {"row": row, "kind": "usage_import", "title": row.filename}

    refused = race(
        world,
        lambda: send_usage(world.organization, assessment),
        lambda: restore_row(by=by, **named),
    )

    assert isinstance(refused, Conflict)


def test_a_client_that_is_renamed_meanwhile_is_no_longer_what_if_match_names(world: World) -> None:
    program, path = caller(world, "key"), firm(world, f"clients/{world.client.pk}/")
    tag, by = program.get(path)["ETag"], world.actor("owner")

    late = race(
        world,
        lambda: organization_services.rename_client(by=by, client=world.client, name="North"),
        lambda: program.put(path, {"name": "Wind"}, If_Match=tag),
    )

    assert late.status_code == 412
    assert stored(world, lambda: Client.objects.get(pk=world.client.pk).name) == "North"


def test_an_invitation_is_accepted_once(world: World) -> None:
    user = factories.make_user("new@acme.example")
    with enter(world):
        sent = organization_services.invite_member(
            by=world.actor("owner"), email="new@acme.example", role=Role.CONSULTANT
        )
    token = sent.url.rstrip("/").rsplit("/", 1)[-1]

    def accept() -> Membership:
        return organization_services.accept_invitation(by=user, token=token)

    assert isinstance(race(world, accept, accept), DomainError)


def test_an_organization_of_one_name_is_founded_once(world: World) -> None:
    owner = factories.make_user("founder@acme.example")

    def found() -> Organization:
        return organization_services.found_another_organization(name="New Venture", owner=owner)

    second = race(world, found, found)

    assert second.name == "New Venture"
    assert len(organizations_of(user_id=owner.pk)) == 1


def test_nobody_is_deactivated_while_what_they_asked_for_is_stored(world: World) -> None:
    job = request(world)
    run = claim(job)
    assert run is not None

    def leave() -> str:
        organization_services.deactivate_member(
            by=world.actor("owner"), membership=world.people["consultant"]
        )
        return Job.objects.get(pk=job.pk).state

    assert race(world, lambda: kinds.store_outcome(run), leave) == JobState.DONE


def test_no_key_is_revoked_while_what_it_asked_for_is_stored(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        key = create_api_key(by=by, name="Export", scopes=["write"]).key
        job = job_services.request_job(
            by=api_key_actor(key),
            kind="test-square",
            key="a",
            subject_id=world.client.pk,
            payload={"number": 7},
        )
    run = claim(job)
    assert run is not None

    def revoke() -> str:
        revoke_api_key(by=by, key=key)
        return Job.objects.get(pk=job.pk).state

    assert race(world, lambda: kinds.store_outcome(run), revoke) == JobState.DONE


def test_of_two_who_change_the_brand_both_are_kept(world: World) -> None:
    by = world.actor("owner")
    stored(world, lambda: change_branding(by=by, contact="Before"))

    race(
        world,
        lambda: change_branding(by=by, contact="Ada"),
        lambda: change_branding(by=by, confidentiality="For the board"),
    )

    row = stored(world, Branding.objects.get)
    assert (row.contact, row.confidentiality) == ("Ada", "For the board")


def ask_for_erasure(world: World) -> Any:
    return erasures.request_erasure(by=world.actor("owner"), address="acme")


def test_an_erasure_that_two_ask_for_stands_once(world: World) -> None:
    other = race(world, lambda: ask_for_erasure(world), lambda: ask_for_erasure(world))

    assert other.pk == Erasure.objects.get().pk
    assert audited(world, "erasure.requested") == 1


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_an_erasure_is_withdrawn_or_begins(world: World, settings: Any, is_withdrawn: bool) -> None:
    settings.ERASURE_DELAY_DAYS = 0
    erasure = stored(world, lambda: ask_for_erasure(world))
    withdraw = partial(erasures.withdraw_erasure, by=world.actor("owner"), erasure=erasure)
    begin = partial(erasures._close, erasure.pk)

    outcome = race(world, withdraw, begin) if is_withdrawn else race(world, begin, withdraw)

    assert outcome is None if is_withdrawn else isinstance(outcome, Conflict)
    assert (Erasure.objects.get().withdrawn_at is not None) == is_withdrawn
