"""Pages of imported usage."""

from costing.usage.views.reconciliation import usage_reconciliation
from costing.usage.views.usage import (
    usage_import_create,
    usage_import_delete,
    usage_import_list,
)

__all__ = [
    "usage_import_create",
    "usage_import_delete",
    "usage_import_list",
    "usage_reconciliation",
]
