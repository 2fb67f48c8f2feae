"""Row-level security and references that carry their tenant; versions that stay as published."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations

from organizations.tenancy import composite_key, enable_rls

APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')


class Migration(migrations.Migration):
    """Tenancy of assessments."""

    dependencies: ClassVar = [
        ("assessments", "0001_initial"),
        ("organizations", "0002_tenancy"),
    ]

    operations: ClassVar = [
        enable_rls("assessments_assessment", client=True),
        enable_rls("assessments_answer", client=True),
        enable_rls("assessments_scorecard", client=True),
        composite_key("assessments_assessment", "client_id", "organizations_client", client=False),
        composite_key("assessments_answer", "client_id", "organizations_client", client=False),
        composite_key("assessments_scorecard", "client_id", "organizations_client", client=False),
        composite_key("assessments_answer", "assessment_id", "assessments_assessment", client=True),
        composite_key(
            "assessments_scorecard", "assessment_id", "assessments_assessment", client=True
        ),
        migrations.RunSQL(
            f'revoke update, delete, truncate on assessments_frameworkversion from "{APP_ROLE}"',
            f'grant update, delete on assessments_frameworkversion to "{APP_ROLE}"',
        ),
    ]
