"""P1: an organization takes all of its rows and files along, and nobody else's."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connections
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse

from jobs.models import Job, JobState
from jobs.services import run_due_jobs, run_job
from organizations import tenancy
from organizations.models import AuditEvent, Client, Membership
from organizations.permissions import Role
from organizations.services import create_client, rename_client
from reports.exports import services
from reports.exports.services import SECRETS, request_export, sweep_exports
from tests.factories import load_latest_framework
from tests.guarantees.canaries import plant, tenant_models, text_fields, whole_text
from tests.guarantees.test_no_leak import make_everything
from tests.world import World

OWN, OTHER = "zqtakenbird", "zqrivalbird"
# Columns whose names sound like a secret and are none.
PLAIN = {
    "jobs_job.lease_token",
    "organizations_branding.logo_sha256",
    "organizations_idempotentrequest.request_hash",
    "reports_deliverable.sha256",
    "reports_snapshot.sha256",
    "usage_usagepull.secret_set_at",
}


def make_export(world: World) -> Job:
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_export(by=world.actor("owner"))
    run_job(job_id=job.pk, organization_id=world.organization.pk)
    with tenancy.enter(organization_id=world.organization.pk):
        return Job.objects.get(pk=job.pk)


def download(world: World, job: Job) -> Any:
    address = reverse("reports:export-download", args=["acme", job.pk])
    return world.login(Browser(), "owner").get(address)


def test_an_export_has_every_row_and_file_of_the_organization_and_of_no_other(
    world: World,
) -> None:
    load_latest_framework()
    make_everything(world.organization, world.client, OWN)
    make_everything(world.other_organization, world.other_client, OTHER)
    planted = plant(world.organization, OWN, Q())
    plant(world.other_organization, OTHER, Q())

    response = download(world, make_export(world))

    content = b"".join(response.streaming_content)
    archive = ZipFile(BytesIO(content))
    about = json.loads(archive.read("export.json"))
    rows = {
        name: [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
        for name in about["rows"]
    }
    said = {
        f"{name}.{column}"
        for name, found in rows.items()
        for row in found
        for column, value in row.items()
        if OWN in str(value)
    }
    secret = {f"{table}.{column}" for table, columns in SECRETS.items() for column in columns}
    texts = {f"{m._meta.db_table}.{f.attname}" for m in tenant_models() for f in text_fields(m)}
    assert texts & {*planted} - said == secret
    assert {name: len(found) for name, found in rows.items()} == about["rows"]
    assert set(about["rows"]) == {model._meta.db_table for model in tenant_models()} | {"people"}
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert {name.split("/")[1] for name in files} >= {"documents", "evidence"}
    assert any(OWN.encode() in archive.read(name) for name in files)
    assert OTHER.encode() not in whole_text(content)


def test_whatever_sounds_like_a_secret_is_left_out_or_known_to_be_none() -> None:
    sounding = {
        f"{model._meta.db_table}.{field.attname}"
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if any(word in field.attname for word in ("hash", "secret", "token", "password", "sha256"))
        and not field.attname.endswith(("tokens", "_per_mtok"))
    }
    secret = {f"{table}.{column}" for table, columns in SECRETS.items() for column in columns}

    assert sounding - secret - PLAIN == set()
    assert secret - sounding == set()


class Meanwhile(threading.Thread):
    """Adds a client, and removes one's name, in a thread of its own: for good, and audited."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def run(self) -> None:
        try:
            with tenancy.enter(organization_id=self.world.organization.pk):
                by = self.world.actor("owner")
                create_client(by=by, name="Late")
                rename_client(by=by, client=self.world.client, name="Renamed late")
        finally:
            connections.close_all()


@pytest.mark.usefixtures("committed_db")
def test_every_row_of_an_export_is_as_it_stood_at_one_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes once the first table is read, and every table of theirs comes later."""
    before = {name: len(found) for name, found in lines_of(world, make_export(world)).items()}
    written: list[str] = []
    write_lines = services._write_lines

    def write_and_meddle(archive: Any, name: str, rows: Any) -> int:
        if not written:
            writer = Meanwhile(world)
            writer.start()
            writer.join()
        written.append(name)
        return write_lines(archive, name, rows)

    monkeypatch.setattr(services, "_write_lines", write_and_meddle)
    found = lines_of(world, make_export(world))

    # The first export left its job and its lines in the audit.
    own = {"jobs_job", "organizations_auditevent"}
    assert {name: len(rows) for name, rows in found.items() if name not in own} == {
        name: count for name, count in before.items() if name not in own
    }
    assert {row["name"] for row in found["organizations_client"]} == {"Northwind", "Southwind"}
    assert "Late" not in str(found["organizations_auditevent"])
    with tenancy.enter(organization_id=world.organization.pk):
        assert Client.objects.filter(name__in=["Late", "Renamed late"]).count() == 2
    assert "Renamed late" in str(lines_of(world, make_export(world))["organizations_client"])


@pytest.mark.usefixtures("committed_db")
def test_an_export_that_is_stopped_while_it_reads_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reads see one moment, what may stop it is seen at once."""
    write_lines = services._write_lines

    def write_and_stop(archive: Any, name: str, rows: Any) -> int:
        with ThreadPoolExecutor(1) as other:
            other.submit(_stop_all, world).result()
        return write_lines(archive, name, rows)

    monkeypatch.setattr(services, "_write_lines", write_and_stop)

    assert make_export(world).state == JobState.CANCELLED


def _stop_all(world: World) -> None:
    try:
        with tenancy.enter(organization_id=world.organization.pk):
            Job.objects.update(is_cancel_requested=True)
    finally:
        connections.close_all()


def lines_of(world: World, job: Job) -> dict[str, list[dict[str, Any]]]:
    """The rows of an export by table."""
    archive = ZipFile(BytesIO(download(world, job).getvalue()))
    return {
        name.removesuffix(".jsonl"): [json.loads(line) for line in archive.read(name).splitlines()]
        for name in archive.namelist()
        if name.endswith(".jsonl")
    }


def test_an_export_is_kept_for_some_days(world: World, settings: Any) -> None:
    job = make_export(world)
    place = Path(settings.MEDIA_ROOT, "exports", str(world.organization.pk), f"{job.pk}.zip")
    settings.EXPORT_KEPT_DAYS = 0

    assert download(world, job).status_code == 404
    assert sweep_exports(now=place.stat().st_mtime + 1) == 1
    assert not place.exists()


def test_whoever_is_no_owner_any_more_gets_no_export(world: World, settings: Any) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_export(by=world.actor("owner"))
        Membership.objects.filter(role=Role.OWNER).update(role=Role.CONSULTANT)
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.get(pk=job.pk).state == JobState.REFUSED
        assert not AuditEvent.objects.filter(verb="export.made").exists()
    assert not [*Path(settings.MEDIA_ROOT, "exports", str(world.organization.pk)).glob("*")]


@pytest.mark.parametrize("is_done", [False, True])
def test_page_shows_how_far_an_export_is(world: World, is_done: bool) -> None:
    browser = world.login(Browser(), "owner")
    page = reverse("reports:export-list", args=["acme"])
    browser.post(page)
    if is_done:
        run_due_jobs()

    shown = browser.get(page).content.decode()

    assert ("Waiting for a worker" in shown) == (not is_done)
    assert ("/file/" in shown) == is_done
