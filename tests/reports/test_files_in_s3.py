"""With a bucket of S3 every kind of file lies there, and nothing in the folder."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments import services as assessment_services
from jobs.models import Job
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.files import files_of, remove_files
from reports.exports.services import request_export
from tests.assessments.cast import assess
from tests.costing.cast import import_usage, send_usage
from tests.costing.usage.test_conversion import workbook
from tests.reports.rows import finish_deliverable, make_deliverable, make_snapshot
from tests.s3 import KEYS, local_s3
from tests.world import World

USAGE_ROWS = (
    ["time", "model", "input_tokens", "output_tokens"],
    ["2026-11-02T10:00:00Z", "maker:large", 5, 6],
)
CSV = b"day,tokens\n2026-10-01,5\n"


def make_files(world: World, tmp_path: Path) -> dict[str, str]:
    """Store a file of each kind, and read one of usage; return the keys of those that stay."""
    organization = world.organization
    assessment = assess(world)
    with tenancy.enter(organization_id=organization.pk):
        evidence = assessment_services.add_file(
            by=world.actor("respondent"),
            assessment=assessment,
            kind="check",
            key="token_logging",
            filename="tokens.csv",
            content=CSV,
        )
        deliverable = make_deliverable(make_snapshot(organization, world.client))
        document = finish_deliverable(deliverable, b"drawn")
        export = request_export(by=world.actor("owner"))
    run_due_jobs()
    book = workbook(tmp_path / "usage.xlsx", *USAGE_ROWS).read_bytes()
    read = import_usage(organization, assessment, book, filename="usage.xlsx")
    assert read.good_rows == 1
    waits = send_usage(organization, assessment).usage_import
    names = {
        "documents": document.path.partition("/")[2],
        "evidence": evidence.path.partition("/")[2],
        "exports": f"{export.pk}.zip",
        "usage": waits.path.partition("/")[2],
    }
    assert downloaded(world, "assessments:evidence-download", evidence=evidence.pk) == CSV
    assert downloaded(world, "reports:deliverable-download", deliverable=document.pk) == b"drawn"
    return names


def downloaded(world: World, name: str, **names: Any) -> bytes:
    """What an owner gets."""
    response = world.login(Browser(), "owner").get(reverse(name, kwargs={"org": "acme", **names}))
    assert response.status_code == 200
    return response.getvalue()


def exported(world: World, archive: str) -> dict[str, bytes]:
    """The files of an export; its archive is the one that its job tells of."""
    job_id = archive.removesuffix(".zip")
    content = downloaded(world, "reports:export-download", export=job_id)
    with tenancy.enter(organization_id=world.organization.pk):
        job = Job.objects.get(pk=job_id)
    assert hashlib.sha256(content).hexdigest() == job.result["sha256"]
    file = ZipFile(BytesIO(content))
    return {name: file.read(name) for name in file.namelist() if name.startswith("files/")}


@pytest.mark.usefixtures("committed_db")
def test_with_a_bucket_all_files_lie_in_it(world: World, settings: Any, tmp_path: Path) -> None:
    own = world.organization.pk

    with local_s3() as bucket:
        names = make_files(world, tmp_path)

        assert {each.key for each in bucket.objects.all()} == {
            f"{own}/{kind}/{name}" for kind, name in names.items()
        }
        assert exported(world, names["exports"]) == {
            f"files/documents/{names['documents']}": b"drawn",
            f"files/evidence/{names['evidence']}": CSV,
        }
        run_due_jobs()
        assert [store.kind for store, _ in files_of(own)] == ["documents", "evidence", "exports"]
        remove_files(own)
        assert [*bucket.objects.all()] == []
    assert not settings.MEDIA_ROOT.exists()


def test_without_its_bucket_a_file_is_unavailable_for_now(
    world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with tenancy.enter(organization_id=world.organization.pk):
        deliverable = make_deliverable(make_snapshot(world.organization, world.client))
        document = finish_deliverable(deliverable, b"drawn")
    browser = world.login(Browser(raise_request_exception=False), "owner")
    settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT_URL = "none", "http://127.0.0.1:9"

    refused = browser.get(reverse("reports:deliverable-download", args=["acme", document.pk]))

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "The store of files cannot be reached" in refused.content.decode()
