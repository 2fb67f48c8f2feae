"""Writes of usage imports: taken in, read by a job, archived."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any, Self
from uuid import UUID

from django.db import IntegrityError, transaction

from assessments.models import Assessment
from assessments.scoring import MeasuredUsage
from assessments.services import record_measured_usage
from assessments.uploads import clean_filename
from costing.catalog import selectors as catalog_selectors
from costing.usage import files, selectors
from costing.usage.columns import NO_COLUMNS, Columns
from costing.usage.conversion import PARQUET, WORKBOOK, converted, is_converted
from costing.usage.coverage import MAX_WEEKS, Cover, time_zones
from costing.usage.entries import HOUR_SECONDS, Entry
from costing.usage.figures import Figures, measure
from costing.usage.models import ONE_IMPORT_A_FILE, UsageCell, UsageImport, UsageImportState
from costing.usage.previewing import Preview, preview
from costing.usage.pricing import spend_by_model, top_model_spend_ratio
from costing.usage.reading import ROWS_TO_RECOGNIZE, Reading, plan_reading, read_usage
from costing.usage.selectors import USAGE_JOB
from costing.usage.sources import SOURCES
from jobs.models import Job
from jobs.selectors import job_latest
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor
from organizations.services.archive import archive_row

SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".txt", ".gz", WORKBOOK, PARQUET)
ENDINGS = (
    "Send a file whose name ends in .csv, .json, .jsonl, .xlsx or .parquet, or one of the first"
    " three with .gz."
)
NO_ZONE = "Choose a time zone by its name, such as Europe/Berlin."
BOTH_DAYS = "Give both days, or neither."
DAYS_APART = f"The last day is on or after the first, and at most {MAX_WEEKS} weeks later."
NOTHING_RAN = "Nothing ran on these days by this file."
STILL_READ = "This file is being read. Stop that first."
ROWS_A_STATEMENT = 2000


@dataclass(frozen=True)
class UsageFile:
    """What a person sent: the file in pieces, its format if they chose one, and its columns."""

    filename: str
    chunks: Iterable[bytes]
    chosen: str = ""
    columns: Columns = NO_COLUMNS

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The file of a form that was validated."""
        file = data["file"]
        return cls(file.name, file.chunks(), data["format"], Columns.of(data))


@dataclass(frozen=True)
class RequestedImport:
    """An import, and the job that reads it; none where it was read before."""

    usage_import: UsageImport
    job: Job | None


def request_usage_import(
    *, by: Actor, assessment: Assessment, file: UsageFile, next_url: Callable[[UUID], str]
) -> RequestedImport:
    """Take a file in and ask for it to be read; the same file again changes nothing.

    Raises Invalid with the fields at fault (`file`, `format`, a column) and leaves nothing behind.
    """
    name = _checked_name(file)
    path, size, checksum = files.store_upload(file.chunks, organization_id=by.organization_id)
    try:
        source, columns = _plan_of(path, name, file)
        row = UsageImport(
            organization_id=by.organization_id,
            client_id=assessment.client_id,
            assessment=assessment,
            filename=name,
            size_bytes=size,
            checksum=checksum,
            path=path,
            source=source,
            columns=columns.document,
            time_zone=selectors.time_zone_of(assessment.client_id),
            imported_by_id=by.user_id,
            imported_by_label=by.label,
        )
        requested = store_request(by, row, next_url)
    except BaseException:
        files.remove_upload(path)
        raise
    if requested.usage_import.path != path:
        files.remove_upload(path)
    return requested


def _plan_of(path: str, name: str, file: UsageFile) -> tuple[str, Columns]:
    """The format and columns of a file; what is converted first says them to the job alone."""
    if is_converted(name):
        return file.chosen, file.columns
    with files.open_upload(path) as content:
        plan = plan_reading(content, chosen=file.chosen, columns=file.columns)
    return plan.source.key, plan.columns


def preview_usage(*, by: Actor, file: UsageFile) -> Preview:
    """The first rows of a file as they will be counted; nothing of it is kept.

    Raises Invalid with the fields at fault.
    """
    name = _checked_name(file)
    path, _, _ = files.store_upload(file.chunks, organization_id=by.organization_id)
    try:
        with _opened(path, name, first=ROWS_TO_RECOGNIZE) as content:
            plan = plan_reading(content, chosen=file.chosen, columns=file.columns)
            return preview(content, plan)
    finally:
        files.remove_upload(path)


def _checked_name(file: UsageFile) -> str:
    """The file's name; raises Invalid for one that is never taken, and for an unknown format."""
    name = clean_filename(file.filename)
    if not name.lower().endswith(SUFFIXES):
        raise Invalid.at("file", ENDINGS)
    if file.chosen and file.chosen not in SOURCES:
        message = f"Choose one of {', '.join(SOURCES)}."
        raise Invalid.at("format", message)
    return name


@transaction.atomic
def store_request(by: Actor, row: UsageImport, next_url: Callable[[UUID], str]) -> RequestedImport:
    """Store an import and ask for it to be read; the one that stands where it is the same."""
    if _store(row):
        data = {"name": row.filename, "sha256": row.checksum}
        verb = "usage.merged" if row.merged_from else "usage.sent"
        audit.record(by=by, verb=verb, subject=row, data=data)
    else:
        row = _standing(row)
        if row.is_ready:
            return RequestedImport(row, None)
    job = request_job(
        by=by,
        kind=USAGE_JOB,
        key=f"{USAGE_JOB}:{row.pk}",
        subject_id=row.pk,
        client_id=row.client_id,
        payload={"assessment": str(row.assessment_id), "filename": row.filename},
        next_url=next_url(row.pk),
    )
    return RequestedImport(row, job)


def _store(row: UsageImport) -> bool:
    """Insert the import; false where the assessment has one of the same file."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if ONE_IMPORT_A_FILE not in str(error):
            raise
        return False
    return True


def _standing(row: UsageImport) -> UsageImport:
    """The import that there is. One whose job ended early takes the new file and its reading."""
    same = selectors.usage_import_list(row.assessment).filter(checksum=row.checksum)
    standing = same.select_for_update().first()
    if standing is None:
        raise Conflict("The same file was archived at this moment: send it again.")
    job = job_latest(kind=USAGE_JOB, subject_id=standing.pk)
    if standing.is_ready or (job is not None and not job.is_finished):
        return standing
    transaction.on_commit(partial(files.remove_upload, standing.path))
    standing.path, standing.source, standing.columns = row.path, row.source, row.columns
    standing.save(update_fields=["path", "source", "columns"])
    return standing


def read_upload(
    usage_import: UsageImport, *, on_progress: Callable[[float], None] = lambda done: None
) -> Reading:
    """Read an import's file; `on_progress` gets how far it is, from 0 to 1. Raises Invalid."""
    columns = Columns.stored(usage_import.columns)
    path, name = usage_import.path, usage_import.filename
    with _opened(path, name, on_progress=lambda: on_progress(0.0)) as content:
        size = max(content.seek(0, os.SEEK_END), 1)
        plan = plan_reading(content, chosen=usage_import.source, columns=columns)
        reading = read_usage(content, plan, on_progress=lambda at: on_progress(min(at / size, 1.0)))
    usage_import.columns = plan.columns.document
    return reading


def _opened(
    path: str, name: str, *, first: int = 0, on_progress: Callable[[], None] = lambda: None
) -> AbstractContextManager[IO[bytes]]:
    """A file; of a workbook or a Parquet file its rows as CSV, all or the first ones."""
    if is_converted(name):
        place = files.folder() / path
        return converted(place, name, first=first, on_progress=on_progress)
    return files.open_upload(path)


@transaction.atomic
def store_usage(*, by: Actor, usage_import: UsageImport, reading: Reading) -> UsageImport:
    """Store what an import's file came to, and remove the file; once."""
    row = UsageImport.objects.select_for_update(of=("self",)).get(pk=usage_import.pk)
    if row.is_ready:
        return row
    cells = reading.usage_cells()
    figures = measure(cells, Cover(time_zone=row.time_zone, declared=reading.declared))
    UsageCell.objects.bulk_create(
        (cell_row(cell, row) for cell in cells), batch_size=ROWS_A_STATEMENT
    )
    transaction.on_commit(partial(files.remove_upload, row.path))
    row.state, row.path = UsageImportState.READY, ""
    row.source, row.columns = reading.source, usage_import.columns
    row.rows, row.good_rows, row.bad_rows = reading.rows, reading.good_rows, reading.bad_rows
    row.listed_rows = [asdict(listed) for listed in reading.listed]
    row.left_out, row.figures = dict(reading.left_out), figures.model_dump(mode="json")
    row.first_at, row.end_at = moment_of(figures.first_hour), moment_of(figures.end_hour)
    row.save()
    data = {"rows": row.good_rows, "bad_rows": row.bad_rows, "source": row.source}
    audit.record(by=by, verb="usage.imported", subject=row, data=data)
    record_measures(by=by, assessment=row.assessment)
    return row


@dataclass(frozen=True)
class Coverage:
    """What a person says of a file: the zone whose days count and, unless it is for the file to
    say, its first and last day.
    """

    time_zone: str
    covers_from: date | None = None
    covers_to: date | None = None

    def __post_init__(self) -> None:
        """Raise Invalid with the fields at fault."""
        if self.time_zone not in time_zones():
            raise Invalid.at("time_zone", NO_ZONE)
        first, last = self.covers_from, self.covers_to
        if (first is None) != (last is None):
            raise Invalid.at("covers_from" if first is None else "covers_to", BOTH_DAYS)
        if first and last and not 0 <= (last - first).days < MAX_WEEKS * 7:
            raise Invalid.at("covers_to", DAYS_APART)


@transaction.atomic
def change_coverage(*, by: Actor, usage_import: UsageImport, coverage: Coverage) -> UsageImport:
    """Say what a file covers, and estimate its month anew.

    Raises Invalid with the fields at fault, Conflict while the file is being read.
    """
    row = UsageImport.objects.select_for_update(of=("self",)).get(pk=usage_import.pk)
    if not row.is_ready:
        raise Conflict(STILL_READ, current={"state": row.state})
    first, last = coverage.covers_from, coverage.covers_to
    measured = Figures.model_validate(row.figures)
    cover = measured.cover.model_copy(
        update={
            "time_zone": coverage.time_zone,
            "stated": (first, last) if first and last else None,
        }
    )
    figures = measured.covering(cover, selectors.usage_hours(row))
    if figures.volume is None and measured.volume is not None:
        raise Invalid.at("covers_from", NOTHING_RAN)
    before = {name: str(getattr(row, name) or "") for name in asdict(coverage)}
    for name, value in asdict(coverage).items():
        setattr(row, name, value)
    row.figures = figures.model_dump(mode="json")
    row.save(update_fields=[*asdict(coverage), "figures"])
    after = {name: str(value or "") for name, value in asdict(coverage).items()}
    if after != before:
        data = {"before": before, "after": after}
        audit.record(by=by, verb="usage.coverage_changed", subject=row, data=data)
    return row


def cell_row(cell: Entry, usage_import: UsageImport) -> UsageCell:
    return UsageCell(
        organization_id=usage_import.organization_id,
        client_id=usage_import.client_id,
        usage_import_id=usage_import.pk,
        model=cell.model,
        starts_at=moment_of(cell.hour),
        hours=cell.hours,
        calls=cell.calls,
        billed_usd=cell.billed_usd,
        **{kind: getattr(cell, kind) for kind in selectors.KINDS},
        **cell.tokens._asdict(),
    )


def moment_of(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_SECONDS, tz=UTC)


@transaction.atomic
def discard_usage_import(*, by: Actor, import_id: UUID, reason: str) -> None:
    """Leave nothing of an import whose file could not be read, or whose reading was stopped."""
    row = UsageImport.objects.select_for_update().filter(pk=import_id).first()
    if row is None or row.is_ready:
        return
    audit.record(by=by, verb="usage.discarded", subject=row, data={"reason": reason})
    transaction.on_commit(partial(files.remove_upload, row.path))
    row.delete()


@transaction.atomic
def archive_usage_import(*, by: Actor, usage_import: UsageImport) -> None:
    """Put an import aside with all that it came to; raises Conflict while it is being read."""
    archive_row(by=by, row=usage_import, kind="usage_import", title=usage_import.filename)
    follow_archiving(by, usage_import)


def follow_archiving(by: Actor, usage_import: UsageImport) -> None:
    """Hold the claims against the usage that stands, once an import was archived or restored.

    Raises Conflict while it is being read.
    """
    job = job_latest(kind=USAGE_JOB, subject_id=usage_import.pk)
    if job is not None and not job.is_finished:
        raise Conflict(STILL_READ, current={"state": usage_import.state})
    record_measures(by=by, assessment=usage_import.assessment)


def record_measures(*, by: Actor, assessment: Assessment) -> Assessment:
    """Hold the assessment's claims against its newest usage; without any, against none."""
    usage_import = selectors.usage_import_measured(assessment)
    return record_measured_usage(
        by=by,
        assessment=assessment,
        measured=_measured(usage_import) if usage_import else MeasuredUsage(),
        source=usage_import.filename if usage_import else "",
    )


def _measured(usage_import: UsageImport) -> MeasuredUsage:
    figures = usage_import.measured
    book = catalog_selectors.price_book_latest()
    prices = selectors.usage_prices(
        book,
        [item.model for item in figures.models],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    read = figures.cache_read_ratio
    return MeasuredUsage(
        cache_read_ratio=None if read is None else Decimal(repr(read)),
        top_model_spend_ratio=top_model_spend_ratio(spend_by_model(figures.models, prices)),
    )
