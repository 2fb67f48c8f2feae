"""Row-level security, references that carry their tenant, audit rows that stay as written."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations

from organizations.tenancy import (
    CURRENT_ORGANIZATION,
    CURRENT_USER,
    composite_key,
    enable_rls,
)

OWN_FIRMS = (
    "exists (select from organizations_membership m"
    " where m.organization_id = organizations_organization.id"
    f" and m.user_id = {CURRENT_USER} and m.is_active)"
)
APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')


class Migration(migrations.Migration):
    """Tenancy of the ground floor."""

    dependencies: ClassVar = [("organizations", "0001_initial")]

    operations: ClassVar = [
        enable_rls("organizations_client", client=True, client_column="id"),
        enable_rls("organizations_membership", client=True, or_visible=f"user_id = {CURRENT_USER}"),
        enable_rls("organizations_auditevent", client=True),
        enable_rls(
            "organizations_organization",
            client=False,
            organization_column="id",
            or_visible=f"id = {CURRENT_ORGANIZATION} or {OWN_FIRMS}",
        ),
        composite_key(
            "organizations_membership", "client_id", "organizations_client", client=False
        ),
        composite_key(
            "organizations_auditevent", "client_id", "organizations_client", client=False
        ),
        migrations.RunSQL(
            f'revoke update, delete, truncate on organizations_auditevent from "{APP_ROLE}"',
            f'grant update, delete on organizations_auditevent to "{APP_ROLE}"',
        ),
    ]
