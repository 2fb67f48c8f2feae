"""All tables of this app, as of version 1."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from organizations.migrations._tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessments", "0001_initial"),
        ("catalog", "0001_initial"),
        ("jobs", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("contracts", models.JSONField(default=dict)),
                ("title", models.CharField(max_length=120)),
                ("trigger", models.CharField(blank=True, max_length=60)),
                ("document", models.JSONField(default=dict)),
                ("origins", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "price_book",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.pricebook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["assessment", "-changed_at"], name="scenarios_scenario_recent"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="scenarios_scenario_tenant_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="scenarios_scenario_version_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EconomicsResult",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scenario_version", models.PositiveIntegerField()),
                ("inputs_checksum", models.CharField(max_length=64)),
                ("engine_version", models.CharField(max_length=40)),
                ("result", models.JSONField()),
                ("anti_patterns", models.JSONField(default=list)),
                ("curves", models.JSONField(default=list)),
                ("prices", models.JSONField(default=dict)),
                ("computed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
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
                    "price_book",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.pricebook",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["scenario", "-computed_at"], name="scenarios_economics_latest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="scenarios_economicsresult_tenant_key",
                    ),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        enable_rls("scenarios_scenario", client=True),
        enable_rls("scenarios_economicsresult", client=True),
        composite_key("scenarios_scenario", "client_id", "organizations_client", client=False),
        composite_key(
            "scenarios_economicsresult", "client_id", "organizations_client", client=False
        ),
        composite_key("scenarios_scenario", "assessment_id", "assessments_assessment", client=True),
        composite_key(
            "scenarios_economicsresult", "scenario_id", "scenarios_scenario", client=True
        ),
        composite_key("scenarios_economicsresult", "job_id", "jobs_job", client=False),
    ]
