"""Services of usage."""

from costing.usage.services.usage import (
    USAGE_JOB,
    RequestedImport,
    UsageFile,
    delete_usage_import,
    discard_usage_import,
    read_upload,
    request_usage_import,
    store_usage,
)

__all__ = [
    "USAGE_JOB",
    "RequestedImport",
    "UsageFile",
    "delete_usage_import",
    "discard_usage_import",
    "read_upload",
    "request_usage_import",
    "store_usage",
]
