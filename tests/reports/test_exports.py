"""P1: an organization takes all of its rows and files along, and nobody else's."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse

from jobs.models import Job, JobState
from jobs.services import run_due_jobs, run_job
from organizations import tenancy
from organizations.models import AuditEvent, Membership
from organizations.permissions import Role
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
