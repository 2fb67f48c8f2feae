"""Prints a scenario's economics as JSON."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from costing.catalog.documents import UnreadableDocument, read_document
from costing.engine import InvalidScenario, estimate, estimate_document
from costing.scenarios.scenario_files import scenario_of


class Command(BaseCommand):
    """`manage.py estimate FILE [--as-of 2026-11-01]`."""

    help = "Prints a scenario's economics as JSON: strategies, levers, crossovers, break-even."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept the file and the date of the catalog's prices."""
        parser.add_argument("file", help="scenario in JSON or YAML; - for standard input")
        parser.add_argument(
            "--as-of",
            metavar="YYYY-MM-DD",
            help="date of the catalog's prices (the scenario's own as_of, else today)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compute, print; on bad input print one error and exit with 2."""
        try:
            scenario = scenario_of(
                read_document(options["file"]),
                as_of=_date(options["as_of"]),
                today=timezone.now().date(),
            )
        except UnreadableDocument as error:
            self._refuse({"file": [str(error)]})
        except InvalidScenario as error:
            self._refuse(error.fields)
        else:
            document = estimate_document(estimate(scenario))
            self.stdout.write(json.dumps(document, allow_nan=False, indent=2))

    def _refuse(self, fields: dict[str, list[str]]) -> None:
        error = {"code": "invalid_scenario", "fields": fields}
        self.stderr.write(json.dumps(error), style_func=str)
        sys.exit(2)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidScenario({"as_of": ["must be a date like 2026-11-01"]}) from None
