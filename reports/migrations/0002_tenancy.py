"""Row-level security and references that carry their tenant; snapshots stay as frozen."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations

from organizations.tenancy import composite_key, enable_rls

APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')


class Migration(migrations.Migration):
    """Tenancy of reports."""

    dependencies: ClassVar = [
        ("reports", "0001_initial"),
        ("assessments", "0002_tenancy"),
        ("jobs", "0002_tenancy"),
        ("organizations", "0002_tenancy"),
    ]

    operations: ClassVar = [
        enable_rls("reports_snapshot", client=True),
        enable_rls("reports_deliverable", client=True),
        composite_key("reports_snapshot", "client_id", "organizations_client", client=False),
        composite_key("reports_deliverable", "client_id", "organizations_client", client=False),
        composite_key("reports_snapshot", "assessment_id", "assessments_assessment", client=True),
        composite_key("reports_deliverable", "snapshot_id", "reports_snapshot", client=True),
        composite_key("reports_deliverable", "job_id", "jobs_job", client=False),
        migrations.RunSQL(
            f'revoke update, delete, truncate on reports_snapshot from "{APP_ROLE}"',
            f'grant update, delete on reports_snapshot to "{APP_ROLE}"',
        ),
    ]
