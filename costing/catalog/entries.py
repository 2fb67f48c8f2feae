"""Reads figures of a price file and collects every fault by its path; must not import Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from urllib.parse import urlsplit

HIGHEST_USD_PER_MTOK = Decimal(1_000_000)
HIGHEST_TOKENS = 1_000_000_000
PLACES = Decimal("1e-18")  # as many as a stored price keeps
LONGEST_URL = 300
SHOWN_FAULTS = 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class UnusablePrices(ValueError):
    """A price file that cannot be used; `fields` names each fault by its path."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("Some prices cannot be used as they are.")
        self.fields = dict(fields)

    def lines(self) -> list[str]:
        """The first faults, one a line, and how many more there are."""
        lines = [f"{path}: {' '.join(reasons)}" for path, reasons in self.fields.items()]
        more = len(lines) - SHOWN_FAULTS
        return lines[:SHOWN_FAULTS] + ([f"and {more:,} more."] if more > 0 else [])


class Faults:
    """What is wrong in a file, by path."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, reason: str) -> None:
        """Note one fault."""
        self.fields.setdefault(path, []).append(reason)

    def check(self) -> None:
        """Raise UnusablePrices when there is any."""
        if self.fields:
            raise UnusablePrices(self.fields)


class Entry:
    """One mapping of a file; each reader gives None for what is absent or at fault."""

    def __init__(self, values: Mapping[str, Any], path: str, faults: Faults) -> None:
        self.values = values
        self.path = path
        self.faults = faults

    def usd_per_mtok(self, key: str, *, tokens: int = 1) -> Decimal | None:
        """A price in USD for so many `tokens`, as USD per million tokens."""
        return self._number(key, HIGHEST_USD_PER_MTOK, Decimal(1_000_000 // tokens))

    def price(self, key: str) -> Decimal | None:
        """A price that is in USD per million tokens already."""
        return self._number(key, HIGHEST_USD_PER_MTOK, Decimal(1))

    def ratio(self, key: str) -> Decimal | None:
        """A ratio from 0 to 1."""
        return self._number(key, Decimal(1), Decimal(1))

    def tokens(self, key: str, highest: int = HIGHEST_TOKENS) -> int | None:
        """A whole number of tokens or seconds."""
        number = self._number(key, Decimal(highest), Decimal(1))
        if number is None:
            return None
        if number != number.to_integral_value():
            self.fault(key, "Give a whole number.")
            return None
        return int(number)

    def text(self, key: str, longest: int) -> str | None:
        """A text of one line."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "Give a text.")
            return None
        if len(value) > longest:
            self.fault(key, f"Give at most {longest} characters.")
            return None
        if _CONTROLS.search(value):
            self.fault(key, "Give a text of one line, without control characters.")
            return None
        return value.strip()

    def url(self, key: str) -> str | None:
        """An address of the web."""
        value = self.text(key, LONGEST_URL)
        if value is None or is_web_address(value):
            return value
        self.fault(key, "Give an address that begins with https:// or http://.")
        return None

    def day(self, key: str) -> date | None:
        """A date, as YAML gives it or as text."""
        value = self.values.get(key)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, "Give a date like 2026-11-01.")
            return None

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, "Give true or false.")
        return value is True

    def fault(self, key: str, reason: str) -> None:
        """Note a fault of one key."""
        self.faults.add(f"{self.path}.{key}" if self.path else key, reason)

    def _number(self, key: str, highest: Decimal, scale: Decimal) -> Decimal | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.fault(key, "Give a number, neither text nor NaN or infinity.")
            return None
        number = Decimal(value)
        if not 0 <= number <= highest / scale:
            self.fault(key, f"Give a number from 0 to {highest / scale:,f}.")
            return None
        return exact(number * scale)


def exact(number: Decimal) -> Decimal:
    """The number with at most 18 places, written in one way: 3.00 and 3 are the same price."""
    rounded = abs(number).quantize(PLACES, rounding=ROUND_HALF_EVEN).normalize()
    _, _, exponent = rounded.as_tuple()
    has_exponent = isinstance(exponent, int) and exponent > 0  # 1E+2
    return rounded.quantize(Decimal(1)) if has_exponent else rounded


def is_web_address(text: str) -> bool:
    """Whether a text is an address that a page may link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
