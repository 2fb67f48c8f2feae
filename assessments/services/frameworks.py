"""Publishes versions of the framework."""

from django.db import IntegrityError, transaction

from assessments import mapping
from assessments.framework import LATEST, Framework, load_framework
from assessments.models import FrameworkVersion
from organizations.exceptions import Invalid


def publish_framework(framework: Framework) -> tuple[FrameworkVersion, bool]:
    """Store a version of the framework; the same content again changes nothing.

    Returns the row and whether it is new. Versions are no firm's own, so there is no actor.
    Raises Invalid for other content under a version that is published already.
    """
    row, is_new = mapping.framework_row(framework), True
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row, is_new = FrameworkVersion.objects.get(version=framework.version), False
    if row.checksum != framework.checksum:
        raise Invalid(
            f"Framework version {framework.version} is published with other content (checksum"
            f" {row.checksum[:12]}, not {framework.checksum[:12]}). A published version never"
            " changes: give the new content a version of its own."
        )
    return row, is_new


def load_latest_framework() -> tuple[FrameworkVersion, bool]:
    """Store the newest version that this release carries."""
    return publish_framework(load_framework(LATEST))
