"""Stores the framework that this release carries as an immutable version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.framework import load_framework, versions
from assessments.services import publish_framework
from organizations.exceptions import Invalid


class Command(BaseCommand):
    """`manage.py load_framework`."""

    help = "Stores the framework that this release carries; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish every version that is not stored yet, and say what there is now."""
        for version in versions():
            try:
                row, is_new = publish_framework(load_framework(version))
            except Invalid as error:
                raise CommandError(error.message) from None
            state = "Stored" if is_new else "Already stored, nothing changed:"
            self.stdout.write(
                f"{state} framework version {row.version}, checksum {row.checksum[:12]}"
            )
