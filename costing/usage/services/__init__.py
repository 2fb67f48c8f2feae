"""Writes of usage imports: taken in, read by a job, merged, stored, archived."""

from costing.usage.services.coverage import Coverage, change_coverage
from costing.usage.services.merging import MAX_MERGED, read_merged, request_usage_merge
from costing.usage.services.reading import read_upload
from costing.usage.services.sending import (
    HOW_MANY,
    MAX_NAME,
    RequestedImport,
    UsageFile,
    preview_usage,
    request_usage_import,
    store_request,
)
from costing.usage.services.storing import (
    ROWS_A_STATEMENT,
    archive_usage_import,
    cell_row,
    discard_usage_import,
    follow_archiving,
    moment_of,
    record_measures,
    store_usage,
)

__all__ = [
    "HOW_MANY",
    "MAX_MERGED",
    "MAX_NAME",
    "ROWS_A_STATEMENT",
    "Coverage",
    "RequestedImport",
    "UsageFile",
    "archive_usage_import",
    "cell_row",
    "change_coverage",
    "discard_usage_import",
    "follow_archiving",
    "moment_of",
    "preview_usage",
    "read_merged",
    "read_upload",
    "record_measures",
    "request_usage_import",
    "request_usage_merge",
    "store_request",
    "store_usage",
]
