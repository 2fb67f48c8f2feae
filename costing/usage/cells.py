"""What rows come to: cells by model and hour, and what is known of the file beside them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from costing.usage.entries import Entry, Tokens, length_class
from costing.usage.groups import OTHER
from costing.usage.records import Limits, refusal


class Key(NamedTuple):
    """What a cell is for: a model in an hour (or, with 24 `hours`, on a day), live or as batch, and
    calls at other terms (see Entry), or a charge that is no plain usage; of one group, where usage
    is split.
    """

    model: str
    hour: int
    hours: int
    is_batch: bool = False
    above_input_tokens: int = 0
    charge: str = ""
    service_tier: str = ""
    region: str = ""
    modality: str = ""
    group: str = ""


@dataclass(slots=True)
class Cell:
    """What ran in one hour with one model."""

    calls: int | None = 0
    tokens: list[int] = field(default_factory=lambda: [0] * len(Tokens._fields))
    billed_usd: Decimal | None = None

    def add(self, entry: "Entry | Cell") -> None:
        """Count one row in, or what another cell counts."""
        self.calls = None if self.calls is None or entry.calls is None else self.calls + entry.calls
        for index, tokens in enumerate(entry.tokens):
            if tokens:
                self.tokens[index] += tokens
        if entry.billed_usd is not None:
            self.billed_usd = (self.billed_usd or Decimal(0)) + entry.billed_usd


@dataclass(frozen=True)
class ListedRow:
    """A bad row: the line it begins in, its number among the rows, and what is wrong with it."""

    line: int
    row: int
    reason: str
    file: str = ""  # named where several were sent


@dataclass
class Reading:
    """What a file came to."""

    source: str
    cells: dict[Key, Cell] = field(default_factory=dict)
    rows: int = 0
    good_rows: int = 0
    bad_rows: int = 0
    listed: list[ListedRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    models: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)  # groups that count among the others
    has_more: bool = False
    declared: tuple[int, int] | None = None  # the hours that the file says it covers
    # The hours that each of several files covers, where hours between them are missing.
    stretches: tuple[tuple[int, int], ...] = ()
    has_cached_beyond_input: bool = False
    # Whether a row, with an entry that it counts as, was counted from another file.
    is_repeated: Callable[[object, Entry], bool] | None = None

    def usage_cells(self) -> list[Entry]:
        """The cells as they are measured and stored."""
        return [
            Entry(
                **key._asdict(),
                calls=cell.calls,
                tokens=Tokens(*cell.tokens),
                billed_usd=cell.billed_usd,
            )
            for key, cell in self.cells.items()
        ]


def key_of(entry: Entry) -> Key:
    """The cell that an entry counts in."""
    return Key(*entry[:3], entry.is_batch, length_class(entry), *entry[8:])


def count_in(reading: Reading, entry: Entry, limits: Limits) -> None:
    """Count an entry in its cell; raises Invalid where there are too many."""
    reading.models.add(entry.model)
    if entry.group:
        entry = _grouped(reading, entry, limits)
    key = key_of(entry)
    cell = reading.cells.get(key)
    if cell is None:
        if len(reading.cells) >= limits.cells:
            fold_groups(reading, limits)
        if len(reading.cells) >= limits.cells:
            raise refusal("This file spans more hours and models than can be kept. Split it.")
        cell = reading.cells.setdefault(_folded(key, reading), Cell())
    cell.add(entry)


def _grouped(reading: Reading, entry: Entry, limits: Limits) -> Entry:
    """The entry, among the others where its group is one of them, or one too many."""
    if entry.group in reading.groups:
        return entry
    is_known = entry.group == OTHER or entry.group in reading.folded
    if is_known or len(reading.groups) + len(reading.folded) >= limits.group_names:
        return entry._replace(group=OTHER)
    reading.groups.add(entry.group)
    return entry


def fold_groups(reading: Reading, limits: Limits) -> None:
    """Keep the groups with most tokens, else money; all others are one more."""
    if len(reading.groups) <= limits.groups:
        return
    sizes: dict[str, tuple[int, Decimal]] = dict.fromkeys(reading.groups, (0, Decimal(0)))
    for key, cell in reading.cells.items():
        if key.group in sizes:
            tokens, usd = sizes[key.group]
            sizes[key.group] = tokens + sum(cell.tokens), usd + abs(cell.billed_usd or Decimal(0))
    kept = {*sorted(sizes, key=lambda name: (*sizes[name], name))[-limits.groups :]}
    reading.folded |= reading.groups - kept
    reading.groups = kept
    cells: dict[Key, Cell] = {}
    for key, cell in reading.cells.items():
        cells.setdefault(_folded(key, reading), Cell()).add(cell)
    reading.cells = cells


def _folded(key: Key, reading: Reading) -> Key:
    return key._replace(group=OTHER) if key.group in reading.folded else key
