"""The way of a call through the levers, and the monthly bill of any lever sets at once."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from costing.engine.api_lane import LaneBill, lane_bill
from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.commitment import settled
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.scenario import Scenario
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    RUNNING_CACHE,
    SELF_HOSTING,
    SEMANTIC_CACHING,
)
from costing.engine.pool import PoolBill, pool_bill
from costing.engine.rework import false_hits_usd
from costing.engine.week import Week, week_of


@dataclass(frozen=True, slots=True, eq=False)
class LeverSets:
    """Lever sets side by side on the last axis: for each lever, whether it is on."""

    names: tuple[tuple[str, ...], ...]
    caching: BoolArray
    running_cache: BoolArray
    routing: BoolArray
    semantic: BoolArray
    hosting: BoolArray
    hosted: BoolArray

    @property
    def open_weights(self) -> BoolArray:
        """Where calls go to open weights, in a pool or by an API."""
        return self.hosting | self.hosted


@lru_cache(maxsize=256)
def lever_sets(sets: tuple[tuple[str, ...], ...]) -> LeverSets:
    """The lever sets as masks."""

    def mask(lever: str) -> BoolArray:
        return np.array([lever in levers for levers in sets], dtype=np.bool_)

    lever_of_mask = (PROMPT_CACHING, RUNNING_CACHE, ROUTING, SEMANTIC_CACHING, SELF_HOSTING)
    masks = [*map(mask, lever_of_mask), mask(OPEN_MODEL) & ~mask(SELF_HOSTING)]
    return LeverSets(sets, *masks)


@dataclass(frozen=True, slots=True)
class Flow:
    """Section 2: calls per month that reach each place, and the fees on the way, by lever set.

    `false_hits_usd` is None where the semantic cache has none.
    """

    semantic_usd: FloatArray
    routing_usd: FloatArray
    complex_api: FloatArray
    simple_api: FloatArray
    pooled: FloatArray
    open_api: FloatArray
    false_hits_usd: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """Calls that one place serves, and what they cost there per month, by lever set.

    `section` is that of the scenario which describes the place. `is_on` has the lever sets that
    send calls here, `bill` says what the kind of the lane makes of them: an API's or a pool's.
    """

    section: str
    is_on: BoolArray
    is_complex: BoolArray
    calls: FloatArray
    bill: LaneBill | PoolBill

    def share(self, column: int) -> str:
        """Which calls the lane serves in a lever set: `simple` or `complex`."""
        return "complex" if self.is_complex[column] else "simple"

    def lines(self, column: int) -> dict[str, float]:
        """The lines of one lever set, named by the calls that the lane serves in it."""
        lines = self.bill.lines.items()
        return {f"{self.share(column)}.{name}": float(usd[column]) for name, usd in lines}


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Monthly cost in USD by lane and lever set; arrays of shape (…, lever sets)."""

    sets: LeverSets
    flow: Flow
    lanes: tuple[Lane, ...]
    total: FloatArray
    unused_commitment: FloatArray | None = None

    @property
    def pool(self) -> PoolBill | None:
        """The pool's bill, where any lever set has one."""
        bills = (lane.bill for lane in self.lanes)
        return next((bill for bill in bills if isinstance(bill, PoolBill)), None)

    def lines(self, column: int) -> dict[str, float]:
        """The lines of one lever set in a bill of a single scenario; they sum to its total."""
        lines: dict[str, float] = {}
        if self.sets.semantic[column]:
            lines["semantic_cache"] = float(self.flow.semantic_usd[column])
            if self.flow.false_hits_usd is not None:
                lines["false_hits"] = float(self.flow.false_hits_usd[column])
        if self.sets.routing[column]:
            lines["routing"] = float(self.flow.routing_usd[column])
        if self.unused_commitment is not None:
            lines["commitment"] = float(self.unused_commitment[column])
        used = [lane for lane in self.lanes if lane.is_on[column]]
        for lane in sorted(used, key=lambda lane: bool(lane.is_complex[column])):
            lines |= lane.lines(column)
        return lines

    def cache_ttl_seconds(self, column: int) -> dict[str, float]:
        """The lifetimes chosen in a lever set, by `simple` and `complex`, where two are sold."""
        return {
            lane.share(column): float(lane.bill.cache_ttl_seconds[column])
            for lane in self.lanes
            if isinstance(lane.bill, LaneBill) and lane.is_on[column]
            if lane.bill.cache_ttl_seconds is not None and lane.bill.cache_ttl_seconds[column]
        }

    def provisioned_units(self, column: int) -> dict[str, int]:
        """The units bought in a lever set, by `simple` and `complex`, where a model sells them."""
        return {
            lane.share(column): int(lane.bill.units[column])
            for lane in self.lanes
            if isinstance(lane.bill, LaneBill) and lane.is_on[column]
            if lane.bill.units is not None
        }

    def hit_ratio(self, column: int, section: str = "") -> float:
        """The share of a lever set's API calls that hit a prompt cache; 0 without any API call.

        Of those to the model of one section of the scenario, or of all.
        """
        calls = hits = 0.0
        for lane in self.lanes:
            if isinstance(lane.bill, LaneBill) and section in ("", lane.section):
                calls += float(lane.calls[column])
                hits += float(lane.calls[column]) * float(lane.bill.hit_ratio[column])
        return hits / calls if calls > 0.0 else 0.0


def flow_of(scenario: Scenario, sets: LeverSets) -> Flow:
    """Section 2: the way of a call. The scenario's figures may be batch columns of shape (n, 1)."""
    workload, cache, triage = scenario.workload, scenario.semantic_cache, scenario.routing
    calls = np.asarray(workload.requests_per_month * workload.fan_out, dtype=np.float64)
    calls = np.multiply(calls, np.ones(len(sets.names)))
    semantic_usd = routing_usd = simple = np.zeros_like(calls)
    false_usd = None
    if cache is not None:
        false_usd = false_hits_usd(np.where(sets.semantic, calls * cache.hit_ratio, 0.0), cache)
        fee = cache.platform_usd_per_month + calls * cache.lookup_usd_per_call
        semantic_usd = np.where(sets.semantic, fee, 0.0)
        calls = np.where(sets.semantic, calls * (1.0 - cache.hit_ratio), calls)
    complex_calls = calls
    if triage is not None:
        fee = triage.platform_usd_per_month + calls * triage.classifier_usd_per_call
        routing_usd = np.where(sets.routing, fee, 0.0)
        simple = np.where(sets.routing, calls * triage.simple_ratio, 0.0)
        complex_calls = calls - simple + simple * triage.escalation_ratio
    open_calls = np.where(sets.routing, simple, calls)
    return Flow(
        semantic_usd=semantic_usd,
        routing_usd=routing_usd,
        complex_api=np.where(sets.open_weights & ~sets.routing, 0.0, complex_calls),
        simple_api=np.where(sets.open_weights, 0.0, simple),
        pooled=np.where(sets.hosting, open_calls, 0.0),
        open_api=np.where(sets.hosted, open_calls, 0.0),
        false_hits_usd=false_usd,
    )


def bill_of(scenario: Scenario, sets: LeverSets) -> Bill:
    """Sections 2 to 4: the month's bill of each lever set, in USD.

    The scenario must have every section that the sets need. Its figures may be batch columns.
    """
    flow = flow_of(scenario, sets)
    lanes = _lanes(scenario, sets, flow, week_of(scenario.workload))
    total = flow.semantic_usd + flow.routing_usd
    if flow.false_hits_usd is not None:
        total = total + flow.false_hits_usd
    unused = None
    if scenario.commitment is not None:
        lanes, unused = _committed(lanes, scenario.commitment)
        total = total + unused
    for lane in lanes:
        total = total + lane.bill.usd
    return Bill(sets, flow, lanes, total, unused)


def _committed(lanes: tuple[Lane, ...], terms: Commitment) -> tuple[tuple[Lane, ...], FloatArray]:
    """Section 13: the lanes at what their tokens cost under a commitment, and what it leaves."""
    billed = [usd for lane in lanes for usd in _billed(lane).values()]
    factor, unused = settled(np.sum(np.broadcast_arrays(*billed), axis=0), terms)
    return tuple(
        replace(lane, bill=lane.bill.times(factor)) if isinstance(lane.bill, LaneBill) else lane
        for lane in lanes
    ), unused


def _billed(lane: Lane) -> dict[str, FloatArray]:
    return lane.bill.billed if isinstance(lane.bill, LaneBill) else {}


def lanes_by_api(
    sets: LeverSets, flow: Flow
) -> tuple[tuple[str, FloatArray, BoolArray, BoolArray], ...]:
    """The lanes by API: whose prices, which calls, in which sets, and in which they are complex."""
    every, routed, is_open = np.ones_like(sets.routing), sets.routing, sets.open_weights
    return (
        ("premium_model", flow.complex_api, routed | ~is_open, every),
        ("small_model", flow.simple_api, routed & ~is_open, ~every),
        ("open_model", flow.open_api, sets.hosted, ~routed),
    )


def _lanes(scenario: Scenario, sets: LeverSets, flow: Flow, week: Week) -> tuple[Lane, ...]:
    """Every lane that one of the sets uses, each with the calls that reach it and its bill."""
    lanes, workload = [], scenario.workload
    for section, calls, is_on, is_complex in lanes_by_api(sets, flow):
        model = getattr(scenario, section)
        if model is not None and (section == "premium_model" or is_on.any()):
            bill = lane_bill(calls, sets.caching, sets.running_cache, model, workload, week, is_on)
            lanes.append(Lane(section, is_on, is_complex, calls, bill))
    if scenario.pool is not None and sets.hosting.any():
        pool = _pool_where(sets.hosting, flow.pooled, scenario, scenario.pool, week)
        lanes.append(Lane("pool", sets.hosting, ~sets.routing, flow.pooled, pool))
    return tuple(lanes)


def _pool_where(
    wanted: BoolArray, calls: FloatArray, scenario: Scenario, pool: Pool, week: Week
) -> PoolBill:
    """The pool's bill of the lever sets that want one, 0 elsewhere: whole weeks are dear."""
    columns = np.flatnonzero(wanted)
    found = pool_bill(calls[..., columns], pool, scenario.workload, week, scenario.latency)

    def spread(part: FloatArray) -> FloatArray:
        whole = np.zeros((*part.shape[:-1], len(wanted)))
        whole[..., columns] = part
        return whole

    parts = {item.name: getattr(found, item.name) for item in fields(found)}
    return PoolBill(**{name: spread(part) for name, part in parts.items() if part is not None})
