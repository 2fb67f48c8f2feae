"""Which documents a share link leads to, for whom it is, and what was opened by it."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce
from organizations.migrations._tenancy import composite_key, enable_rls

KINDS = [
    ("scorecard", "Scorecard"),
    ("executive-brief", "Executive brief"),
    ("workbook", "Scoring workbook"),
    ("guide", "Facilitator guide"),
]


def every_kind() -> list[str]:
    """Links that were made before lead to all documents, as they did."""
    return [kind for kind, _title in KINDS]


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
        ("reports", "0002_publications"),
    ]

    operations = [
        AtOnce(
            migrations.AddField(
                "sharelink", "kinds", models.JSONField(default=every_kind), preserve_default=False
            ),
            migrations.AddField(
                "sharelink",
                "recipient",
                models.CharField(blank=True, default="", max_length=120),
                preserve_default=False,
            ),
        ),
        migrations.CreateModel(
            name="ShareLinkOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("page", "The page"), ("archive", "All as ZIP"), *KINDS],
                        max_length=20,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "share_link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="reports.sharelink",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="reports_sharelinkopening_tenant_key",
                    )
                ],
            },
        ),
        enable_rls("reports_sharelinkopening", client=True),
        composite_key(
            "reports_sharelinkopening", "client_id", "organizations_client", client=False
        ),
        composite_key(
            "reports_sharelinkopening", "share_link_id", "reports_sharelink", client=True
        ),
    ]
