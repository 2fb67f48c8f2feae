"""All finished documents of a snapshot as one ZIP."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.services import create_assessment
from organizations import tenancy
from organizations.exceptions import Missing
from organizations.models import Client
from reports.documents.files import bundle_documents
from reports.documents.selectors import deliverables_ready
from reports.documents.services import request_deliverable
from reports.models import DeliverableKind, PaperSize, Snapshot
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests import factories
from tests.factories import load_latest_framework
from tests.queries import TENANT
from tests.reports.rows import finish_deliverable
from tests.world import World

# Snapshot; its finished deliverables.
ARCHIVE_QUERIES = TENANT + 2


def make_titled_snapshot(world: World, client: Client, title: str) -> Snapshot:
    """Store a snapshot, published, of an assessment of that title; call inside the tenant."""
    load_latest_framework()
    by = world.actor("consultant")
    assessment = create_assessment(by=by, client=client, title=title, as_of=date(2026, 11, 1))
    snapshot = create_snapshot(by=by, assessment=assessment)
    publish_snapshot(by=by, snapshot=snapshot)
    return snapshot


def finish(world: World, snapshot: Snapshot, kind: DeliverableKind, paper: PaperSize) -> None:
    by = world.actor("consultant")
    asked = request_deliverable(by=by, snapshot=snapshot, kind=kind, paper=paper)
    finish_deliverable(asked, f"{kind} {paper}".encode())


def test_archive_holds_every_finished_document_under_a_name_of_its_own(
    world: World, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_titled_snapshot(world, world.client, "Review 2026/II: “Größe”")
        finish(world, snapshot, DeliverableKind.SCORECARD, PaperSize.A4)
        finish(world, snapshot, DeliverableKind.SCORECARD, PaperSize.LETTER)
        finish(world, snapshot, DeliverableKind.WORKBOOK, PaperSize.A4)
        by = world.actor("consultant")
        request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.GUIDE)
    url = reverse("reports:snapshot-download", args=[world.organization.slug, snapshot.pk])
    browser = world.login(client, "viewer")

    with django_assert_num_queries(ARCHIVE_QUERIES):
        response = browser.get(url)

    archive = ZipFile(BytesIO(response.content))
    stem = "northwind-review-2026ii-groe"
    assert [(name, archive.read(name)) for name in archive.namelist()] == [
        (f"{stem}-scorecard-a4.pdf", b"scorecard A4"),
        (f"{stem}-scorecard-letter.pdf", b"scorecard letter"),
        (f"{stem}-workbook-a4.xlsx", b"workbook A4"),
    ]
    headers = ("Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options")
    assert [response.headers[name] for name in headers] == [
        "application/zip",
        f'attachment; filename="{stem}-snapshot-1.zip"',
        "private, no-store",
        "nosniff",
    ]


def test_archive_of_the_same_documents_is_the_same_bytes(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_titled_snapshot(world, world.client, "Review")
        finish(world, snapshot, DeliverableKind.SCORECARD, PaperSize.A4)

        first, second = (bundle_documents(snapshot, deliverables_ready(snapshot)) for _ in "ab")

    assert first.content == second.content
    assert ZipFile(BytesIO(first.content)).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("client_name", "title", "stem"),
    [
        ("../../etc/passwd", 'a"\r\nSet-Cookie: x', "etcpasswd-a-set-cookie-x"),
        ("日本", "…", "client-assessment"),
        ("N" * 100, "T" * 100, f"{'n' * 40}-{'t' * 40}"),
    ],
)
def test_archive_of_a_hostile_or_unspellable_name_is_safe(
    world: World, client_name: str, title: str, stem: str
) -> None:
    client = factories.make_client(world.organization, client_name)
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_titled_snapshot(world, client, title)
        finish(world, snapshot, DeliverableKind.SCORECARD, PaperSize.A4)

        archive = bundle_documents(snapshot, deliverables_ready(snapshot))

    name = f"{stem}-snapshot-1.zip"
    assert archive["Content-Disposition"] == f'attachment; filename="{name}"'
    assert ZipFile(BytesIO(archive.content)).namelist() == [f"{stem}-scorecard-a4.pdf"]


def test_archive_of_nothing_finished_is_missing(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_titled_snapshot(world, world.client, "Review")

        with pytest.raises(Missing):
            bundle_documents(snapshot, deliverables_ready(snapshot))


@pytest.mark.parametrize(("is_finished", "buttons"), [(True, 1), (False, 0)])
def test_deliverable_list_offers_the_archive_once_a_document_is_finished(
    world: World, client: Browser, is_finished: bool, buttons: int
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_titled_snapshot(world, world.client, "Review")
        if is_finished:
            finish(world, snapshot, DeliverableKind.SCORECARD, PaperSize.A4)
    slug = world.organization.slug

    page = (
        world.login(client, "viewer")
        .get(reverse("reports:deliverable-list", args=[slug, snapshot.assessment_id]))
        .content.decode()
    )

    archive = reverse("reports:snapshot-download", args=[slug, snapshot.pk])
    assert page.count(f'href="{archive}"') == buttons
