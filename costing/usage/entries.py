"""What one row of a usage file comes to: tokens in disjoint buckets; must not import Django."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, NamedTuple, Self

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as parsed_dataclass
from pydantic.fields import FieldInfo

HOUR_SECONDS = 3600
DAY_HOURS = 24

Record = Mapping[str, Any]  # a row as the file has it


class Tokens(NamedTuple):
    """Tokens by bucket; no token is in two of them."""

    uncached_input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0


BUCKETS = Tokens._fields
BUCKET_LABELS = {
    "uncached_input": "Uncached input",
    "cache_read": "Read from a cache",
    "cache_write_5m": "Written to a cache, 5 min",
    "cache_write_1h": "Written to a cache, 1 h",
    "output": "Output",
}


class Entry(NamedTuple):
    """What ran with one model in the `hours` (1 or 24) from `hour` on, counted since 1970 in UTC.

    It is one row of a file, or all rows of a model and hour summed. `calls` is None where the
    source counts none, `billed_usd` where it names no cost.
    """

    model: str
    hour: int
    hours: int = 1
    calls: int | None = None
    tokens: Tokens = Tokens()
    billed_usd: Decimal | None = None


class BadRow(ValueError):
    """A row that cannot be used; the reason names fields, never what stands in them."""


class LeftOut(ValueError):
    """A row that is sound and counts for nothing here, with the kind of row that it is."""


def _column(label: str, meaning: str, usual_names: str) -> Any:
    return Field(default="", title=label, description=meaning, examples=usual_names.split())


@parsed_dataclass(frozen=True)
class Columns:
    """Which column of a plain CSV file holds what; empty where none does.

    Each has its label, its meaning, and the names that it usually has, in lower case.
    """

    time: str = _column(
        "Time",
        "the time (ISO 8601, or seconds since 1970)",
        "time timestamp created_at start_time starttime hour date day",
    )
    model: str = _column("Model", "the model", "model model_name model_id model_version")
    calls: str = _column(
        "Calls",
        "the number of calls; without one a row with an hour is one call",
        "calls requests num_requests request_count api_requests",
    )
    input: str = _column(
        "Input tokens", "the input tokens", "input_tokens prompt_tokens tokens_in input"
    )
    cache_read: str = _column(
        "Tokens read from a cache",
        "the tokens read from a cache",
        "cache_read_tokens cached_tokens cache_read_input_tokens cached_input_tokens cache_read",
    )
    cache_write_5m: str = _column(
        "Tokens written to a cache (5 min)",
        "the tokens written to a cache for 5 minutes",
        "cache_write_5m_tokens cache_write_tokens cache_creation_input_tokens cache_write",
    )
    cache_write_1h: str = _column(
        "Tokens written to a cache (1 h)",
        "the tokens written to a cache for an hour",
        "cache_write_1h_tokens",
    )
    output: str = _column(
        "Output tokens", "the output tokens", "output_tokens completion_tokens tokens_out output"
    )
    cost: str = _column(
        "Cost in USD", "the cost in USD", "cost_usd cost spend amount_usd billed_usd"
    )
    # Whether `input` counts the cached tokens too.
    input_includes_cache: bool = True

    @classmethod
    def stored(cls, document: Mapping[str, Any]) -> Self:
        """The columns that a document names; what else stands there is passed over."""
        return TypeAdapter(cls).validate_python(document)

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self:
        """The columns that a form names, with the place where `cached` tokens are counted."""
        return cls.stored({**form, "input_includes_cache": form.get("cached") != "beside"})


COLUMNS = {
    field.name: field.default for field in fields(Columns) if isinstance(field.default, FieldInfo)
}
NO_COLUMNS = Columns()
MAX_COLUMN_LENGTH = 200
REQUIRED_COLUMNS = ("time", "input", "output")
CACHED_PLACES = {"inside": "Input includes them", "beside": "Input leaves them out"}


def alone(record: Record) -> Iterable[Record]:
    """A record that is one row."""
    return (record,)


@dataclass(frozen=True)
class Source:
    """A format. `known_by` are sets of names of which a file of this format has all of one.

    `within` are the keys below which a document keeps its records; `rows` splits a record that
    holds several; `read` raises BadRow or LeftOut.
    """

    key: str
    title: str
    known_by: tuple[frozenset[str], ...]
    read: Callable[[Record, Columns], Entry]
    within: tuple[str, ...] = ()
    rows: Callable[[Record], Iterable[Record | BadRow]] = alone


def inside(
    input_tokens: int, output: int, *, read: int = 0, write_5m: int = 0, write_1h: int = 0
) -> Tokens:
    """Tokens of a source whose input includes what was read from and written to a cache."""
    uncached = input_tokens - read - write_5m - write_1h
    if uncached < 0:
        raise BadRow("There are more cached tokens than input tokens.")
    return Tokens(uncached, read, write_5m, write_1h, output)


def beside(
    input_tokens: int, output: int, *, read: int = 0, write_5m: int = 0, write_1h: int = 0
) -> Tokens:
    """Tokens of a source whose input is what no cache served or stored."""
    return Tokens(input_tokens, read, write_5m, write_1h, output)
