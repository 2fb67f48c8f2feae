"""What one row of a usage file comes to, tokens in disjoint buckets, and how its fields are read.

A reason names a field, and never repeats what stood in it.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import Columns
from costing.usage.groups import NamesOf

HOUR_SECONDS = 3600
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

Record = Mapping[str, Any]  # a row as the file has it


# What price lists name as thresholds of dearer prices, by the input of a call.
CALL_LENGTHS = (32_000, 100_000, 128_000, 199_999, 200_000, 256_000, 272_000, 512_000, 524_288)


class Tokens(NamedTuple):
    """Tokens by bucket; no token is in two of them."""

    uncached_input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0

    @property
    def input(self) -> int:
        """All tokens that went in, from wherever they came."""
        return sum(self[:4])


BUCKETS = Tokens._fields
BUCKET_LABELS = {
    "uncached_input": "Uncached input",
    "cache_read": "Read from a cache",
    "cache_write_5m": "Written to a cache, 5 min",
    "cache_write_1h": "Written to a cache, 1 h",
    "output": "Output",
}


CORRECTION, CREDIT, TAX, PURCHASE, MODALITY = (
    "correction",
    "credit",
    "tax",
    "purchase",
    "modality",
)
CHARGES = {
    CORRECTION: "Corrections",
    CREDIT: "Credits",
    TAX: "Taxes",
    PURCHASE: "Purchases and commitments",
    MODALITY: "Audio, images and video",
}
# What a bill holds beside usage: it is never taken for what a model cost.
BESIDE_USAGE = frozenset({CREDIT, TAX, PURCHASE})


class Entry(NamedTuple):
    """What ran with one model in the `hours` (1 or 24) from `hour` on, counted since 1970 in UTC.

    It is one row of a file, or all rows of a model and hour summed. `calls` is None where the
    source counts none, `billed_usd` where it names no cost. What `is_batch` could wait, for less.
    The input of each call, or of the mean one, is longer than `above_input_tokens`, one of
    CALL_LENGTHS or 0. A `charge` of a bill that is no plain usage is one of CHARGES. What is kept
    apart: a `service_tier` (priority), the `region` in which the model ran or had to stay, and a
    `modality` other than text (audio, image), whose calls are counted with their text. Where usage
    is split, `group` is whose calls they are.
    """

    model: str
    hour: int
    hours: int = 1
    calls: int | None = None
    tokens: Tokens = Tokens()
    billed_usd: Decimal | None = None
    is_batch: bool = False
    above_input_tokens: int = 0
    charge: str = ""
    service_tier: str = ""
    region: str = ""
    modality: str = ""
    group: str = ""

    @property
    def usage_usd(self) -> Decimal | None:
        """What was billed for usage."""
        return None if self.charge in BESIDE_USAGE else self.billed_usd

    @property
    def charges(self) -> Mapping[str, Decimal]:
        """What was billed that is no plain usage, by its kind."""
        return {self.charge: self.billed_usd} if self.charge and self.billed_usd is not None else {}

    @property
    def batch_tokens(self) -> Tokens:
        """Those of its tokens that are priced as batch."""
        return self.tokens if self.is_batch else Tokens()

    @property
    def terms(self) -> tuple[int, str, str, str]:
        """What is priced apart."""
        return self.above_input_tokens, self.service_tier, self.region, self.modality

    @property
    def at_terms(self) -> tuple["Entry", ...]:
        """Those of its calls that are known to be at other terms than the usual ones."""
        return (self,) if any(self.terms) else ()


class BadRow(ValueError):
    """A row that cannot be used; the reason names fields, never what stands in them."""


class CachedBeyondInput(BadRow):
    """A row with more cached tokens than input tokens, where the input should include them."""


class LeftOut(ValueError):
    """A row that is sound and counts for nothing here, with the kind of row that it is."""


FAILED = "Calls that failed"
OWN_CACHE = "Calls that the gateway answered from its own cache"


def alone(record: Record) -> Iterable[Record]:
    """A record that is one row."""
    return (record,)


@dataclass(frozen=True)
class Source:
    """A format. `known_by` are sets of names of which a file of this format has all of one.

    `within` are the keys below which a document keeps its records; `rows` splits a record that
    holds several; `read` raises BadRow or LeftOut, and may give several entries. `covers` are the
    fields in which a record, empty or not, says from when to when it counts. Of some formats
    the input may leave cached tokens out, against their convention: a person says so. Where
    `is_summed`, a row is what a stretch of time came to, else a call or a charge of its own.
    `groups` are the ways to split it by that its rows name (see SPLITS).
    """

    key: str
    title: str
    known_by: tuple[frozenset[str], ...]
    read: Callable[[Record, Columns], Entry | Sequence[Entry]]
    within: tuple[str, ...] = ()
    rows: Callable[[Record], Iterable[Record | BadRow]] = alone
    may_leave_cached_out: bool = False
    covers: tuple[str, str] | None = None
    is_summed: bool = False
    groups: Mapping[str, NamesOf] = field(default_factory=dict)


def buckets(
    input_tokens: int,
    output: int,
    *,
    includes_cache: bool,
    read: int = 0,
    write_5m: int = 0,
    write_1h: int = 0,
) -> Tokens:
    """Tokens of a source whose input includes what was read from and written to a cache, or not."""
    uncached = input_tokens - (read + write_5m + write_1h if includes_cache else 0)
    if uncached < 0:
        raise CachedBeyondInput("There are more cached tokens than input tokens.")
    return Tokens(uncached, read, write_5m, write_1h, output)


def by_lifetime(written: int, hour_long: int) -> dict[str, int]:
    """Tokens written to a cache, those for an hour among them, as `buckets` takes them."""
    if hour_long > written:
        raise BadRow("There are more tokens written for an hour than tokens written.")
    return {"write_5m": written - hour_long, "write_1h": hour_long}


def nested(value: Any) -> Record:
    """The fields of an object inside a row; none where it is no object."""
    return value if isinstance(value, Mapping) else {}


def is_true(record: Record, name: str) -> bool:
    """Whether a field is true, as a file without types may write it too."""
    return str(record.get(name)).lower() == "true"


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


def usd(record: Record, name: str, *, is_signed: bool = False) -> Decimal | None:
    """An amount in USD from 0, or below where it `is_signed`; None where there is none."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if is_signed:
        exact = _decimal(value, name)
        return _within(exact.copy_abs(), MAX_USD, name).copy_sign(exact)
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
        number = _decimal(value, name)
        unit = next((unit for least, unit in EPOCH_UNITS if number >= least), 1)
        moment = int(min(number, Decimal(10**20)) / unit)
    if not EARLIEST <= moment < LATEST:
        raise BadRow(f"{name} is not a time from 2015 to 2099.")
    return moment


def _iso(text: str, name: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        raise BadRow(f"{name} is not a date or time.") from None


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
    if length <= HOURS_PER_DAY * HOUR_SECONDS:
        return HOURS_PER_DAY
    raise BadRow("The bucket is longer than a day.")


def length_class(entry: Entry) -> int:
    """The last of CALL_LENGTHS that the input of a call, or of the mean one, is longer than."""
    if not entry.calls or entry.tokens.input <= CALL_LENGTHS[0] * entry.calls:
        return entry.above_input_tokens
    place = bisect_left(CALL_LENGTHS, entry.tokens.input / entry.calls)
    return max(entry.above_input_tokens, CALL_LENGTHS[place - 1])


def model_name(model: Any, provider: Any = None) -> str:
    """`<provider>:<model>`, or the model alone; empty where the source does not say."""
    if model is None or model == "":
        return ""
    if not isinstance(model, str) or len(model) > MAX_MODEL_LENGTH or not model.isprintable():
        raise BadRow("The model's name cannot be used.")
    name, maker = model.strip(), ""
    if isinstance(provider, str) and len(provider) <= MAX_PROVIDER_LENGTH:
        maker = provider.strip().lower()
    is_usable = maker.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return f"{maker}:{name}" if is_usable and name else name
