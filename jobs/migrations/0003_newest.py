"""The list of jobs, the newest first, by an index that leads with the organization."""

from django.conf import settings
from django.db import migrations, models

from organizations.migrations._tenancy import plain_estimate


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_revocation"),
        ("organizations", "0007_audit_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        plain_estimate("jobs_job"),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["organization", "-requested_at"], name="jobs_job_newest"),
        ),
    ]
