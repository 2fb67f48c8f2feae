"""Sheet Workings, second part: the month's bill of every lane and pool (cost model, 3 and 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.documents.workbook.calls import Capacity, Flow, Rates
from reports.documents.workbook.formula import (
    WEEKS_PER_MONTH,
    Formula,
    all_of,
    is_number,
    lowest,
    when,
)
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page
from reports.documents.workbook.week import Load, Staff, Week

TITLES = {
    ("complex", 0, 0): "all calls",
    ("complex", 1, 0): "all calls after the cache",
    ("complex", 0, 1): "complex calls",
    ("complex", 1, 1): "complex calls after the cache",
    ("simple", 0, 1): "simple calls",
    ("simple", 1, 1): "simple calls after the cache",
}
"""The API lanes: what they carry, with or without semantic cache (1 or 0), and routing."""

POOLS = {
    (0, 0): "all calls",
    (1, 0): "all calls after the cache",
    (0, 1): "simple calls",
    (1, 1): "simple calls after the cache",
}
"""The pools: with or without semantic cache, and routing."""

Lane = tuple[str, int, int]
PoolKey = tuple[int, int]


@dataclass(frozen=True)
class LaneBill:
    """A lane's lines per month in USD, with prompt caching and (`fresh`) without."""

    calls: Formula
    fresh: Formula
    input: Formula
    cache_read: Formula
    cache_write: Formula
    output: Formula
    hit_ratio: Formula


@dataclass(frozen=True)
class PoolBill:
    """A pool's lines per month in USD, and its capacity."""

    compute_busy: Formula
    compute_idle: Formula
    engineering: Formula
    platform: Formula
    peak_replicas: Formula
    utilization_ratio: Formula
    instance_hours: Formula


def lane_calls(flow: Flow) -> dict[Lane, Formula]:
    """Section 2: the calls of every API lane."""
    found = {}
    for part, semantic, routed in TITLES:
        carried = flow.complex if part == "complex" else flow.simple
        found[part, semantic, routed] = (carried if routed else flow.answered)[semantic]
    return found


def pool_calls(flow: Flow) -> dict[PoolKey, Formula]:
    """Section 2: the calls of every pool."""
    return {
        (semantic, routed): (flow.simple if routed else flow.answered)[semantic]
        for semantic, routed in POOLS
    }


def model_of(part: str) -> str:
    """Which model answers a lane's calls."""
    return "premium" if part == "complex" else "small"


def lane_loads(flow: Flow, rates: Mapping[str, Rates]) -> list[Load]:
    """What the week's columns of cache hits are computed for."""
    return [
        Load(TITLES[key], calls * rates[model_of(key[0])].renewals)
        for key, calls in lane_calls(flow).items()
    ]


def pool_loads(flow: Flow, capacity: Capacity) -> list[Load]:
    """What the week's columns of replicas are computed for."""
    return [
        Load(POOLS[key], calls * capacity.load_per_call) for key, calls in pool_calls(flow).items()
    ]


def write_loads(page: Page, row: int, title: str, loads: list[Load]) -> tuple[int, list[Load]]:
    """The loads as cells, so that the week's columns are short."""
    page.text(row, 0, title, "heading")
    found = []
    for item in loads:
        row += 1
        page.text(row, 0, item.title[:1].upper() + item.title[1:], "label")
        found.append(Load(item.title, page.formula(row, 1, item.load, "exact")))
    return row + 2, found


LANE_HEADS = (
    "Calls",
    "Hit ratio",
    "Prefix, with cache, USD per call",
    "Cache pays (1 yes)",
    "Input without cache",
    "Input",
    "Cache read",
    "Cache write",
    "Output",
)


def write_lanes(
    page: Page, row: int, inputs: Inputs, flow: Flow, rates: Mapping[str, Rates], week: Week
) -> tuple[int, dict[Lane, LaneBill]]:
    """Section 3: every API lane, in USD per month."""
    page.text(row, 0, "API lanes, USD per month", "heading")
    page.text(row + 1, 0, "Lane", "head")
    page.texts(row + 1, 1, LANE_HEADS, "head_right")
    row += 2
    found = {}
    for (key, calls), arrivals in zip(lane_calls(flow).items(), week.hits, strict=True):
        model = model_of(key[0])
        page.text(row, 0, f"{TITLES[key].capitalize()}, {model} model", "label")
        put = _putter(page, row)
        found[key] = _lane(put, calls, arrivals, inputs, rates[model])
        row += 1
    return row + 1, found


Put = Callable[[int, Formula], Formula]


def _putter(page: Page, row: int) -> Put:
    return lambda column, content: page.formula(row, column, content, "exact")


def _lane(put: Put, calls: Formula, arrivals: Formula, inputs: Inputs, rates: Rates) -> LaneBill:
    measured = inputs["workload_prefix_hit_ratio"]
    calls = put(1, calls)
    hits = put(2, when(is_number(measured), measured, arrivals))
    cached = put(3, hits * rates.prefix_read + (1 - hits) * rates.prefix_write)
    pays = put(
        4,
        when(all_of(rates.can_cache.equals(1), cached < rates.prefix_input, calls > 0), 1, 0),
    )
    is_used = pays.equals(1)
    fresh = put(5, calls * (rates.rest + rates.prefix_input))
    return LaneBill(
        calls=calls,
        fresh=fresh,
        input=put(6, when(is_used, calls * rates.rest, fresh)),
        cache_read=put(7, when(is_used, calls * hits * rates.prefix_read, 0)),
        cache_write=put(8, when(is_used, calls * (1 - hits) * rates.prefix_write, 0)),
        output=put(9, calls * rates.output),
        hit_ratio=hits * pays,
    )


POOL_HEADS = (
    "Calls",
    "Peak replicas",
    "Instance-hours",
    "Busy instance-hours",
    "Utilization",
    "Compute",
    "Compute, busy",
    "Compute, idle",
    "Engineering",
    "Platform",
)


def write_pools(
    page: Page, row: int, inputs: Inputs, flow: Flow, capacity: Capacity, week: Week
) -> tuple[int, dict[PoolKey, PoolBill]]:
    """Section 4: every pool, in USD per month."""
    page.text(row, 0, "Pools, USD per month", "heading")
    page.text(row + 1, 0, "Pool", "head")
    page.texts(row + 1, 1, POOL_HEADS, "head_right")
    row += 2
    found = {}
    for (key, calls), staff in zip(pool_calls(flow).items(), week.staff, strict=True):
        page.text(row, 0, POOLS[key].capitalize(), "label")
        found[key] = _pool(_putter(page, row), calls, staff, inputs, capacity)
        row += 1
    return row + 1, found


def _pool(put: Put, calls: Formula, staff: Staff, inputs: Inputs, capacity: Capacity) -> PoolBill:
    each = inputs["pool_instances_per_replica"]
    calls = put(1, calls)
    peak = put(2, staff.peak)
    cold = staff.starts * inputs["pool_cold_start_minutes"] / 60
    hours = put(3, (staff.replica_hours + cold) * WEEKS_PER_MONTH * each)
    busy = put(4, calls * capacity.seconds_per_call / 3600 * each)
    used = put(5, when(hours > 0, lowest(1, busy / hours), 0))
    compute = put(6, hours * capacity.usd_per_instance_hour)
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    return PoolBill(
        compute_busy=put(7, compute * used),
        compute_idle=put(8, compute * (1 - used)),
        engineering=put(9, people),
        platform=put(10, inputs["pool_platform_usd_per_month"] * 1),
        peak_replicas=peak,
        utilization_ratio=used,
        instance_hours=hours,
    )
