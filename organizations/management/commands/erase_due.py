"""Erases the organizations whose erasure is due, as `beat` has it done; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from organizations.services.erasures import erase_due
from presentation.wording import counted


class Command(BaseCommand):
    """`manage.py erase_due`."""

    help = "Begins erasures that are due, and carries out those that began some time ago."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is due now."""
        self.stdout.write(f"  erased {counted(erase_due(), 'organization')}")
