"""What the commands that load prices and offers have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.core.management.base import CommandError

from costing.catalog.documents import UnreadableDocument
from costing.catalog.price_fields import UnusableFile

DAY = "YYYY-MM-DD"


def day_of(option: str, text: str) -> date:
    """The date that an option names; raises CommandError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} must be a date like 2026-11-01, not {text!r}.") from None


@contextmanager
def refusing_files() -> Iterator[None]:
    """End the command with every error of a file that cannot be used."""
    try:
        yield
    except UnreadableDocument as error:
        raise CommandError(f"{error} Nothing was stored.") from None
    except UnusableFile as error:
        lines = "".join(f"\n  {line}" for line in error.lines())
        raise CommandError(f"{error} Nothing was stored.{lines}") from None
