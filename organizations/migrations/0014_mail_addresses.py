"""Whom a mail that waits goes to, as a hash: so that it goes with a person who is erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0013_audit_by_month")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="address_hash",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
