"""Sheet Waiting: what a pool needs where calls may wait (cost model, 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from costing.engine.units import HOURS_PER_WEEK
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.page import Page

HEAD, TOTALS, FIRST = 6, 7, 8
HEADS = (
    *("At its peak", "On average", "May wait", "Needed in the hour", "Before", "Come before"),
    *("Due before", "Open hours before", "Most that is due per open hour from here"),
)
ENDS = range(2 * HOURS_PER_WEEK + 1)


@dataclass(frozen=True)
class Need:
    """What a pool needs by hour of the week by itself, and the least that does in every hour."""

    hours: Sequence[Formula]
    level: Formula


@dataclass(frozen=True)
class Waiting:
    """The sheet: its number of hours from the first on, and how long calls may wait."""

    page: Page
    inputs: Inputs
    ends: Formula
    wait: Formula

    @classmethod
    def begin(cls, page: Page, inputs: Inputs, parts: Sequence[Part]) -> "Waiting":
        """The sheet without a pool yet. Where no call of the parts waits, its head is printed."""
        lead = "Replicas by hour over two weeks; calls that may wait fill what others leave free."
        page.begin("Calls that wait", lead, 12, *[14] * 60)
        page.sheet.set_row(HEAD, 58)
        page.text(HEAD, 0, "Hours from Monday 00:00", "head")
        ends = [page.static(FIRST + n, 0, n, "count_static") for n in ENDS]
        page.text(3, 0, "Hours that calls may wait, at most a week’s", "note")
        wait = xl.lowest(inputs["pool_deferral_hours"], HOURS_PER_WEEK - 1)
        wait = page.formula(4, 0, wait, "count")
        page.sheet.freeze_panes(FIRST, 1)
        is_used = wait.value and any(part.inputs["workload_batch_ratio"].value for part in parts)
        page.printed(repeat_row=HEAD, area=None if is_used else (TOTALS, len(HEADS)))
        return cls(page, inputs, page.column(ends), wait)

    def write_need(
        self,
        place: int,
        title: str,
        loads: Cells,
        hours: Mapping[str, Sequence[Formula]],
        parts: Sequence[Part],
    ) -> Need:
        """Section 17: a pool's columns. `loads` and `hours` are by the tag of the part."""
        page, column = self.page, 1 + place * len(HEADS)
        heads = [f"{title}: {head.lower()}" if title else head for head in HEADS]
        page.texts(HEAD, column, heads, "head_right")
        down = partial(page.down, FIRST, style="factor")
        peak, mean, waiting = (
            down(column + n, contents)
            for n, contents in enumerate(self._in_parts(loads, hours, parts))
        )
        each = zip(peak, mean, waiting, strict=True)
        needed = down(column + 3, (xl.highest(one, two + three) for one, two, three in each))
        level = self._level(column + 4, peak, mean, waiting, needed)
        scaling = self.inputs["pool_scaling"]
        most = xl.when(scaling.equals("autoscaled"), xl.highest(page.column(needed)), level)
        return Need(needed, page.formula(TOTALS, column + 3, most, "factor_bold"))

    def _in_parts(
        self, loads: Cells, hours: Mapping[str, Sequence[Formula]], parts: Sequence[Part]
    ) -> tuple[list[Formula], list[Formula], list[Formula]]:
        """What comes in every hour: at its peak and on average without, and of, what may wait."""
        peak, mean, waiting = [], [], []
        mine = [part for part in parts if part.tag in loads]
        shares = {part.tag: hours.get(part.tag, hours[""]) for part in mine}
        ratios = {part.tag: part.inputs["workload_batch_ratio"] for part in mine}
        peaks = {part.tag: part.inputs["workload_peak_to_average_ratio"] for part in mine}
        for n in range(HOURS_PER_WEEK):
            come = {tag: loads[tag] * shares[tag][n] for tag in shares}
            may = {tag: xl.when(self.wait > 0, ratio, 0) for tag, ratio in ratios.items()}
            urgent = {tag: come[tag] * (1 - may[tag]) for tag in come}
            peak.append(xl.added(urgent.values()))
            mean.append(xl.added(urgent[tag] / peaks[tag] for tag in come))
            waiting.append(xl.added(come[tag] * may[tag] / peaks[tag] for tag in come))
        return peak, mean, waiting

    def _level(
        self,
        column: int,
        peak: Sequence[Formula],
        mean: Sequence[Formula],
        waiting: Sequence[Formula],
        needed: Sequence[Formula],
    ) -> Formula:
        """The least level with which nothing waits too long, of every run of hours the most."""
        page, wait = self.page, self.wait
        is_scheduled = self.inputs["pool_scaling"].equals("scheduled")
        is_open = [xl.when(is_scheduled, xl.when(each > 0, 1, 0), 1) for each in needed]
        whole = [one + other for one, other in zip(mean, waiting, strict=True)]
        before, come = (self._sums(column + n, hourly) for n, hourly in enumerate((whole, waiting)))
        opened = self._sums(column + 3, is_open)
        every, hours = page.column(come), page.column(opened)
        due = page.down(
            FIRST,
            column + 2,
            (before[n] - come[n] + xl.at(every, xl.highest(0, n - wait) + 1) for n in ENDS),
            "factor",
        )
        until = page.column(due)
        runs = []
        for n in range(HOURS_PER_WEEK):
            room = hours - opened[n]
            per_hour = (until - before[n]) / (xl.absolute(room) + room.equals(0))
            run = (self.ends - wait >= n) * per_hour
            runs.append(xl.when(wait > 0, xl.array_highest(run), 0))
        most = xl.highest(page.column(page.down(FIRST, column + 4, runs, "factor")))
        total = before[HOURS_PER_WEEK] / xl.highest(opened[HOURS_PER_WEEK], 1)
        of_waiting = xl.when(come[HOURS_PER_WEEK] > 0, xl.highest(total, most), 0)
        level = xl.highest(xl.highest(page.column(peak)), of_waiting)
        return page.formula(TOTALS, column + 4, level, "factor_bold")

    def _sums(self, column: int, hourly: Sequence[Formula]) -> list[Formula]:
        """The sum of the hours before each, over two weeks."""
        sums = [self.page.formula(FIRST, column, 0, "factor")]
        for n in ENDS[:-1]:
            added = sums[n] + hourly[n % HOURS_PER_WEEK]
            sums.append(self.page.formula(FIRST + n + 1, column, added, "factor"))
        return sums
