"""Sheet Workings, second part: the month's bill of every lane and pool (cost model, 3, 4, 12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
)
from costing.engine.units import HOURS_PER_MONTH, SECONDS_PER_HOUR, SECONDS_PER_MONTH
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Calls, Flow, rework_of, title_of
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.page import Page
from reports.documents.workbook.rates import Rates
from reports.documents.workbook.week import Staff

Lane = tuple[str, Calls]
"""Whose calls a lane serves: the model, and which calls."""

LANES: tuple[Lane, ...] = tuple(
    (model, (share, cache))
    for model, shares in (
        ("premium", ("all", "complex")),
        ("small", ("simple",)),
        ("open", ("all", "simple")),
    )
    for share in shares
    for cache in (0, 1)
)
POOLS: tuple[Calls, ...] = tuple((share, cache) for share in ("all", "simple") for cache in (0, 1))
FRESH, CACHED, RUNNING = MODES = ("fresh", "cached", "running")
"""Without prompt caching; with it where it pays; as it runs today, also where it loses."""


@dataclass(frozen=True)
class LaneBill:
    """An API lane's lines per month in USD and its share of hits, by mode of its prompt cache."""

    calls: Formula
    lines: Mapping[str, Cells]
    hit_ratio: Cells


@dataclass(frozen=True)
class PoolBill:
    """A pool's lines per month in USD, and its capacity."""

    peak_replicas: Formula
    instance_hours: Formula
    utilization_ratio: Formula
    seconds: Mapping[str, Formula]
    lines: Cells


def lanes_of(levers: tuple[str, ...]) -> dict[str, Lane]:
    """The lanes by API of a set of levers, by the share of the calls that its lines name."""
    cache, is_routed = int(SEMANTIC_CACHING in levers), ROUTING in levers
    is_open = SELF_HOSTING in levers or OPEN_MODEL in levers
    used: dict[str, Lane] = {}
    if is_routed and not is_open:
        used["simple"] = ("small", ("simple", cache))
    if OPEN_MODEL in levers and SELF_HOSTING not in levers:
        share = "simple" if is_routed else "complex"
        used[share] = ("open", ("simple" if is_routed else "all", cache))
    if is_routed or not is_open:
        used["complex"] = ("premium", ("complex" if is_routed else "all", cache))
    return used


def mode_of(levers: tuple[str, ...], *, is_running: bool) -> str:
    """How a set of levers, as it is chosen or as it runs, uses prompt caches."""
    if PROMPT_CACHING not in levers:
        return FRESH
    return RUNNING if is_running else CACHED


def pooled_by(levers: tuple[str, ...]) -> Calls:
    """Which calls go to the pool under a set of levers that has one."""
    return "simple" if ROUTING in levers else "all", int(SEMANTIC_CACHING in levers)


USED_HEADS = ("Input", "Cache read", "Cache write", "Cache kept", "Hit ratio")
HEADS = (
    *(
        "Calls",
        "Calls a burst",
        "Hit ratio as prefixes arrive",
        "Read",
        "Written",
        "Storage",
        "Cached prefix",
    ),
    *("Rest of the input", "Prefix as fresh input", "Hit ratio", "Cache can run (1 yes)"),
    *("Cache pays (1 yes)", "Output", "Rework"),
)
CHOSEN = 1 + len(HEADS)


def write_lanes(
    page: Page,
    row: int,
    part: Part,
    flow: Flow,
    rates: Mapping[str, tuple[Rates, Rates]],
    shares: Formula,
) -> tuple[int, dict[Lane, LaneBill]]:
    """Section 3: every API lane, in USD per month; the second row with the longer lifetime."""
    used = [*USED_HEADS, *(f"{head}, cache running" for head in USED_HEADS)]
    row = page.table(row, "API lanes, USD per month", ("Lane", *HEADS, *used), height=32)
    found = {}
    for n, lane in enumerate(LANES):
        model, key = lane
        title = f"{title_of(key).capitalize()}, {model} model"
        at, calls = row + 2 * n, flow.carried[key]
        page.text(at, 0, title, "label")
        page.text(at + 1, 0, f"{title}, cached for an hour", "label")
        both = [
            _variant(page, at + place, calls, flow.calls, each, part, shares)
            for place, each in enumerate(rates[model])
        ]
        found[lane] = _cheaper(page, at, both[0], both[1])
    return row + 1 + 2 * len(LANES), found


@dataclass(frozen=True)
class _Variant:
    """A lane with one lifetime of its prompt cache: what is paid of it by kind of token."""

    calls: Formula
    read: Formula
    write: Formula
    storage: Formula
    rest: Formula
    fresh: Formula
    hit_ratio: Formula
    can_cache: Formula
    pays: Formula
    output: Formula
    rework: Formula

    def with_cache(self, uses: Formula) -> dict[str, Formula]:
        """The lines that a cache changes, where it is used or not."""
        is_used = uses.equals(1)
        return {
            "input": self.rest + xl.when(is_used, 0, self.fresh),
            "cache_read": xl.when(is_used, self.read, 0),
            "cache_write": xl.when(is_used, self.write, 0),
            "cache_storage": xl.when(is_used, self.storage, 0),
            "hit_ratio": xl.when(is_used, self.hit_ratio, 0),
        }

    def usd(self, uses: Formula) -> Formula:
        """What a cache changes, together."""
        cached = self.read + self.write + self.storage
        return self.rest + xl.when(uses.equals(1), cached, self.fresh)


def burst_of(share: Formula, rates: Rates, inputs: Inputs) -> Formula:
    """Section 17: the calls of a burst that reach a lane with such a share of all calls."""
    size, part = inputs["workload_calls_per_burst"], xl.lowest(1, share)
    reaching = 1 - (1 - part) ** size
    found = xl.highest(1, size * part / reaching)
    return xl.when(xl.any_of(size.equals(1), rates.ttl <= 0, part <= 0), 1, found)


def hits_of(
    calls: Formula, rates: Rates, inputs: Inputs, shares: Formula, burst: Operand = 1
) -> Formula:
    """Section 3: measured, or the sum over the week for Poisson arrivals; of what is had.

    Of bursts the first calls arrive so, and all others hit (section 17).
    """
    measured = inputs["workload_prefix_hit_ratio"]
    alive = 1 - xl.exponential(-_renewals(calls, rates, burst) * shares)
    arrivals = xl.lowest(1, xl.product_sum(shares * alive))
    arrivals = arrivals if burst == 1 else 1 - (1 - arrivals) / burst
    return xl.when(xl.is_number(measured), measured, arrivals) * rates.captured


def _renewals(calls: Formula, rates: Rates, burst: Operand) -> Formula:
    return calls * rates.renewals if burst == 1 else calls * rates.renewals / burst


def storage_of(calls: Formula, rates: Rates, shares: Formula, burst: Operand = 1) -> Formula:
    """Section 12: USD a month for entries while they live."""
    alive = xl.product_sum(1 - xl.exponential(-_renewals(calls, rates, burst) * shares))
    hours = xl.when(rates.ttl >= SECONDS_PER_MONTH, HOURS_PER_MONTH, alive * xl.WEEKS_PER_MONTH)
    return xl.when(rates.storage > 0, hours * rates.storage, 0)


def _variant(
    page: Page,
    row: int,
    calls: Formula,
    every: Formula,
    rates: Rates,
    part: Part,
    shares: Formula,
) -> _Variant:
    put = partial(page.formula, row, style="exact")
    calls = put(1, calls)
    share = xl.when(every > 0, calls / every, 0)
    burst = put(2, burst_of(share, rates, part.inputs))
    hits = put(3, hits_of(calls, rates, part.inputs, shares, burst))
    read = put(4, calls * (hits * rates.prefix_read + rates.carried_read))
    write = put(5, calls * ((1 - hits) * rates.prefix_write + rates.carried_write))
    storage = put(6, storage_of(calls, rates, shares, burst))
    cached = put(7, read + write + storage)
    rest, fresh = put(8, calls * rates.rest), put(9, calls * rates.prefix_input)
    can_cache = xl.all_of(rates.can_cache.equals(1), calls > 0)
    return _Variant(
        calls=calls,
        read=read,
        write=write,
        storage=storage,
        rest=rest,
        fresh=fresh,
        hit_ratio=put(10, hits * rates.first + (1 - rates.first) * rates.captured),
        can_cache=put(11, xl.when(can_cache, 1, 0)),
        pays=put(12, xl.when(xl.all_of(can_cache, cached < fresh), 1, 0)),
        output=put(13, calls * rates.output),
        rework=put(14, calls * rates.rework),
    )


def _cheaper(page: Page, row: int, short: _Variant, long: _Variant) -> LaneBill:
    """Of both lifetimes the cheaper one, with the cache where it pays and as it runs."""
    fixed = {"output": short.output, "rework": short.rework}
    lines: dict[str, Cells] = {FRESH: {"input": short.rest + short.fresh, **fixed}}
    hits = {FRESH: xl.formula(0)}
    for place, mode in enumerate((CACHED, RUNNING)):
        uses = [each.pays if mode == CACHED else each.can_cache for each in (short, long)]
        is_long = xl.all_of(uses[1].equals(1), long.usd(uses[1]) < short.usd(uses[0]))
        pairs = zip(
            short.with_cache(uses[0]).items(), long.with_cache(uses[1]).values(), strict=True
        )
        contents = {name: xl.when(is_long, other, one) for (name, one), other in pairs}
        cells = page.across(row, CHOSEN + place * len(contents), contents.values(), "exact")
        found = dict(zip(contents, cells, strict=True))
        hits[mode] = found.pop("hit_ratio")
        lines[mode] = found | fixed
    return LaneBill(short.calls, lines, hits)


HOUR_HEADS = (
    *("Calls", "Peak replicas", "Reserved, a region", "Instance-hours", "Busy instance-hours"),
    "Utilization",
)
COST_HEADS = ("Compute", "Compute, busy", "Compute, idle", "Engineering", "Platform", "Extras")
EXTRAS = ("egress", "observability", "security", "evaluation")


def write_pools(
    page: Page,
    row: int,
    inputs: Inputs,
    capacity: Capacity,
    seconds: Mapping[Calls, Mapping[str, Formula]],
    calls: Mapping[Calls, Formula],
    staff: Mapping[Calls, Staff],
) -> tuple[int, dict[Calls, PoolBill]]:
    """Sections 4 and 13: every pool, in USD per month.

    `seconds` are those of a replica by pool and part, `calls` those of all parts.
    """
    row = page.table(row, "Pools, USD per month", ("Pool", *HOUR_HEADS, *COST_HEADS, "Rework"))
    found = {}
    for n, (key, each) in enumerate(staff.items(), start=row):
        page.text(n, 0, title_of(key).capitalize(), "label")
        found[key] = _pool(page, n, inputs, capacity, seconds[key], calls[key], each)
    return row + len(POOLS) + 1, found


def _pool(
    page: Page,
    row: int,
    inputs: Inputs,
    capacity: Capacity,
    seconds: Mapping[str, Formula],
    calls: Formula,
    staff: Staff,
) -> PoolBill:
    put = partial(page.formula, row, style="exact")
    each, regions = inputs["pool_instances_per_replica"], inputs["pool_regions"]
    calls, peak = put(1, calls), put(2, xl.highest(staff.replicas) * regions)
    reserved = put(3, reserved_of(staff.reserved_replicas, inputs, capacity))
    hourly = hourly_of(staff.replicas, staff.plan.paid, reserved, each)
    hours = put(4, (hourly + HOURS_PER_MONTH * reserved) * regions)
    busy = put(5, xl.added(seconds.values()) / SECONDS_PER_HOUR * each)
    used = put(6, xl.when(hours > 0, xl.lowest(1, busy / hours), 0))
    compute = put(7, compute_of(hourly, reserved, capacity) * regions)
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    lines = {
        "compute_busy": put(8, compute * used),
        "compute_idle": put(9, compute * (1 - used)),
        "engineering": put(10, people),
        "platform": put(11, inputs["pool_platform_usd_per_month"] * 1),
        "extras": put(12, extras_of(inputs)),
        "rework": put(13, calls * rework_of("pool", inputs)),
    }
    return PoolBill(peak, hours, used, seconds, lines)


def extras_of(inputs: Inputs) -> Formula:
    """Section 13: what a pool takes month by month beside engineering and platform."""
    return xl.added(inputs[f"pool_{name}_usd_per_month"] for name in EXTRAS)


def reserved_of(cheapest: Formula, inputs: Inputs, capacity: Capacity) -> Formula:
    """Section 13: instances that one region reserves, as stated or as costs least.

    `cheapest` are the replicas for which a month costs less than their hours.
    """
    stated, each = inputs["pool_reserved_instances"], inputs["pool_instances_per_replica"]
    number = xl.when(xl.is_number(stated), stated, cheapest * each)
    return xl.when(xl.is_number(capacity.reserved_usd_per_hour), number, 0)


def hourly_of(replicas: Formula, paid: Formula, reserved: Formula, each: Formula) -> Formula:
    """Instance-hours a month of one region beyond the reserved instances.

    The greater of 0 and a difference, written so that arrays can be summed.
    """
    beyond = replicas * each - reserved
    return xl.product_sum((beyond + xl.absolute(beyond)) / 2 * paid) * xl.WEEKS_PER_MONTH


def compute_of(hourly: Formula, reserved: Formula, capacity: Capacity) -> Formula:
    """USD a month of one region's instances."""
    kept = xl.when(reserved > 0, HOURS_PER_MONTH * reserved * capacity.reserved_usd_per_hour, 0)
    return hourly * capacity.usd_per_instance_hour + kept
