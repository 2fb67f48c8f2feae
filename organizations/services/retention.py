"""Deletes audit events that an installation keeps no longer, batch by batch."""

from uuid import UUID

from django.conf import settings
from django.db import connection

from organizations import tenancy
from organizations.selectors import organization_ids

EVENTS_AT_ONCE = 2000


def remove_old_audit_events() -> int:
    """Delete audit events that are older than `AUDIT_KEPT_DAYS`, in batches; return how many.

    None is deleted where the setting is 0.
    """
    removed = 0
    for organization_id in organization_ids() if settings.AUDIT_KEPT_DAYS else ():
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
