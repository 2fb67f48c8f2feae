"""How a person's file writes numbers and days, declared or recognized: turned into plain ones."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from costing.usage.entries import BadRow, seconds

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
        raise BadRow(f"{name} is not a number written like {NUMBERS[numbers]}.")
    return text.replace(thousands, "").replace(point, ".")


def iso_moment(value: Any, dates: str, name: str) -> Any:
    """A day or moment as it was declared, in ISO 8601."""
    if dates == ISO or not isinstance(value, str) or not value.strip():
        return value
    parts = _DAY.match(value.strip())
    if parts is None:
        raise BadRow(f"{name} is not a date written like {DATES[dates]}.")
    first, second, year, hour, minute, second_of_minute = parts.groups()
    day, month = (first, second) if dates == "dmy" else (second, first)
    text = f"{year}-{int(month):02}-{int(day):02}"
    return text if hour is None else f"{text}T{int(hour):02}:{minute}:{second_of_minute or '00'}"


def recognized_numbers(texts: Sequence[tuple[str, bool]]) -> str:
    """How most texts write numbers, those that count (true) without decimals.

    Plain where that fits as many as any other; empty where two others fit and do not mean the same.
    """

    def read(text: tuple[str, bool], numbers: str) -> Decimal:
        number = Decimal(plain_number(text[0], numbers, ""))
        mark = "." if numbers == PLAIN else _MARKS[numbers][1]
        # Three decimals of a count are thousands: nobody writes one call as 1.000.
        is_thousands = text[0].strip()[-4:-3] == mark
        if text[1] and (is_thousands or number != number.to_integral_value()):
            raise BadRow("")
        return number

    return _recognized(NUMBERS, [text for text in texts if text[0].strip()], read)


def recognized_dates(texts: Iterable[str]) -> str:
    """How most texts write days; ISO 8601, or seconds, where that fits as many as any other.

    With points the day is first; empty where that cannot be told from the month.
    """

    def read(text: str, dates: str) -> int:
        if dates == "mdy" and "." in text.split()[0]:
            raise BadRow("")
        return seconds({"": iso_moment(text, dates, "")}, "")

    return _recognized(DATES, [text for text in texts if text.strip()], read)


def _recognized(
    ways: Mapping[str, str], texts: Sequence[Any], read: Callable[[Any, str], object]
) -> str:
    """The way that reads most texts, the first of all if none reads more, else empty where several
    read as many to other values.
    """

    def value(text: Any, way: str) -> object:
        try:
            return read(text, way)
        except (BadRow, InvalidOperation):
            return None

    values = {way: [value(text, way) for text in texts] for way in ways}
    most = max(sum(each is not None for each in of_way) for of_way in values.values())
    best = [way for way in ways if sum(each is not None for each in values[way]) == most]
    is_plain = best[0] == next(iter(ways))
    return best[0] if is_plain or all(values[way] == values[best[0]] for way in best) else ""
