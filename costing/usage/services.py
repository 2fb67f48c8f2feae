"""Writes of usage imports: taken in, read by a job, archived."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any, Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from assessments.models import Assessment
from assessments.scoring import MeasuredUsage
from assessments.services import record_measured_usage
from assessments.uploads import clean_filename
from costing.catalog import selectors as catalog_selectors
from costing.usage import files, selectors
from costing.usage.cells import Reading
from costing.usage.columns import NO_COLUMNS, Columns
from costing.usage.conversion import PARQUET, WORKBOOK, converted, is_converted
from costing.usage.coverage import MAX_WEEKS, Cover, time_zones
from costing.usage.entries import HOUR_SECONDS, Entry
from costing.usage.figures import Figures, measure
from costing.usage.models import ONE_IMPORT_A_FILE, UsageCell, UsageImport, UsageImportState
from costing.usage.previewing import Preview, preview
from costing.usage.pricing import spend_by_model, top_model_spend_ratio
from costing.usage.reading import ROWS_TO_RECOGNIZE, plan_reading, read_usage
from costing.usage.records import LIMITS
from costing.usage.selectors import USAGE_JOB
from costing.usage.several import Together, naming
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
HOW_MANY = f"Send 1 to {LIMITS.files} files at once."
MAX_NAME = 120
# What is new where the files of an import are sent again.
FILE_FIELDS = ("path", "source", "columns", "files")
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
    def of(cls, data: Mapping[str, Any]) -> list[Self]:
        """The files of a form that was validated."""
        columns = Columns.of(data)
        return [cls(each.name, each.chunks(), data["format"], columns) for each in data["file"]]


@dataclass(frozen=True)
class RequestedImport:
    """An import, and the job that reads it; none where it was read before."""

    usage_import: UsageImport
    job: Job | None


def request_usage_import(
    *,
    by: Actor,
    assessment: Assessment,
    sent: Sequence[UsageFile],
    next_url: Callable[[UUID], str],
) -> RequestedImport:
    """Take files in and ask for them to be read as one import; the same again changes nothing.

    Raises Invalid with the fields at fault (`file`, `format`, a column) and leaves nothing behind.
    """
    names = _checked_names(sent)
    path, stored = files.store_uploads(
        [each.chunks for each in sent], organization_id=by.organization_id
    )
    try:
        parts = _parts_of(path, names, sent)
        row = UsageImport(
            organization_id=by.organization_id,
            client_id=assessment.client_id,
            assessment=assessment,
            filename=", ".join(names)[:MAX_NAME],
            size_bytes=sum(size for size, _ in stored),
            checksum=_joined({checksum for _, checksum in stored}, sent[0].columns),
            path=path,
            source=parts[0]["source"],
            columns=parts[0]["columns"],
            files=parts if len(parts) > 1 else [],
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


def _joined(checksums: Set[str], columns: Columns) -> str:
    """The checksum of several files, in whatever order they come; of one its own.

    The same files split in another way are another import.
    """
    split = [columns.split_by, columns.tag] if columns.split_by else []
    if len(checksums) == 1 and not split:
        return next(iter(checksums))
    return hashlib.sha256("\n".join([*sorted(checksums), *split]).encode()).hexdigest()


def _salt(organization_id: UUID) -> bytes:
    """The organization's own salt: what is hashed with it can be matched with nobody else's."""
    return salted_hmac("costing.usage", str(organization_id), algorithm="sha256").digest()[:16]


def _parts_of(path: str, names: Sequence[str], sent: Sequence[UsageFile]) -> list[dict[str, Any]]:
    """Each file's name, format and columns as they are stored.

    What is converted first says its format and columns to the job alone.
    """
    parts = []
    for number, (name, file) in enumerate(zip(names, sent, strict=True)):
        source, columns = file.chosen, file.columns
        if not is_converted(name):
            with _naming(name, sent), files.open_upload(files.part_path(path, number)) as content:
                plan = plan_reading(content, chosen=file.chosen, columns=file.columns)
            source, columns = plan.source.key, plan.columns
        parts.append({"filename": name, "source": source, "columns": columns.document})
    return parts


def _naming(name: str, sent: Sequence[Any]) -> AbstractContextManager[None]:
    """Let what is wrong with one of several files name it."""
    return naming(name) if len(sent) > 1 else nullcontext()


def preview_usage(*, by: Actor, sent: Sequence[UsageFile]) -> Preview:
    """The first rows of a file, of several the first, as they will be counted; nothing is kept.

    Raises Invalid with the fields at fault.
    """
    name, file = _checked_names(sent)[0], sent[0]
    path, _, _ = files.store_upload(file.chunks, organization_id=by.organization_id)
    try:
        with _naming(name, sent), _opened(path, name, first=ROWS_TO_RECOGNIZE) as content:
            plan = plan_reading(content, chosen=file.chosen, columns=file.columns)
            plan = replace(plan, salt=_salt(by.organization_id))
            shown = preview(content, plan)
            return shown.model_copy(update={"filename": name, "files": len(sent)})
    finally:
        files.remove_upload(path)


def _checked_names(sent: Sequence[UsageFile]) -> list[str]:
    """The files' names; raises Invalid for what is never taken, and for an unknown format."""
    if not 1 <= len(sent) <= LIMITS.files:
        raise Invalid.at("file", HOW_MANY)
    names = [clean_filename(file.filename) for file in sent]
    for name in names:
        if not name.lower().endswith(SUFFIXES):
            with _naming(name, sent):
                raise Invalid.at("file", ENDINGS)
    if sent[0].chosen and sent[0].chosen not in SOURCES:
        message = f"Choose one of {', '.join(SOURCES)}."
        raise Invalid.at("format", message)
    return names


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
    for name in FILE_FIELDS:
        setattr(standing, name, getattr(row, name))
    standing.save(update_fields=FILE_FIELDS)
    return standing


def read_upload(
    usage_import: UsageImport, *, on_progress: Callable[[float], None] = lambda done: None
) -> Reading:
    """Read an import's files; `on_progress` gets how far it is, from 0 to 1. Raises Invalid."""
    if usage_import.files:
        return _read_several(usage_import, on_progress)
    columns = Columns.stored(usage_import.columns)
    path, name = usage_import.path, usage_import.filename
    with _opened(path, name, on_progress=lambda: on_progress(0.0)) as content:
        size = max(content.seek(0, os.SEEK_END), 1)
        plan = plan_reading(content, chosen=usage_import.source, columns=columns)
        plan = replace(plan, salt=_salt(usage_import.organization_id))
        reading = read_usage(content, plan, on_progress=lambda at: on_progress(min(at / size, 1.0)))
    usage_import.columns = plan.columns.document
    return reading


def _read_several(usage_import: UsageImport, on_progress: Callable[[float], None]) -> Reading:
    together, parts = Together(), usage_import.files

    def report(number: int, size: int, at: int) -> None:
        on_progress((number + min(at / size, 1.0)) / len(parts))

    for number, part in enumerate(parts):
        path, name = files.part_path(usage_import.path, number), part["filename"]
        with naming(name), _opened(path, name, on_progress=partial(report, number, 1, 0)) as rows:
            size = max(rows.seek(0, os.SEEK_END), 1)
            columns = Columns.stored(part["columns"])
            plan = plan_reading(rows, chosen=part["source"], columns=columns)
            plan = replace(plan, salt=_salt(usage_import.organization_id))
            reading = together.read(name, rows, plan, on_progress=partial(report, number, size))
        part |= {"source": plan.source.key, "columns": plan.columns.document}
        part |= {"rows": reading.rows, "good_rows": reading.good_rows}
    return together.reading()


@contextmanager
def _opened(
    path: str, name: str, *, first: int = 0, on_progress: Callable[[], None] = lambda: None
) -> Iterator[IO[bytes]]:
    """A file; of a workbook or a Parquet file its rows as CSV, all or the first ones."""
    if not is_converted(name):
        with files.open_upload(path) as file:
            yield file
        return
    with files.local_upload(path) as place:
        with converted(place, name, first=first, on_progress=on_progress) as rows:
            yield rows


@transaction.atomic
def store_usage(*, by: Actor, usage_import: UsageImport, reading: Reading) -> UsageImport:
    """Store what an import's file came to, and remove the file; once."""
    row = UsageImport.objects.select_for_update(of=("self",)).get(pk=usage_import.pk)
    if row.is_ready:
        return row
    cells = reading.usage_cells()
    figures = measure(
        cells,
        Cover(time_zone=row.time_zone, declared=reading.declared, stretches=reading.stretches),
    )
    UsageCell.objects.bulk_create(
        (cell_row(cell, row) for cell in cells), batch_size=ROWS_A_STATEMENT
    )
    transaction.on_commit(partial(files.remove_upload, row.path))
    row.state, row.path = UsageImportState.READY, ""
    row.source, row.columns = reading.source, usage_import.columns
    row.files = usage_import.files
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
        group=cell.group,
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
