"""Imports of an assessment that are to be one more: asked for, and put together by a job."""

import hashlib
from collections.abc import Callable, Sequence
from uuid import UUID

from assessments.models import Assessment
from costing.usage import selectors
from costing.usage.cells import Reading
from costing.usage.merging import merged
from costing.usage.models import UsageImport
from costing.usage.services.sending import MAX_NAME, RequestedImport, store_request
from organizations.exceptions import Invalid
from organizations.permissions import Actor

MAX_MERGED = 20
NOT_THERE = "Choose files of this assessment that have been read and whose hours are kept."
HOW_MANY = f"Choose 2 to {MAX_MERGED} files."
GONE = "A file that was to be merged is no longer there. Merge the others again."


def request_usage_merge(
    *,
    by: Actor,
    assessment: Assessment,
    imports: Sequence[UUID],
    overlap: str,
    next_url: Callable[[UUID], str],
) -> RequestedImport:
    """Ask for imports to be one more, which counts what they do; the same again changes nothing.

    Raises Invalid (`imports`) for what is not there, and for less than two.
    """
    wanted = sorted({*imports}, key=str)
    if not 2 <= len(wanted) <= MAX_MERGED:
        raise Invalid.at("imports", HOW_MANY)
    rows = selectors.usage_imports_read(assessment, wanted)
    if len(rows) < len(wanted):
        raise Invalid.at("imports", NOT_THERE)
    checksums = "".join(sorted(row.checksum for row in rows)) + overlap
    row = UsageImport(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        filename=", ".join(each.filename for each in rows)[:MAX_NAME],
        size_bytes=sum(each.size_bytes for each in rows),
        checksum=hashlib.sha256(checksums.encode()).hexdigest(),
        merged_from=[str(pk) for pk in wanted],
        overlap=overlap,
        time_zone=selectors.time_zone_of(assessment.client_id),
        imported_by_id=by.user_id,
        imported_by_label=by.label,
    )
    return store_request(by, row, next_url)


def read_merged(usage_import: UsageImport) -> Reading:
    """What the imports come to together; call inside the tenant. Raises Invalid."""
    wanted = [UUID(pk) for pk in usage_import.merged_from]
    rows = selectors.usage_imports_read(usage_import.assessment, wanted)
    if len(rows) < len(wanted):
        raise Invalid(GONE)
    reading = merged([selectors.usage_part(row) for row in rows], usage_import.overlap)
    for row in rows:
        reading.rows += row.rows
        reading.good_rows += row.good_rows
        reading.bad_rows += row.bad_rows
    return reading
