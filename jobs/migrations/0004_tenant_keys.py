"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_newest"),
        ("organizations", "0010_tenant_keys"),
    ]

    operations = [
        AtOnce(
            migrations.AlterField(
                model_name="job",
                name="client",
                field=models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="job",
                name="requested_by_key",
                field=models.ForeignKey(
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.apikey",
                ),
            ),
        ),
    ]
