"""Selectors of usage."""

from costing.usage.selectors.reconciliations import (
    UsageReconciliation,
    billing_imports,
    usage_reconcile,
)
from costing.usage.selectors.usage import (
    USAGE_JOB,
    UsageImportRow,
    measured_usage,
    usage_by_model,
    usage_import_failures,
    usage_import_get,
    usage_import_list,
    usage_import_measured,
    usage_imports_with_jobs,
    usage_prices,
)

__all__ = [
    "USAGE_JOB",
    "UsageImportRow",
    "UsageReconciliation",
    "billing_imports",
    "measured_usage",
    "usage_by_model",
    "usage_import_failures",
    "usage_import_get",
    "usage_import_list",
    "usage_import_measured",
    "usage_imports_with_jobs",
    "usage_prices",
    "usage_reconcile",
]
