"""Deletes audit events that an installation keeps no longer: whole months, then batch by batch."""

from uuid import UUID

from django.conf import settings
from django.db import connection

from organizations import tenancy
from organizations.models import AuditEvent
from organizations.selectors import organization_ids
from organizations.services.months import drop_months

EVENTS_AT_ONCE = 2000


def remove_old_audit_events() -> int:
    """Delete audit events that are older than `AUDIT_KEPT_DAYS`; return how many by batches.

    Months that are over for so long are dropped as a whole, with the events of every organization;
    what is left is deleted. Nothing is where the setting is 0.
    """
    if not settings.AUDIT_KEPT_DAYS:
        return 0
    drop_months(AuditEvent, days=settings.AUDIT_KEPT_DAYS)
    removed = 0
    for organization_id in organization_ids():
        while count := _remove_batch(organization_id):
            removed += count
    return removed


def _remove_batch(organization_id: UUID) -> int:
    """Delete the oldest, by a function of their owner that refuses what is younger than a year."""
    with tenancy.enter(organization_id=organization_id), connection.cursor() as cursor:
        cursor.execute(
            "select expire_organizations_auditevent(%s, %s)",
            [settings.AUDIT_KEPT_DAYS, EVENTS_AT_ONCE],
        )
        return int(cursor.fetchone()[0])
