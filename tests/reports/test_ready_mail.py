"""Whoever asked for a snapshot's documents gets one mail, once the last one is there."""

from jobs.models import Job
from jobs.services import run_due_jobs, run_job
from reports.documents.services import RENDER_JOB, request_deliverable
from reports.models import DeliverableKind
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests.assessments.cast import YES, assess, enter
from tests.letters import letters
from tests.world import World


def asked_for(world: World, *kinds: DeliverableKind, by: str = "consultant") -> list[Job]:
    """Ask for documents of a snapshot; their jobs still wait."""
    assessment, actor = assess(world, gateway=YES), world.actor(by)
    with enter(world):
        snapshot = create_snapshot(by=actor, assessment=assessment)
        return [request_deliverable(by=actor, snapshot=snapshot, kind=kind).job for kind in kinds]


def test_the_last_document_tells_whoever_asked(world: World) -> None:
    first, second = asked_for(world, DeliverableKind.SCORECARD, DeliverableKind.WORKBOOK)

    run_job(job_id=first.pk, organization_id=first.organization_id)
    with enter(world):
        assert not Job.objects.filter(kind="send-notice").exists()
    run_due_jobs()
    run_job(job_id=second.pk, organization_id=second.organization_id)
    run_due_jobs()

    [letter] = letters()
    assert letter.to == ["consultant@acme.example"]
    assert letter.subject == "Ready: the documents of “Review” of Northwind"
    assert "are ready: Scorecard, Scoring workbook." in letter.body
    assert "https://crossover.example/o/acme/assessments/" in letter.body
    assert "/deliverables/" in letter.body


def test_a_document_that_was_stopped_is_not_waited_for(world: World) -> None:
    first, _ = asked_for(world, DeliverableKind.WORKBOOK, DeliverableKind.SCORECARD)
    with enter(world):
        Job.objects.filter(kind=RENDER_JOB).exclude(pk=first.pk).update(state="cancelled")

    run_job(job_id=first.pk, organization_id=first.organization_id)
    run_due_jobs()

    [letter] = letters()
    assert "are ready: Scoring workbook." in letter.body


def test_a_publication_tells_the_clients_people_once(world: World) -> None:
    assessment, actor = assess(world, gateway=YES), world.actor("consultant")
    with enter(world):
        snapshot = create_snapshot(by=actor, assessment=assessment)
        publish_snapshot(by=actor, snapshot=snapshot)
        publish_snapshot(by=actor, snapshot=snapshot)

    run_due_jobs()

    told = sorted(letter.to[0] for letter in letters())
    assert told == ["respondent@acme.example", "viewer@acme.example"]
    assert letters()[0].subject == "Published: the results of “Review” of Northwind"
