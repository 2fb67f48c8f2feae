"""Indexes of the audit that lead with the tenant: by client, and by kind of change."""

from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_branding"),
    ]

    operations = [
        AtOnce(
            migrations.RemoveIndex(
                model_name="auditevent",
                name="organizations_audit_client",
            ),
            migrations.AddIndex(
                model_name="auditevent",
                index=models.Index(
                    fields=["organization", "client", "-created_at"],
                    name="organizations_audit_of_client",
                ),
            ),
            migrations.AddIndex(
                model_name="auditevent",
                index=models.Index(
                    fields=["organization", "verb", "-created_at"],
                    name="organizations_audit_of_kind",
                ),
            ),
        ),
    ]
