"""All tables of this app, as of version 1."""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone
import uuid

from organizations.migrations._tenancy import composite_key, enable_rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=200)),
                ("subject_id", models.UUIDField()),
                ("payload", models.JSONField(default=dict)),
                ("next_url", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=120)),
                ("progress_ratio", models.FloatField(default=0.0)),
                ("error", models.TextField(blank=True)),
                ("result", models.JSONField(default=dict)),
                ("lease_token", models.UUIDField(null=True)),
                ("is_cancel_requested", models.BooleanField(default=False)),
                ("requested_by_label", models.CharField(max_length=254)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "requested_by",
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
                    models.Index(fields=["organization", "subject_id"], name="jobs_job_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="jobs_job_tenant_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=("organization", "key"),
                        name="jobs_job_one_unfinished_a_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress_ratio__gte", 0), ("progress_ratio__lte", 1)),
                        name="jobs_job_progress_is_a_ratio",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_token__isnull", False), ("state", "running")),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("lease_token__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="jobs_job_lease_while_running",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("job_id", models.UUIDField(primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField()),
                ("turn", models.BigIntegerField(default=0)),
                ("ready_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lease_expires_at__isnull", True)),
                        fields=["due_at"],
                        name="jobs_ticket_due",
                    ),
                    models.Index(
                        condition=models.Q(("lease_expires_at__isnull", True)),
                        fields=["turn", "ready_at"],
                        name="jobs_ticket_turn",
                    ),
                    models.Index(fields=["lease_expires_at"], name="jobs_ticket_lease"),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        enable_rls("jobs_job", client=True),
        composite_key("jobs_job", "client_id", "organizations_client", client=False),
    ]
