"""Reads of usage imports and their cells."""

from costing.usage.selectors.cells import (
    KINDS,
    usage_by_model,
    usage_hours,
    usage_part,
)
from costing.usage.selectors.imports import (
    MAX_TO_MERGE,
    USAGE_JOB,
    UsageImportRow,
    billing_imports,
    measured_usage,
    time_zone_of,
    usage_import_failures,
    usage_import_get,
    usage_import_list,
    usage_import_measured,
    usage_imports_old,
    usage_imports_read,
    usage_imports_to_merge,
    usage_imports_with_jobs,
)
from costing.usage.selectors.prices import (
    usage_baseline,
    usage_groups,
    usage_prices_latest,
)
from costing.usage.selectors.reconciliation import (
    UsageReconciliation,
    usage_reconcile,
)

__all__ = [
    "KINDS",
    "MAX_TO_MERGE",
    "USAGE_JOB",
    "UsageImportRow",
    "UsageReconciliation",
    "billing_imports",
    "measured_usage",
    "time_zone_of",
    "usage_baseline",
    "usage_by_model",
    "usage_groups",
    "usage_hours",
    "usage_import_failures",
    "usage_import_get",
    "usage_import_list",
    "usage_import_measured",
    "usage_imports_old",
    "usage_imports_read",
    "usage_imports_to_merge",
    "usage_imports_with_jobs",
    "usage_part",
    "usage_prices_latest",
    "usage_reconcile",
]
