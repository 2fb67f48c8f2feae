"""Audit events partitioned by month: old ones go by whole months, new ones come into small tables."""

from django.db import migrations

from organizations.migrations._at_once import AtOnce
from organizations.migrations._partitions import (
    erasable_by_month,
    expirable_by_month,
    in_place_of,
    months_dropped,
    months_made,
    partition_by_month,
)
from organizations.migrations._tenancy import erasable, expirable

TABLE, COLUMN = "organizations_auditevent", "created_at"


class Migration(migrations.Migration):
    dependencies = [("organizations", "0012_audit_retention")]

    operations = [
        # The primary key that comes with the months does what both did.
        AtOnce(
            migrations.RemoveConstraint("auditevent", "organizations_auditevent_tenant_key"),
            migrations.RemoveIndex("auditevent", "organizations_audit_recent"),
        ),
        partition_by_month(TABLE, column=COLUMN),
        months_made(TABLE, column=COLUMN),
        months_dropped(TABLE, least_days=365, only_empty=False),
        in_place_of(
            expirable(TABLE, column=COLUMN, least_days=365),
            expirable_by_month(TABLE, column=COLUMN, least_days=365),
        ),
        in_place_of(erasable(TABLE), erasable_by_month(TABLE, column=COLUMN)),
    ]
