"""What one row of a usage file comes to: tokens in disjoint buckets; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
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
