"""Sheet Workings, third part: the bill of every set of levers (cost model, 2, 5, 9 and 10)."""

import operator
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import factorial

from costing.engine.api_lane import API_LINES as BILLED_LINES
from costing.engine.api_lane import LANE_LINES as API_LINES
from costing.engine.levers import LEVERS, OPEN_MODEL, ROUTING, SECTION_OF_LEVER, subsets
from costing.engine.levers import PROMPT_CACHING as CACHING
from costing.engine.levers import SELF_HOSTING as HOSTING
from costing.engine.levers import SEMANTIC_CACHING as SEMANTIC
from costing.engine.pool import POOL_LINES
from costing.scenarios.content.titles import CHOICE_PHRASES, CHOICE_TITLES
from presentation.wording import series
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import factor_of, unused_of
from reports.documents.workbook.calls import Calls, Flow, usd_of_false_hits
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.inputs import CHOOSABLE, Inputs, Part, prefix_of
from reports.documents.workbook.lanes import (
    Lane,
    LaneBill,
    PoolBill,
    lanes_of,
    mode_of,
    pooled_by,
)
from reports.documents.workbook.page import Page
from reports.documents.workbook.shared_units import SharedBills

Levers = tuple[str, ...]

LANE_LINES = tuple(dict.fromkeys((*API_LINES, *POOL_LINES)))
LINES = (
    "semantic_cache",
    "false_hits",
    "routing",
    "commitment",
    *(f"{part}.{name}" for part in ("simple", "complex") for name in LANE_LINES),
)
POOL_CAPACITY = {
    "Peak replicas": "peak_replicas",
    "Utilization": "utilization_ratio",
    "Instance-hours": "instance_hours",
}
HIT_RATIO = "API hit ratio"
CAPACITY = (*POOL_CAPACITY, HIT_RATIO)
LEFT_OUT = "left out"
SETS = (*subsets(), *((*each, OPEN_MODEL) for each in subsets() if HOSTING not in each))
"""Every set of levers, and those with the open model by API in the pool's place."""
CODE, AVAILABLE, FIRST_LINE = 6, 7, 8
TOTAL = FIRST_LINE + len(LINES)
FIRST_CAPACITY = TOTAL + 2
FACTOR = TOTAL + 1
PRICED = FIRST_CAPACITY + len(CAPACITY)
FIRST_SHARE = PRICED + 1
RUNNING_LINES = ("commitment", *(line for line in LINES if line.endswith(BILLED_LINES)))
FIRST_RUNNING = FIRST_SHARE + len(LEVERS)
RUNNING_FACTOR = FIRST_RUNNING + len(RUNNING_LINES)
RUNNING_TOTAL = RUNNING_FACTOR + 1
FIRST_PART = RUNNING_TOTAL + 2
SHARED_TITLE = "Shared by all"
WITHIN_SPEND = frozenset(
    f"{part}.{name}" for part in ("simple", "complex") for name in BILLED_LINES
)
"""The lines that a commitment counts."""


@dataclass(frozen=True)
class PartBill:
    """What a part's sets of levers are made of: its calls and the bills of its lanes."""

    part: Part
    flow: Flow
    lanes: Mapping[Lane, LaneBill]

    def lines(
        self,
        levers: Levers,
        *,
        is_running: bool,
        is_alone: bool,
        shared: Mapping[tuple[str, str], Cells],
    ) -> dict[str, Formula]:
        """The lines of a set of levers, without the pool; platforms where nobody shares them.

        `shared` are the lines of lanes whose units it shares, by its tag and model.
        """
        own, inputs, lines = self.part.own(levers), self.part.inputs, dict[str, Formula]()
        if SEMANTIC in own:
            lookups = self.flow.calls * inputs["semantic_lookup_usd_per_call"]
            hits = self.flow.calls * inputs["semantic_hit_ratio"]
            lines["semantic_cache"] = lookups
            lines["false_hits"] = hits * usd_of_false_hits(inputs)
        if ROUTING in own:
            calls = self.flow.carried["all", int(SEMANTIC in own)]
            lines["routing"] = calls * inputs["routing_classifier_usd_per_call"]
        if is_alone:
            lines = with_platforms(lines, inputs)
        mode = mode_of(own, is_running=is_running)
        for share, lane in lanes_of(own).items():
            usd = shared.get((self.part.tag, lane[0])) or self.lanes[lane].lines[mode]
            lines |= {f"{share}.{name}": usd[name] for name in API_LINES if name in usd}
        return lines


PLATFORMS = {"semantic_cache": "semantic", "routing": "routing"}


def with_platforms(lines: Mapping[str, Formula], inputs: Inputs) -> dict[str, Formula]:
    """The lines with the platform of each lever that has one."""
    return {
        name: platforms_of({name}, inputs) + usd if name in PLATFORMS else usd
        for name, usd in lines.items()
    }


def platforms_of(lines: Collection[str], inputs: Inputs) -> Formula:
    """USD a month for the platforms that these lines need."""
    fees = [
        inputs[f"{prefix}_platform_usd_per_month"]
        for name, prefix in PLATFORMS.items()
        if name in lines
    ]
    return xl.added(fees)


def at_discount(lines: Mapping[str, Formula], factor: Formula) -> dict[str, Formula]:
    """The lines, those that a commitment counts multiplied."""
    return {name: usd * factor if name in WITHIN_SPEND else usd for name, usd in lines.items()}


@dataclass(frozen=True)
class Bills:
    """What a set of levers is made of: the bills of the parts, and of the pool they share."""

    inputs: Inputs
    parts: Sequence[PartBill]
    pools: Mapping[Calls, PoolBill]
    units: SharedBills

    def _by_part(self, levers: Levers, *, is_running: bool) -> list[dict[str, Formula]]:
        """The lines of a set of levers by part, without the pool."""
        is_alone, shared = len(self.parts) == 1, self.units.of(levers, is_running=is_running)
        return [
            each.lines(levers, is_running=is_running, is_alone=is_alone, shared=shared)
            for each in self.parts
        ]

    def lines(self, levers: Levers, *, is_running: bool = False) -> dict[str, Formula]:
        """The lines of a set of levers over all parts."""
        is_alone, found = len(self.parts) == 1, dict[str, list[Formula]]()
        for lines in self._by_part(levers, is_running=is_running):
            for name, usd in lines.items():
                found.setdefault(name, []).append(usd)
        summed = {name: xl.added(usds) for name, usds in found.items()}
        if not is_alone:
            summed = with_platforms(summed, self.inputs)
        pool = self.pool(levers)
        if pool is not None:
            share = "simple" if ROUTING in levers else "complex"
            summed |= self._with_pool(summed, share, pool)
        return summed

    def by_part(
        self, levers: Levers, factor: Formula, unused: Formula, *, is_running: bool = False
    ) -> list[Formula]:
        """Section 9: USD by part, the pool split by its seconds, then what all share.

        `factor` is what each USD of tokens is multiplied by under a commitment, `unused` what is
        committed and not used. Empty without applications.
        """
        if not self.parts[0].part.key:
            return []
        is_alone, pool = len(self.parts) == 1, self.pool(levers)
        lines = self._by_part(levers, is_running=is_running)
        usds = [xl.added(at_discount(each, factor).values()) for each in lines]
        shared = unused
        if not is_alone:
            names = {name for each in lines for name in each}
            shared = shared + platforms_of(names, self.inputs)
        if pool is not None:
            whole, month = xl.added(pool.seconds.values()), xl.added(pool.lines.values())
            taken = {
                tag: xl.when(whole > 0, month * each / whole, 0)
                for tag, each in pool.seconds.items()
            }
            usds = [
                usd + taken[each.part.tag] if each.part.tag in taken else usd
                for usd, each in zip(usds, self.parts, strict=True)
            ]
            shared = shared + xl.when(whole > 0, 0, month)
        return [*usds, shared]

    @staticmethod
    def _with_pool(summed: Cells, share: str, pool: PoolBill) -> dict[str, Formula]:
        names = {name: f"{share}.{name}" for name in pool.lines}
        return {
            line: summed[line] + pool.lines[name] if line in summed else pool.lines[name]
            for name, line in names.items()
        }

    def pool(self, levers: Levers) -> PoolBill | None:
        return self.pools[pooled_by(levers)] if HOSTING in levers else None

    def hit_ratio(self, levers: Levers, *, is_running: bool = False) -> Operand:
        """The share of a set's API calls that hit a prompt cache."""
        calls, hits = list[Formula](), list[Formula]()
        for each in self.parts:
            own = each.part.own(levers)
            for lane in lanes_of(own).values():
                bill = each.lanes[lane]
                calls.append(bill.calls)
                hits.append(bill.calls * bill.hit_ratio[mode_of(own, is_running=is_running)])
        if CACHING not in levers or not calls:
            return 0
        made = xl.total(*calls)
        return xl.when(made > 0, xl.added(hits) / made, 0)


@dataclass(frozen=True)
class Subset:
    """One set of levers: its lines and capacity, and its total (or that it is left out)."""

    figures: Cells
    total: Formula
    running: Cells
    factor: Formula
    running_factor: Formula


@dataclass(frozen=True)
class Subsets:
    """All of them, smaller ones first, what can be priced of each, and the ranges over them.

    `running` has those that differ where a set runs today: its cache is paid for where it loses.
    `by_part` are USD by application as a set is chosen and as it runs, and what is shared.
    """

    rows: Mapping[Levers, Subset]
    priced: Mapping[Levers, Formula]
    names: Mapping[Levers, str]
    codes: Formula
    totals: Formula
    ranges: Cells
    running: Cells
    shapley: Cells
    by_part: Mapping[str, tuple[Formula, Formula]]

    def of_today(self, name: str) -> Formula:
        """The range of a line or figure for the set that runs today."""
        return self.running.get(name) or self.ranges[name]


def can_price(lever: str, inputs: Inputs) -> Formula | None:
    """Whether the section that a lever needs can be calculated; None where it needs none."""
    section = OPEN_MODEL if lever == OPEN_MODEL else SECTION_OF_LEVER.get(lever)
    return inputs.available[prefix_of(section)] if section else None


def names_of_sets(titles: Mapping[str, str]) -> dict[Levers, str]:
    """What every set of levers is called; `titles` are the levers'."""
    phrases = {key: title.lower() for key, title in titles.items()}
    phrases[OPEN_MODEL] = CHOICE_PHRASES[OPEN_MODEL]
    return {levers: series([phrases[lever] for lever in levers]) or "no lever" for levers in SETS}


def write_subsets(page: Page, row: int, bills: Bills, titles: Mapping[str, str]) -> Subsets:
    """Section 5: one row per set of levers; `titles` are the levers'."""
    _write_heads(page, row, {**titles, OPEN_MODEL: CHOICE_TITLES[OPEN_MODEL]})
    first, names = row + 2, names_of_sets(titles)
    codes, found = [], {}
    for n, levers in enumerate(SETS, start=first):
        code = sum(2 ** CHOOSABLE.index(lever) for lever in levers)
        codes.append(page.static(n, CODE, code, "count"))
        found[levers] = _subset(page, n, names[levers], levers, bills)
    places = page.column(codes, "subset_codes")
    totals = page.column([item.total for item in found.values()], "subset_usd")
    priced = {
        levers: _priced(page, n, levers, places, totals, bills.inputs)
        for n, levers in enumerate(subsets(), start=first)
    }
    shapley = _shares(page, first, page.column(list(priced.values()), "subset_priced_usd"))
    ranges = {
        name: page.column([item.figures[name] for item in found.values()])
        for name in (*LINES, *CAPACITY)
    }
    running = {
        name: page.column([item.running[name] for item in found.values()])
        for name in (*RUNNING_LINES, "total", HIT_RATIO)
    }
    by_part = _by_part(page, row, found, bills)
    return Subsets(found, priced, names, places, totals, ranges, running, shapley, by_part)


def _by_part(
    page: Page, row: int, rows: Mapping[Levers, Subset], bills: Bills
) -> dict[str, tuple[Formula, Formula]]:
    """Section 9: what each application pays of every set of levers."""
    titles = [each.part.title for each in bills.parts if each.part.key]
    if not titles:
        return {}
    titles.append(SHARED_TITLE)
    columns: list[list[Formula]] = [[] for _ in range(2 * len(titles))]
    heads = [*titles, *(f"Running: {title}" for title in titles)]
    page.texts(row + 1, FIRST_PART, heads, "head_right")
    for n, (levers, each) in enumerate(rows.items(), start=row + 2):
        usds = bills.by_part(levers, each.factor, each.figures["commitment"])
        unused = each.running["commitment"]
        usds += bills.by_part(levers, each.running_factor, unused, is_running=True)
        for column, usd in enumerate(usds):
            columns[column].append(page.formula(n, FIRST_PART + column, usd * 1, "exact"))
    ranges = [page.column(each) for each in columns]
    return {title: (ranges[n], ranges[n + len(titles)]) for n, title in enumerate(titles)}


def _write_heads(page: Page, row: int, titles: Mapping[str, str]) -> None:
    levers_heads = [title.lower() for title in titles.values()]
    heads = ["Levers", *levers_heads, "Code", "Available", *LINES, "USD per month"]
    heads += ["Tokens ×, committed", *CAPACITY, "Priced as"]
    heads += [f"Shapley share: {titles[lever].lower()}" for lever in LEVERS]
    running = (*RUNNING_LINES, "Tokens ×, committed", "USD per month", HIT_RATIO)
    heads += [f"Running: {name}" for name in running]
    page.table(row, "All sets of levers, USD per month", heads, height=42)


def _subset(page: Page, row: int, name: str, levers: Levers, bills: Bills) -> Subset:
    page.text(row, 0, name, "label")
    for place, lever in enumerate(CHOOSABLE, start=1):
        page.static(row, place, int(lever in levers), "count")
    needed = [ready for lever in levers if (ready := can_price(lever, bills.inputs)) is not None]
    all_ready = xl.when(xl.all_of(*(cell.equals(1) for cell in needed)), 1, 0) if needed else 1
    is_ready = page.formula(row, AVAILABLE, all_ready, "count").equals(1)
    factor, contents = _committed(page, row, FACTOR, bills.lines(levers), bills.inputs)
    lines = _cells(page, row, FIRST_LINE, LINES, contents)
    summed = xl.when(is_ready, xl.total(page.column(list(lines.values()))), LEFT_OUT)
    usd = page.formula(row, TOTAL, summed, "exact_bold")
    capacity = _capacity(page, row, levers, bills)
    running_factor, running = _running(page, row, levers, bills, is_ready, lines)
    return Subset({**lines, **capacity}, usd, running, factor, running_factor)


def _committed(
    page: Page, row: int, column: int, lines: Mapping[str, Formula], inputs: Inputs
) -> tuple[Formula, dict[str, Formula]]:
    """Section 13: what tokens are multiplied by under a commitment; the lines, and what is unused.

    Of all applications together.
    """
    billed = [usd for name, usd in lines.items() if name in WITHIN_SPEND]
    spend = xl.added(billed)
    factor = page.formula(row, column, factor_of(spend, inputs), "exact")
    return factor, {**at_discount(lines, factor), "commitment": unused_of(spend, inputs)}


def _cells(
    page: Page, row: int, first: int, names: Sequence[str], contents: Cells
) -> dict[str, Formula]:
    """The lines as cells side by side, empty where a set has none."""
    return {
        name: page.formula(row, column, contents[name] * 1, "exact")
        if name in contents
        else page.static(row, column, None, "exact")
        for column, name in enumerate(names, start=first)
    }


def _running(
    page: Page, row: int, levers: Levers, bills: Bills, ready: Formula, lines: Cells
) -> tuple[Formula, dict[str, Formula]]:
    """What a set's prompt cache costs where it runs today, whether it pays or not.

    And what tokens are then multiplied by under a commitment.
    """
    contents = bills.lines(levers, is_running=True)
    factor, contents = _committed(page, row, RUNNING_FACTOR, contents, bills.inputs)
    cells = _cells(page, row, FIRST_RUNNING, RUNNING_LINES, contents)
    others = [lines[name] for name in LINES if name not in RUNNING_LINES]
    summed = xl.total(page.column(list(cells.values())), *others)
    usd = page.formula(row, RUNNING_TOTAL, xl.when(ready, summed, LEFT_OUT), "exact")
    hits = bills.hit_ratio(levers, is_running=True)
    ratio = page.formula(row, RUNNING_TOTAL + 1, hits, "exact")
    return factor, {**cells, "total": usd, HIT_RATIO: ratio}


def _capacity(page: Page, row: int, levers: Levers, bills: Bills) -> dict[str, Formula]:
    pool = bills.pool(levers)
    figures = {title: getattr(pool, name) for title, name in POOL_CAPACITY.items() if pool}
    found = _cells(page, row, FIRST_CAPACITY, tuple(POOL_CAPACITY), figures)
    ratio = page.formula(row, FIRST_CAPACITY + len(POOL_CAPACITY), bills.hit_ratio(levers), "exact")
    return found | {HIT_RATIO: ratio}


def _priced(
    page: Page, row: int, levers: Levers, codes: Formula, totals: Formula, inputs: Inputs
) -> Formula:
    """The cost of what can be priced of a set: a lever that is left out changes nothing."""
    terms = []
    for place, lever in enumerate(LEVERS):
        flag, ready = page.cell(row, 1 + place, int(lever in levers)), can_price(lever, inputs)
        terms.append(flag * 2**place if ready is None else flag * 2**place * ready)
    code = reduce(operator.add, terms)
    usd = xl.at(totals, xl.place_of(code, codes))
    return page.formula(row, PRICED, xl.when(xl.is_number(usd), usd, 0), "exact")


def _shares(page: Page, first: int, priced: Formula) -> dict[str, Formula]:
    """Each lever's Shapley value: Σ weight · cost over all sets, as coefficients beside them."""
    found, size = {}, len(LEVERS)
    for column, lever in enumerate(LEVERS, start=FIRST_SHARE):
        cells = []
        for n, levers in enumerate(subsets()):
            others = len(set(levers) - {lever})
            weight = factorial(others) * factorial(size - others - 1) / factorial(size)
            sign = -1 if lever in levers else 1
            cells.append(page.static(first + n, column, sign * weight, "exact"))
        found[lever] = xl.product_sum(priced * page.column(cells))
    return found
