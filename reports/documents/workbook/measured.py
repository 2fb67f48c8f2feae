"""Sheet Measured: runs of one replica under load, and what it carries in time (cost model, 14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from costing.engine.goodput import MS_PER_SECOND, TPOT_EXPONENTS, TTFT_EXPONENTS
from costing.engine.inputs import input_named
from costing.engine.inputs.latency import DIGITS, Point
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import output_tokens, tokens_of
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import Part
from reports.documents.workbook.page import Page, between
from reports.snapshots.payload import JsonDict

FIELDS = tuple(Point.model_fields)
AT_ONCE, INPUT, OUTPUT, TTFT, TPOT = range(len(FIELDS))
MIN_ROWS = 12
HEAD, FIRST, FIRST_PART = 16, 17, 6
NO_LIMIT = 1e30
FACTS = (
    "Input, tokens",
    "Output, tokens",
    "Nearest, row",
    "First token: factor",
    "Each more: factor",
    "First token within, ms, as measured",
    "Each more within, ms, as measured",
    "Calls a millisecond",
    "Replica seconds per call",
    "Calls at once",
)
HEADS = (
    *("Distance", "Nearest (1 yes)", "First token: slope", "Each more: slope"),
    *("From, log", "To, log", "In time (1 yes)", "Rate at from", "Rate at to"),
)
COLUMNS = len(HEADS) + 1


@dataclass(frozen=True)
class Runs:
    """The runs as cells, by what is measured, and how many there are."""

    columns: Sequence[Sequence[Formula]]
    count: Formula

    def range_of(self, page: Page, field: int) -> Formula:
        return page.column(self.columns[field])


def write_measured(page: Page, scenario: JsonDict, parts: Sequence[Part]) -> dict[str, Formula]:
    """The sheet; replica seconds of a call by part, empty text where nothing was measured."""
    lead = (
        "Runs of one replica, sorted by input, output and calls at once."
        " They take the place of the pool’s two speeds; between runs the times are straight lines"
        " over the logarithm of calls at once."
    )
    widths = [12] * 5 + [3] + ([36] + [15] * (COLUMNS - 2) + [3]) * len(parts)
    page.begin("Measured under load", lead, *widths)
    points = (scenario.get("pool") or {}).get("points") or []
    runs = _runs(page, sorted(points, key=lambda each: [each[FIELDS[n]] for n in (1, 2, 0)]))
    found = {
        part.tag: _carried(page, FIRST_PART + n * COLUMNS, part, runs)
        for n, part in enumerate(parts)
    }
    page.sheet.freeze_panes(FIRST, 0)
    page.printed(repeat_row=HEAD)
    return found


def _runs(page: Page, points: Sequence[JsonDict]) -> Runs:
    specs = [input_named(f"pool.points.*.{name}") for name in FIELDS]
    heads = [f"{item.label}, {item.unit}" for item in specs]
    page.texts(HEAD, 0, heads, "head_right")
    page.sheet.set_row(HEAD, 44)
    columns: list[list[Formula]] = [[] for _ in FIELDS]
    for n in range(max(MIN_ROWS, len(points))):
        point = points[n] if n < len(points) else {}
        for column, item in enumerate(specs):
            rule = between(item.label, f"From {item.low:,.10g}.", item.low, item.high)
            cell = page.entry(FIRST + n, column, point.get(item.key), "count_fine", rule)
            columns[column].append(cell)
    page.text(3, 0, "Runs", "label")
    count = page.formula(
        3, 1, xl.count(page.column(columns[AT_ONCE])), "count_static", "points_count"
    )
    return Runs(columns, count)


def _carried(page: Page, column: int, part: Part, runs: Runs) -> Formula:
    """What a replica carries of a part's calls: of the runs in time, the most calls a second."""
    if part.title:
        page.text(2, column, part.title, "label_bold")
    for row, title in enumerate(FACTS, start=3):
        page.text(row, column, title, "label")
    page.texts(HEAD, column, HEADS, "head_right")
    tokens, written = tokens_of(part.inputs, "pool"), output_tokens("pool", part.inputs)
    is_some, rows = runs.count > 0, iter(range(3, 3 + len(FACTS)))

    def fact(content: xl.Operand) -> Formula:
        return page.formula(next(rows), column + 1, content, "exact")

    lengths = [fact(xl.highest(1, tokens.sent)), fact(xl.highest(1, written))]
    apart = page.down(FIRST, column, (_distance(row, lengths) for row in _rows(runs)), "exact")
    distances = page.column(apart)
    place = fact(xl.when(is_some, xl.place_of(xl.lowest(distances), distances), ""))
    near = [xl.at(runs.range_of(page, field), place) for field in (INPUT, OUTPUT)]
    factors = [
        fact(xl.when(is_some, _factor(lengths, near, powers), ""))
        for powers in (TTFT_EXPONENTS, TPOT_EXPONENTS)
    ]
    limits = [
        fact(xl.when(is_some, _limit(part, key) / factor, ""))
        for key, factor in zip(("ttft_ms", "tpot_ms"), factors, strict=True)
    ]
    stretches = _Stretches(page, column, runs, near, factors, limits, written)
    rates, logs = stretches.write()
    best = fact(xl.when(is_some, xl.highest(*rates), ""))
    first = [xl.at(runs.range_of(page, field), place) for field in (AT_ONCE, TTFT, TPOT)]
    fewest = (first[1] * factors[0] + written * first[2] * factors[1]) / first[0]
    per_call = xl.when(best > 0, 1 / best, fewest) / MS_PER_SECOND
    seconds = fact(xl.when(is_some, per_call, ""))
    fact(xl.when(is_some, xl.when(best > 0, _at_once(best, rates, logs), first[0]), ""))
    return seconds


def _rows(runs: Runs) -> Sequence[tuple[Formula, ...]]:
    return list(zip(*runs.columns, strict=True))


def _distance(run: Sequence[Formula], lengths: Sequence[Formula]) -> Formula:
    """How far a run's lengths are from a call's: both factors as the sides of a right angle."""
    sides = [
        xl.logarithm(wanted / measured)
        for wanted, measured in zip(lengths, (run[INPUT], run[OUTPUT]), strict=True)
    ]
    apart = xl.rounded((sides[0] ** 2 + sides[1] ** 2) ** 0.5, DIGITS)
    return xl.when(xl.is_number(run[AT_ONCE]), apart, "")


def _factor(
    lengths: Sequence[Formula], near: Sequence[Formula], powers: tuple[float, float]
) -> Formula:
    ratios = [wanted / measured for wanted, measured in zip(lengths, near, strict=True)]
    return ratios[0] ** powers[0] * ratios[1] ** powers[1]


def _limit(part: Part, key: str) -> Formula:
    limit = part.inputs[f"latency_{key}"]
    return xl.when(xl.all_of(part.inputs.has("latency"), xl.is_number(limit)), limit, NO_LIMIT)


def _at_once(best: Formula, rates: Sequence[Formula], logs: Sequence[Formula]) -> Formula:
    """The calls at once of the best rate, from the start or the end of its stretch."""
    places = [xl.place_of(best, each) for each in rates]
    first, second = (xl.at(log, place) for log, place in zip(logs, places, strict=True))
    return xl.exponential(xl.when(xl.is_number(places[0]), first, second))


@dataclass(frozen=True)
class _Stretches:
    """The runs of the nearest lengths as stretches between neighbours, each in time or not."""

    page: Page
    column: int
    runs: Runs
    near: Sequence[Formula]
    factors: Sequence[Formula]
    limits: Sequence[Formula]
    written: Formula

    def write(self) -> tuple[list[Formula], list[Formula]]:
        """The ranges of rates at both ends of each stretch, and of these ends."""
        rows = _rows(self.runs)
        is_near = self.page.down(
            FIRST, self.column + 1, (self._is_near(run) for run in rows), "count"
        )
        found = [
            self._stretch(FIRST + n, run, rows[n + 1] if n + 1 < len(rows) else run, flags)
            for n, (run, *flags) in enumerate(
                zip(rows, is_near, [*is_near[1:], xl.formula(0)], strict=True)
            )
        ]
        lows, highs, at_low, at_high = (self.page.column(each) for each in zip(*found, strict=True))
        return [at_low, at_high], [lows, highs]

    def _is_near(self, run: Sequence[Formula]) -> Formula:
        pairs = zip((run[INPUT], run[OUTPUT]), self.near, strict=True)
        same = xl.all_of(*(measured.equals(near) for measured, near in pairs))
        return xl.when(xl.is_number(run[AT_ONCE]), xl.when(same, 1, 0), 0)

    def _stretch(
        self,
        row: int,
        run: Sequence[Formula],
        after: Sequence[Formula],
        flags: Sequence[Formula],
    ) -> list[Formula]:
        is_near = flags[0].equals(1)
        start = xl.logarithm(run[AT_ONCE])
        ends = xl.all_of(flags[1].equals(1), after[AT_ONCE] > run[AT_ONCE])
        end = xl.when(ends, xl.logarithm(after[AT_ONCE]), start)
        times = [(run[field], after[field]) for field in (TTFT, TPOT)]
        width = xl.logarithm(after[AT_ONCE]) - start
        contents = (
            xl.when(xl.all_of(is_near, ends), (second - first) / width, 0)
            for first, second in times
        )
        slopes = self.page.across(row, self.column + 2, contents, "exact")
        cuts = [
            start + (limit - first) / slope
            for limit, (first, _), slope in zip(self.limits, times, slopes, strict=True)
        ]
        pairs = list(zip(cuts, slopes, strict=True))
        limits = (
            xl.highest(start, *(xl.when(slope < 0, cut, start) for cut, slope in pairs)),
            xl.lowest(end, *(xl.when(slope > 0, cut, end) for cut, slope in pairs)),
        )
        ends_in_time = (xl.when(is_near, each, "") for each in limits)
        low, high = self.page.across(row, self.column + 4, ends_in_time, "exact")
        kept = [
            xl.any_of(xl.negate(slope.equals(0)), first <= limit)
            for limit, (first, _), slope in zip(self.limits, times, slopes, strict=True)
        ]
        in_time = xl.when(is_near, xl.when(xl.all_of(high >= low, *kept), 1, 0), 0)
        in_time = self.page.formula(row, self.column + 6, in_time, "count").equals(1)
        rates = (xl.when(in_time, self._rate(at, start, times, slopes), "") for at in (low, high))
        return [low, high, *self.page.across(row, self.column + 7, rates, "exact")]

    def _rate(
        self,
        at: Formula,
        start: Formula,
        times: Sequence[tuple[Formula, Formula]],
        slopes: Sequence[Formula],
    ) -> Formula:
        """Calls a millisecond with so many calls at once, whose logarithm is given."""
        first, more = (
            (time + slope * (at - start)) * factor
            for (time, _), slope, factor in zip(times, slopes, self.factors, strict=True)
        )
        return xl.exponential(at) / (first + self.written * more)
