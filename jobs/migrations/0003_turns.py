"""Turns: firms that ask for many jobs do not hold up those that ask for one."""

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tickets know their turn, and when they may be claimed."""

    dependencies: ClassVar = [("jobs", "0002_tenancy")]

    operations: ClassVar = [
        migrations.AddField("ticket", "turn", models.BigIntegerField(default=0)),
        migrations.AddField(
            "ticket", "ready_at", models.DateTimeField(default=django.utils.timezone.now)
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["turn", "ready_at"],
                condition=models.Q(("lease_expires_at__isnull", True)),
                name="jobs_ticket_turn",
            ),
        ),
    ]
