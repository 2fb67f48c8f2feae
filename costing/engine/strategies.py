"""The way of a call through the levers, and the monthly bill of any lever sets at once."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache, reduce
from operator import or_

import numpy as np

from costing.engine.api_lane import LaneBill, lane_bill
from costing.engine.arrays import BoolArray, FloatArray, IndexArray, spread, summed
from costing.engine.bills import (
    SHARED_POOL,
    Bill,
    Flow,
    Lane,
    LeverSets,
    PartBill,
    billed,
    lever_sets,
)
from costing.engine.commitment import settled
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.scenario import Part, Scenario
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    RUNNING_CACHE,
    SELF_HOSTING,
    levers_for,
)
from costing.engine.pool import PoolBill, demand_of, pool_bill, pooled
from costing.engine.provisioned import calls_of_unit
from costing.engine.rework import false_hits_usd
from costing.engine.shared_units import UnitsDemand, shared_units
from costing.engine.week import Week, week_of


def flow_of(scenario: Scenario, sets: LeverSets) -> Flow:
    """Section 2: the way of a call. The scenario's figures may be batch columns of shape (n, 1)."""
    workload, cache, triage = scenario.workload, scenario.semantic_cache, scenario.routing
    calls: FloatArray = workload.requests_per_month * workload.fan_out * np.ones(len(sets.names))
    semantic_usd = routing_usd = simple = np.zeros_like(calls)
    false_usd = None
    if cache is not None:
        false_usd = false_hits_usd(calls, sets.semantic, cache)
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
    """Sections 2 to 4 and 9: the month's bill of each lever set, in USD.

    The scenario must have every section that the sets need. Its figures may be batch columns.
    """
    parts = tuple(_part_bill(part, sets) for part in scenario.parts)
    parts, units = _with_shared_units(scenario, parts)
    unused = None
    if scenario.commitment is not None:
        parts, unused = _committed(parts, scenario.commitment)
    total, lanes = parts[0].usd, list(parts[0].lanes)
    for part in parts[1:]:
        total = total + part.usd
        lanes += part.lanes
    platforms = _platforms(scenario, parts) if len(parts) > 1 else {}
    for usd in (*platforms.values(), *(() if unused is None else (unused,))):
        total = total + usd
    pool = _pool_lane(scenario.pool, sets, parts)
    if pool is not None:
        total = total + pool.bill.usd
        lanes.append(pool)
    return Bill(sets, parts, platforms, tuple(lanes), total, unused, units)


def _part_bill(part: Part, sets: LeverSets) -> PartBill:
    """Section 9: what one application pays by itself."""
    scenario, own = part.scenario, allowed(sets, part)
    flow, week, demand = flow_of(scenario, own), week_of(scenario.workload), None
    if scenario.pool is not None and own.hosting.any():
        demand = demand_of(flow.pooled, scenario.pool, scenario.workload, week, scenario.latency)
    lanes = _lanes(part, own, flow, week)
    units = {lane.section: _units_demand(lane, part) for lane in lanes if _is_shared(lane, part)}
    return PartBill(part.key, own, flow, lanes, demand, _usd_of(flow, lanes), units=units)


def _usd_of(flow: Flow, lanes: tuple[Lane, ...]) -> FloatArray:
    usd = flow.usd
    for lane in lanes:
        usd = usd + lane.bill.usd
    return usd


def _is_shared(lane: Lane, part: Part) -> bool:
    return lane.section in part.shared_units


def _units_demand(lane: Lane, part: Part) -> UnitsDemand:
    """Section 13: what a lane asks of units that several share."""
    model, workload = getattr(part.scenario, lane.section), part.scenario.workload
    usd = summed(billed(lane).values())
    load = lane.calls / calls_of_unit(model.provisioned, model, workload)
    return UnitsDemand(load, usd, lane.is_on, workload)


def _with_shared_units(
    scenario: Scenario, parts: tuple[PartBill, ...]
) -> tuple[tuple[PartBill, ...], dict[str, FloatArray]]:
    """Section 13: the applications with what units carry that they share, and those units."""
    units: dict[str, FloatArray] = {}
    bills: dict[tuple[str, str], LaneBill] = {}
    for section in dict.fromkeys(section for part in parts for section in part.units):
        sharing = [part for part in parts if section in part.units]
        lanes = [
            (lane.bill, part.units[section])
            for part in sharing
            for lane in part.lanes
            if lane.section == section and isinstance(lane.bill, LaneBill)
        ]
        found = shared_units(lanes, getattr(scenario, section).provisioned)
        units[section] = found.units
        keys = [(part.key, section) for part in sharing]
        bills |= dict(zip(keys, found.bills, strict=True))
    if not bills:
        return parts, units
    return tuple(_with_bills(part, bills) for part in parts), units


def _with_bills(part: PartBill, bills: Mapping[tuple[str, str], LaneBill]) -> PartBill:
    lanes = tuple(
        replace(lane, bill=bills.get((part.key, lane.section), lane.bill)) for lane in part.lanes
    )
    shared = {
        lane.section: summed(billed(lane).values()) for lane in lanes if lane.section in part.units
    }
    return replace(part, lanes=lanes, usd=_usd_of(part.flow, lanes), shared_usd=shared)


def _committed(
    parts: tuple[PartBill, ...], terms: Commitment
) -> tuple[tuple[PartBill, ...], FloatArray]:
    """Section 13: what all pay where their tokens together are under a commitment; what it leaves.

    The discount is the same for every USD of tokens.
    """
    spent = []
    for part in parts:
        spent.append(summed(usd for lane in part.lanes for usd in billed(lane).values()))
    factor, unused = settled(summed(spent), terms)
    pairs = zip(parts, spent, strict=True)
    return tuple(_at_discount(part, tokens, factor) for part, tokens in pairs), unused


def _at_discount(part: PartBill, tokens_usd: FloatArray, factor: FloatArray) -> PartBill:
    lanes = tuple(
        replace(lane, bill=lane.bill.times(factor)) if isinstance(lane.bill, LaneBill) else lane
        for lane in part.lanes
    )
    usd = part.beside_usd + tokens_usd * factor
    return replace(part, lanes=lanes, usd=usd, tokens_usd=tokens_usd)


def allowed(sets: LeverSets, part: Part) -> LeverSets:
    """Section 9: what an application has of the sets, without the levers that are off for it."""
    if not part.key:
        return sets
    return _sets_of(sets.names, part.key, part.levers_allowed)


@lru_cache(maxsize=256)
def _sets_of(
    sets: tuple[tuple[str, ...], ...], key: str, levers: tuple[str, ...] | None
) -> LeverSets:
    follows = {RUNNING_CACHE: PROMPT_CACHING, OPEN_MODEL: SELF_HOSTING}
    own = (levers_for(key, each) for each in sets)
    return lever_sets(
        tuple(
            tuple(each for each in one if levers is None or follows.get(each, each) in levers)
            for one in own
        )
    )


def _platforms(scenario: Scenario, parts: tuple[PartBill, ...]) -> dict[str, FloatArray]:
    """Section 9: USD per month that several applications pay once, where one of them needs it."""
    fees = {}
    for line, section, mask in (
        ("semantic_cache", scenario.semantic_cache, "semantic"),
        ("routing", scenario.routing, "routing"),
    ):
        if section is not None:
            is_used = np.any([getattr(part.sets, mask) for part in parts], axis=0)
            fees[line] = np.where(is_used, section.platform_usd_per_month, 0.0)
    return fees


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


def _lanes(part: Part, sets: LeverSets, flow: Flow, week: Week) -> tuple[Lane, ...]:
    """Every lane by API that one of the sets uses, with the calls that reach it and its bill."""
    lanes, scenario = [], part.scenario
    for section, calls, is_on, is_complex in lanes_by_api(sets, flow):
        model = getattr(scenario, section)
        if model is not None and (section == "premium_model" or is_on.any()):
            masks = (sets.caching, sets.running_cache)
            is_shared = section in part.shared_units
            bill = lane_bill(
                calls, *masks, model, scenario.workload, week, is_on, shares_units=is_shared
            )
            lanes.append(Lane(section, is_on, is_complex, calls, bill, part.key))
    return tuple(lanes)


def _pool_lane(pool: Pool | None, sets: LeverSets, parts: tuple[PartBill, ...]) -> Lane | None:
    """The pool that all applications share, of the lever sets in which one of them wants it."""
    using = [part for part in parts if part.demand is not None]
    demands = [part.demand for part in using if part.demand is not None]
    if pool is None or not demands:
        return None
    wanted = reduce(or_, (part.sets.hosting for part in using))
    columns = np.flatnonzero(wanted)
    demand = pooled([each.at(columns) for each in demands], pool)
    bill = _spread(pool_bill(demand, pool), columns, wanted)
    calls = sum((each.calls for each in demands[1:]), demands[0].calls)
    name = SHARED_POOL if using[0].key else ""
    return Lane("pool", wanted, ~sets.routing, calls, bill, name)


def _spread(bill: PoolBill, columns: IndexArray, wanted: BoolArray) -> PoolBill:
    """The bill of the lever sets that want a pool, and 0 elsewhere: whole weeks are dear."""
    parts = {item.name: getattr(bill, item.name) for item in fields(bill)}
    known = {name: part for name, part in parts.items() if part is not None}
    return PoolBill(**{name: spread(each, columns, len(wanted)) for name, each in known.items()})
