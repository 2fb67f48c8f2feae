"""Sheet Workings, third part: the bill of all sixteen sets of levers (cost model, 2 and 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

from costing.engine.levers import LEVERS, subsets
from costing.scenarios.content.titles import lever_series
from reports.documents.workbook.calls import Flow
from reports.documents.workbook.formula import (
    Formula,
    all_of,
    at,
    is_number,
    place_of,
    product_sum,
    total,
    when,
)
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.lanes import Lane, LaneBill, PoolBill, PoolKey
from reports.documents.workbook.page import Page

LINES = (
    "semantic_cache",
    "routing",
    "simple.input",
    "simple.cache_read",
    "simple.cache_write",
    "simple.output",
    "simple.compute_busy",
    "simple.compute_idle",
    "simple.engineering",
    "simple.platform",
    "complex.input",
    "complex.cache_read",
    "complex.cache_write",
    "complex.output",
    "complex.compute_busy",
    "complex.compute_idle",
    "complex.engineering",
    "complex.platform",
)
API_LINES = ("input", "cache_read", "cache_write", "output")
POOL_LINES = ("compute_busy", "compute_idle", "engineering", "platform")
CAPACITY = ("Peak replicas", "Utilization", "Instance-hours", "API hit ratio")
SECTION_PREFIX = {"routing": "routing", "semantic_caching": "semantic", "self_hosting": "pool"}
LEFT_OUT = "left out"
CODE, AVAILABLE, FIRST_LINE = 5, 6, 7
TOTAL = FIRST_LINE + len(LINES)
FIRST_CAPACITY = TOTAL + 1
PRICED = FIRST_CAPACITY + len(CAPACITY)
FIRST_SHARE = PRICED + 1


@dataclass(frozen=True)
class Subset:
    """One set of levers: its lines, its total (or that it is left out), its capacity."""

    levers: tuple[str, ...]
    lines: Mapping[str, Formula]
    total: Formula
    capacity: Mapping[str, Formula]
    priced: Formula


@dataclass(frozen=True)
class Subsets:
    """All sixteen, smaller ones first, and the ranges over them."""

    rows: Mapping[tuple[str, ...], Subset]
    codes: Formula
    ranges: Mapping[str, Formula]
    shapley: Mapping[str, Formula]


def code_of(levers: Sequence[str]) -> int:
    """A number for a set of levers: 1, 2, 4, 8 in the roadmap's order."""
    return sum(2 ** LEVERS.index(lever) for lever in levers)


def write_subsets(
    page: Page,
    row: int,
    inputs: Inputs,
    flow: Flow,
    lanes: Mapping[Lane, LaneBill],
    pools: Mapping[PoolKey, PoolBill],
) -> tuple[int, Subsets]:
    """Section 5: one row per set of levers."""
    _head(page, row)
    first = row + 2
    names = subsets()
    codes = page.column(
        [page.static(first + n, CODE, code_of(levers), "count") for n, levers in enumerate(names)],
        "subset_codes",
    )
    found = [
        _subset(page, first + n, levers, inputs, flow, lanes, pools)
        for n, levers in enumerate(names)
    ]
    totals = page.column([item.total for item in found], "subset_usd")
    priced = [
        _priced(page, first + n, item.levers, codes, totals, inputs) for n, item in enumerate(found)
    ]
    shapley = _shares(page, first, names, page.column(priced, "subset_priced_usd"))
    rows = {
        item.levers: Subset(item.levers, item.lines, item.total, item.capacity, usd)
        for item, usd in zip(found, priced, strict=True)
    }
    ranges = {"total": totals} | {
        name: page.column([item.capacity[name] for item in found]) for name in CAPACITY
    }
    for name in LINES:
        ranges[name] = page.column([item.lines[name] for item in found])
    return first + len(names) + 1, Subsets(rows, codes, ranges, shapley)


def _head(page: Page, row: int) -> None:
    page.text(row, 0, "All sixteen sets of levers, USD per month", "heading")
    heads = [*(lever.replace("_", " ") for lever in LEVERS), "Code", "Available", *LINES]
    heads += ["USD per month", *CAPACITY, "Priced as"]
    heads += [f"Shapley share: {lever.replace('_', ' ')}" for lever in LEVERS]
    page.text(row + 1, 0, "Levers", "head")
    page.texts(row + 1, 1, heads, "head_right")
    page.sheet.set_row(row + 1, 42)


def _subset(
    page: Page,
    row: int,
    levers: tuple[str, ...],
    inputs: Inputs,
    flow: Flow,
    lanes: Mapping[Lane, LaneBill],
    pools: Mapping[PoolKey, PoolBill],
) -> Subset:
    page.text(row, 0, lever_series(list(levers)), "label")
    for place, lever in enumerate(LEVERS):
        page.static(row, 1 + place, int(lever in levers), "count")
    needed = [inputs.available[SECTION_PREFIX[x]] for x in levers if x in SECTION_PREFIX]
    ready = when(all_of(*(cell.equals(1) for cell in needed)), 1, 0) if needed else 1
    is_ready = page.formula(row, AVAILABLE, ready, "count").equals(1)
    semantic, routed = int("semantic_caching" in levers), int("routing" in levers)
    contents = _fees(levers, inputs, flow) | _api_lines(levers, lanes)
    pool = pools[semantic, routed] if "self_hosting" in levers else None
    if pool is not None:
        lane = "simple" if routed else "complex"
        contents |= {f"{lane}.{name}": getattr(pool, name) for name in POOL_LINES}
    lines = {}
    for place, name in enumerate(LINES):
        column = FIRST_LINE + place
        if name in contents:
            lines[name] = page.formula(row, column, contents[name] * 1, "exact")
        else:
            lines[name] = page.static(row, column, None, "exact")
    summed = when(is_ready, total(page.column(list(lines.values()))), LEFT_OUT)
    usd = page.formula(row, TOTAL, summed, "exact_bold")
    return Subset(levers, lines, usd, _capacity(page, row, levers, lanes, pool), usd)


def _fees(levers: tuple[str, ...], inputs: Inputs, flow: Flow) -> dict[str, Formula]:
    fees = {}
    answered = flow.answered[int("semantic_caching" in levers)]
    if "semantic_caching" in levers:
        lookups = flow.calls * inputs["semantic_lookup_usd_per_call"]
        fees["semantic_cache"] = inputs["semantic_platform_usd_per_month"] + lookups
    if "routing" in levers:
        triage = answered * inputs["routing_classifier_usd_per_call"]
        fees["routing"] = inputs["routing_platform_usd_per_month"] + triage
    return fees


def _api_lanes(levers: tuple[str, ...], lanes: Mapping[Lane, LaneBill]) -> dict[str, LaneBill]:
    """The API lanes that a set of levers uses."""
    semantic, routed = int("semantic_caching" in levers), int("routing" in levers)
    used = {}
    if routed and "self_hosting" not in levers:
        used["simple"] = lanes["simple", semantic, 1]
    if routed or "self_hosting" not in levers:
        used["complex"] = lanes["complex", semantic, routed]
    return used


def _api_lines(levers: tuple[str, ...], lanes: Mapping[Lane, LaneBill]) -> dict[str, Formula]:
    lines: dict[str, Formula] = {}
    for part, lane in _api_lanes(levers, lanes).items():
        if "prompt_caching" in levers:
            lines |= {f"{part}.{name}": getattr(lane, name) for name in API_LINES}
        else:
            lines |= {f"{part}.input": lane.fresh, f"{part}.output": lane.output}
    return lines


def _capacity(
    page: Page,
    row: int,
    levers: tuple[str, ...],
    lanes: Mapping[Lane, LaneBill],
    pool: PoolBill | None,
) -> dict[str, Formula]:
    found = {}
    for place, name in enumerate(("peak_replicas", "utilization_ratio", "instance_hours")):
        column = FIRST_CAPACITY + place
        if pool is None:
            found[CAPACITY[place]] = page.static(row, column, None, "exact")
        else:
            content = getattr(pool, name) * 1
            found[CAPACITY[place]] = page.formula(row, column, content, "exact")
    used = list(_api_lanes(levers, lanes).values()) if "prompt_caching" in levers else []
    column = FIRST_CAPACITY + 3
    if not used:
        found[CAPACITY[3]] = page.static(row, column, 0, "exact")
        return found
    calls, hits = total(*(lane.calls for lane in used)), used[0].calls * used[0].hit_ratio
    for lane in used[1:]:
        hits = hits + lane.calls * lane.hit_ratio
    ratio = when(calls > 0, hits / calls, 0)
    found[CAPACITY[3]] = page.formula(row, column, ratio, "exact")
    return found


def _priced(
    page: Page,
    row: int,
    levers: tuple[str, ...],
    codes: Formula,
    totals: Formula,
    inputs: Inputs,
) -> Formula:
    """The cost of what can be priced of a set: a lever that is left out changes nothing."""
    code = page.cell(row, 1, int(LEVERS[0] in levers)) * 1
    for place, lever in enumerate(LEVERS[1:], start=1):
        flag = page.cell(row, 1 + place, int(lever in levers))
        code = code + flag * 2**place * inputs.available[SECTION_PREFIX[lever]]
    usd = at(totals, place_of(code, codes))
    return page.formula(row, PRICED, when(is_number(usd), usd, 0), "exact")


def _shares(
    page: Page, first: int, names: Sequence[tuple[str, ...]], priced: Formula
) -> dict[str, Formula]:
    """Each lever's Shapley value: Σ weight · cost over all sets, as coefficients beside them."""
    found = {}
    size = len(LEVERS)
    for place, lever in enumerate(LEVERS):
        cells = []
        for n, levers in enumerate(names):
            others = len(set(levers) - {lever})
            weight = factorial(others) * factorial(size - others - 1) / factorial(size)
            sign = -1 if lever in levers else 1
            cells.append(page.static(first + n, FIRST_SHARE + place, sign * weight, "exact"))
        found[lever] = product_sum(priced * page.column(cells))
    return found
