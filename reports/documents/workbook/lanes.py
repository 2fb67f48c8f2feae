"""Sheet Workings, second part: the month's bill of every lane and pool (cost model, 3 and 4)."""

from dataclasses import dataclass
from functools import partial
from itertools import product

from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Calls, Loads, Rates, rework_of, title_of
from reports.documents.workbook.curve import Model
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.page import Page

LANES: tuple[Calls, ...] = tuple(product(("all", "complex", "simple"), (0, 1)))
POOLS: tuple[Calls, ...] = tuple(product(("all", "simple"), (0, 1)))


@dataclass(frozen=True)
class LaneBill:
    """An API lane's lines per month in USD, with prompt caching and (`fresh`) without.

    `running` has those of a cache that runs today and is paid for also where it loses.
    """

    calls: Formula
    hit_ratio: Formula
    fresh: Formula
    input: Formula
    cache_read: Formula
    cache_write: Formula
    output: Formula
    rework: Formula
    running: "LaneBill | None" = None


@dataclass(frozen=True)
class PoolBill:
    """A pool's lines per month in USD, and its capacity."""

    peak_replicas: Formula
    instance_hours: Formula
    utilization_ratio: Formula
    compute_busy: Formula
    compute_idle: Formula
    engineering: Formula
    platform: Formula
    rework: Formula


def model_of(calls: Calls) -> str:
    return "small" if calls[0] == "simple" else "premium"


def write_loads(page: Page, row: int, title: str, loads: Loads) -> tuple[int, Loads]:
    """The loads as cells, so that the week's columns are short."""
    page.text(row, 0, title, "heading")
    return row + len(loads) + 2, {
        key: page.line(n, title_of(key).capitalize(), load)
        for n, (key, load) in enumerate(loads.items(), start=row + 1)
    }


HIT_HEADS = ("Calls", "Hit ratio", "Prefix, with cache, USD per call", "Cache pays (1 yes)")
LINE_HEADS = ("Input without cache", "Input", "Cache read", "Cache write", "Output")
RUNNING_HEADS = ("Input, cache running", "Cache read, running", "Cache write, running")
REWORK = "Rework"


def write_lanes(page: Page, row: int, model: Model) -> tuple[int, dict[Calls, LaneBill]]:
    """Section 3: every API lane, in USD per month."""
    heads = ("Lane", *HIT_HEADS, *LINE_HEADS, "Cache can run (1 yes)", *RUNNING_HEADS, REWORK)
    row = page.table(row, "API lanes, USD per month", heads)
    found = {}
    for n, (key, arrivals) in enumerate(model.week.hits.items(), start=row):
        name, calls = model_of(key), model.flow.carried[key]
        page.text(n, 0, f"{title_of(key).capitalize()}, {name} model", "label")
        found[key] = _lane(page, n, calls, arrivals, model, model.rates[name])
    return row + len(LANES) + 1, found


def _lane(
    page: Page, row: int, calls: Formula, arrivals: Formula, model: Model, rates: Rates
) -> LaneBill:
    put = partial(page.formula, row, style="exact")
    measured = model.inputs["workload_prefix_hit_ratio"]
    calls = put(1, calls)
    hits = put(2, xl.when(xl.is_number(measured), measured, arrivals))
    cached = put(3, hits * rates.prefix_read + (1 - hits) * rates.prefix_write)
    can_cache = xl.all_of(rates.can_cache.equals(1), calls > 0)
    pays = put(4, xl.when(xl.all_of(can_cache, cached < rates.prefix_input), 1, 0))
    fresh = put(5, calls * (rates.rest + rates.prefix_input))
    output, rework = put(9, calls * rates.output), put(14, calls * rates.rework)
    read, written = calls * hits * rates.prefix_read, calls * (1 - hits) * rates.prefix_write

    def bill(first: int, uses: Formula, running: LaneBill | None = None) -> LaneBill:
        is_used = uses.equals(1)
        return LaneBill(
            calls=calls,
            hit_ratio=hits * uses,
            fresh=fresh,
            input=put(first, xl.when(is_used, calls * rates.rest, fresh)),
            cache_read=put(first + 1, xl.when(is_used, read, 0)),
            cache_write=put(first + 2, xl.when(is_used, written, 0)),
            output=output,
            rework=rework,
            running=running,
        )

    running = bill(11, put(10, xl.when(can_cache, 1, 0)))
    return bill(6, pays, running)


HOUR_HEADS = ("Calls", "Peak replicas", "Instance-hours", "Busy instance-hours", "Utilization")
COST_HEADS = ("Compute", "Compute, busy", "Compute, idle", "Engineering", "Platform")


def write_pools(page: Page, row: int, model: Model) -> tuple[int, dict[Calls, PoolBill]]:
    """Section 4: every pool, in USD per month."""
    inputs, capacity = model.inputs, model.capacity
    row = page.table(row, "Pools, USD per month", ("Pool", *HOUR_HEADS, *COST_HEADS, REWORK))
    each = inputs["pool_instances_per_replica"]
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    found = {}
    for n, (key, staff) in enumerate(model.week.staff.items(), start=row):
        page.text(n, 0, title_of(key).capitalize(), "label")
        put = partial(page.formula, n, style="exact")
        calls, peak = put(1, model.flow.carried[key]), put(2, staff.peak)
        cold = staff.starts * inputs["pool_cold_start_minutes"] / 60
        hours = put(3, (staff.replica_hours + cold) * xl.WEEKS_PER_MONTH * each)
        busy = put(4, calls * capacity.seconds_per_call / 3600 * each)
        used = put(5, xl.when(hours > 0, xl.lowest(1, busy / hours), 0))
        compute = put(6, hours * capacity.usd_per_instance_hour)
        found[key] = PoolBill(
            peak_replicas=peak,
            instance_hours=hours,
            utilization_ratio=used,
            compute_busy=put(7, compute * used),
            compute_idle=put(8, compute * (1 - used)),
            engineering=put(9, people),
            platform=put(10, inputs["pool_platform_usd_per_month"] * 1),
            rework=put(11, calls * rework_of("pool", inputs)),
        )
    return row + len(POOLS) + 1, found
