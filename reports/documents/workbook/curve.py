"""What a strategy costs at any volume, in formulas: the columns of one side of a comparison."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from costing.engine.inputs.models import EXPLICIT, MODEL_SECTIONS, STORED
from costing.engine.levers import NAMED, STRATEGIES
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import Terms, factor_of, unused_of, usd_at
from reports.documents.workbook.calls import MODELS, Flow, rework_of, usd_of_false_hits
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.formula import Formula, Operand
from reports.documents.workbook.inputs import CHOOSABLE, PROVISIONED, Inputs, prefix_of
from reports.documents.workbook.lanes import (
    compute_of,
    extras_of,
    hits_of,
    hourly_of,
    reserved_of,
    storage_of,
)
from reports.documents.workbook.page import Page
from reports.documents.workbook.rates import Rates
from reports.documents.workbook.week import TOLERANCE, Plan, replicas_for
from reports.snapshots.payload import JsonDict


@dataclass(frozen=True)
class Followed:
    """What the sheets over volume and time follow: of a scenario as delivered, by model.

    A table of many rows has columns only for what is needed: others are in the month's bill alone.
    """

    models: tuple[str, ...]
    long: frozenset[str]
    stored: frozenset[str]
    sold: frozenset[str]

    @classmethod
    def of(cls, scenario: JsonDict) -> "Followed":
        stated = {prefix_of(key): scenario.get(key) or {} for key in MODEL_SECTIONS}

        def having(wanted: Callable[[JsonDict], bool]) -> frozenset[str]:
            return frozenset(name for name, model in stated.items() if wanted(model))

        return cls(
            models=tuple(name for name in MODELS if name != "open" or stated[name]),
            long=having(lambda model: model.get("cache_write_1h_usd_per_mtok") is not None),
            stored=having(lambda model: model.get("cache_mode") == STORED),
            sold=having(lambda model: model.get(PROVISIONED) is not None),
        )

    @property
    def strategies(self) -> dict[str, tuple[str, ...]]:
        return dict(NAMED if "open" in self.models else STRATEGIES)

    def is_used(self, title: str) -> bool:
        """Whether a column is needed."""
        name, _, model = title.partition(", ")
        among = {"Hits an hour": self.long, "Units": self.sold}.get(name, self.models)
        return not model or model == "USD" or (model in among and model in self.models)


NOT_FOLLOWED = (
    "Provisioned units, caches for an hour and stored caches count here only where the scenario"
    " had them when this was delivered; sheet Strategies follows them"
)


@dataclass(frozen=True)
class Model:
    """A scenario without applications: what its calls cost, and what they ask of a pool.

    `load` are replicas of one region per call, at weight 1.
    """

    followed: Followed

    inputs: Inputs
    flow: Flow
    rates: Mapping[str, tuple[Rates, Rates]]
    capacity: Capacity
    shares: Formula
    plan: Plan
    load: Formula
    units: Mapping[str, Terms]

    @property
    def is_beyond(self) -> Formula:
        """Whether something is priced that these sheets do not follow."""
        inputs, followed = self.inputs, self.followed
        found = [xl.formula(False)]
        for name in followed.models:
            mode, long = inputs[f"{name}_cache_mode"], f"{name}_cache_write_1h_usd_per_mtok"
            if name not in followed.long:
                found.append(xl.all_of(mode.equals(EXPLICIT), xl.is_number(inputs[long])))
            if name not in followed.stored:
                found.append(mode.equals(STORED))
            if name not in followed.sold:
                found.append(self.units[name].is_sold)
        return xl.any_of(*found)


@dataclass(frozen=True)
class Side:
    """One side of the comparison: what a request causes and costs under its strategy.

    `calls` are those to each model per request, `is_on` says whether it has a lane.
    """

    fixed_usd: Formula
    usd_per_request: Formula
    calls: Mapping[str, Formula]
    is_on: Mapping[str, Formula]
    pooled_calls: Formula
    is_caching: Formula
    is_hosting: Formula


def write_catalog(
    page: Page,
    row: int,
    column: int,
    levers: Mapping[str, str],
    strategies: Mapping[str, tuple[str, ...]],
) -> list[Formula]:
    """The table of strategies and levers: the range of names, then of each lever's flags."""
    page.texts(row, column, ["Strategy", *levers.values()], "head")
    cells = [
        [
            page.static(n, column, TITLES[name], "muted"),
            *(
                page.static(n, flag, int(lever in has), "count_static")
                for flag, lever in enumerate(CHOOSABLE, start=column + 1)
            ),
        ]
        for n, (name, has) in enumerate(strategies.items(), start=row + 1)
    ]
    return [page.column(line) for line in zip(*cells, strict=True)]


SIDE_ROWS = (
    "Calls after the cache, per request",
    "Complex calls to the premium model, per request",
    "Simple calls to the small model, per request",
    "Calls to the open model, per request",
    "Calls to the pool, per request",
    "Fixed, USD per month",
    "Fees, USD per request",
)


def write_side(
    page: Page, row: int, column: int, chosen: Formula, catalog: Sequence[Formula], model: Model
) -> Side:
    """Sections 2 and 4 for one request of the chosen strategy, and what it costs without any."""
    inputs, place = model.inputs, xl.place_of(chosen, catalog[0])
    flags = (xl.at(flag, place) for flag in catalog[1:])
    caching, routing, semantic, hosting, by_api = page.down(row, column, flags, "exact")

    def put(offset: int, content: Formula) -> Formula:
        return page.formula(row + len(CHOOSABLE) + offset, column, content, "exact")

    kept = put(0, model.flow.fan_out * (1 - semantic * inputs["semantic_hit_ratio"]))
    share, is_open = inputs["routing_simple_ratio"], hosting + by_api > 0
    routed = kept - kept * share + kept * share * inputs["routing_escalation_ratio"]
    simple, is_routed = kept * share, routing.equals(1)
    open_calls = xl.when(is_routed, simple, kept)
    calls = {
        "premium": put(1, xl.when(is_routed, routed, xl.when(is_open, 0, kept))),
        "small": put(2, xl.when(xl.all_of(is_routed, xl.negate(is_open)), simple, 0)),
        "open": put(3, xl.when(by_api.equals(1), open_calls, 0)),
    }
    is_on = {
        "premium": xl.any_of(is_routed, xl.negate(is_open)),
        "small": xl.all_of(is_routed, xl.negate(is_open)),
        "open": by_api.equals(1),
    }
    pooled = put(4, xl.when(hosting.equals(1), open_calls, 0))
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    fixed = semantic * inputs["semantic_platform_usd_per_month"]
    fixed = fixed + routing * inputs["routing_platform_usd_per_month"]
    monthly = people + inputs["pool_platform_usd_per_month"] + extras_of(inputs)
    fixed = put(5, fixed + hosting * monthly)
    fees = semantic * inputs["semantic_lookup_usd_per_call"] * model.flow.fan_out
    false_hits = inputs["semantic_hit_ratio"] * usd_of_false_hits(inputs)
    fees = fees + semantic * false_hits * model.flow.fan_out + pooled * rework_of("pool", inputs)
    fees = put(6, fees + routing * inputs["routing_classifier_usd_per_call"] * kept)
    return Side(fixed, fees, calls, is_on, pooled, caching, hosting)


PER_LANE = ("Hits", "Hits an hour", "Tokens", "Units")
COLUMN_TITLES = (
    *(f"{name}, {model}" for model in MODELS for name in PER_LANE),
    *("Spend, USD", "Instance-hours", "USD per month"),
)


def write_titles(page: Page, row: int, column: int, side: str, followed: Followed) -> None:
    """The heads of a side's columns; those that are not needed are hidden."""
    for n, title in enumerate(COLUMN_TITLES, start=column):
        if followed.is_used(title):
            page.text(row, n, f"{side}: {title}", "head_right")
        else:
            page.sheet.set_column(n, n, None, None, {"hidden": True})


@dataclass(frozen=True)
class At:
    """A month's prices: what multiplies those of models and of their units, and of capacity."""

    capacity: Capacity
    models: Operand = 1
    units: Mapping[str, Operand] = field(default_factory=dict)


def write_cost(
    page: Page, row: int, column: int, volume: Formula, side: Side, model: Model, at: At
) -> Formula:
    """What one volume of one side costs, in as many cells as there are titles."""
    inputs, usd, spend = model.inputs, side.fixed_usd + volume * side.usd_per_request, []
    last = column + len(COLUMN_TITLES) - 1
    for n, name in enumerate(model.followed.models):
        place, calls = column + n * len(PER_LANE), volume * side.calls[name]
        tokens = _tokens(page, row, place, calls, name, side, model)
        tokens = tokens if at.models == 1 else tokens * at.models
        tokens = page.formula(row, place + 2, tokens, "usd_static")
        if name in model.followed.sold:
            tokens = _carried(page, row, place + 3, calls, tokens, name, side, model, at)
        spend.append(tokens)
        usd = usd + calls * model.rates[name][0].rework
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
    name: str,
    side: Side,
    model: Model,
    at: At,
) -> Formula:
    """Section 13: a lane with the units that are sold of its model."""
    terms, shares, units_at = model.units[name], model.shares, at.units.get(name, 1)
    best = xl.when(terms.is_sold, terms.best(calls, tokens, terms.fee(units_at), shares), 0)
    best = page.formula(row, column, best, "count_fine_static")
    carried = usd_at(terms, best, calls, tokens, shares, units_at)
    return xl.when(xl.all_of(terms.is_sold, side.is_on[name]), carried, tokens)


def _tokens(
    page: Page, row: int, column: int, calls: Formula, name: str, side: Side, model: Model
) -> Formula:
    """Sections 3 and 12: a lane's tokens, with the lifetime of the cache that costs less."""
    usds, followed = [], model.followed
    for n, rates in enumerate(model.rates[name][: 2 if name in followed.long else 1]):
        is_on = xl.all_of(side.is_caching.equals(1), rates.can_cache.equals(1), calls > 0)
        hits = hits_of(calls, rates, model.inputs, model.shares)
        hits = page.formula(row, column + n, xl.when(is_on, hits, 0), "percent_static")
        cached = hits * rates.prefix_read + (1 - hits) * rates.prefix_write
        cached = calls * (cached + rates.carried_read + rates.carried_write)
        if name in followed.stored:
            cached = cached + storage_of(calls, rates, model.shares)
        fresh = calls * rates.prefix_input
        prefix = xl.when(is_on, xl.lowest(fresh, cached), fresh)
        usds.append(calls * (rates.rest + rates.output) + prefix)
    return xl.lowest(*usds)


def _pool(calls: Formula, side: Side, model: Model, capacity: Capacity) -> tuple[Formula, Formula]:
    """Sections 4 and 13: instance-hours a month and their USD; whole replicas, so a staircase."""
    inputs, plan = model.inputs, model.plan
    each, regions = inputs["pool_instances_per_replica"], inputs["pool_regions"]
    load, least = calls * model.load, inputs["pool_min_replicas"]
    wanted = load * plan.sized
    spare = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    needed = (wanted > TOLERANCE) * spare
    # The replicas of every hour: the greater of two, written so that arrays can be summed.
    replicas = (plan.sized >= 0) * (needed + least + xl.absolute(needed - least)) / 2
    reserved = reserved_of(replicas_for(load, plan.reserved_for, inputs), inputs, capacity)
    hourly = hourly_of(replicas, plan.paid, reserved, each)
    is_unused = xl.all_of(inputs["pool_scaling"].equals("scheduled"), calls.equals(0))
    is_open = xl.all_of(side.is_hosting.equals(1), xl.negate(is_unused))
    hours = xl.when(is_open, (hourly + 730 * reserved) * regions, 0)
    usd = compute_of(hourly, reserved, capacity) * regions
    return hours, xl.when(is_open, usd, 0)


def staffed(wanted: Formula, inputs: Inputs) -> Formula:
    """Section 4: replicas for a load: whole, with spares, at least the minimum."""
    needed = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    return xl.highest(inputs["pool_min_replicas"], xl.when(wanted > TOLERANCE, needed, 0))
