"""The way of a call through the levers, and the monthly bill of any lever sets at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from costing.engine.api_lane import LaneBill, lane_bill
from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.scenario import Scenario
from costing.engine.inputs.workload import Workload
from costing.engine.levers import (
    PROMPT_CACHING,
    ROUTING,
    RUNNING_CACHE,
    SELF_HOSTING,
    SEMANTIC_CACHING,
)
from costing.engine.pool import PoolBill, pool_bill
from costing.engine.week import Week, week_of

API_LINES = ("input", "cache_read", "cache_write", "output")
POOL_LINES = ("compute_busy", "compute_idle", "engineering", "platform")


@dataclass(frozen=True, slots=True, eq=False)
class LeverSets:
    """Lever sets side by side on the last axis: for each lever, whether it is on."""

    names: tuple[tuple[str, ...], ...]
    caching: BoolArray
    running_cache: BoolArray
    routing: BoolArray
    semantic: BoolArray
    hosting: BoolArray


@lru_cache(maxsize=256)
def lever_sets(sets: tuple[tuple[str, ...], ...]) -> LeverSets:
    """The lever sets as masks."""

    def mask(lever: str) -> BoolArray:
        return np.array([lever in levers for levers in sets], dtype=np.bool_)

    lever_of_mask = (PROMPT_CACHING, RUNNING_CACHE, ROUTING, SEMANTIC_CACHING, SELF_HOSTING)
    return LeverSets(sets, *map(mask, lever_of_mask))


@dataclass(frozen=True, slots=True)
class Flow:
    """Section 2: calls per month that reach each place, and the fees on the way, by lever set."""

    semantic_usd: FloatArray
    routing_usd: FloatArray
    complex_api: FloatArray
    simple_api: FloatArray
    pooled: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Monthly cost in USD by line and lever set; arrays of shape (…, lever sets)."""

    sets: LeverSets
    flow: Flow
    complex_lane: LaneBill
    simple_lane: LaneBill | None
    pool: PoolBill | None
    total: FloatArray

    def lines(self, column: int) -> dict[str, float]:
        """The lines of one lever set in a bill of a single scenario; they sum to its total."""
        lines: dict[str, float] = {}
        has_routing = bool(self.sets.routing[column])
        has_pool = bool(self.sets.hosting[column])
        if self.sets.semantic[column]:
            lines["semantic_cache"] = float(self.flow.semantic_usd[column])
        if has_routing:
            lines["routing"] = float(self.flow.routing_usd[column])
        if has_pool and self.pool is not None:
            lane = "simple" if has_routing else "complex"
            lines |= _lane_lines(lane, POOL_LINES, self.pool, column)
        elif has_routing and self.simple_lane is not None:
            lines |= _lane_lines("simple", API_LINES, self.simple_lane, column)
        if has_routing or not has_pool:
            lines |= _lane_lines("complex", API_LINES, self.complex_lane, column)
        return lines


def _lane_lines(
    lane: str, names: Sequence[str], bill: LaneBill | PoolBill, column: int
) -> dict[str, float]:
    return {f"{lane}.{name}": float(getattr(bill, name)[column]) for name in names}


def flow_of(scenario: Scenario, sets: LeverSets) -> Flow:
    """Section 2: the way of a call. The scenario's figures may be batch columns of shape (n, 1)."""
    workload, cache, triage = scenario.workload, scenario.semantic_cache, scenario.routing
    calls = np.asarray(workload.requests_per_month * workload.fan_out, dtype=np.float64)
    calls = np.multiply(calls, np.ones(len(sets.names)))
    semantic_usd = routing_usd = simple = np.zeros_like(calls)
    if cache is not None:
        fee = cache.platform_usd_per_month + calls * cache.lookup_usd_per_call
        semantic_usd = np.where(sets.semantic, fee, 0.0)
        calls = np.where(sets.semantic, calls * (1.0 - cache.hit_ratio), calls)
    complex_calls = calls
    if triage is not None:
        fee = triage.platform_usd_per_month + calls * triage.classifier_usd_per_call
        routing_usd = np.where(sets.routing, fee, 0.0)
        simple = np.where(sets.routing, calls * triage.simple_ratio, 0.0)
        complex_calls = calls - simple + simple * triage.escalation_ratio
    return Flow(
        semantic_usd=semantic_usd,
        routing_usd=routing_usd,
        complex_api=np.where(sets.hosting & ~sets.routing, 0.0, complex_calls),
        simple_api=np.where(sets.hosting, 0.0, simple),
        pooled=np.where(sets.hosting, np.where(sets.routing, simple, calls), 0.0),
    )


def bill_of(scenario: Scenario, sets: LeverSets) -> Bill:
    """Sections 2 to 4: the month's bill of each lever set, in USD.

    The scenario must have every section that the sets need. Its figures may be batch columns.
    """
    week = week_of(scenario.workload)
    flow = flow_of(scenario, sets)
    workload = scenario.workload
    complex_lane = lane_bill(
        flow.complex_api, sets.caching, sets.running_cache, scenario.premium_model, workload, week
    )
    total = flow.semantic_usd + flow.routing_usd + _sum(complex_lane, API_LINES)
    simple_lane = pool = None
    if scenario.small_model is not None and sets.routing.any():
        simple_lane = lane_bill(
            flow.simple_api, sets.caching, sets.running_cache, scenario.small_model, workload, week
        )
        total = total + _sum(simple_lane, API_LINES)
    if scenario.pool is not None and sets.hosting.any():
        pool = _pool_where(sets.hosting, flow.pooled, scenario.pool, workload, week)
        total = total + _sum(pool, POOL_LINES)
    return Bill(sets, flow, complex_lane, simple_lane, pool, total)


def _pool_where(
    wanted: BoolArray, calls: FloatArray, pool: Pool, workload: Workload, week: Week
) -> PoolBill:
    """The pool's bill of the lever sets that want one, 0 elsewhere: whole weeks are dear."""
    columns = np.flatnonzero(wanted)
    found = pool_bill(calls[..., columns], pool, workload, week)

    def spread(part: FloatArray) -> FloatArray:
        whole = np.zeros((*part.shape[:-1], len(wanted)))
        whole[..., columns] = part
        return whole

    return PoolBill(*(spread(getattr(found, item.name)) for item in fields(found)))


def _sum(bill: LaneBill | PoolBill, names: Sequence[str]) -> FloatArray:
    parts: list[FloatArray] = [getattr(bill, name) for name in names]
    total: FloatArray = np.sum(np.broadcast_arrays(*parts), axis=0)
    return total
