"""The way of a call through the levers, and the monthly bill of any lever sets at once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from costing.engine.api_lane import LaneBill, lane_bill
from costing.engine.arrays import BoolArray, FloatArray, IndexArray, summed
from costing.engine.commitment import settled
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.scenario import Part, Scenario
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    RUNNING_CACHE,
    SCOPE,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    levers_for,
)
from costing.engine.pool import Demand, PoolBill, demand_of, pool_bill, pooled
from costing.engine.rework import false_hits_usd
from costing.engine.week import Week, week_of

SHARED_POOL, SHARED = "pool", "shared"
"""What lines are called that several applications cause together, and what they pay once."""


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
    """The lever sets as masks; a lever that some applications alone have is on."""

    plain = [{each.rpartition(SCOPE)[2] for each in levers} for levers in sets]

    def mask(lever: str) -> BoolArray:
        return np.array([lever in levers for levers in plain], dtype=np.bool_)

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

    @property
    def usd(self) -> FloatArray:
        """USD per month on the way of the calls, and for wrong hits."""
        fees: FloatArray = self.semantic_usd + self.routing_usd
        return fees if self.false_hits_usd is None else fees + self.false_hits_usd


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """Calls that one place serves, and what they cost there per month, by lever set.

    `section` is that of the scenario which describes the place. `is_on` has the lever sets that
    send calls here, `bill` says what the kind of the lane makes of them: an API's or a pool's.
    `application` is the key of the one whose calls these are; `pool` where all of them share it.
    """

    section: str
    is_on: BoolArray
    is_complex: BoolArray
    calls: FloatArray
    bill: LaneBill | PoolBill
    application: str = ""

    def share(self, column: int) -> str:
        """Which calls the lane serves in a lever set: an application's, `simple` or `complex`."""
        if self.application == SHARED_POOL:
            return SHARED_POOL
        share = "complex" if self.is_complex[column] else "simple"
        return f"{self.application}.{share}" if self.application else share

    def lines(self, column: int) -> dict[str, float]:
        """The lines of one lever set, named by the calls that the lane serves in it."""
        lines = self.bill.lines.items()
        return {f"{self.share(column)}.{name}": float(usd[column]) for name, usd in lines}


@dataclass(frozen=True, slots=True, eq=False)
class PartBill:
    """Section 9: an application's levers, calls and fees, without what all pay once.

    `sets` have none of the levers that are off for it. `demand` is what it asks of a pool, `usd`
    what it pays per month, the pool aside. Under a commitment `tokens_usd` is what of it would be
    paid to those who sell tokens without one; None where nothing is committed.
    """

    key: str
    sets: LeverSets
    flow: Flow
    lanes: tuple[Lane, ...]
    demand: Demand | None
    usd: FloatArray
    tokens_usd: FloatArray | None = None

    @property
    def beside_usd(self) -> FloatArray:
        """What of `usd` a commitment does not count: fees on the way, answers made again."""
        usd = self.flow.usd
        for lane in self.lanes:
            billed = _billed(lane)
            for name, line in lane.bill.lines.items():
                usd = usd if name in billed else usd + line
        return usd

    def fees(self, column: int) -> dict[str, float]:
        """What is paid on the way of its calls, by line."""
        fees, place = {}, f"{self.key}." if self.key else ""
        if self.sets.semantic[column]:
            fees[f"{place}semantic_cache"] = float(self.flow.semantic_usd[column])
            if self.flow.false_hits_usd is not None:
                fees[f"{place}false_hits"] = float(self.flow.false_hits_usd[column])
        if self.sets.routing[column]:
            fees[f"{place}routing"] = float(self.flow.routing_usd[column])
        return fees


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Monthly cost in USD by lane and lever set; arrays of shape (…, lever sets).

    `parts` are the applications, or the whole scenario where there are none; `platforms` what
    several pay once, by line. `unused_commitment` is what is committed beyond what all of them
    spend on tokens; None where nothing is committed.
    """

    sets: LeverSets
    parts: tuple[PartBill, ...]
    platforms: Mapping[str, FloatArray]
    lanes: tuple[Lane, ...]
    total: FloatArray
    unused_commitment: FloatArray | None = None

    @property
    def flow(self) -> Flow:
        """The calls of a scenario without applications; ValueError for one that has some."""
        (part,) = self.parts
        return part.flow

    @property
    def pool(self) -> PoolBill | None:
        """The pool's bill, where any lever set has one."""
        bills = (lane.bill for lane in self.lanes)
        return next((bill for bill in bills if isinstance(bill, PoolBill)), None)

    def lines(self, column: int) -> dict[str, float]:
        """The lines of one lever set in a bill of a single scenario; they sum to its total."""
        lines = {name: float(usd[column]) for name, usd in self.platforms.items() if usd[column]}
        for part in self.parts:
            lines |= part.fees(column)
        if self.unused_commitment is not None:
            lines["commitment"] = float(self.unused_commitment[column])
        used = [lane for lane in self.lanes if lane.is_on[column]]
        for lane in sorted(used, key=lambda lane: bool(lane.is_complex[column])):
            lines |= lane.lines(column)
        return lines

    def by_application(self, column: int) -> dict[str, float]:
        """USD per month by application, and what all pay once as `shared`; they sum to the total.

        The pool is split by the seconds that each takes of it; what is committed and not used is
        shared. Empty without applications.
        """
        if not self.parts[0].key:
            return {}
        found = {part.key: float(part.usd[column]) for part in self.parts}
        shared = sum(float(usd[column]) for usd in self.platforms.values())
        if self.unused_commitment is not None:
            shared += float(self.unused_commitment[column])
        pool = 0.0 if self.pool is None else float(self.pool.usd[column])
        seconds = {
            each.key: float(each.demand.seconds[column]) for each in self.parts if each.demand
        }
        whole = sum(seconds.values())
        for key, each in seconds.items():
            found[key] += pool * each / whole if whole > 0.0 else 0.0
        return {**found, SHARED: shared + (0.0 if whole > 0.0 else pool)}

    def pooling_usd(self, pool: Pool | None) -> list[float | None]:
        """USD per month that a pool for each application would cost more than the shared one.

        By lever set; None where fewer than two applications use one.
        """
        demands = [each.demand for each in self.parts if each.demand is not None]
        if pool is None or self.pool is None or len(demands) < 2:
            return [None] * len(self.sets.names)
        using = np.array([each.calls > 0.0 for each in demands])
        bills = [pool_bill(each, pool).usd for each in demands]
        apart = summed(
            np.where(is_used, usd, 0.0) for is_used, usd in zip(using, bills, strict=True)
        )
        saved, counts = (apart - self.pool.usd).tolist(), using.sum(axis=0).tolist()
        return [usd if count > 1 else None for usd, count in zip(saved, counts, strict=True)]

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
    """Sections 2 to 4 and 9: the month's bill of each lever set, in USD.

    The scenario must have every section that the sets need. Its figures may be batch columns.
    """
    parts = tuple(_part_bill(part, sets) for part in scenario.parts)
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
    return Bill(sets, parts, platforms, tuple(lanes), total, unused)


def _part_bill(part: Part, sets: LeverSets) -> PartBill:
    """Section 9: what one application pays by itself."""
    scenario, own = part.scenario, allowed(sets, part)
    flow, week, demand = flow_of(scenario, own), week_of(scenario.workload), None
    if scenario.pool is not None and own.hosting.any():
        demand = demand_of(flow.pooled, scenario.pool, scenario.workload, week, scenario.latency)
    lanes, usd = _lanes(part, own, flow, week), flow.usd
    for lane in lanes:
        usd = usd + lane.bill.usd
    return PartBill(part.key, own, flow, lanes, demand, usd)


def _committed(
    parts: tuple[PartBill, ...], terms: Commitment
) -> tuple[tuple[PartBill, ...], FloatArray]:
    """Section 13: what all pay where their tokens together are under a commitment; what it leaves.

    The discount is the same for every USD of tokens.
    """
    spent = []
    for part in parts:
        spent.append(summed(usd for lane in part.lanes for usd in _billed(lane).values()))
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


def _billed(lane: Lane) -> dict[str, FloatArray]:
    return lane.bill.billed if isinstance(lane.bill, LaneBill) else {}


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
            bill = lane_bill(calls, *masks, model, scenario.workload, week, is_on)
            lanes.append(Lane(section, is_on, is_complex, calls, bill, part.key))
    return tuple(lanes)


def _pool_lane(pool: Pool | None, sets: LeverSets, parts: tuple[PartBill, ...]) -> Lane | None:
    """The pool that all applications share, of the lever sets in which one of them wants it."""
    using = [part for part in parts if part.demand is not None]
    demands = [part.demand for part in using if part.demand is not None]
    if pool is None or not demands:
        return None
    wanted = np.any([part.sets.hosting for part in using], axis=0)
    columns = np.flatnonzero(wanted)
    bill = _spread(pool_bill(pooled([each.at(columns) for each in demands]), pool), columns, wanted)
    calls = sum((each.calls for each in demands[1:]), demands[0].calls)
    name = SHARED_POOL if using[0].key else ""
    return Lane("pool", wanted, ~sets.routing, calls, bill, name)


def _spread(bill: PoolBill, columns: IndexArray, wanted: BoolArray) -> PoolBill:
    """The bill of the lever sets that want a pool, and 0 elsewhere: whole weeks are dear."""

    def spread(part: FloatArray) -> FloatArray:
        whole = np.zeros((*part.shape[:-1], len(wanted)))
        whole[..., columns] = part
        return whole

    parts = {item.name: getattr(bill, item.name) for item in fields(bill)}
    return PoolBill(**{name: spread(part) for name, part in parts.items() if part is not None})
