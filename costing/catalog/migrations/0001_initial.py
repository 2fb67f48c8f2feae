"""All tables of this app, as of version 1."""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone
import uuid

from organizations.migrations._tenancy import composite_key, enable_rls, never_edited


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                        name="catalog_priceoverride_of_model",
                    ),
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
                        name="catalog_priceoverride_says_a_figure",
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
                        name="catalog_priceoverride_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("batch_discount_ratio", None),
                            models.Q(
                                ("batch_discount_ratio__gte", 0), ("batch_discount_ratio__lte", 1)
                            ),
                            _connector="OR",
                        ),
                        name="catalog_priceoverride_discount_is_a_ratio",
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
                        name="catalog_priceoverride_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_on", None)),
                            models.Q(("ended_at__isnull", False), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="catalog_priceoverride_ends_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferBook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=80)),
                ("source_url", models.URLField(max_length=300)),
                ("as_of", models.DateField(null=True)),
                ("checked_on", models.DateField()),
                ("shape", models.CharField(max_length=20)),
                ("checksum", models.CharField(max_length=64)),
                ("left_out", models.JSONField(default=dict)),
                ("imported_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["source", "-checked_on", "-imported_at"],
                        name="catalog_offerbook_latest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checksum",), name="catalog_offerbook_checksum_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GpuOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=400)),
                ("provider", models.CharField(max_length=40)),
                ("instance_type", models.CharField(max_length=100)),
                ("region", models.CharField(max_length=100)),
                ("zone", models.CharField(blank=True, max_length=100)),
                (
                    "pricing",
                    models.CharField(
                        choices=[
                            ("on_demand", "On demand"),
                            ("spot", "Spot"),
                            ("reserved", "Reserved"),
                        ],
                        max_length=10,
                    ),
                ),
                ("usd_per_instance_hour", models.DecimalField(decimal_places=9, max_digits=15)),
                ("accelerator", models.CharField(max_length=100, null=True)),
                ("accelerators", models.PositiveIntegerField(null=True)),
                ("family", models.CharField(blank=True, max_length=100)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="catalog.offerbook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["book", "family", "usd_per_instance_hour"],
                        name="catalog_gpuoffer_family",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "key"), name="catalog_gpuoffer_key_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usd_per_instance_hour__gt", 0)),
                        name="catalog_gpuoffer_has_a_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accelerators", None), ("accelerators__gte", 1), _connector="OR"
                        ),
                        name="catalog_gpuoffer_has_accelerators",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceBook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source_key", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=80)),
                ("source_url", models.URLField(max_length=300)),
                ("as_of", models.DateField()),
                ("checked_on", models.DateField(null=True)),
                (
                    "currency",
                    models.CharField(choices=[("USD", "US dollar")], default="USD", max_length=3),
                ),
                ("checksum", models.CharField(max_length=64)),
                ("left_out", models.JSONField(default=dict)),
                ("imported_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["-as_of", "-imported_at"], name="catalog_pricebook_latest"
                    ),
                    models.Index(
                        fields=["source_key", "-as_of"], name="catalog_pricebook_of_source"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checksum",), name="catalog_pricebook_checksum_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("list", "list"), ("contract", "contract")],
                        default="list",
                        max_length=8,
                    ),
                ),
                ("provider", models.CharField(max_length=80)),
                ("provider_name", models.CharField(max_length=120)),
                ("model", models.CharField(max_length=160)),
                ("model_name", models.CharField(max_length=200)),
                ("input_usd_per_mtok", models.DecimalField(decimal_places=18, max_digits=30)),
                ("output_usd_per_mtok", models.DecimalField(decimal_places=18, max_digits=30)),
                (
                    "cache_read_usd_per_mtok",
                    models.DecimalField(decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "cache_write_usd_per_mtok",
                    models.DecimalField(decimal_places=18, max_digits=30, null=True),
                ),
                ("cache_ttl_seconds", models.PositiveIntegerField()),
                ("min_cacheable_tokens", models.PositiveIntegerField()),
                ("batch_discount_ratio", models.DecimalField(decimal_places=4, max_digits=5)),
                ("tiers", models.JSONField(default=list)),
                ("context_window_tokens", models.PositiveBigIntegerField(null=True)),
                ("is_deprecated", models.BooleanField(default=False)),
                (
                    "cache_write_1h_usd_per_mtok",
                    models.DecimalField(decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "batch_input_usd_per_mtok",
                    models.DecimalField(decimal_places=18, max_digits=30, null=True),
                ),
                (
                    "batch_output_usd_per_mtok",
                    models.DecimalField(decimal_places=18, max_digits=30, null=True),
                ),
                ("is_caching_claimed", models.BooleanField(default=False)),
                ("deprecated_on", models.DateField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("checked_on", models.DateField(null=True)),
                ("source_url", models.URLField(max_length=300)),
                ("cache_source_url", models.URLField(blank=True, max_length=300)),
                ("notes", models.JSONField(default=list)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="catalog.pricebook",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "reference"), name="catalog_modelprice_reference_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("input_usd_per_mtok__gte", 0),
                            ("output_usd_per_mtok__gte", 0),
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
                        name="catalog_modelprice_not_negative",
                    ),
                    models.CheckConstraint(
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
                        name="catalog_modelprice_listed_beside_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("batch_discount_ratio__gte", 0), ("batch_discount_ratio__lte", 1)
                        ),
                        name="catalog_modelprice_discount_is_a_ratio",
                    ),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        never_edited("catalog_pricebook"),
        never_edited("catalog_modelprice"),
        never_edited("catalog_offerbook"),
        never_edited("catalog_gpuoffer"),
        enable_rls("catalog_priceoverride", client=True),
        composite_key("catalog_priceoverride", "client_id", "organizations_client", client=False),
        never_edited("catalog_priceoverride", but="ended_on, ended_at, ended_by_id, ended_reason"),
    ]
