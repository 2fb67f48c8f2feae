"""Snapshots and deliverables in the database: frozen, one file each, rendered by jobs."""

import hashlib
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.scoring import AnswerState, AnswerValue, CheckValue
from assessments.services import set_weights
from jobs.models import Job, JobState
from jobs.services import run_due_jobs, run_job
from organizations import tenancy
from organizations.models import AuditEvent
from reports.documents.selectors import snapshot_folders
from reports.documents.services import request_deliverable, request_documents
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.snapshots.payload import checksum
from reports.snapshots.services import create_snapshot
from tests.reports.rows import answer, make_assessment, make_snapshot
from tests.reports.workbook.cases import OWN_WEIGHTS
from tests.world import World


def files() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_create_snapshot_freezes_the_answers_with_their_questions(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)

    payload = json.loads(snapshot.document)
    frozen = {item["key"]: (item["question"], item["value"]) for item in payload["answers"]}
    assert snapshot.number == 1
    assert snapshot.sha256 == checksum(snapshot.document)
    assert len(payload["answers"]) == 17
    assert frozen["token_logging"] == (
        "Are exact input and output tokens logged for every call?",
        "yes",
    )
    assert frozen["routing"] == ("How does a call find the model that answers it?", 3)
    assert (payload["organization"], payload["client"]) == ("Acme", "Northwind")


def test_create_snapshot_keeps_the_clients_own_weights(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = make_assessment(world.organization, world.client)
        set_weights(by=by, assessment=assessment, weights=OWN_WEIGHTS)
        assessment.refresh_from_db()

        snapshot = create_snapshot(by=by, assessment=assessment)

    assert json.loads(snapshot.document)["scores"]["own"]["weights"] == {
        key: float(weight) for key, weight in OWN_WEIGHTS.items()
    }


def test_create_snapshot_of_the_same_content_returns_the_same(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = make_assessment(world.organization, world.client)
        first = create_snapshot(by=by, assessment=assessment)

        second = create_snapshot(by=by, assessment=assessment)

        assert second.pk == first.pk
        assert AuditEvent.objects.filter(verb="snapshot.created").count() == 1


def test_create_snapshot_after_a_change_keeps_the_earlier_one_as_it_was(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = make_assessment(world.organization, world.client)
        first = create_snapshot(by=by, assessment=assessment)
        document = first.document
        changed = AnswerValue(AnswerState.ANSWERED, CheckValue.NO)
        answer(assessment, "check", "token_logging", changed, version=1)

        second = create_snapshot(by=by, assessment=assessment)

        first.refresh_from_db()
        assert (first.number, second.number) == (1, 2)
        assert first.document == document
        assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    "statement", ["update reports_snapshot set number = 9", "delete from reports_snapshot"]
)
def test_a_snapshot_cannot_be_changed_by_the_app(world: World, statement: str) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        make_snapshot(world.organization, world.client)

        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_request_documents_asks_for_each_once(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        first = request_documents(by=by, snapshot=snapshot)

        second = request_documents(by=by, snapshot=snapshot)

        assert [each.pk for each in first] == [each.pk for each in second]
        assert Deliverable.objects.count() == 5
        assert Job.objects.filter(kind="render-deliverable").count() == 5


def test_the_job_stores_one_file_with_its_checksum(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        request_documents(by=by, snapshot=snapshot)

    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        stored = list(Deliverable.objects.order_by("kind"))
    paths = [Path(settings.MEDIA_ROOT) / each.path for each in stored]
    assert files() == sorted(paths)
    brief, guide, scorecard, starter_kit, workbook = paths
    assert [len(PdfReader(path).pages) for path in (brief, scorecard)] == [3, 1]
    assert Document(str(guide)).paragraphs[0].text == "Facilitator guide"
    assert load_workbook(workbook).sheetnames[0] == "Read me"
    assert ZipFile(starter_kit).testzip() is None
    for each, path in zip(stored, paths, strict=True):
        content = path.read_bytes()
        assert each.size_bytes == len(content)
        assert each.sha256 == hashlib.sha256(content).hexdigest()
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_repeated_job_message_changes_nothing(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        deliverable = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.SCORECARD)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        before = Deliverable.objects.values().get()

    run_job(job_id=deliverable.job_id, organization_id=world.organization.pk)

    with tenancy.enter(organization_id=world.organization.pk):
        assert Deliverable.objects.values().get() == before
    assert len(files()) == 1


def test_what_a_killed_worker_left_behind_is_cleared(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        deliverable = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.SCORECARD)
    place = Path(settings.MEDIA_ROOT) / str(world.organization.pk)
    place.mkdir(parents=True)
    leftover = place / f"{deliverable.pk}.pdf.{world.client.pk}.part"
    leftover.write_bytes(b"half")

    run_due_jobs()

    assert [path.name for path in files()] == [f"{deliverable.pk}.pdf"]


def test_request_deliverable_after_a_failure_asks_again(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        kind = DeliverableKind.SCORECARD
        first = request_deliverable(by=by, snapshot=snapshot, kind=kind)
        Job.objects.filter(pk=first.job_id).update(state=JobState.FAILED)

        second = request_deliverable(by=by, snapshot=snapshot, kind=kind)

        assert second.pk == first.pk
        assert second.job_id != first.job_id
        assert Deliverable.objects.count() == 1


def test_request_deliverable_on_other_paper_is_another_file(world: World) -> None:
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        for paper in PaperSize:
            request_deliverable(
                by=by, snapshot=snapshot, kind=DeliverableKind.SCORECARD, paper=paper
            )

    run_due_jobs()

    widths = {round(PdfReader(path).pages[0].mediabox.width) for path in files()}
    assert widths == {842, 792}


def test_starter_kit_is_the_same_whatever_the_paper(world: World) -> None:
    by = world.actor("consultant")
    kind = DeliverableKind.STARTER_KIT
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        first, second = (
            request_deliverable(by=by, snapshot=snapshot, kind=kind, paper=paper)
            for paper in PaperSize
        )

    run_due_jobs()

    assert first.pk == second.pk
    assert first.filename == f"starter-kit-{str(snapshot.pk)[:8]}.zip"
    with ZipFile(files()[0]) as archive:
        assert "starter-kit/README.md" in archive.namelist()


def test_snapshots_of_another_client_are_not_listed(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        mine = make_snapshot(world.organization, world.client)
        make_snapshot(world.organization, world.sibling_client)

        listed = snapshot_folders(mine.assessment, seen_by=world.actor("owner"))

        assert [folder.snapshot.pk for folder in listed] == [mine.pk]
    with tenancy.enter(organization_id=world.organization.pk, client_id=world.client.pk):
        assert [each.pk for each in Snapshot.objects.all()] == [mine.pk]
