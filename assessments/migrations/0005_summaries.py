"""What lists show of assessments and clients, kept; `manage.py rebuild_summaries` fills it."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce
from organizations.migrations._tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0004_archive"),
        ("organizations", "0006_branding"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentSummary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("answered", models.PositiveIntegerField()),
                ("questions", models.PositiveIntegerField()),
                ("overall", models.DecimalField(decimal_places=27, max_digits=28, null=True)),
                ("low", models.DecimalField(decimal_places=27, max_digits=28, null=True)),
                ("high", models.DecimalField(decimal_places=27, max_digits=28, null=True)),
                ("band", models.CharField(blank=True, max_length=120)),
                ("provisional", models.TextField(blank=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
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
            ],
        ),
        migrations.CreateModel(
            name="ClientSummary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("today_usd_per_month", models.FloatField(null=True)),
                ("saving_usd_per_month", models.FloatField(null=True)),
                ("held_back_usd_per_month", models.FloatField(null=True)),
                ("sureness", models.JSONField(null=True)),
                ("active_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "latest",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessmentsummary",
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
        ),
        AtOnce(
            migrations.AddConstraint(
                model_name="assessmentsummary",
                constraint=models.UniqueConstraint(
                    fields=("organization", "client", "id"),
                    name="assessments_assessmentsummary_tenant_key",
                ),
            ),
            migrations.AddConstraint(
                model_name="assessmentsummary",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment"),
                    name="assessments_assessmentsummary_one_an_assessment",
                ),
            ),
            migrations.AddConstraint(
                model_name="clientsummary",
                constraint=models.UniqueConstraint(
                    fields=("organization", "client", "id"),
                    name="assessments_clientsummary_tenant_key",
                ),
            ),
            migrations.AddConstraint(
                model_name="clientsummary",
                constraint=models.UniqueConstraint(
                    fields=("organization", "client"), name="assessments_clientsummary_one_a_client"
                ),
            ),
        ),
        enable_rls("assessments_assessmentsummary", client=True),
        composite_key(
            "assessments_assessmentsummary", "client_id", "organizations_client", client=False
        ),
        composite_key(
            "assessments_assessmentsummary", "assessment_id", "assessments_assessment", client=True
        ),
        enable_rls("assessments_clientsummary", client=True),
        composite_key(
            "assessments_clientsummary", "client_id", "organizations_client", client=False
        ),
        composite_key(
            "assessments_clientsummary", "latest_id", "assessments_assessmentsummary", client=True
        ),
    ]
