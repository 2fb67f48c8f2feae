"""Puts in place what the product needs before it serves, in one process; safe to repeat."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from reports.releases import refuse_older_database

# In this order: what is said, and the command.
STEPS = (
    ("Making the partitions of the months to come", "make_months"),
    ("Loading the framework", "load_framework"),
    ("Loading the prices", "load_prices"),
    ("Drawing the toolkit", "make_toolkit"),
    ("Bringing the summaries of lists up to date", "rebuild_summaries"),
)
DEMO = ("Making the demo", "create_demo")


class Command(BaseCommand):
    """`manage.py set_up [--demo]`, after `migrate`."""

    help = (
        "Loads the framework and the prices, draws the toolkit and brings lists up to date; with"
        " --demo, makes the demo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept whether the demonstration is wanted."""
        parser.add_argument(
            "--demo", action="store_true", help="make the fictional demo organization, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each step, and say how long it took."""
        refuse_older_database()
        for title, command in (*STEPS, *([DEMO] if options["demo"] else [])):
            self.stdout.write(f"→ {title}")
            started = time.monotonic()
            call_command(command, stdout=self.stdout, stderr=self.stderr)
            self.stdout.write(f"  {time.monotonic() - started:.1f} s")
