"""Makes the archive of an organization, keeps it for some days, and hands it out."""

import hashlib
import json
import os
import shutil
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from io import TextIOWrapper
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, QuerySet

from jobs.models import Job, JobState
from jobs.run import Run
from jobs.services import request_job
from organizations import audit, clock
from organizations.consistent_reads import consistent_reads
from organizations.exceptions import Missing
from organizations.files import EXPORTS, PART, Store, files_of, store_of
from organizations.models import Membership, Organization, TenantModel
from organizations.permissions import Actor

EXPORT_JOB = "organization.export"
GONE = "This export is no longer kept. Make a new one."
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


def is_kept(job: Job) -> bool:
    """Tell whether the archive can be downloaded now."""
    until = kept_until(job)
    return until is not None and not clock.has_passed(until)


def open_export(job: Job) -> IO[bytes]:
    """Open an export's archive; raises Missing where there is none any more."""
    if not is_kept(job):
        raise Missing(GONE)
    try:
        return store_of(EXPORTS).open(_path(job.organization_id, job.pk))
    except FileNotFoundError:
        raise Missing(GONE) from None


def _path(organization_id: UUID, job_id: UUID) -> str:
    return f"{organization_id}/{job_id}.zip"


def make_export(run: Run) -> None:
    """Write every row and file of the run's organization into one archive and keep it.

    Rows are read by cursors of the server, all as they stood at one moment.
    """
    store, path = store_of(EXPORTS), _path(run.organization_id, run.job_id)
    part = f"{path}.{run.lease_token}{PART}"
    try:
        with store.writing(part) as file:
            rows = _write_archive(run, file)
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        with run.finish(result={"size_bytes": size, "sha256": sha256, "rows": rows}):
            store.move(part, path)
            data = {"size_bytes": size, "rows": sum(rows.values())}
            audit.record(
                by=run.actor, verb="export.made", subject=export_get(run.job_id), data=data
            )
    finally:
        store.remove(part)


def _write_archive(run: Run, file: Any) -> dict[str, int]:
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    rows: dict[str, int] = {}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        with consistent_reads() as (made_at, reading):
            for number, model in enumerate(tables):
                table = model._meta.db_table
                run.step(f"Writing {model._meta.verbose_name_plural}", number / (len(tables) + 1))
                with reading(), run.tenant():
                    rows[table] = _write_lines(archive, table, _rows_of(model))
            with reading(), run.tenant():
                people = Membership.objects.values("user_id", **PERSON).iterator(ROWS_AT_ONCE)
                rows["people"] = _write_lines(archive, "people", people)
                about = Organization.objects.values().get(pk=run.organization_id)
        run.step("Adding the files", len(tables) / (len(tables) + 1))
        for store, path in files_of(run.organization_id):
            if store.kind != EXPORTS and PART not in path:
                _write_file(archive, store, path)
        told = {"organization": about, "made_at": made_at, "rows": rows}
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


def _write_file(archive: ZipFile, store: Store, path: str) -> None:
    """Add a file, piece by piece; one that was removed meanwhile is left out."""
    with suppress(FileNotFoundError), store.open(path) as file:
        name = f"files/{store.kind}/{path.partition('/')[2]}"
        with archive.open(name, "w", force_zip64=True) as entry:
            shutil.copyfileobj(file, entry)


def sweep_exports(*, now: float | None = None) -> int:
    """Remove archives that are kept no longer, whoever's they are; return how many."""
    oldest = (time.time() if now is None else now) - settings.EXPORT_KEPT_DAYS * 86400
    return store_of(EXPORTS).sweep(oldest)
