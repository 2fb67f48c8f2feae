"""Draws the toolkit's blank documents, once a release."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.demo.toolkit import draw_toolkit, find_blank_documents
from reports.documents.files import file_address
from reports.documents.pdf import RenderFailed


class Command(BaseCommand):
    """`manage.py make_toolkit`; a second run of the same release draws nothing."""

    help = "Draws the public toolkit: blank copies of the documents."

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw them, and say where they lie."""
        try:
            is_new = draw_toolkit(timezone.localdate())
        except RenderFailed as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write("Drawn:" if is_new else "Drawn by this release already:")
        for each in find_blank_documents():
            self.stdout.write(f"  {file_address(each.path)}")
