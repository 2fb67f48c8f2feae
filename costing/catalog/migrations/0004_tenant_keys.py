"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_policies"),
        ("organizations", "0010_tenant_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.AlterField(
                model_name="priceoverride",
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
            migrations.AddConstraint(
                model_name="priceoverride",
                constraint=models.UniqueConstraint(
                    fields=("organization", "id"), name="catalog_priceoverride_tenant_key"
                ),
            ),
        ),
    ]
