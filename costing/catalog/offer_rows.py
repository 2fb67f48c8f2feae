"""Reads the cells of one row of offers and collects what is wrong; must not import Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

NOTHING = Decimal(0)
HIGHEST_USD = Decimal(100_000)
PLACES = Decimal("1e-9")
MOST_ACCELERATORS = 10_000
LONGEST_NAME = 100
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,30})?([eE][-+]?\d{1,2})?", re.ASCII)
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
# A spreadsheet would run what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_provider(text: str) -> bool:
    """Whether a text may name a provider: lower-case letters, digits and dashes."""
    return _PROVIDER.fullmatch(text) is not None


class RowReader:
    """One row; each reader notes what is at fault and then gives something harmless."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = {name: cell.strip() for name, cell in cells.items()}
        self.faults: list[str] = []

    def has(self, column: str) -> bool:
        """Whether the cell says anything."""
        return bool(self.cells.get(column))

    def name(self, column: str) -> str:
        """A name of at most 100 printable characters."""
        if not self.has(column):
            self.faults.append(f"has no {column}")
            return ""
        return self.optional_name(column)

    def optional_name(self, column: str) -> str:
        """The same, or nothing where the cell is empty."""
        text = self.cells.get(column, "")
        if text.startswith(_FORMULA):
            self.faults.append(f"has a formula in {column}")
        elif len(text) > LONGEST_NAME or not text.isprintable():
            self.faults.append(f"has a {column} that is no name")
        return text

    def provider(self, column: str) -> str:
        """A provider's name: lower-case letters, digits and dashes."""
        text = self.name(column).lower()
        if text and not is_provider(text):
            self.faults.append(f"has a {column} that is no provider's name")
        return text

    def choice(self, column: str, choices: tuple[str, ...], default: str) -> str:
        """One of these words."""
        text = self.cells.get(column) or default
        if text not in choices:
            self.faults.append(f"has a {column} that is none of {', '.join(choices)}")
        return text

    def is_fraction(self, column: str) -> bool:
        """Whether the cell holds a sound number that is not whole."""
        number = self._number(column)
        return number is not None and number != number.to_integral_value()

    def whole(self, column: str) -> int | None:
        """A whole number of accelerators, at least 1."""
        number = self._number(column)
        is_sound = number is not None and number == number.to_integral_value()
        if number is None or not is_sound or not 1 <= number <= MOST_ACCELERATORS:
            self.faults.append(f"has a {column} that is no whole number from 1")
            return None
        return int(number)

    def price(self, column: str) -> Decimal:
        """USD per hour, above 0 and at most 100,000."""
        number = self._number(column)
        if number is None or not PLACES <= number <= HIGHEST_USD:
            self.faults.append(
                f"has a {column} that is no price above 0, up to {HIGHEST_USD:,} USD"
            )
            return NOTHING
        return number.quantize(PLACES).normalize()

    def _number(self, column: str) -> Decimal | None:
        text = self.cells.get(column, "")
        return Decimal(text) if _NUMBER.fullmatch(text) else None
