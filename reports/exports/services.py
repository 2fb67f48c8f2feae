"""Makes the archive of an organization, keeps it for some days, and hands it out."""

import hashlib
import json
import os
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, QuerySet
from django.utils import timezone

from jobs.models import Job, JobState
from jobs.run import Run
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Missing
from organizations.models import Membership, Organization, TenantModel
from organizations.permissions import Actor
from organizations.services.erasures import folders_of

EXPORT_JOB = "organization.export"
GONE = "This export is no longer kept. Make a new one."
FOLDER = "exports"
PART = ".part"
ROWS_AT_ONCE = 100  # some hold a whole document
# What lets somebody in: nobody needs it, and nobody may read it.
SECRETS = {
    "organizations_apikey": {"key_hash"},
    "organizations_invitation": {"token_hash"},
    "reports_sharelink": {"token_hash"},
    "usage_usagepull": {"secret"},
}
PERSON = {name: F(f"user__{name}") for name in ("email", "name", "joined_at")}


class Encoder(DjangoJSONEncoder):
    """Writes what columns hold: decimals and times as text, bytes in base 64."""

    def default(self, o: Any) -> Any:
        """Return a value that JSON has."""
        if isinstance(o, datetime):
            return o.isoformat()  # with the microseconds that Django's encoder cuts
        return b64encode(o).decode() if isinstance(o, bytes | memoryview) else super().default(o)


def request_export(*, by: Actor, next_url: str = "") -> Job:
    """Have the organization's archive made; while one is being made, that one is returned."""
    return request_job(
        by=by,
        kind=EXPORT_JOB,
        key=EXPORT_JOB,
        subject_id=by.organization_id,
        next_url=next_url,
    )


def export_list() -> QuerySet[Job]:
    """Return the tenant's exports, the newest first."""
    return Job.objects.filter(kind=EXPORT_JOB).order_by("-requested_at", "-pk")


def export_get(job_id: UUID) -> Job:
    """Return an export; raises Job.DoesNotExist."""
    return export_list().get(pk=job_id)


def kept_until(job: Job) -> datetime | None:
    """Until when the archive can be downloaded; none before there is one."""
    if job.state != JobState.DONE or job.finished_at is None:
        return None
    return job.finished_at + timedelta(days=settings.EXPORT_KEPT_DAYS)


def export_file(job: Job) -> Path:
    """Return where an export's archive lies; raises Missing where there is none any more."""
    until, place = kept_until(job), _place(job.organization_id, job.pk)
    if until is None or until <= timezone.now() or not place.is_file():
        raise Missing(GONE)
    return place


def _place(organization_id: UUID, job_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT, FOLDER, str(organization_id), f"{job_id}.zip")


def make_export(run: Run) -> None:
    """Write every row and file of the run's organization into one archive and keep it.

    A table is read in one transaction, by a cursor of the server, as it stands then.
    """
    place = _place(run.organization_id, run.job_id)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_suffix(f".{run.lease_token}{PART}")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            rows = _write_archive(run, file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = part.stat().st_size
        with run.finish(result={"size_bytes": size, "sha256": sha256, "rows": rows}):
            os.replace(part, place)
            data = {"size_bytes": size, "rows": sum(rows.values())}
            audit.record(
                by=run.actor, verb="export.made", subject=export_get(run.job_id), data=data
            )
    finally:
        part.unlink(missing_ok=True)


def _write_archive(run: Run, file: Any) -> dict[str, int]:
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    rows: dict[str, int] = {}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for number, model in enumerate(tables):
            table = model._meta.db_table
            run.step(f"Writing {model._meta.verbose_name_plural}", number / (len(tables) + 1))
            with run.tenant():
                rows[table] = _write_lines(archive, table, _rows_of(model))
        with run.tenant():
            people = Membership.objects.values("user_id", **PERSON).iterator(ROWS_AT_ONCE)
            rows["people"] = _write_lines(archive, "people", people)
            about = Organization.objects.values().get(pk=run.organization_id)
        run.step("Adding the files", len(tables) / (len(tables) + 1))
        for path, name in _files_of(run.organization_id):
            archive.write(path, name)
        told = {"organization": about, "made_at": timezone.now(), "rows": rows}
        archive.writestr("export.json", json.dumps(told, cls=Encoder, indent=2))
    return rows


def _rows_of(model: type[TenantModel]) -> Iterator[Any]:
    secrets = SECRETS.get(model._meta.db_table, set())
    columns = [field.attname for field in model._meta.concrete_fields]
    shown = [column for column in columns if column not in secrets]
    rows: QuerySet[Any, Any] = model.objects.values(*shown)
    return rows.iterator(ROWS_AT_ONCE)


def _write_lines(archive: ZipFile, name: str, rows: Iterator[Any]) -> int:
    """Write one line of JSON for each row; return how many."""
    count = 0
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as raw:
        with TextIOWrapper(raw, encoding="utf-8") as lines:
            for row in rows:
                count += 1
                lines.write(json.dumps(row, cls=Encoder, ensure_ascii=False) + "\n")
    return count


def _files_of(organization_id: UUID) -> Iterator[tuple[Path, str]]:
    """Yield the organization's files with their names in the archive; no archives of before."""
    root = Path(settings.MEDIA_ROOT)
    for folder in folders_of(organization_id):
        kind = "documents" if folder.parent == root else folder.parent.name
        for path in sorted(folder.rglob("*")):
            if kind != FOLDER and path.is_file() and PART not in path.name:
                yield path, f"files/{kind}/{path.relative_to(folder).as_posix()}"


def sweep_exports(*, now: float | None = None) -> int:
    """Remove archives that are kept no longer, whoever's they are; return how many."""
    oldest = (time.time() if now is None else now) - settings.EXPORT_KEPT_DAYS * 86400
    swept = 0
    for place in Path(settings.MEDIA_ROOT, FOLDER).glob("*/*"):
        if place.stat().st_mtime < oldest:
            place.unlink(missing_ok=True)
            swept += 1
    return swept
