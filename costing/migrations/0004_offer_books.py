"""Offer books: what GPU capacity costs by one source, shared by all firms, kept as imported."""

import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

never_edited = import_module("costing.migrations.0002_tenancy").never_edited


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0003_price_sources"),
    ]

    operations = [
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
                        name="costing_offerbook_latest",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checksum",), name="costing_offerbook_checksum_unique"
                    )
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
                        to="costing.offerbook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["book", "family", "usd_per_instance_hour"],
                        name="costing_gpuoffer_family",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "key"), name="costing_gpuoffer_key_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usd_per_instance_hour__gt", 0)),
                        name="costing_gpuoffer_has_a_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accelerators", None), ("accelerators__gte", 1), _connector="OR"
                        ),
                        name="costing_gpuoffer_has_accelerators",
                    ),
                ],
            },
        ),
        never_edited("costing_offerbook"),
        never_edited("costing_gpuoffer"),
    ]
