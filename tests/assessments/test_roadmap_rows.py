"""The roadmap in the database: drafted once and again, edits kept, nobody overwritten."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessments import selectors, services
from assessments.models import Assessment, Roadmap, RoadmapAction
from assessments.roadmap import ActionStatus
from assessments.services import ActionInput, CostSource, action_content
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.assessments.cast import NO, YES, assess, enter, level
from tests.assessments.questionnaire import CHECKS, DIMENSIONS
from tests.assessments.test_following import costs
from tests.world import World

START = date(2026, 11, 1)


def beginner(world: World, *, costed: bool = True, **given) -> Assessment:
    """Store an assessment with no practice in place, costed as scenario A."""
    answers = dict.fromkeys(CHECKS, NO) | dict.fromkeys(DIMENSIONS, level(1))
    assessment = assess(world, **(answers | given))
    if costed:
        source = CostSource(assessment.pk, "Support", assessment.pk, timezone.now())
        with enter(world):
            services.keep_costs(assessment_id=assessment.pk, source=source, costs=costs())
    return assessment


def preview(assessment: Assessment, starts_on: date = START):
    """What drafting would change; call inside the tenant."""
    return selectors.redraft_preview(assessment, starts_on=starts_on)


def draft(world: World, assessment: Assessment, starts_on: date = START):
    """Draft as previewed."""
    with enter(world):
        return services.apply_draft(
            by=world.actor("consultant"),
            assessment=assessment,
            starts_on=starts_on,
            checksum=preview(assessment, starts_on).checksum,
        )


def action(key: str) -> RoadmapAction:
    """One drafted action; call inside the tenant."""
    return selectors.action_get(RoadmapAction.objects.get(key=key).pk)


def change(world: World, key: str, *, version: int = 1, **changes) -> RoadmapAction:
    """Change an action as a consultant."""
    with enter(world):
        row = action(key)
        return services.change_action(
            by=world.actor("consultant"),
            action=row,
            version=version,
            content=replace(action_content(row), **changes),
        )


def test_drafting_stores_the_actions_with_dates_money_and_one_audit_row(world: World) -> None:
    assessment = beginner(world)

    draft(world, assessment)

    with enter(world):
        row = action("route_simple_queries")
        roadmap = Roadmap.objects.get()
        events = AuditEvent.objects.filter(verb="roadmap.drafted", subject_id=roadmap.pk)
        assert RoadmapAction.objects.count() == 11
        assert (row.due_on, row.days, row.lever) == (date(2026, 12, 30), 15, "routing")
        assert float(row.drafted_usd_per_month or 0) == 9686.02
        assert row.moves == {"triage": "yes"}
        assert len(events.get().data["new"]) == 11


def test_drafting_again_keeps_what_people_changed(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "log_tokens", owner="Ida", due_on=date(2026, 11, 24), title="Log every token")

    difference = draft(world, assessment, date(2026, 11, 8))

    with enter(world):
        mine, other = action("log_tokens"), action("attribute_spend")
        assert (mine.owner, mine.title) == ("Ida", "Log every token")
        assert (mine.due_on, mine.version) == (date(2026, 11, 24), 2)
        assert (other.due_on, other.version) == (date(2026, 12, 1), 2)
        assert Roadmap.objects.get().starts_on == date(2026, 11, 8)
    assert len(difference.changed) == 10


def test_drafting_again_takes_away_only_what_nobody_touched(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "deploy_gateway", status=ActionStatus.IN_PROGRESS)
    with enter(world):
        for key in ("token_logging", "gateway"):
            services.save_answer(
                by=world.actor("respondent"),
                assessment=assessment,
                kind="check",
                key=key,
                version=1,
                content=YES,
            )

    draft(world, assessment)

    with enter(world):
        keys = set(RoadmapAction.objects.values_list("key", flat=True))
    assert "log_tokens" not in keys
    assert "deploy_gateway" in keys


def test_what_is_applied_is_what_was_shown(world: World) -> None:
    assessment = beginner(world)
    with enter(world):
        shown = preview(assessment).checksum
        services.save_answer(
            by=world.actor("respondent"),
            assessment=assessment,
            kind="check",
            key="token_logging",
            version=1,
            content=YES,
        )

        with pytest.raises(Conflict) as caught:
            services.apply_draft(
                by=world.actor("consultant"),
                assessment=assessment,
                starts_on=START,
                checksum=shown,
            )

        assert RoadmapAction.objects.count() == 0
        assert caught.value.current == {"checksum": preview(assessment).checksum}


def test_changing_an_action_is_audited_and_raises_its_version(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    row = change(world, "log_tokens", owner="  Ida  Berg ", status=ActionStatus.IN_PROGRESS)

    with enter(world):
        event = AuditEvent.objects.get(verb="action.changed", subject_id=row.pk)
    assert (row.owner, row.version, row.edited) == ("Ida Berg", 2, ["owner"])
    assert event.data["changed"] == ["owner", "status"]


def test_saving_the_same_changes_nothing(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    row = change(world, "log_tokens")

    with enter(world):
        assert AuditEvent.objects.filter(verb="action.changed").count() == 0
    assert row.version == 1


def test_a_stale_version_is_refused_with_what_stands(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "log_tokens", owner="Ida")

    with pytest.raises(Conflict) as caught:
        change(world, "log_tokens", owner="Bo", version=1)

    assert caught.value.current["version"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"owner": "a\0b"}, "owner"),
        ({"phase": "someday"}, "phase"),
        ({"due_on": date(1066, 1, 1)}, "due_on"),
        ({"status": ActionStatus.DROPPED}, "reason"),
        ({"status": ActionStatus.RISK_ACCEPTED, "reason": "  "}, "reason"),
    ],
)
def test_what_cannot_be_used_is_named(world: World, changes: dict, field: str) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    with pytest.raises(Invalid) as caught:
        change(world, "log_tokens", **changes)

    assert list(caught.value.fields) == [field]


def test_a_reason_goes_when_the_action_is_taken_up_again(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "log_tokens", status=ActionStatus.DROPPED, reason="Not now")

    row = change(world, "log_tokens", version=2, status=ActionStatus.OPEN, reason="Not now")

    assert (row.status, row.reason) == ("open", "")


def test_the_database_refuses_an_action_dropped_without_a_reason(world: World) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    with enter(world), pytest.raises(IntegrityError), transaction.atomic():
        RoadmapAction.objects.filter(key="log_tokens").update(status="dropped")


def test_an_action_by_hand_begins_the_roadmap(world: World) -> None:
    assessment = beginner(world, costed=False)
    content = ActionInput(
        "Agree on a gateway", "quick_wins", date(2026, 11, 20), checks=("gateway",)
    )

    with enter(world):
        row = services.add_action(
            by=world.actor("consultant"), assessment=assessment, content=content
        )
        view = selectors.roadmap_read(assessment)

    assert (row.key, row.origin, row.days, row.moves) == ("", "added", 10, {"gateway": "yes"})
    assert view.row is not None
    assert view.row.starts_on == START
    assert str(view.followed.projections[0].overall) == "1.4"


def test_an_action_by_hand_names_only_checks_that_exist(world: World) -> None:
    assessment = beginner(world, costed=False)
    content = ActionInput("Wish", "quick_wins", START, checks=("luck",))

    with enter(world), pytest.raises(Invalid) as caught:
        services.add_action(by=world.actor("consultant"), assessment=assessment, content=content)

    assert list(caught.value.fields) == ["checks"]


def test_a_siblings_people_see_no_action_even_in_the_database(world: World) -> None:
    draft(world, beginner(world))

    with (
        tenancy.enter(organization_id=world.organization.pk, client_id=world.sibling_client.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("select count(*) from assessments_roadmapaction")
        seen = cursor.fetchone()
        cursor.execute("select count(*) from assessments_costsummary")
        costed = cursor.fetchone()

    assert (seen, costed) == ((0,), (0,))
