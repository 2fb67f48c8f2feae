"""Share links, and who may see them: the tenant, and whoever presents the token."""

import uuid
from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from organizations.tenancy import CURRENT_SHARE_LINK, composite_key, enable_rls


class Migration(migrations.Migration):
    """The table of share links and its tenancy."""

    dependencies: ClassVar = [
        ("reports", "0004_guide_kind"),
        ("organizations", "0004_api_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
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
        enable_rls(
            "reports_sharelink", client=True, or_visible=f"token_hash = {CURRENT_SHARE_LINK}"
        ),
        composite_key("reports_sharelink", "client_id", "organizations_client", client=False),
        composite_key("reports_sharelink", "snapshot_id", "reports_snapshot", client=True),
    ]
