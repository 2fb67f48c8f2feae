"""All tables of this app, as of version 1."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._tenancy import composite_key, enable_rls, never_edited, setting


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessments", "0001_initial"),
        ("jobs", "0001_initial"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("document", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_by_label", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "created_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"), name="reports_snapshot_tenant_key"
                    ),
                    models.UniqueConstraint(
                        fields=("assessment", "number"), name="reports_snapshot_number_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("assessment", "sha256"), name="reports_snapshot_content_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="reports_snapshot_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64)),
                ("created_by_label", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("opened_count", models.PositiveIntegerField(default=0)),
                ("last_opened_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"), name="reports_sharelink_tenant_key"
                    ),
                    models.UniqueConstraint(
                        fields=("token_hash",), name="reports_sharelink_token_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="reports_sharelink_expires_after_creation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_opened_at", None), ("opened_count", 0)),
                            models.Q(("last_opened_at__isnull", False), ("opened_count__gt", 0)),
                            _connector="OR",
                        ),
                        name="reports_sharelink_opened_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deliverable",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scorecard", "Scorecard"),
                            ("executive-brief", "Executive brief"),
                            ("workbook", "Scoring workbook"),
                            ("guide", "Facilitator guide"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("A4", "A4"), ("letter", "Letter")], default="A4", max_length=8
                    ),
                ),
                ("path", models.CharField(blank=True, max_length=200)),
                ("size_bytes", models.PositiveIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("rendered_at", models.DateTimeField(null=True)),
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
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="reports_deliverable_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("snapshot", "kind", "paper"), name="reports_deliverable_one_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("path", ""),
                                ("rendered_at", None),
                                ("sha256", ""),
                                ("size_bytes", None),
                            ),
                            models.Q(
                                ("rendered_at__isnull", False),
                                ("size_bytes__gt", 0),
                                models.Q(("path", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reports_deliverable_rendered_has_its_file",
                    ),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        enable_rls("reports_snapshot", client=True),
        enable_rls("reports_deliverable", client=True),
        composite_key("reports_snapshot", "client_id", "organizations_client", client=False),
        composite_key("reports_deliverable", "client_id", "organizations_client", client=False),
        composite_key("reports_snapshot", "assessment_id", "assessments_assessment", client=True),
        composite_key("reports_deliverable", "snapshot_id", "reports_snapshot", client=True),
        composite_key("reports_deliverable", "job_id", "jobs_job", client=False),
        enable_rls(
            "reports_sharelink",
            client=True,
            or_visible=f"token_hash = {setting('current_share_link')}",
        ),
        composite_key("reports_sharelink", "client_id", "organizations_client", client=False),
        composite_key("reports_sharelink", "snapshot_id", "reports_snapshot", client=True),
        never_edited("reports_snapshot"),
    ]
