"""Races of imported usage, pulls and replays."""

import threading
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import IntegrityError, connection, connections
from django.utils import timezone

from assessments import services
from assessments.models import (
    Assessment,
)
from assessments.scoring import MeasuredUsage
from costing.scenarios.replays import delete_replay
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
from organizations.exceptions import Conflict, DomainError, Missing
from organizations.models import AuditEvent
from organizations.services.archive import restore_row
from tests.assessments.cast import assess, enter
from tests.costing.cast import (
    import_usage,
    make_scenario,
    replay_log,
    send_usage,
)
from tests.costing.pulls.cast import set_up_pull
from tests.guarantees.races.racing import (
    PATIENCE,
    Work,
    audited,
    let_come,
    race,
    stored,
)
from tests.world import World


def test_measured_usage_is_recorded_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    measured = MeasuredUsage(cache_read_ratio=Decimal("0.4"))

    def record() -> Assessment:
        return services.record_measured_usage(
            by=by, assessment=assessment, measured=measured, source="November"
        )

    race(world, record, record)

    assert audited(world, "assessment.measured") == 1


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
