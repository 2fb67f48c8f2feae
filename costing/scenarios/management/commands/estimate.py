"""`manage.py estimate`: the same as `crossover estimate`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from costing.scenarios import estimate_command


class Command(BaseCommand):
    """`manage.py estimate FILE… [--as-of 2026-11-01]`."""

    help = estimate_command.HELP
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's own arguments."""
        estimate_command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; exit with its code where it is none of success."""
        self.stderr.style_func = None
        code = estimate_command.run(
            options["files"], options["as_of"], out=self.stdout, err=self.stderr
        )
        if code:
            sys.exit(code)
