"""Races of answers, files, roadmaps, targets and snapshots."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

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
from assessments.selectors import redraft_preview
from costing.scenarios.summaries import rebuild_summaries
from organizations.exceptions import Conflict, Invalid
from organizations.services.archive import archive_row
from reports.models import Snapshot
from reports.snapshots.services import create_snapshot
from tests.assessments.cast import NO, YES, assess, enter
from tests.guarantees.races.racing import Work, audited, race, stored
from tests.world import World

QUESTION = {"kind": "check", "key": "gateway"}


def kept(world: World, act: Work) -> Any:
    """Do something and bring summaries up to date, as at the end of a request."""
    with enter(world):
        return act()


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


def test_two_snapshots_of_one_content_are_one(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)

    def freeze() -> Snapshot:
        return create_snapshot(by=by, assessment=assessment)

    second = race(world, freeze, freeze)

    assert stored(world, lambda: Snapshot.objects.get().pk) == second.pk


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
