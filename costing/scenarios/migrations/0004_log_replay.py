"""Logs that were replayed at a scenario's prices."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_branding"),
        ("scenarios", "0003_scenario_alternative_to"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LogReplay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scenario_version", models.PositiveIntegerField(null=True)),
                ("ttl_seconds", models.FloatField(null=True)),
                ("filename", models.CharField(max_length=120)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("checksum", models.CharField(max_length=64)),
                ("path", models.CharField(blank=True, max_length=80)),
                ("target_seconds", models.FloatField()),
                ("simple_input_tokens", models.PositiveIntegerField(null=True)),
                ("simple_output_tokens", models.PositiveIntegerField(null=True)),
                ("result", models.JSONField(default=dict)),
                ("sent_by_label", models.CharField(max_length=254)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scenarios.scenario",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scenario", "-sent_at"], name="scenarios_logreplay_recent")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="scenarios_logreplay_tenant_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result", {}),
                            models.Q(
                                ("path", ""),
                                ("scenario_version__isnull", False),
                                ("ttl_seconds__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="scenarios_logreplay_replayed_keeps_no_file",
                    ),
                ],
            },
        ),
        enable_rls("scenarios_logreplay", client=True),
        composite_key("scenarios_logreplay", "client_id", "organizations_client", client=False),
        composite_key("scenarios_logreplay", "scenario_id", "scenarios_scenario", client=True),
    ]
