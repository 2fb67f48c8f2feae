"""Policies in words that the planner judges rightly: joins of a few rows stay small."""

from django.db import migrations

from organizations.migrations._tenancy import plain_estimate


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_modelprice_further")]

    operations = [plain_estimate("catalog_priceoverride")]
