"""Policies in words that the planner judges rightly: joins of a few rows stay small."""

from django.db import migrations

from organizations.migrations._tenancy import plain_estimate

TABLES = [
    "assessments_answer",
    "assessments_assessment",
    "assessments_assessmentsummary",
    "assessments_chosentarget",
    "assessments_clientsummary",
    "assessments_costsummary",
    "assessments_evidence",
    "assessments_roadmap",
    "assessments_roadmapaction",
    "assessments_scorecard",
]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_tenant_indexes")]

    operations = [plain_estimate(table) for table in TABLES]
