"""Takes files in and asks for them to be read; shows the first rows of one."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, transaction

from assessments.models import Assessment
from assessments.uploads import clean_filename
from costing.usage import files, selectors
from costing.usage.columns import NO_COLUMNS, Columns
from costing.usage.conversion import PARQUET, WORKBOOK, is_converted
from costing.usage.models import ONE_IMPORT_A_FILE, UsageImport
from costing.usage.previewing import Preview, preview
from costing.usage.reading import ROWS_TO_RECOGNIZE, plan_reading
from costing.usage.records import LIMITS
from costing.usage.selectors import USAGE_JOB
from costing.usage.services.reading import naming_one_of, opened, usage_salt
from costing.usage.sources import SOURCES
from jobs.models import Job
from jobs.selectors import job_latest
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".txt", ".gz", WORKBOOK, PARQUET)
ENDINGS = (
    "Send a file whose name ends in .csv, .json, .jsonl, .xlsx or .parquet, or one of the first"
    " three with .gz."
)
HOW_MANY = f"Send 1 to {LIMITS.files} files at once."
MAX_NAME = 120
# What is new where the files of an import are sent again.
FILE_FIELDS = ("path", "source", "columns", "files")


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


def _parts_of(path: str, names: Sequence[str], sent: Sequence[UsageFile]) -> list[dict[str, Any]]:
    """Each file's name, format and columns as they are stored.

    What is converted first says its format and columns to the job alone.
    """
    parts = []
    for number, (name, file) in enumerate(zip(names, sent, strict=True)):
        source, columns = file.chosen, file.columns
        if not is_converted(name):
            with (
                naming_one_of(name, sent),
                files.open_upload(files.part_path(path, number)) as content,
            ):
                plan = plan_reading(content, chosen=file.chosen, columns=file.columns)
            source, columns = plan.source.key, plan.columns
        parts.append({"filename": name, "source": source, "columns": columns.document})
    return parts


def preview_usage(*, by: Actor, sent: Sequence[UsageFile]) -> Preview:
    """The first rows of a file, of several the first, as they will be counted; nothing is kept.

    Raises Invalid with the fields at fault.
    """
    name, file = _checked_names(sent)[0], sent[0]
    path, _, _ = files.store_upload(file.chunks, organization_id=by.organization_id)
    try:
        with naming_one_of(name, sent), opened(path, name, first=ROWS_TO_RECOGNIZE) as content:
            salt = usage_salt(by.organization_id)
            plan = plan_reading(content, chosen=file.chosen, columns=file.columns, salt=salt)
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
            with naming_one_of(name, sent):
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
