"""How a person's file writes numbers and days, as it was declared: turned into plain ones."""

import re
from typing import Any

from costing.usage.entries import BadRow

PLAIN, ISO = "plain", "iso"
# How numbers are written: what stands between thousands, and before decimals.
NUMBERS = {
    PLAIN: "1234.5",
    "comma_thousands": "1,234.5",
    "point_thousands": "1.234,5",
    "space_thousands": "1 234,5",
}
_MARKS = {
    "comma_thousands": (",", "."),
    "point_thousands": (".", ","),
    "space_thousands": (" ", ","),
}
DATES = {ISO: "2026-11-02", "dmy": "02.11.2026 or 2/11/2026", "mdy": "11/02/2026"}
_DAY = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "'": " "})


def plain_number(value: Any, numbers: str, name: str) -> Any:
    """A number as it was declared, without marks between thousands and with a decimal point."""
    if numbers == PLAIN or not isinstance(value, str) or not value.strip():
        return value
    thousands, point = _MARKS[numbers]
    text = value.strip().translate(_SPACES)
    between, before = re.escape(thousands), re.escape(point)
    if not re.fullmatch(rf"-?(\d+|\d{{1,3}}({between}\d{{3}})+)({before}\d+)?", text):
        raise BadRow(f"{name} is no number that is written like {NUMBERS[numbers]}.")
    return text.replace(thousands, "").replace(point, ".")


def iso_moment(value: Any, dates: str, name: str) -> Any:
    """A day or moment as it was declared, in ISO 8601."""
    if dates == ISO or not isinstance(value, str) or not value.strip():
        return value
    parts = _DAY.match(value.strip())
    if parts is None:
        raise BadRow(f"{name} is no day that is written like {DATES[dates]}.")
    first, second, year, hour, minute, second_of_minute = parts.groups()
    day, month = (first, second) if dates == "dmy" else (second, first)
    text = f"{year}-{int(month):02}-{int(day):02}"
    return text if hour is None else f"{text}T{int(hour):02}:{minute}:{second_of_minute or '00'}"
