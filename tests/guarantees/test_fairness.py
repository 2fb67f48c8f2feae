"""J3: one firm's burst does not starve another."""

from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from jobs import services, tasks
from jobs.models import Job, JobState, Ticket
from organizations import tenancy
from organizations.models import Organization
from tests import factories
from tests.jobs import kinds
from tests.world import World

BURST = 200
assert kinds  # registers the kinds of work


def ask(organization: Organization, count: int, kind: str = "test-square") -> list[Job]:
    """Let a firm ask for jobs."""
    with tenancy.enter(organization_id=organization.pk):
        return [
            services.request_job(
                by=factories.system_actor(organization),
                kind=kind,
                key=f"{kind}:{uuid4()}",
                subject_id=organization.pk,
                payload={"number": number},
            )
            for number in range(count)
        ]


def serve(count: int) -> list[UUID]:
    """Claim that many jobs one after the other and finish each; return whose they were."""
    served = []
    for _ in range(count):
        run = services.claim_next_job()
        if run is None:
            break
        served.append(run.organization_id)
        kinds.store_outcome(run)
    return served


def test_one_job_is_served_in_the_midst_of_a_burst(world: World) -> None:
    ours, theirs = world.organization, world.other_organization
    ask(ours, BURST)
    serve(20)
    ask(theirs, 1)

    served = serve(2)

    assert theirs.pk in served


def test_a_worker_woken_for_one_firm_serves_whose_turn_it_is(world: World) -> None:
    burst = ask(world.organization, BURST)
    serve(1)
    (lone,) = ask(world.other_organization, 1)

    for job in burst[1:3]:
        tasks.run(str(job.pk), str(job.organization_id))

    with tenancy.enter(organization_id=world.other_organization.pk):
        assert Job.objects.get(pk=lone.pk).state == JobState.DONE


def test_two_bursts_are_served_in_equal_shares(world: World) -> None:
    ours, theirs = world.organization, world.other_organization
    ask(ours, 60)
    serve(10)
    ask(theirs, 60)

    served = serve(40)

    assert abs(served.count(ours.pk) - served.count(theirs.pk)) <= 2


def test_nobody_saves_turns_up_while_idle(world: World) -> None:
    ours, theirs = world.organization, world.other_organization
    ask(theirs, 1)
    ask(ours, 50)
    serve(41)  # theirs was served long ago
    ask(theirs, 30)

    served = serve(20)

    assert abs(served.count(ours.pk) - served.count(theirs.pk)) <= 2


def test_a_burst_that_is_under_way_holds_up_no_newcomer_and_no_follower(world: World) -> None:
    """The last job of a firm is being done; the queue is empty, its turn is not forgotten."""
    ours, theirs = world.organization, world.other_organization
    ask(ours, 30)
    serve(29)
    assert services.claim_next_job() is not None
    ask(theirs, 30)
    ask(ours, 1)

    served = serve(4)

    assert ours.pk in served


def test_a_firms_own_jobs_keep_their_order(world: World) -> None:
    jobs = ask(world.organization, 5)

    claimed = [services.claim_next_job() for _ in jobs]

    assert [run.job_id for run in claimed if run] == [job.pk for job in jobs]


def test_jobs_that_crash_hold_up_nobody(world: World) -> None:
    """Poisoned jobs stand first in turn, yet wait out their delay while others are served."""
    with time_machine.travel(timezone.now(), tick=False):
        ask(world.organization, 60, kind="test-crash")
        (good,) = ask(world.organization, 1)
        for _ in range(61):
            services.run_next_job()

    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.get(pk=good.pk).state == JobState.DONE
        assert Job.objects.filter(state=JobState.QUEUED, attempts=1).count() == 60


@pytest.mark.usefixtures("world")
def test_a_message_too_many_finds_nothing_to_do() -> None:
    services.run_next_job()

    assert Ticket.objects.count() == 0
