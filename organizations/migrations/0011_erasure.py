"""What remains of an erased organization, and how rows that stay as written are erased."""

import django.utils.timezone
import uuid
from django.db import migrations, models

from organizations.migrations._tenancy import erasable, never_edited


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0010_tenant_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.UUIDField()),
                ("requested_by_id", models.UUIDField(null=True)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("erased_at", None), ("withdrawn_at", None)),
                        fields=["due_at"],
                        name="organizations_erasure_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("organization_id",),
                        name="organizations_erasure_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at", None), ("started_at", None), _connector="OR"
                        ),
                        name="organizations_erasure_withdrawn_never_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at", None), ("started_at", None)),
                            models.Q(
                                ("due_at__gte", models.F("requested_at")),
                                ("started_at__gte", models.F("due_at")),
                            ),
                            _connector="OR",
                        ),
                        name="organizations_erasure_starts_when_due",
                    ),
                ],
            },
        ),
        never_edited("organizations_erasure", but="withdrawn_at, started_at, erased_at"),
        erasable("organizations_auditevent"),
    ]
