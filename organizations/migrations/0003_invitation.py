"""Invitations, and who may see them: the firm, and whoever presents the token."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import organizations.permissions
from organizations.tenancy import CURRENT_INVITATION, composite_key, enable_rls
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0002_tenancy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "owner"),
                            ("consultant", "consultant"),
                            ("respondent", "respondent"),
                            ("viewer", "viewer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                    "invited_by",
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
                        fields=("organization", "id"), name="organizations_invitation_tenant_key"
                    ),
                    models.UniqueConstraint(
                        fields=("token_hash",), name="organizations_invitation_token_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("revoked_at__isnull", True)
                        ),
                        fields=("organization", "email"),
                        name="organizations_invitation_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("client__isnull", True),
                                (
                                    "role__in",
                                    [
                                        organizations.permissions.Role["CONSULTANT"],
                                        organizations.permissions.Role["OWNER"],
                                    ],
                                ),
                            ),
                            models.Q(
                                ("client__isnull", False),
                                (
                                    "role__in",
                                    [
                                        organizations.permissions.Role["RESPONDENT"],
                                        organizations.permissions.Role["VIEWER"],
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="organizations_invitation_client_matches_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="organizations_invitation_email_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True),
                            ("revoked_at__isnull", True),
                            _connector="OR",
                        ),
                        name="organizations_invitation_ends_once",
                    ),
                ],
            },
        ),
        enable_rls(
            "organizations_invitation", client=True, or_visible=f"token_hash = {CURRENT_INVITATION}"
        ),
        composite_key(
            "organizations_invitation", "client_id", "organizations_client", client=False
        ),
    ]
