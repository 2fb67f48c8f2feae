"""Pages of deliverables: progress, download with the right of the row, bounded queries."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jobs.services import run_due_jobs
from organizations import tenancy
from reports.documents.services import request_deliverable, request_documents
from reports.models import Deliverable, DeliverableKind, Snapshot
from tests.queries import TENANT
from tests.reports.rows import finish_deliverable, make_assessment, make_snapshot
from tests.world import World

# Assessment; snapshots; deliverables with their jobs; share links; the tabs.
LIST_QUERIES = TENANT + 5


def ask_for_brief(world: World) -> Deliverable:
    """The brief of a snapshot of Northwind, which its job has not drawn yet; in the tenant."""
    snapshot = make_snapshot(world.organization, world.client)
    kind = DeliverableKind.EXECUTIVE_BRIEF
    return request_deliverable(by=world.actor("consultant"), snapshot=snapshot, kind=kind)


@pytest.fixture
def brief(world: World) -> Deliverable:
    """The same with a file, which nobody drew."""
    with tenancy.enter(organization_id=world.organization.pk):
        return finish_deliverable(ask_for_brief(world), b"%PDF-1.7 the brief")


def download_url(world: World, deliverable: Deliverable) -> str:
    return reverse("reports:deliverable-download", args=[world.organization.slug, deliverable.pk])


def test_download_is_an_attachment_that_nobody_keeps(world: World, client: Browser) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        brief = ask_for_brief(world)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        brief.refresh_from_db()

    response = world.login(client, "viewer").get(download_url(world, brief))

    content = (Path(settings.MEDIA_ROOT) / brief.path).read_bytes()
    assert response.content == content
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="executive-brief-{str(brief.snapshot_id)[:8]}-a4.pdf"'
    )
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["other_client_viewer", "other_firm_owner"])
def test_download_by_a_stranger_finds_nothing(
    world: World, brief: Deliverable, client: Browser, name: str
) -> None:
    response = world.login(client, name).get(download_url(world, brief))

    assert response.status_code == 404


def test_download_of_a_file_that_is_gone_is_not_found(
    world: World, brief: Deliverable, client: Browser
) -> None:
    (Path(settings.MEDIA_ROOT) / brief.path).unlink()

    response = world.login(client, "owner").get(download_url(world, brief))

    assert response.status_code == 404


def test_no_path_below_the_media_url_serves_a_file(
    world: World, brief: Deliverable, client: Browser
) -> None:
    browser = world.login(client, "owner")

    paths = [f"/{brief.path}", f"/media/{brief.path}", f"/static/{brief.path}"]

    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]


def test_snapshot_create_freezes_and_asks_for_each_document(world: World, client: Browser) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = make_assessment(world.organization, world.client)
    slug = world.organization.slug

    response = world.login(client, "consultant").post(
        reverse("reports:snapshot-create", args=[slug, assessment.pk])
    )

    assert response.status_code == 302
    assert response.headers["Location"] == reverse(
        "reports:deliverable-list", args=[slug, assessment.pk]
    )
    with tenancy.enter(organization_id=world.organization.pk):
        assert Snapshot.objects.count() == 1
        assert sorted(Deliverable.objects.values_list("kind", flat=True)) == [
            "executive-brief",
            "guide",
            "scorecard",
            "starter-kit",
            "workbook",
        ]


def test_deliverable_create_with_an_unknown_kind_is_refused(world: World, client: Browser) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
    url = reverse("reports:deliverable-create", args=[world.organization.slug, snapshot.pk])

    response = world.login(client, "consultant").post(url, {"kind": "\x00", "paper": "A0"})

    assert response.status_code == 422
    with tenancy.enter(organization_id=world.organization.pk):
        assert Deliverable.objects.count() == 0


def test_deliverable_list_shows_progress_first_and_the_download_afterwards(
    world: World, client: Browser
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        request_documents(by=world.actor("consultant"), snapshot=snapshot)
    browser = world.login(client, "viewer")
    url = reverse(
        "reports:deliverable-list", args=[world.organization.slug, snapshot.assessment_id]
    )

    before = browser.get(url).content.decode()
    run_due_jobs()
    after = browser.get(url).content.decode()

    assert (before.count("Waiting for a worker"), before.count(">Download</a>")) == (5, 0)
    assert (after.count("Waiting for a worker"), after.count(">Download</a>")) == (0, 5)
    assert "Freeze and print" not in after


@pytest.mark.parametrize("count", [1, 4])
def test_deliverable_list_asks_the_same_number_of_queries_for_any_number_of_snapshots(
    world: World, client: Browser, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = make_assessment(world.organization, world.client)
        for number in range(1, count + 1):
            snapshot = Snapshot.objects.create(
                organization=world.organization,
                client=world.client,
                assessment=assessment,
                number=number,
                document="{}",
                sha256=f"{number:064}",
                created_by_label="test",
            )
            request_documents(by=world.actor("owner"), snapshot=snapshot)
    browser = world.login(client, "owner")
    url = reverse("reports:deliverable-list", args=[world.organization.slug, assessment.pk])

    with django_assert_num_queries(LIST_QUERIES):
        response = browser.get(url)

    assert response.status_code == 200
