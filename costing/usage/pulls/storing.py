"""Puts what a window came to into the import of its pull, which grows with each."""

import hashlib
from collections.abc import Sequence

from costing.engine.units import HOURS_PER_DAY
from costing.usage import selectors
from costing.usage.cells import Reading
from costing.usage.coverage import Cover
from costing.usage.entries import Entry
from costing.usage.figures import measure
from costing.usage.models import UsageCell, UsageImport, UsageImportState, UsagePull
from costing.usage.pulls.origins import ORIGINS
from costing.usage.pulls.progress import Progress
from costing.usage.records import LIMITS
from costing.usage.services import ROWS_A_STATEMENT, cell_row, moment_of
from organizations.exceptions import Conflict, Invalid

OUTSIDE = "Rows of other days than those that were asked for"
ARCHIVED = "The import of this pull was archived while it ran. The next run begins a new one."
TOO_MUCH = (
    "This pull has more hours and models than one import can keep. Archive its import: the next run"
    " begins a new one."
)


def entries_of(usage_import: UsageImport | None) -> list[Entry]:
    """What an import counts."""
    return list(selectors.usage_part(usage_import).entries) if usage_import else []


def store_window(
    *, pull: UsagePull, progress: Progress, reading: Reading, before: Sequence[Entry]
) -> list[Entry]:
    """Add what a window came to.

    `before` is what the import counts, of other days; returns what it counts now. Call inside the
    tenant, with the pull locked. Raises Invalid beyond what an import keeps.
    """
    first, end = progress.window.hours
    counted = reading.usage_cells()
    inside = [each for each in counted if first <= each.hour and each.hour + each.hours <= end]
    if len(inside) < len(counted):
        reading.left_out[OUTSIDE] += len(counted) - len(inside)
    entries = [*before, *inside]
    if len(entries) > LIMITS.cells or len({each.model for each in entries}) > LIMITS.models:
        raise Invalid(TOO_MUCH)
    if entries:
        row = _import_of(pull) or _new_import(pull)
        _grow(row, progress, reading, entries)
        UsageCell.objects.bulk_create(
            (cell_row(each, row) for each in inside), batch_size=ROWS_A_STATEMENT
        )
        pull.usage_import = row
    pull.fetched_until, pull.progress = progress.window.end, {}
    pull.save(update_fields=["usage_import", "fetched_until", "progress"])
    return entries


def _import_of(pull: UsagePull) -> UsageImport | None:
    if pull.usage_import_id is None:
        return None
    row = UsageImport.objects.select_for_update(of=("self",)).get(pk=pull.usage_import_id)
    if row.archived_at is not None:
        raise Conflict(ARCHIVED)
    return row


def _new_import(pull: UsagePull) -> UsageImport:
    return UsageImport(
        organization_id=pull.organization_id,
        client_id=pull.client_id,
        assessment_id=pull.assessment_id,
        state=UsageImportState.READY,
        filename=f"{pull.title}, pulled",
        size_bytes=0,
        checksum="",
        source=ORIGINS[pull.origin].format,
        time_zone=selectors.time_zone_of(pull.client_id),
        imported_by_id=pull.created_by_id,
        imported_by_label=pull.created_by_label,
    )


def _grow(row: UsageImport, progress: Progress, reading: Reading, entries: list[Entry]) -> None:
    """Count a window's rows into the import and measure it anew.

    It covers the days from the first one with usage on: before that there may have been no account.
    """
    first = min(each.hour for each in entries) // HOURS_PER_DAY * HOURS_PER_DAY
    end = max(progress.window.hours[1], max(each.hour + each.hours for each in entries))
    figures = measure(entries, Cover(time_zone=row.time_zone, declared=(first, end)))
    row.size_bytes += progress.size_bytes
    row.checksum = hashlib.sha256(f"{row.checksum}{progress.digest}".encode()).hexdigest()
    row.rows += reading.rows
    row.good_rows += reading.good_rows
    row.bad_rows += reading.bad_rows
    listed = [
        {"line": each.line, "row": each.row, "reason": each.reason} for each in reading.listed
    ]
    row.listed_rows = [*row.listed_rows, *listed][: LIMITS.bad_rows_listed]
    for kind, count in reading.left_out.items():
        row.left_out[kind] = row.left_out.get(kind, 0) + count
    row.figures = figures.model_dump(mode="json")
    row.covers_from = row.covers_to = None
    row.first_at, row.end_at = moment_of(figures.first_hour), moment_of(figures.end_hour)
    row.save()
