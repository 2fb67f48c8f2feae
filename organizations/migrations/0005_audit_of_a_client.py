"""Finds what happened last to a client."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The audit rows of one client, the newest first."""

    dependencies: ClassVar = [("organizations", "0004_api_keys")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["client", "-created_at"], name="organizations_audit_client"),
        )
    ]
