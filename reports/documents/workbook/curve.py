"""What a strategy costs at any volume, in formulas: the columns of one side of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from costing.engine.units import HOURS_PER_MONTH
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import factor_of, unused_of, usd_at
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.formula import Formula, Operand
from reports.documents.workbook.lanes import (
    burst_of,
    compute_of,
    hits_of,
    hourly_of,
    reserved_of,
    storage_of,
)
from reports.documents.workbook.page import Page
from reports.documents.workbook.rates import Rates
from reports.documents.workbook.sides import PER_LANE, PER_SHARED, Followed, Lane, Model, Side
from reports.documents.workbook.week import TOLERANCE, replicas_for


def write_titles(page: Page, row: int, column: int, side: str, model: Model) -> None:
    """The heads of a side's columns; those that are not needed are hidden."""
    for n, title in enumerate(model.column_titles, start=column):
        if model.followed.is_used(title):
            page.text(row, n, f"{side}: {title}", "head_right")
        else:
            page.sheet.set_column(n, n, None, None, {"hidden": True})


@dataclass(frozen=True)
class At:
    """A month's prices: what multiplies those of models and of their units, and of capacity."""

    capacity: Capacity
    models: Operand = 1
    units: Mapping[tuple[str, str], Operand] = field(default_factory=dict)


def write_cost(
    page: Page, row: int, column: int, volume: Formula, side: Side, model: Model, at: At
) -> Formula:
    """What one volume of one side costs, in as many cells as there are titles."""
    inputs, usd, spend = model.inputs, side.fixed_usd + volume * side.usd_per_request, []
    last = column + len(model.column_titles) - 1
    shared: dict[str, dict[str, Formula]] = {name: {} for name in side.shared}
    for n, lane in enumerate(side.lanes):
        place, calls = column + n * len(PER_LANE), volume * lane.calls
        tokens = _tokens(page, row, place, calls, lane, model.followed)
        tokens = tokens if at.models == 1 else tokens * at.models
        tokens = page.formula(row, place + 2, tokens, "usd_static")
        tag = lane.portion.part.tag
        if lane.model in model.units[tag] and lane.model in model.followed.sold:
            tokens = _carried(page, row, place + 3, calls, tokens, lane, model, at)
        if lane.model in shared and tag in model.shared[lane.model].parts:
            shared[lane.model][tag] = tokens
        else:
            spend.append(tokens)
        usd = usd + calls * lane.portion.rates[lane.model][0].rework
    first = column + len(side.lanes) * len(PER_LANE)
    spend += _carried_together(page, row, first, volume, shared, side, at)
    billed = page.formula(row, last - 2, xl.added(spend), "usd_static")
    usd = usd + billed * factor_of(billed, inputs) + unused_of(billed, inputs)
    hours, compute = _pool(volume * side.pooled_calls, side, model, at.capacity)
    page.formula(row, last - 1, hours, "count_fine_static")
    return page.formula(row, last, usd + compute, "usd")


def _carried(
    page: Page,
    row: int,
    column: int,
    calls: Formula,
    tokens: Formula,
    lane: Lane,
    model: Model,
    at: At,
) -> Formula:
    """Section 13: a lane with the units that are sold of its model."""
    tag, shares = lane.portion.part.tag, lane.portion.shares
    terms, units_at = model.units[tag][lane.model], at.units.get((tag, lane.model), 1)
    best = xl.when(terms.is_sold, terms.best(calls, tokens, terms.fee(units_at), shares), 0)
    best = page.formula(row, column, best, "count_fine_static")
    carried = usd_at(terms, best, calls, tokens, shares, units_at)
    return xl.when(xl.all_of(terms.is_sold, lane.is_on), carried, tokens)


def _carried_together(
    page: Page,
    row: int,
    column: int,
    volume: Formula,
    tokens: Mapping[str, Mapping[str, Formula]],
    side: Side,
    at: At,
) -> list[Formula]:
    """Sections 9 and 13: the lanes of all with the units that they share, by model."""
    found = []
    for n, (name, usds) in enumerate(tokens.items()):
        place, curve = column + n * len(PER_SHARED), side.shared[name]
        fee = curve.terms.fee(at.units.get(("", name), 1))
        best = page.formula(row, place, curve.best(volume, usds, fee), "count_fine_static")
        usd = curve.usd(volume, best, usds, fee)
        found.append(page.formula(row, place + 1, usd, "usd_static"))
    return found


def _tokens(
    page: Page, row: int, column: int, calls: Formula, lane: Lane, followed: Followed
) -> Formula:
    """Sections 3 and 12: a lane's tokens, with the lifetime of the cache that costs less."""
    usds, portion, name = [], lane.portion, lane.model
    for n, rates in enumerate(portion.rates[name][: 2 if name in followed.long else 1]):
        is_on = xl.all_of(lane.is_caching.equals(1), rates.can_cache.equals(1), calls > 0)
        burst = _burst(lane, rates) if followed.has_bursts else 1
        hits = hits_of(calls, rates, portion.part.inputs, portion.shares, burst)
        hits = page.formula(row, column + n, xl.when(is_on, hits, 0), "percent_static")
        cached = hits * rates.prefix_read + (1 - hits) * rates.prefix_write
        cached = calls * (cached + rates.carried_read + rates.carried_write)
        if name in followed.stored:
            cached = cached + storage_of(calls, rates, portion.shares, burst)
        fresh = calls * rates.prefix_input
        prefix = xl.when(is_on, xl.lowest(fresh, cached), fresh)
        usds.append(calls * (rates.rest + rates.output) + prefix)
    return xl.lowest(*usds)


def _burst(lane: Lane, rates: Rates) -> Formula:
    """Section 17: the calls of a burst that reach a lane, whatever the volume."""
    made = lane.portion.calls_per_request
    return burst_of(xl.when(made > 0, lane.calls / made, 0), rates, lane.portion.part.inputs)


def _pool(calls: Formula, side: Side, model: Model, capacity: Capacity) -> tuple[Formula, Formula]:
    """Sections 4 and 13: instance-hours a month and their USD; whole replicas, so a staircase."""
    inputs, plan = model.inputs, side.plan
    each, regions = inputs["pool_instances_per_replica"], inputs["pool_regions"]
    load, least = calls * side.load, inputs["pool_min_replicas"]
    wanted = load * plan.sized
    spare = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    needed = (wanted > TOLERANCE) * spare
    # The replicas of every hour: the greater of two, written so that arrays can be summed.
    replicas = (plan.sized >= 0) * (needed + least + xl.absolute(needed - least)) / 2
    reserved = reserved_of(replicas_for(load, plan.reserved_for, inputs), inputs, capacity)
    hourly = hourly_of(replicas, plan.paid, reserved, each)
    is_unused = xl.all_of(inputs["pool_scaling"].equals("scheduled"), calls.equals(0))
    is_open = xl.all_of(side.is_hosting.equals(1), xl.negate(is_unused))
    hours = xl.when(is_open, (hourly + HOURS_PER_MONTH * reserved) * regions, 0)
    usd = compute_of(hourly, reserved, capacity) * regions
    return hours, xl.when(is_open, usd, 0)
