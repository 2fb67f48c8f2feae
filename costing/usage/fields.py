"""Reads the fields of a row; a reason names a field, and never repeats what stood in it.

Must not import Django.
"""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from costing.usage.entries import DAY_HOURS, HOUR_SECONDS, BadRow, Record

MAX_TOKENS = 10**13
SHORT_DIGITS = 14  # fewer digits are never more than that
MAX_USD = Decimal(10**9)
MAX_NUMBER_LENGTH = 40
MAX_MODEL_LENGTH = 160
MAX_PROVIDER_LENGTH = 40
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


def count(record: Record, name: str, *others: str, required: bool = False) -> int:
    """The first of the fields that is there as a whole number from 0, in tokens or calls.

    Nothing is 0 unless it is required; a reason names the first field.
    """
    value = record.get(name)
    if (value is None or value == "") and others:
        value = first(record, others)
    if type(value) is int and 0 <= value <= MAX_TOKENS:
        return value
    if type(value) is str and value.isascii() and value.isdigit() and len(value) < SHORT_DIGITS:
        return int(value)
    if value is None or value == "":
        if required:
            raise BadRow(f"{name} is missing.")
        return 0
    return _whole(value, name)


def _whole(value: Any, name: str) -> int:
    exact = _decimal(value, name)
    if exact.copy_abs() <= MAX_TOKENS and exact != exact.to_integral_value():
        raise BadRow(f"{name} is no whole number.")
    return int(_within(exact, MAX_TOKENS, name))


def _within(exact: Decimal, limit: Decimal | int, name: str) -> Decimal:
    if exact < 0:
        raise BadRow(f"{name} is negative.")
    if exact > limit:
        raise BadRow(f"{name} is too large.")
    return exact


def usd(record: Record, name: str) -> Decimal | None:
    """An amount in USD from 0; None where there is none."""
    value = record.get(name)
    if value is None or value == "":
        return None
    return _within(_decimal(value, name), MAX_USD, name)


def _decimal(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadRow(f"{name} is no number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow(f"{name} is no finite number.")
    text = str(value).strip() if isinstance(value, str) else value
    if isinstance(text, str) and (len(text) > MAX_NUMBER_LENGTH or "_" in text):
        raise BadRow(f"{name} is no number.")
    try:
        exact = Decimal(repr(text)) if isinstance(text, float) else Decimal(text)
    except (InvalidOperation, ValueError):
        raise BadRow(f"{name} is no number.") from None
    if not exact.is_finite():
        raise BadRow(f"{name} is no finite number.")
    return exact


def hour(record: Record, name: str) -> int:
    """The hour, counted since 1970, that a moment falls into."""
    return seconds(record, name) // HOUR_SECONDS


def seconds(record: Record, name: str) -> int:
    """A moment as seconds since 1970: ISO 8601 (UTC where no zone is named) or a count of them.

    Counts may be of seconds, milliseconds, microseconds or nanoseconds.
    """
    value = record.get(name)
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
    if not isinstance(model, str) or len(model) > MAX_MODEL_LENGTH or not model.isprintable():
        raise BadRow("The model's name cannot be used.")
    name, maker = model.strip(), _provider(provider)
    return f"{maker}:{name}" if maker and name else name


def _provider(provider: Any) -> str:
    if not isinstance(provider, str) or len(provider) > MAX_PROVIDER_LENGTH:
        return ""
    maker = provider.strip().lower()
    return maker if maker.replace("_", "").replace("-", "").replace(".", "").isalnum() else ""
