"""`manage.py assess`: the same as `crossover assess`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.documents import assess_command


class Command(BaseCommand):
    """`manage.py assess FILE --out DIR`."""

    help = assess_command.HELP
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's own arguments."""
        assess_command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; exit with its code where it is none of success."""
        self.stderr.style_func = None
        code = assess_command.run(
            options["file"], options["out"], options["paper"], out=self.stdout, err=self.stderr
        )
        if code:
            sys.exit(code)
