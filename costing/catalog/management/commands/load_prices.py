"""Stores prices as a dated price book, and says what changed and what looks wrong."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from costing.catalog import documents, selectors, services
from costing.catalog.genai_prices import installed_prices
from costing.catalog.litellm import litellm_prices
from costing.catalog.management.options import DAY, day_of, refusing_files
from costing.catalog.models import PriceBook
from costing.catalog.price_files import file_prices
from costing.catalog.price_reports import figure_word
from costing.catalog.prices import PriceList

NO_DATE = "LiteLLM's file says no date: give --as-of and --checked-on."
DATED = "The file itself says as_of and checked_on: leave both options out."


class Command(BaseCommand):
    """`manage.py load_prices`: of the installed catalog, of LiteLLM's file or of a YAML file."""

    help = (
        "Stores prices as a dated price book: the installed catalog's, those of LiteLLM's price"
        " file, or those of a YAML file (docs/price-files.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept where the prices are, which days they are of, and what to say of them."""
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--litellm", metavar="FILE", help="LiteLLM's price file (JSON)")
        source.add_argument("--file", metavar="FILE.yaml", help="a price file of our own format")
        parser.add_argument("--as-of", metavar=DAY, help="date of the prices (today)")
        parser.add_argument("--checked-on", metavar=DAY, help="day the file was taken")
        parser.add_argument(
            "--against", metavar="BOOK", help="compare with this book instead of the previous one"
        )
        parser.add_argument(
            "--report", action="store_true", help="say what changed and what looks wrong"
        )
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is now."""
        connection.ensure_connection()  # before anything is read that could not be stored
        listed = self._listed(options)
        against = _book(options["against"]) if options["against"] else None
        book, is_new = services.store_price_book(listed=listed)
        if options["json"]:
            report = selectors.price_book_report(book, against=against)
            self.stdout.write(
                json.dumps({"is_new": is_new, **report.document()}, indent=2, default=figure_word)
            )
            return
        state = "Stored" if is_new else "Already stored, nothing changed:"
        count = book.prices.count()
        self.stdout.write(f"{state} {book} ({count:,} models, checksum {book.checksum[:12]})")
        if options["report"] or options["litellm"] or options["file"]:
            report = selectors.price_book_report(book, against=against)
            self.stdout.write("\n".join(report.lines(20 if options["report"] else 0)))

    def _listed(self, options: dict[str, Any]) -> PriceList:
        as_of, checked_on = options["as_of"], options["checked_on"]
        as_of = day_of("--as-of", as_of) if as_of else None
        checked_on = day_of("--checked-on", checked_on) if checked_on else None
        with refusing_files():
            if path := options["litellm"]:
                if as_of is None or checked_on is None:
                    raise CommandError(NO_DATE)
                document = documents.load_exact_json(
                    documents.read_bytes(path, documents.MAX_EXACT_BYTES)
                )
                return litellm_prices(document, as_of=as_of, checked_on=checked_on)
            if path := options["file"]:
                if as_of or checked_on:
                    raise CommandError(DATED)
                return file_prices(
                    documents.load_exact_yaml(documents.read_bytes(path, documents.MAX_EXACT_BYTES))
                )
        if checked_on:
            raise CommandError("--checked-on is for files: the installed catalog has its own day.")
        return installed_prices(as_of or timezone.now().date())


def _book(text: str) -> PriceBook:
    book = selectors.price_book_find(text)
    if book is None:
        raise CommandError(f"--against: no one book has a checksum that begins with {text!r}.")
    return book
