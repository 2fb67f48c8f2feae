"""The audit's policy in words that the planner judges rightly: its list is read by an index."""

from django.db import migrations

from organizations.migrations._tenancy import plain_estimate


class Migration(migrations.Migration):
    dependencies = [("organizations", "0007_audit_indexes")]

    operations = [plain_estimate("organizations_auditevent")]
