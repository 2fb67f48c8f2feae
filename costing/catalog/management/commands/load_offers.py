"""Stores a CSV file of GPU offers as a dated offer book."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from costing.catalog import services
from costing.catalog.documents import read_bytes
from costing.catalog.management.options import DAY, day_of, refusing_files
from costing.catalog.offer_files import MAX_BYTES, OfferSource, file_offers, is_provider
from costing.catalog.price_fields import MAX_URL_LENGTH, error_lines, is_web_address

MAX_SOURCE_LENGTH = 80
UNDATED = "unknown"


class Command(BaseCommand):
    """`manage.py load_offers FILE --source … --source-url … --as-of … --checked-on …`."""

    help = (
        "Stores a CSV file of GPU offers, SkyPilot's or of our own shape (docs/offer-files.md), as"
        " a dated offer book. The same content again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept the file, and who published it when."""
        parser.add_argument("file", metavar="FILE", help="the file; - for standard input")
        parser.add_argument("--source", required=True, help="who published the prices")
        parser.add_argument("--source-url", required=True, metavar="URL", help="where")
        parser.add_argument(
            "--as-of", required=True, metavar=DAY, help="date of the prices; or unknown"
        )
        parser.add_argument("--checked-on", required=True, metavar=DAY, help="day it was taken")
        parser.add_argument("--provider", default="", help="whose prices: for SkyPilot's files")
        parser.add_argument(
            "--keep-good-rows", action="store_true", help="store the good rows, name the others"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is now."""
        connection.ensure_connection()  # before anything is read that could not be stored
        facts = _facts(options)
        with refusing_files():
            listed = file_offers(
                read_bytes(options["file"], MAX_BYTES),
                facts=facts,
                keeps_good_rows=options["keep_good_rows"],
            )
        book, is_new = services.store_offer_book(listed=listed)
        state = "Stored" if is_new else "Already stored, nothing changed:"
        count = len(listed.offers)
        self.stdout.write(f"{state} {book} ({count:,} offers, checksum {book.checksum[:12]})")
        for why, rows in listed.left_out.items():
            self.stdout.write(f"Left out, {why}: {rows:,} rows")
        if listed.errors:
            self.stderr.write(f"Not stored: {len(listed.errors):,} rows that cannot be used")
            self.stderr.write("\n".join(f"  {line}" for line in error_lines(listed.errors)))


def _facts(options: dict[str, Any]) -> OfferSource:
    source, url = options["source"].strip(), options["source_url"].strip()
    if not source or len(source) > MAX_SOURCE_LENGTH or not source.isprintable():
        raise CommandError(f"--source must be a name of 1 to {MAX_SOURCE_LENGTH} characters.")
    if len(url) > MAX_URL_LENGTH or not is_web_address(url):
        raise CommandError("--source-url must be an address like https://example.com/prices.")
    provider = options["provider"].strip().lower()
    if provider and not is_provider(provider):
        raise CommandError("--provider must be lower-case letters, digits and dashes.")
    checked_on = day_of("--checked-on", options["checked_on"])
    as_of = None if options["as_of"] == UNDATED else day_of("--as-of", options["as_of"])
    if as_of and as_of > checked_on:
        raise CommandError("--as-of must not be later than --checked-on.")
    return OfferSource(source, url, checked_on, as_of, provider)
