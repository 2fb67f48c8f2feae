"""What a strategy costs at any volume, in formulas: the columns of one side of a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costing.engine.levers import LEVERS, STRATEGIES
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Capacity, Flow, Rates, rework_of, usd_of_false_hits
from reports.documents.workbook.formula import Formula, Operand
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page
from reports.documents.workbook.week import TOLERANCE, Week


@dataclass(frozen=True)
class Model:
    inputs: Inputs
    flow: Flow
    rates: Mapping[str, Rates]
    capacity: Capacity
    week: Week


@dataclass(frozen=True)
class Side:
    """One side of the comparison: what a request causes and costs under its strategy."""

    fixed_usd: Formula
    usd_per_request: Formula
    complex_calls: Formula
    simple_calls: Formula
    pooled_calls: Formula
    is_caching: Formula
    is_hosting: Formula


def write_catalog(page: Page, row: int, column: int, levers: Mapping[str, str]) -> list[Formula]:
    """The table of strategies and levers: the range of names, then of each lever's flags."""
    page.texts(row, column, ["Strategy", *levers.values()], "head")
    cells = [
        [
            page.static(n, column, TITLES[name], "muted"),
            *(
                page.static(n, flag, int(lever in has), "count_static")
                for flag, lever in enumerate(LEVERS, start=column + 1)
            ),
        ]
        for n, (name, has) in enumerate(STRATEGIES.items(), start=row + 1)
    ]
    return [page.column(line) for line in zip(*cells, strict=True)]


SIDE_ROWS = (
    "Calls after the cache, per request",
    "Complex calls to the premium model, per request",
    "Simple calls to the small model, per request",
    "Calls to the pool, per request",
    "Fixed, USD per month",
    "Fees, USD per request",
)


def write_side(
    page: Page, row: int, column: int, chosen: Formula, catalog: Sequence[Formula], model: Model
) -> Side:
    """Sections 2 and 4 for one request of the chosen strategy, and what it costs without any."""
    inputs = model.inputs
    place = xl.place_of(chosen, catalog[0])
    flags = (xl.at(flag, place) for flag in catalog[1:])
    caching, routing, semantic, hosting = page.down(row, column, flags, "exact")

    def put(offset: int, content: Formula) -> Formula:
        return page.formula(row + offset, column, content, "exact")

    kept = put(4, model.flow.fan_out * (1 - semantic * inputs["semantic_hit_ratio"]))
    share = inputs["routing_simple_ratio"]
    routed = kept - kept * share + kept * share * inputs["routing_escalation_ratio"]
    unrouted = xl.when(hosting.equals(1), 0, kept)
    simple = kept * share
    hard = put(5, xl.when(routing.equals(1), routed, unrouted))
    easy = put(6, xl.when(xl.all_of(routing.equals(1), hosting.equals(0)), simple, 0))
    pooled = put(7, xl.when(hosting.equals(1), xl.when(routing.equals(1), simple, kept), 0))
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    fixed = semantic * inputs["semantic_platform_usd_per_month"]
    fixed = fixed + routing * inputs["routing_platform_usd_per_month"]
    fixed = put(8, fixed + hosting * (people + inputs["pool_platform_usd_per_month"]))
    fees = semantic * inputs["semantic_lookup_usd_per_call"] * model.flow.fan_out
    false_hits = inputs["semantic_hit_ratio"] * usd_of_false_hits(inputs)
    fees = fees + semantic * false_hits * model.flow.fan_out + pooled * rework_of("pool", inputs)
    fees = put(9, fees + routing * inputs["routing_classifier_usd_per_call"] * kept)
    return Side(fixed, fees, hard, easy, pooled, caching, hosting)


COLUMN_TITLES = ("Hits, premium", "Hits, small", "Replica-hours a week", "USD per month")


def write_cost(
    page: Page,
    row: int,
    column: int,
    volume: Formula,
    side: Side,
    model: Model,
    price: Formula,
    models_at: Operand = 1,
) -> Formula:
    """What one volume of one side costs, in four cells; `price` is of an instance-hour.

    `models_at` multiplies the prices of models.
    """
    lanes = {"premium": side.complex_calls, "small": side.simple_calls}
    usd = side.fixed_usd + volume * side.usd_per_request
    for n, (name, calls_per_request) in enumerate(lanes.items(), start=column):
        rates, calls = model.rates[name], volume * calls_per_request
        hits = page.formula(row, n, _hits(calls, rates, side, model), "percent_static")
        cached = hits * rates.prefix_read + (1 - hits) * rates.prefix_write
        is_cached = xl.all_of(side.is_caching.equals(1), rates.can_cache.equals(1))
        prefix = xl.when(is_cached, xl.lowest(rates.prefix_input, cached), rates.prefix_input)
        tokens = calls * (rates.rest + rates.output + prefix)
        usd = usd + calls * rates.rework + (tokens if models_at == 1 else tokens * models_at)
    hours = _replica_hours(volume * side.pooled_calls, side, model)
    hours = page.formula(row, column + 2, hours, "count_fine_static")
    each = model.inputs["pool_instances_per_replica"]
    usd = usd + hours * xl.WEEKS_PER_MONTH * each * price
    return page.formula(row, column + 3, usd, "usd")


def _hits(calls: Formula, rates: Rates, side: Side, model: Model) -> Formula:
    """Section 3: measured, or the sum over the week for Poisson arrivals."""
    measured = model.inputs["workload_prefix_hit_ratio"]
    shares = model.week.shares
    arrivals = xl.product_sum(shares * (1 - xl.exponential(-(calls * rates.renewals) * shares)))
    is_off = xl.any_of(side.is_caching.equals(0), rates.can_cache.equals(0), calls.equals(0))
    return xl.when(is_off, 0, xl.when(xl.is_number(measured), measured, xl.lowest(1, arrivals)))


def _replica_hours(calls: Formula, side: Side, model: Model) -> Formula:
    """Section 4: replica-hours a week with cold starts; whole replicas, so a staircase."""
    inputs, week = model.inputs, model.week
    cold = inputs["pool_cold_start_minutes"] / 60
    load = calls * model.capacity.load_per_call
    peak = staffed(load * week.peak_share, inputs)
    scheduled = xl.when(calls > 0, (week.active_hours + week.active_blocks * cold) * peak, 0)
    wanted, least = load * week.shares, inputs["pool_min_replicas"]
    spare = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    needed = (wanted > TOLERANCE) * spare
    # The replicas of every hour: the greater of two, written so that arrays can be summed.
    each = (needed + least + xl.absolute(needed - least)) / 2
    hourly = xl.product_sum(each * (1 + week.rises * cold))
    scaling = inputs["pool_scaling"]
    paced = xl.when(scaling.equals("scheduled"), scheduled, hourly)
    hours = xl.when(scaling.equals("always_on"), 168 * peak, paced)
    return xl.when(side.is_hosting.equals(1), hours, 0)


def staffed(wanted: Formula, inputs: Inputs) -> Formula:
    """Section 4: replicas for a load: whole, with spares, at least the minimum."""
    needed = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    return xl.highest(inputs["pool_min_replicas"], xl.when(wanted > TOLERANCE, needed, 0))
