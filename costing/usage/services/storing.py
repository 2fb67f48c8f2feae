"""Stores what an import came to, or leaves nothing of it; what follows for the assessment."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db import transaction

from assessments.models import Assessment
from assessments.scoring import MeasuredUsage
from assessments.services import record_measured_usage
from costing.usage import files, selectors
from costing.usage.cells import Reading
from costing.usage.coverage import Cover
from costing.usage.entries import HOUR_SECONDS, Entry
from costing.usage.figures import measure
from costing.usage.models import UsageCell, UsageImport, UsageImportState
from costing.usage.pricing import spend_by_model, top_model_spend_ratio
from costing.usage.selectors import USAGE_JOB
from jobs.selectors import job_latest
from organizations import audit
from organizations.exceptions import Conflict
from organizations.permissions import Actor
from organizations.services.archive import archive_row

ROWS_A_STATEMENT = 2000
STILL_READ = "This file is being read. Stop that first."


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
    prices = selectors.usage_prices_latest(usage_import)
    read = figures.cache_read_ratio
    return MeasuredUsage(
        cache_read_ratio=None if read is None else Decimal(repr(read)),
        top_model_spend_ratio=top_model_spend_ratio(spend_by_model(figures.models, prices)),
    )
