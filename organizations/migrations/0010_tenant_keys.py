"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0009_policies"),
    ]

    operations = [
        AtOnce(
            migrations.AlterField(
                model_name="apikey",
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
                model_name="auditevent",
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
                model_name="idempotentrequest",
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
                model_name="invitation",
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
                model_name="membership",
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
        ),
    ]
