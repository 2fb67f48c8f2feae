"""Reads of the framework's published versions."""

from django.db.models import QuerySet

from assessments import mapping
from assessments.framework import Framework
from assessments.models import Assessment, FrameworkVersion


def framework_latest() -> FrameworkVersion | None:
    """Return the version published last; none before any."""
    return framework_list().first()


def framework_list() -> QuerySet[FrameworkVersion]:
    """Return the published versions without what they say, the newest first."""
    return FrameworkVersion.objects.defer("document").order_by("-published_at", "-pk")


def framework_find(version: str) -> FrameworkVersion | None:
    """Return a published version by its name, if there is one."""
    return FrameworkVersion.objects.filter(version=version).first()


def framework_current() -> Framework | None:
    """Return what the version published last says; none before any."""
    version = framework_latest()
    return mapping.framework_of(version) if version else None


def framework_get(assessment: Assessment) -> Framework:
    """Return the version that an assessment started with."""
    return mapping.framework_of(assessment.framework)
