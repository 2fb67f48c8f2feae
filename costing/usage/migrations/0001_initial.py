"""All tables of this app, as of version 1."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessments", "0001_initial"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("reading", "Reading"), ("ready", "Ready")],
                        default="reading",
                        max_length=10,
                    ),
                ),
                ("filename", models.CharField(max_length=120)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("checksum", models.CharField(max_length=64)),
                ("path", models.CharField(blank=True, max_length=80)),
                ("source", models.CharField(max_length=40)),
                ("columns", models.JSONField(default=dict)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("good_rows", models.PositiveBigIntegerField(default=0)),
                ("bad_rows", models.PositiveBigIntegerField(default=0)),
                ("listed_rows", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
                ("first_at", models.DateTimeField(null=True)),
                ("end_at", models.DateTimeField(null=True)),
                ("imported_by_label", models.CharField(max_length=254)),
                ("imported_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "imported_by",
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
                        fields=["assessment", "-imported_at"], name="usage_usageimport_recent"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"), name="usage_usageimport_tenant_key"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "assessment", "checksum"),
                        name="usage_usageimport_one_a_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "reading"),
                            models.Q(
                                ("end_at__isnull", False),
                                ("first_at__isnull", False),
                                ("good_rows__gte", 1),
                                ("path", ""),
                            ),
                            _connector="OR",
                        ),
                        name="usage_usageimport_ready_keeps_no_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_at__isnull", True),
                            ("end_at__gt", models.F("first_at")),
                            _connector="OR",
                        ),
                        name="usage_usageimport_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageCell",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("model", models.CharField(blank=True, max_length=210)),
                ("starts_at", models.DateTimeField()),
                ("hours", models.PositiveSmallIntegerField()),
                ("calls", models.BigIntegerField(null=True)),
                ("uncached_input", models.BigIntegerField()),
                ("cache_read", models.BigIntegerField()),
                ("cache_write_5m", models.BigIntegerField()),
                ("cache_write_1h", models.BigIntegerField()),
                ("output", models.BigIntegerField()),
                ("billed_usd", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
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
                (
                    "usage_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.usageimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("usage_import", "model", "starts_at", "hours"),
                        name="usage_usagecell_one_a_model_and_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__in", (1, 24))),
                        name="usage_usagecell_an_hour_or_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cache_read__gte", 0),
                            ("cache_write_1h__gte", 0),
                            ("cache_write_5m__gte", 0),
                            ("output__gte", 0),
                            ("uncached_input__gte", 0),
                            models.Q(("calls", None), ("calls__gte", 0), _connector="OR"),
                            models.Q(("billed_usd", None), ("billed_usd__gte", 0), _connector="OR"),
                        ),
                        name="usage_usagecell_not_negative",
                    ),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        enable_rls("usage_usageimport", client=True),
        enable_rls("usage_usagecell", client=True),
        composite_key("usage_usageimport", "client_id", "organizations_client", client=False),
        composite_key("usage_usagecell", "client_id", "organizations_client", client=False),
        composite_key("usage_usageimport", "assessment_id", "assessments_assessment", client=True),
        composite_key("usage_usagecell", "usage_import_id", "usage_usageimport", client=True),
    ]
