"""Row-level security on jobs; the outbox holds identifiers alone and has none."""

from typing import ClassVar

from django.db import migrations

from organizations.tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    """Tenancy of jobs."""

    dependencies: ClassVar = [("jobs", "0001_initial"), ("organizations", "0002_tenancy")]

    operations: ClassVar = [
        enable_rls("jobs_job", client=True),
        composite_key("jobs_job", "client_id", "organizations_client", client=False),
    ]
