"""Price books of several sources: their key, what they list beside a price, what was left out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0002_tenancy"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelprice",
            name="batch_input_usd_per_mtok",
            field=models.DecimalField(decimal_places=18, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="batch_output_usd_per_mtok",
            field=models.DecimalField(decimal_places=18, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="cache_write_1h_usd_per_mtok",
            field=models.DecimalField(decimal_places=18, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="checked_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="deprecated_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="is_caching_claimed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="pricebook",
            name="left_out",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="pricebook",
            name="source_key",
            field=models.CharField(default="genai-prices", max_length=40),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="pricebook",
            index=models.Index(fields=["source_key", "-as_of"], name="costing_pricebook_of_source"),
        ),
        migrations.AddConstraint(
            model_name="modelprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cache_write_1h_usd_per_mtok", None),
                        ("cache_write_1h_usd_per_mtok__gte", 0),
                        _connector="OR",
                    ),
                    models.Q(
                        ("batch_input_usd_per_mtok", None),
                        ("batch_input_usd_per_mtok__gte", 0),
                        _connector="OR",
                    ),
                    models.Q(
                        ("batch_output_usd_per_mtok", None),
                        ("batch_output_usd_per_mtok__gte", 0),
                        _connector="OR",
                    ),
                ),
                name="costing_modelprice_listed_beside_not_negative",
            ),
        ),
    ]
