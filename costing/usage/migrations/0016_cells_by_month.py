"""Hours of usage partitioned by the month they ran in."""

from django.db import migrations

from organizations.migrations._partitions import months_dropped, months_made, partition_by_month

TABLE, COLUMN = "usage_usagecell", "starts_at"


class Migration(migrations.Migration):
    dependencies = [("usage", "0015_hours_removed"), ("organizations", "0013_audit_by_month")]

    operations = [
        partition_by_month(TABLE, column=COLUMN),
        months_made(TABLE, column=COLUMN),
        months_dropped(TABLE, least_days=0, only_empty=True),
    ]
