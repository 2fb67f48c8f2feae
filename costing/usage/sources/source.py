"""What a format is: the names it is known by and how its records become entries.

Must not import Django.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from costing.usage.entries import Columns, Entry, Record

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
