"""Rows that stay as written go with their organization."""

from django.db import migrations

from organizations.migrations._tenancy import erasable


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_tenant_keys"), ("organizations", "0011_erasure")]

    operations = [erasable("catalog_priceoverride")]
