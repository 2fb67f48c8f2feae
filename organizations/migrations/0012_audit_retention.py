"""How audit events that are old enough are deleted, where an installation keeps them no longer."""

from django.db import migrations

from organizations.migrations._tenancy import expirable


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0011_erasure"),
    ]

    operations = [
        expirable("organizations_auditevent", column="created_at", least_days=365),
    ]
