"""What one row of a usage file comes to: tokens in disjoint buckets; must not import Django."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

HOUR_SECONDS = 3600
DAY_HOURS = 24
BUCKETS = ("uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
INPUT_BUCKETS = BUCKETS[:4]

Record = Mapping[str, Any]


class Tokens(NamedTuple):
    """Tokens by bucket; no token is in two of them."""

    uncached_input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0


class Entry(NamedTuple):
    """One row: `hour` is hours since 1970 in UTC, `hours` how many it covers (1 or 24).

    `calls` is None where the source counts none, `billed_usd` where it names no cost.
    """

    hour: int
    hours: int
    model: str
    calls: int | None
    tokens: Tokens
    billed_usd: Decimal | None


class BadRow(ValueError):
    """A row that cannot be used; the reason names fields, never what stands in them."""


class LeftOut(ValueError):
    """A row that is sound and counts for nothing here, with the kind of row that it is."""


@dataclass(frozen=True)
class Columns:
    """Which column of a plain CSV file holds what; empty where none does."""

    time: str = ""
    model: str = ""
    calls: str = ""
    input: str = ""
    cache_read: str = ""
    cache_write_5m: str = ""
    cache_write_1h: str = ""
    output: str = ""
    cost: str = ""
    # Whether `input` counts the cached tokens too.
    input_includes_cache: bool = True


def inside(input_tokens: int, output: int, *, read: int, write_5m: int, write_1h: int) -> Tokens:
    """Tokens of a source whose input includes what was read from and written to a cache."""
    uncached = input_tokens - read - write_5m - write_1h
    if uncached < 0:
        raise BadRow("There are more cached tokens than input tokens.")
    return Tokens(uncached, read, write_5m, write_1h, output)


def beside(input_tokens: int, output: int, *, read: int, write_5m: int, write_1h: int) -> Tokens:
    """Tokens of a source whose input is what no cache served or stored."""
    return Tokens(input_tokens, read, write_5m, write_1h, output)


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


Names = frozenset[str]


def alone(record: Record) -> Iterable[Record]:
    """A record that is one row."""
    return (record,)


@dataclass(frozen=True)
class Source:
    """A format. `known_by` are sets of names of which a file of this format has all of one.

    `within` are the keys below which a document keeps its records; `rows` splits a record that
    holds several; `read` raises BadRow or LeftOut. A `cost_only` source names no tokens.
    """

    key: str
    title: str
    known_by: tuple[Names, ...]
    read: Callable[[Record, Columns], Entry]
    within: tuple[str, ...] = ()
    rows: Callable[[Record], Iterable[Record]] = alone
    cost_only: bool = False
