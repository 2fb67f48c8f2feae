"""Prices per unit as they are listed, digit by digit; must not import Django."""

from __future__ import annotations

from decimal import Decimal

UNKNOWN = "–"
MOST_DECIMALS = 6


def unit_price(value: Decimal | float | int | None) -> str:
    """A price in USD with two decimals or as many as it has, at most six: `3.00`, `0.125`."""
    if value is None:
        return UNKNOWN
    number = round(Decimal(str(value)), MOST_DECIMALS)
    whole, _, decimals = f"{number:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
