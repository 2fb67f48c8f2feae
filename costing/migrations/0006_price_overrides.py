"""Contract prices: added and ended, never changed; what scenarios and results pin of prices."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from organizations.tenancy import composite_key, enable_rls


APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')
ENDING = "ended_on, ended_at, ended_by_id, ended_reason"


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0005_usage"),
        ("organizations", "0004_api_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="economicsresult",
            name="price_book",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="costing.pricebook",
            ),
        ),
        migrations.AddField(
            model_name="economicsresult",
            name="prices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="scenario",
            name="contracts",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="PriceOverride",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=200)),
                ("model_name", models.CharField(max_length=200)),
                (
                    "input_usd_per_mtok",
                    models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "output_usd_per_mtok",
                    models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "cache_read_usd_per_mtok",
                    models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "cache_write_usd_per_mtok",
                    models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "batch_discount_ratio",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=500)),
                ("created_by_label", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organization", "reference", "-valid_from"],
                        name="costing_priceoverride_of_model",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("batch_discount_ratio", None),
                            ("cache_read_usd_per_mtok", None),
                            ("cache_write_usd_per_mtok", None),
                            ("input_usd_per_mtok", None),
                            ("output_usd_per_mtok", None),
                            _negated=True,
                        ),
                        name="costing_priceoverride_says_a_figure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("input_usd_per_mtok", None),
                                ("input_usd_per_mtok__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("output_usd_per_mtok", None),
                                ("output_usd_per_mtok__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("cache_read_usd_per_mtok", None),
                                ("cache_read_usd_per_mtok__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("cache_write_usd_per_mtok", None),
                                ("cache_write_usd_per_mtok__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="costing_priceoverride_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("batch_discount_ratio", None),
                            models.Q(
                                ("batch_discount_ratio__gte", 0), ("batch_discount_ratio__lte", 1)
                            ),
                            _connector="OR",
                        ),
                        name="costing_priceoverride_discount_is_a_ratio",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("valid_until", None),
                                ("valid_until__gte", models.F("valid_from")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("ended_on", None),
                                ("ended_on__gte", models.F("valid_from")),
                                _connector="OR",
                            ),
                        ),
                        name="costing_priceoverride_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_on", None)),
                            models.Q(("ended_at__isnull", False), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="costing_priceoverride_ends_once",
                    ),
                ],
            },
        ),
        enable_rls("costing_priceoverride", client=True),
        composite_key("costing_priceoverride", "client_id", "organizations_client", client=False),
        # A contract price is history: all that the app may write of it later is its end.
        migrations.RunSQL(
            (
                f'revoke update, delete, truncate on costing_priceoverride from "{APP_ROLE}"',
                f'grant update ({ENDING}) on costing_priceoverride to "{APP_ROLE}"',
            ),
            f'grant update, delete on costing_priceoverride to "{APP_ROLE}"',
        ),
    ]
