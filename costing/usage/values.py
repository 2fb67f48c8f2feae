"""Reads the numbers, moments and names of a row; a reason never repeats what stood there.

Must not import Django.
"""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from costing.usage.entries import DAY_HOURS, HOUR_SECONDS, BadRow, Record

MOST_TOKENS = 10**13
MOST_USD = Decimal(10**9)
LONGEST_NUMBER = 40
LONGEST_MODEL = 160
LONGEST_PROVIDER = 40
EARLIEST = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
# Whole seconds of today have ten digits; each of these is what a larger number counts in.
EPOCH_UNITS = ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3))


def first(record: Record, names: Iterable[str]) -> Any:
    """The first of several fields that is there and not empty; None where none is."""
    for name in names:
        value = record.get(name)
        if value is not None and value != "":
            return value
    return None


def count(value: Any, name: str, *, required: bool = False) -> int:
    """A whole number from 0, in tokens or calls; nothing is 0 unless it is required."""
    if type(value) is int:
        number = value
    elif value is None or value == "":
        if required:
            raise BadRow(f"{name} is missing.")
        return 0
    elif isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 15:
        number = int(value)
    else:
        number = _whole(value, name)
    if number < 0:
        raise BadRow(f"{name} is negative.")
    if number > MOST_TOKENS:
        raise BadRow(f"{name} is too large.")
    return number


def _whole(value: Any, name: str) -> int:
    exact = _decimal(value, name)
    if exact.copy_abs() > MOST_TOKENS:
        raise BadRow(f"{name} is negative." if exact < 0 else f"{name} is too large.")
    if exact != exact.to_integral_value():
        raise BadRow(f"{name} is no whole number.")
    return int(exact)


def usd(value: Any, name: str) -> Decimal | None:
    """An amount in USD from 0; None where there is none."""
    if value is None or value == "":
        return None
    exact = _decimal(value, name)
    if exact < 0:
        raise BadRow(f"{name} is negative.")
    if exact > MOST_USD:
        raise BadRow(f"{name} is too large.")
    return exact


def _decimal(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadRow(f"{name} is no number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow(f"{name} is no finite number.")
    text = str(value).strip() if isinstance(value, str) else value
    if isinstance(text, str) and (len(text) > LONGEST_NUMBER or "_" in text):
        raise BadRow(f"{name} is no number.")
    try:
        exact = Decimal(repr(text)) if isinstance(text, float) else Decimal(text)
    except (InvalidOperation, ValueError):
        raise BadRow(f"{name} is no number.") from None
    if not exact.is_finite():
        raise BadRow(f"{name} is no finite number.")
    return exact


def seconds(value: Any, name: str) -> int:
    """A moment as seconds since 1970: ISO 8601 (UTC where no zone is named) or a count of them.

    Counts may be of seconds, milliseconds, microseconds or nanoseconds.
    """
    if value is None or value == "":
        raise BadRow(f"{name} is missing.")
    if isinstance(value, str) and not value.lstrip("-").replace(".", "", 1).isdigit():
        moment = _iso(value, name)
    else:
        moment = _epoch(value, name)
    if not EARLIEST <= moment < LATEST:
        raise BadRow(f"{name} is no moment from 2015 to 2099.")
    return moment


def _iso(text: str, name: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        raise BadRow(f"{name} is no date or time.") from None


def _epoch(value: Any, name: str) -> int:
    number = _decimal(value, name)
    for least, unit in EPOCH_UNITS:
        if number >= least:
            return int(min(number, Decimal(10**20)) / unit)
    return int(number)


def hour_of(moment: int) -> int:
    """The hour, counted since 1970, that a moment in seconds falls into."""
    return moment // HOUR_SECONDS


def is_day(value: Any) -> bool:
    """Whether a moment names a day and no hour."""
    if not isinstance(value, str) or len(value.strip()) != 10:
        return False
    try:
        date.fromisoformat(value.strip())
    except ValueError:
        return False
    return True


def span_hours(start: int, end: int) -> int:
    """How many hours a bucket counts for: 1 up to an hour, else a day; longer ones are refused."""
    length = end - start
    if length <= 0:
        raise BadRow("The bucket ends before it starts.")
    if length <= HOUR_SECONDS:
        return 1
    if length <= DAY_HOURS * HOUR_SECONDS:
        return DAY_HOURS
    raise BadRow("The bucket is longer than a day.")


def model_name(model: Any, provider: Any = None) -> str:
    """`<provider>:<model>`, or the model alone; empty where the source does not say."""
    if model is None or model == "":
        return ""
    if not isinstance(model, str) or len(model) > LONGEST_MODEL or not model.isprintable():
        raise BadRow("The model's name cannot be used.")
    name, maker = model.strip(), _provider(provider)
    return f"{maker}:{name}" if maker and name else name


def _provider(provider: Any) -> str:
    if not isinstance(provider, str) or len(provider) > LONGEST_PROVIDER:
        return ""
    maker = provider.strip().lower()
    return maker if maker.replace("_", "").replace("-", "").replace(".", "").isalnum() else ""
