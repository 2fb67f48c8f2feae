"""Row-level security and references that carry their tenant; price books stay as imported."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations

from organizations.tenancy import composite_key, enable_rls

APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')


def never_edited(table: str) -> migrations.RunSQL:
    """Return the operation that leaves the app adding and reading rows of a table."""
    return migrations.RunSQL(
        f'revoke update, delete, truncate on {table} from "{APP_ROLE}"',
        f'grant update, delete on {table} to "{APP_ROLE}"',
    )


class Migration(migrations.Migration):
    """Tenancy of costing."""

    dependencies: ClassVar = [
        ("costing", "0001_initial"),
        ("assessments", "0002_tenancy"),
        ("jobs", "0002_tenancy"),
        ("organizations", "0002_tenancy"),
    ]

    operations: ClassVar = [
        enable_rls("costing_scenario", client=True),
        enable_rls("costing_economicsresult", client=True),
        composite_key("costing_scenario", "client_id", "organizations_client", client=False),
        composite_key("costing_economicsresult", "client_id", "organizations_client", client=False),
        composite_key("costing_scenario", "assessment_id", "assessments_assessment", client=True),
        composite_key("costing_economicsresult", "scenario_id", "costing_scenario", client=True),
        composite_key("costing_economicsresult", "job_id", "jobs_job", client=False),
        never_edited("costing_pricebook"),
        never_edited("costing_modelprice"),
    ]
