"""Reads of assessments."""

from uuid import UUID

from django.db.models import QuerySet

from assessments.framework import Trigger
from assessments.models import Assessment
from assessments.selectors.frameworks import framework_get
from organizations.models import Client


def assessment_get(assessment_id: UUID) -> Assessment:
    """Return the assessment with its client and version; raises Assessment.DoesNotExist."""
    return assessments_with_framework().get(pk=assessment_id)


def assessment_list(*, client: Client | None = None) -> QuerySet[Assessment]:
    """Return the tenant's assessments, or one client's, the newest first."""
    assessments = assessments_with_framework().order_by("-created_at", "-pk")
    return assessments if client is None else assessments.filter(client=client)


def assessments_with_framework() -> QuerySet[Assessment]:
    """Return the tenant's assessments with client and version, without what the version says."""
    rows = Assessment.objects.select_related("client", "framework")
    return rows.defer("framework__document")


def trigger_list(assessment: Assessment) -> list[Trigger]:
    """Return the reasons for which an assessment is run."""
    framework = framework_get(assessment)
    return [each for each in framework.triggers if each.key in assessment.triggers]


def reassessment_find(assessment: Assessment) -> Assessment | None:
    """Return the assessment that was started from this one, if there is one."""
    return assessments_with_framework().filter(previous=assessment).first()


def intake_mark(assessment: Assessment) -> str:
    """Return what tells one state of an assessment's intake from another."""
    return assessment.intake_at.isoformat() if assessment.intake_at else ""
