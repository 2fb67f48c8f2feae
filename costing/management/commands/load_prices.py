"""Stores the installed catalog's list prices as a dated price book."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from costing.services import load_price_book


class Command(BaseCommand):
    """`manage.py load_prices [--as-of 2026-11-01]`."""

    help = "Stores the installed catalog's list prices as a dated price book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept the date of the prices."""
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="date of the prices (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is now."""
        book, is_new = load_price_book(as_of=_date(options["as_of"]))
        state = "Stored" if is_new else "Already stored, nothing changed:"
        count = book.prices.count()
        self.stdout.write(f"{state} {book} ({count:,} models, checksum {book.checksum[:12]})")


def _date(text: str | None) -> date:
    if not text:
        return timezone.now().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of must be a date like 2026-11-01, not {text!r}.") from None
