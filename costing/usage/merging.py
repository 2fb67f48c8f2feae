"""Several imports as one: what hours that several have come to, counted once or added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from costing.engine.units import HOURS_PER_DAY
from costing.usage.cells import Key, Reading, count_in, fold_groups, key_of
from costing.usage.entries import Entry
from costing.usage.records import LIMITS, Limits

ONCE, ADDED = "once", "added"
OVERLAPS = {
    ONCE: "They are the same calls: count them once",
    ADDED: "They are other calls: add them up",
}
TWICE = "Hours and models that another file has too: the fuller one counts"


@dataclass(frozen=True)
class Part:
    """An import's entries, one for each of its cells, and the hours that it says it covers."""

    entries: Sequence[Entry]
    declared: tuple[int, int] | None = None
    stretches: Sequence[tuple[int, int]] = ()

    @property
    def covered(self) -> Sequence[tuple[int, int]]:
        """The hours that it says it covers, else those from its first entry to its last one."""
        if self.stretches or self.declared:
            return self.stretches or [self.declared]  # type: ignore[list-item]
        return [span_of(self.entries)] if self.entries else []


def merged(parts: Sequence[Part], overlap: str, *, limits: Limits = LIMITS) -> Reading:
    """What parts come to together.

    What several parts have of a model in an hour, at the same terms, counts as the part with most
    tokens has it where the same calls are counted once; there a day counts for nothing where
    another part tells its hours. Raises Invalid beyond the limits.
    """
    reading = Reading("merged", declared=_declared(parts))
    reading.stretches = apart([each for part in parts for each in part.covered])
    kept = _once(parts, reading) if overlap == ONCE else (e for p in parts for e in p.entries)
    for entry in kept:
        count_in(reading, entry, limits)
    fold_groups(reading, limits)
    return reading


def span_of(entries: Sequence[Entry]) -> tuple[int, int]:
    """The hours from the first entry to the end of the last one."""
    return min(e.hour for e in entries), max(e.hour + e.hours for e in entries)


def apart(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches of hours put together where they meet; none where that leaves one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(whole[-1][1], end)
        else:
            whole.append((start, end))
    return tuple(whole) if len(whole) > 1 else ()


def _once(parts: Sequence[Part], reading: Reading) -> Iterable[Entry]:
    fullest: dict[Key, list[Entry]] = {}
    told_by: dict[tuple[str, int], set[int]] = defaultdict(set)
    for place, part in enumerate(parts):
        for entry in part.entries:
            if entry.hours == 1:
                told_by[entry.model, entry.hour // HOURS_PER_DAY].add(place)
    for place, part in enumerate(parts):
        own: dict[Key, list[Entry]] = {}
        for entry in part.entries:
            others = told_by[entry.model, entry.hour // HOURS_PER_DAY] - {place}
            if entry.hours == HOURS_PER_DAY and others:
                reading.left_out[TWICE] += 1
            else:
                # Another part may be split otherwise, or not at all.
                own.setdefault(key_of(entry)._replace(group=""), []).append(entry)
        for key, entries in own.items():
            standing = fullest.get(key)
            if standing is not None:
                reading.left_out[TWICE] += 1
            if standing is None or _size(entries) > _size(standing):
                fullest[key] = entries
    return chain.from_iterable(fullest.values())


def _size(entries: Sequence[Entry]) -> tuple[int, int, Decimal]:
    return (
        sum(sum(entry.tokens) for entry in entries),
        sum(entry.calls or 0 for entry in entries),
        sum((abs(entry.billed_usd or Decimal(0)) for entry in entries), Decimal(0)),
    )


def _declared(parts: Sequence[Part]) -> tuple[int, int] | None:
    """What all parts say they cover; None where one says nothing, or hours between are missing."""
    stretches = sorted(part.declared for part in parts if part.declared)
    if len(stretches) < len(parts):
        return None
    end = stretches[0][0]
    for start, stop in stretches:
        if start > end:
            return None
        end = max(end, stop)
    return stretches[0][0], end
