"""Makes the partitions of tables by month ahead, as `beat` has it done; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from organizations.services.months import make_months
from presentation.wording import counted


class Command(BaseCommand):
    """`manage.py make_months`."""

    help = "Makes the partitions of the months to come, and moves rows that came before theirs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what lacks."""
        self.stdout.write(f"  made {counted(make_months(), 'partition')}")
