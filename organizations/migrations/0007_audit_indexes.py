"""Indexes of the audit that lead with the tenant: by client, and by kind of change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_branding"),
    ]

    operations = [
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
                fields=["organization", "verb", "-created_at"], name="organizations_audit_of_kind"
            ),
        ),
    ]
