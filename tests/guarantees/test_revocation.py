"""A right that is taken away reaches the work that waits and the work that is under way."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from assessments.services import submit_assessment
from jobs.models import Job, Ticket
from jobs.run import Run, job_kind
from jobs.services import request_job, run_due_jobs
from organizations import services
from organizations.models import ApiKey, AuditEvent
from organizations.permissions import Actor, Permission, Role
from organizations.selectors import api_key_actor, api_key_enter
from organizations.services.api_keys import create_api_key, revoke_api_key
from reports.models import Snapshot
from reports.sharing.services import create_share_link
from tests import factories
from tests.api.callers import firm, make_key, with_key
from tests.assessments.cast import YES, assess, enter
from tests.jobs.kinds import store_outcome
from tests.reports.rows import thing_snapshot
from tests.world import World

Loss = Callable[[World], object]


class Middle:
    """What happens between a job's work and its outcome."""

    happens: ClassVar[Callable[[], object]]


@job_kind("test-interrupted", needs=Permission.SCENARIO_MANAGE)
def interrupted(run: Run) -> None:
    """Work, let something happen, and store the outcome."""
    Middle.happens()
    store_outcome(run)


@job_kind("test-answer", needs=Permission.ASSESSMENT_ANSWER)
def answer(run: Run) -> None:
    """Do what a client's people may."""
    store_outcome(run)


def deactivated(world: World) -> None:
    """The consultant left."""
    member = world.people["consultant"]
    services.deactivate_member(by=world.actor("owner"), membership=member)


def demoted(world: World) -> None:
    """The consultant only reads now."""
    services.change_member_role(
        by=world.actor("owner"),
        membership=world.people["consultant"],
        role=Role.VIEWER,
        client_id=world.client.pk,
    )


def closed(world: World) -> None:
    """The consultant's account was closed."""
    user = world.people["consultant"].user
    user.is_active = False
    user.save(update_fields=["is_active"])


def revoked(world: World) -> None:
    """The program's key was revoked."""
    revoke_api_key(by=world.actor("owner"), key=ApiKey.objects.get())


def expired(world: World) -> None:
    """The program's key came to its end."""
    ApiKey.objects.update(expires_at=timezone.now())


def left_by_its_maker(world: World) -> None:
    """Who made the program's key is no owner any more."""
    factories.make_member(world.organization, Role.OWNER)
    maker = world.people["owner"]
    services.change_member_role(by=world.actor("owner"), membership=maker, role=Role.CONSULTANT)


def deactivated_maker(world: World) -> None:
    """Who made the program's key left."""
    factories.make_member(world.organization, Role.OWNER)
    services.deactivate_member(by=world.actor("owner"), membership=world.people["owner"])


def closed_maker(world: World) -> None:
    """The account of who made the program's key was closed."""
    user = world.people["owner"].user
    user.is_active = False
    user.save(update_fields=["is_active"])


def consultant(world: World) -> Actor:
    return world.actor("consultant")


def program(world: World) -> Actor:
    with enter(world):
        new = create_api_key(by=world.actor("owner"), name="x", scopes=["write"])
        return api_key_actor(new.key)


def product(world: World) -> Actor:
    return factories.system_actor(world.organization)


LOSSES = [
    (consultant, deactivated),
    (consultant, demoted),
    (consultant, closed),
    (program, revoked),
    (program, expired),
    (program, left_by_its_maker),
    (program, deactivated_maker),
    (program, closed_maker),
]


def asked(world: World, by: Actor, kind: str) -> Job:
    """Ask for work on the client."""
    with enter(world):
        return request_job(
            by=by,
            kind=kind,
            key="one",
            subject_id=world.client.pk,
            client_id=world.client.pk,
            payload={"number": 7},
        )


def outcome(world: World, job: Job) -> tuple[str, str, int]:
    """How a job ended, in which words, and how many outcomes were stored."""
    with enter(world):
        job = Job.objects.get(pk=job.pk)
        stored = AuditEvent.objects.filter(verb="test.stored", subject_id=job.pk).count()
        return job.state, job.error, stored


@pytest.mark.parametrize(("who", "loss"), LOSSES)
def test_work_that_waits_is_refused_once_the_right_is_lost(
    world: World, who: Callable[[World], Actor], loss: Loss
) -> None:
    job = asked(world, who(world), "test-square")
    with enter(world):
        loss(world)

    run_due_jobs()

    state, error, stored = outcome(world, job)
    assert (state, stored) == ("refused", 0)
    assert error.startswith("Whoever asked for this may not do it any more")
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(("who", "loss"), LOSSES)
def test_work_under_way_stores_nothing_once_the_right_is_lost(
    world: World, who: Callable[[World], Actor], loss: Loss
) -> None:
    job = asked(world, who(world), "test-interrupted")

    def lose() -> None:
        with enter(world):
            loss(world)

    Middle.happens = staticmethod(lose)
    run_due_jobs()

    assert outcome(world, job)[::2] == ("refused", 0)


@pytest.mark.parametrize("who", [consultant, program, product])
def test_work_of_who_keeps_the_right_is_done(world: World, who: Callable[[World], Actor]) -> None:
    job = asked(world, who(world), "test-interrupted")
    Middle.happens = staticmethod(lambda: None)

    run_due_jobs()

    assert outcome(world, job) == ("done", "", 1)


def test_a_client_that_is_no_longer_theirs_is_no_right(world: World) -> None:
    job = asked(world, world.actor("respondent"), "test-answer")
    with enter(world):
        services.change_member_role(
            by=world.actor("owner"),
            membership=world.people["respondent"],
            role=Role.RESPONDENT,
            client_id=world.sibling_client.pk,
        )

    run_due_jobs()

    assert outcome(world, job)[::2] == ("refused", 0)


def test_a_revoked_keys_job_says_so_to_the_program_and_on_the_page(
    world: World, client: Browser
) -> None:
    snapshot = thing_snapshot(world.organization, world.client)
    secret = make_key(world, scopes=("write",))
    other = make_key(world, scopes=("write",))
    asked_for = with_key(secret).post(
        firm(world, f"snapshots/{snapshot}/deliverables/"), {"kind": "scorecard"}
    )
    with api_key_enter(secret) as key:
        assert key is not None
        revoke_api_key(by=world.actor("owner"), key=key)

    run_due_jobs()

    with enter(world):
        job = Job.objects.get(kind="render-deliverable")
    told = with_key(other).get(firm(world, f"jobs/{job.pk}/")).json()
    page = reverse("jobs:job-progress", args=[world.organization.slug, job.pk])
    shown = world.login(client, "owner").get(page).content.decode()
    assert asked_for.status_code in (201, 202)
    assert told["state"] == "refused"
    assert "may not do it any more" in told["error"]
    assert "This was refused" in shown


def test_what_follows_from_a_finished_act_is_done_all_the_same(world: World) -> None:
    """Who submitted has left: the scorecard of the submission is computed, and told of."""
    assessment = assess(world, gateway=YES)
    with enter(world):
        submit_assessment(by=world.actor("respondent"), assessment=assessment)
        services.deactivate_member(by=world.actor("owner"), membership=world.people["respondent"])

    run_due_jobs()

    with enter(world):
        assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_links_of_a_member_who_left_stay_open_and_are_shown_to_the_owner(
    world: World, client: Browser
) -> None:
    snapshot_id = thing_snapshot(world.organization, world.client)
    member = world.people["consultant"]
    with enter(world):
        snapshot = Snapshot.objects.get(pk=snapshot_id)
        new = create_share_link(
            by=world.actor("consultant"), snapshot=snapshot, days=7, recipient="The board"
        )
        services.deactivate_member(by=world.actor("owner"), membership=member)
    org = world.organization.slug
    owner = world.login(client, "owner")

    listed = owner.get(reverse("reports:member-share-link-list", args=[org, member.pk])).content
    opened = Browser().get(reverse("reports:share-open", args=[new.token])).status_code
    told = owner.get(reverse("organizations:member-edit", args=[org, member.pk])).content.decode()
    owner.post(reverse("reports:share-link-revoke", args=[org, new.share_link.pk]))
    emptied = owner.get(reverse("reports:member-share-link-list", args=[org, member.pk])).content

    assert opened == 200
    assert b"The board" in listed
    assert "though they left" in listed.decode()
    assert reverse("reports:member-share-link-list", args=[org, member.pk]) in told
    assert b"The board" not in emptied
