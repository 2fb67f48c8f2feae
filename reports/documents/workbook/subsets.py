"""Sheet Workings, third part: the bill of all sixteen sets of levers (cost model, 2 and 5)."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import factorial

from costing.engine.api_lane import LANE_LINES as API_LINES
from costing.engine.inputs import sections
from costing.engine.levers import LEVERS, ROUTING, SECTION_OF_LEVER, subsets
from costing.engine.levers import PROMPT_CACHING as CACHING
from costing.engine.levers import SELF_HOSTING as HOSTING
from costing.engine.levers import SEMANTIC_CACHING as SEMANTIC
from costing.engine.pool import POOL_LINES
from presentation.wording import series
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Calls, usd_of_false_hits
from reports.documents.workbook.curve import Model
from reports.documents.workbook.engine_figures import EngineFigures
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, prefix_of
from reports.documents.workbook.lanes import LaneBill, PoolBill
from reports.documents.workbook.page import Page

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
CODE, AVAILABLE, FIRST_LINE = 5, 6, 7
TOTAL = FIRST_LINE + len(LINES)
FIRST_CAPACITY = TOTAL + 1
PRICED = FIRST_CAPACITY + len(CAPACITY)
FIRST_SHARE = PRICED + 1
CACHED_LINES = ("input", "cache_read", "cache_write", "cache_storage")
RUNNING_LINES = tuple(f"{part}.{name}" for part in ("simple", "complex") for name in CACHED_LINES)
FIRST_RUNNING = FIRST_SHARE + len(LEVERS)
RUNNING_TOTAL = FIRST_RUNNING + len(RUNNING_LINES)


@dataclass(frozen=True)
class Bills:
    """What a set of levers is made of: the calls, the bills of lanes and pools.

    Or what the engine says, where it says more than the formulas.
    """

    model: Model
    lanes: Mapping[Calls, LaneBill]
    pools: Mapping[Calls, PoolBill]
    engine: EngineFigures | None = None

    def api_lanes(self, levers: Levers) -> dict[str, LaneBill]:
        cache, is_routed, is_hosted = int(SEMANTIC in levers), ROUTING in levers, HOSTING in levers
        used = {}
        if is_routed and not is_hosted:
            used["simple"] = self.lanes["simple", cache]
        if is_routed or not is_hosted:
            used["complex"] = self.lanes["complex" if is_routed else "all", cache]
        return used

    def pool(self, levers: Levers) -> PoolBill | None:
        share = "simple" if ROUTING in levers else "all"
        return self.pools[share, int(SEMANTIC in levers)] if HOSTING in levers else None


@dataclass(frozen=True)
class Subset:
    """One set of levers: its lines and capacity, and its total (or that it is left out)."""

    figures: Cells
    total: Formula
    running: Cells


@dataclass(frozen=True)
class Subsets:
    """All sixteen, smaller ones first, what can be priced of each, and the ranges over them.

    `running` has those that differ where a set runs today: its cache is paid for where it loses.
    """

    rows: Mapping[Levers, Subset]
    priced: Mapping[Levers, Formula]
    names: Mapping[Levers, str]
    codes: Formula
    totals: Formula
    ranges: Cells
    running: Cells
    shapley: Cells

    def of_today(self, name: str) -> Formula:
        """The range of a line or figure for the set that runs today."""
        return self.running.get(name) or self.ranges[name]


def can_price(lever: str, inputs: Inputs) -> Formula | None:
    """Whether the section that a lever needs can be calculated; None where it needs none."""
    section = SECTION_OF_LEVER.get(lever)
    return inputs.available[prefix_of(sections()[section])] if section else None


def write_subsets(page: Page, row: int, bills: Bills, titles: Mapping[str, str]) -> Subsets:
    """Section 5: one row per set of levers; `titles` are the levers'."""
    _write_heads(page, row, titles)
    first = row + 2
    names, codes, found = {}, [], {}
    for n, levers in enumerate(subsets(), start=first):
        names[levers] = series([titles[lever].lower() for lever in levers]) or "no lever"
        code = sum(2 ** LEVERS.index(lever) for lever in levers)
        codes.append(page.static(n, CODE, code, "count"))
        found[levers] = _subset(page, n, names[levers], levers, bills)
    places = page.column(codes, "subset_codes")
    totals = page.column([item.total for item in found.values()], "subset_usd")
    priced = {
        levers: _priced(page, n, levers, places, totals, bills.model.inputs)
        for n, levers in enumerate(names, start=first)
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
    return Subsets(found, priced, names, places, totals, ranges, running, shapley)


def _write_heads(page: Page, row: int, titles: Mapping[str, str]) -> None:
    levers_heads = [title.lower() for title in titles.values()]
    heads = ["Levers", *levers_heads, "Code", "Available", *LINES, "USD per month", *CAPACITY]
    heads += ["Priced as", *(f"Shapley share: {title}" for title in levers_heads)]
    heads += [f"Running: {name}" for name in (*RUNNING_LINES, "USD per month", HIT_RATIO)]
    page.table(row, "All sixteen sets of levers, USD per month", heads, height=42)


def _subset(page: Page, row: int, name: str, levers: Levers, bills: Bills) -> Subset:
    page.text(row, 0, name, "label")
    for place, lever in enumerate(LEVERS, start=1):
        page.static(row, place, int(lever in levers), "count")
    needed = [
        ready for lever in levers if (ready := can_price(lever, bills.model.inputs)) is not None
    ]
    all_ready = xl.when(xl.all_of(*(cell.equals(1) for cell in needed)), 1, 0) if needed else 1
    is_ready = page.formula(row, AVAILABLE, all_ready, "count").equals(1)
    lines = _cells(page, row, FIRST_LINE, LINES, _lines(levers, bills, bills.api_lanes(levers)))
    summed = xl.when(is_ready, xl.total(page.column(list(lines.values()))), LEFT_OUT)
    usd = page.formula(row, TOTAL, summed, "exact_bold")
    capacity = _capacity(page, row, levers, bills)
    running = _running(page, row, levers, bills, is_ready, lines)
    return Subset({**lines, **capacity}, usd, running)


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
) -> dict[str, Formula]:
    """What a set's prompt cache costs where it runs today, whether it pays or not."""
    lanes = {part: lane.running or lane for part, lane in bills.api_lanes(levers).items()}
    contents = _lines(levers, bills, lanes, is_running=True)
    cells = _cells(page, row, FIRST_RUNNING, RUNNING_LINES, contents)
    others = [lines[name] for name in LINES if name not in RUNNING_LINES]
    summed = xl.total(page.column(list(cells.values())), *others)
    usd = page.formula(row, RUNNING_TOTAL, xl.when(ready, summed, LEFT_OUT), "exact")
    hits = _hit_ratio(page, row, RUNNING_TOTAL + 1, levers, lanes, bills.engine, is_running=True)
    return {**cells, "total": usd, HIT_RATIO: hits}


def _lines(
    levers: Levers, bills: Bills, lanes: Mapping[str, LaneBill], *, is_running: bool = False
) -> dict[str, Formula]:
    """The lines of the bill that a set of levers has, with these API lanes."""
    if bills.engine is not None:
        return bills.engine.lines(levers, is_running=is_running)
    inputs, flow, lines = bills.model.inputs, bills.model.flow, {}
    if SEMANTIC in levers:
        lookups = flow.calls * inputs["semantic_lookup_usd_per_call"]
        lines["semantic_cache"] = inputs["semantic_platform_usd_per_month"] + lookups
        hits = flow.calls * inputs["semantic_hit_ratio"]
        lines["false_hits"] = hits * usd_of_false_hits(inputs)
    if ROUTING in levers:
        calls = flow.carried["all", int(SEMANTIC in levers)]
        triage = calls * inputs["routing_classifier_usd_per_call"]
        lines["routing"] = inputs["routing_platform_usd_per_month"] + triage
    for part, lane in lanes.items():
        if CACHING in levers:
            lines |= {
                f"{part}.{name}": getattr(lane, name) for name in API_LINES if hasattr(lane, name)
            }
        else:
            lines |= {f"{part}.input": lane.fresh, f"{part}.output": lane.output}
            lines |= {f"{part}.rework": lane.rework}
    pool = bills.pool(levers)
    if pool is not None:
        part = "simple" if ROUTING in levers else "complex"
        names = (name for name in POOL_LINES if hasattr(pool, name))
        lines |= {f"{part}.{name}": getattr(pool, name) for name in names}
    return lines


def _capacity(page: Page, row: int, levers: Levers, bills: Bills) -> dict[str, Formula]:
    pool = bills.pool(levers)
    figures = {title: getattr(pool, name) for title, name in POOL_CAPACITY.items() if pool}
    if bills.engine is not None:
        figures = bills.engine.capacity(levers, POOL_CAPACITY)
    found = _cells(page, row, FIRST_CAPACITY, tuple(POOL_CAPACITY), figures)
    column = FIRST_CAPACITY + len(POOL_CAPACITY)
    lanes = bills.api_lanes(levers)
    return found | {HIT_RATIO: _hit_ratio(page, row, column, levers, lanes, bills.engine)}


def _hit_ratio(
    page: Page,
    row: int,
    column: int,
    levers: Levers,
    lanes: Mapping[str, LaneBill],
    engine: EngineFigures | None,
    *,
    is_running: bool = False,
) -> Formula:
    """The share of a set's API calls that hit a prompt cache."""
    if engine is not None:
        hits = engine.hit_ratio(levers, is_running=is_running)
        return page.formula(row, column, hits * 1, "exact")
    if CACHING not in levers or not lanes:
        return page.static(row, column, 0, "exact")
    calls = xl.total(*(lane.calls for lane in lanes.values()))
    hits = reduce(operator.add, (lane.calls * lane.hit_ratio for lane in lanes.values()))
    return page.formula(row, column, xl.when(calls > 0, hits / calls, 0), "exact")


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
