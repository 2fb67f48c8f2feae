"""Removes the hours of imports that an installation keeps no longer; what they came to stays."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from costing.usage.models import UsageCell, UsageImport
from costing.usage.selectors import usage_imports_old
from organizations import audit, tenancy
from organizations.models import Organization
from organizations.permissions import Actor
from organizations.selectors import organization_ids
from organizations.services.months import DAYS_A_MONTH, drop_months


def remove_old_hours() -> int:
    """Delete the cells of imports older than `USAGE_KEPT_DAYS`; return of how many imports.

    An import is a transaction. None is deleted where the setting is 0.
    """
    before = timezone.now() - timedelta(days=settings.USAGE_KEPT_DAYS)
    removed = 0
    for organization_id in organization_ids() if settings.USAGE_KEPT_DAYS else ():
        while _remove_hours(organization_id, before):
            removed += 1
    # What an import leaves is a month's empty partition at last; newer ones are made anyhow.
    drop_months(UsageCell, days=(UsageCell.months.back + 1) * DAYS_A_MONTH)
    return removed


def _remove_hours(organization_id: UUID, before: datetime) -> bool:
    """Delete the cells of one old import; tell whether there was any.

    The event is the organization's own: nobody did anything for the client.
    """
    with tenancy.enter(organization_id=organization_id):
        row = usage_imports_old(before).order_by("imported_at", "pk").first()
        if row is None:
            return False
        # First the row, so that whoever has it locked to read its hours is waited for.
        UsageImport.objects.filter(pk=row.pk).update(hours_removed_at=timezone.now())
        UsageCell.objects.filter(usage_import=row).delete()
        audit.record(
            by=Actor(organization_id=organization_id, label="Schedule"),
            verb="usage.hours_removed",
            subject=Organization.objects.get(pk=organization_id),
            data={"name": row.filename, "usage_import": str(row.pk)},
        )
        return True
