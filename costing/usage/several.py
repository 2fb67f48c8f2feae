"""Several files of one upload, read one after the other into one import.

Files of calls or charges add up, but for the rows that an earlier one has too; of files that count
stretches of time, the fuller one counts where they overlap.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO

from costing.usage.cells import Reading
from costing.usage.entries import Entry
from costing.usage.merging import ADDED, ONCE, Part, apart, merged, span_of
from costing.usage.reading import MORE_PAGES, REPEATED, Plan, read_rows, require_rows
from costing.usage.records import LIMITS, Limits, refusal
from costing.usage.sources import PLAIN
from organizations.exceptions import Invalid

SEVERAL = "several"
TOO_MANY_ROWS = "These files have more than {rows:,} rows together. Split them by time."


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Let what is wrong with a file name it."""
    try:
        yield
    except Invalid as error:
        fields = dict(error.fields)
        if "file" in fields:
            fields["file"] = [f"{name}: {message}" for message in fields["file"]]
        raise Invalid(f"{name}: {error.message}", fields=fields) from None


class _Repeats:
    """Which rows earlier files had: their hashes by hour, in memory alone."""

    def __init__(self) -> None:
        self._earlier: dict[int, array[int]] = {}
        self._own: dict[int, array[int]] = {}
        self._looked_up: dict[int, set[int]] = {}

    def begin_file(self) -> None:
        """Take what was read so far as earlier files."""
        for hour, hashes in self._own.items():
            self._earlier.setdefault(hour, array("q")).extend(hashes)
        self._own, self._looked_up = {}, {}

    def __call__(self, row: object, entry: Entry) -> bool:
        hashed = hash(repr(row))
        if entry.hour in self._earlier and entry.hour not in self._looked_up:
            self._looked_up[entry.hour] = {*self._earlier[entry.hour]}
        if hashed in self._looked_up.get(entry.hour, ()):
            return True
        self._own.setdefault(entry.hour, array("q")).append(hashed)
        return False


@dataclass
class Together:
    """The files that were read so far; `read` counts the next one in, `reading` is all of them."""

    limits: Limits = LIMITS
    _read: list[tuple[str, Plan, Reading]] = field(default_factory=list)
    _repeats: dict[str, _Repeats] = field(default_factory=dict)

    def read(
        self,
        name: str,
        file: IO[bytes],
        plan: Plan,
        *,
        on_progress: Callable[[int], None] | None = None,
    ) -> Reading:
        """Read a file; raises Invalid as `read_usage` does, save for a page that others follow."""
        reading = Reading(plan.source.key)
        if not _is_summed(plan):
            reading.is_repeated = repeats = self._repeats.setdefault(reading.source, _Repeats())
            repeats.begin_file()
        read_rows(reading, file, plan, limits=self.limits, on_progress=on_progress)
        if not reading.declared and not reading.left_out[REPEATED]:
            require_rows(reading)
        self._read.append((name, plan, reading))
        if sum(each.rows for _, _, each in self._read) > self.limits.rows:
            raise refusal(TOO_MANY_ROWS.format(rows=self.limits.rows))
        return reading

    def reading(self) -> Reading:
        """What the files came to together. Raises Invalid where a page is missing."""
        for name, plan, reading in self._read:
            if reading.has_more and not self._goes_on(plan, reading):
                with naming(name):
                    raise refusal(MORE_PAGES)
        whole = merged(self._parts(), ONCE, limits=self.limits)
        whole.stretches = apart(
            each.declared or span_of(each.usage_cells())
            for _, _, each in self._read
            if each.declared or each.cells
        )
        whole.source = _common([plan for _, plan, _ in self._read])
        whole.left_out = sum((each.left_out for _, _, each in self._read), whole.left_out)
        for name, _, each in self._read:
            whole.rows += each.rows
            whole.good_rows += each.good_rows
            whole.bad_rows += each.bad_rows
            room = self.limits.bad_rows_listed - len(whole.listed)
            whole.listed += [replace(bad, file=name) for bad in each.listed[:room]]
        require_rows(whole)
        return whole

    def _goes_on(self, plan: Plan, page: Reading) -> bool:
        """Whether another file is the page after this one; of reports without times, any last."""
        others = [
            each
            for _, other, each in self._read
            if other.source.key == plan.source.key and each is not page
        ]
        if page.declared is None:
            return any(not each.has_more for each in others)
        end = page.declared[1]
        ends = (each.declared for each in others if each.declared)
        return any(start <= end < stop for start, stop in ends)

    def _parts(self) -> list[Part]:
        parts: list[Part] = []
        calls: dict[str, list[Entry]] = {}
        for _, plan, each in self._read:
            entries = each.usage_cells()
            if _is_summed(plan):
                parts.append(Part(entries, each.declared))
            else:
                calls.setdefault(plan.source.key, []).extend(entries)
        added = (merged([Part(each)], ADDED, limits=self.limits) for each in calls.values())
        return [*parts, *(Part(each.usage_cells()) for each in added)]


def _is_summed(plan: Plan) -> bool:
    is_counted = plan.source.key == PLAIN and bool(plan.columns.calls)
    return plan.source.is_summed or is_counted


def _common(plans: Sequence[Plan]) -> str:
    keys = Counter(plan.source.key for plan in plans)
    return SEVERAL if len(keys) > 1 else next(iter(keys))
