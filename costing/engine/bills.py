"""What a month's bill is made of: lever sets, the flow of calls, lanes, and applications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from costing.engine.api_lane import LaneBill
from costing.engine.arrays import BoolArray, FloatArray, summed
from costing.engine.deferral import may_wait
from costing.engine.inputs.pool import Pool
from costing.engine.levers import (
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    RUNNING_CACHE,
    SCOPE,
    SELF_HOSTING,
    SEMANTIC_CACHING,
)
from costing.engine.pool import Demand, PoolBill, pool_bill, pooled
from costing.engine.shared_units import UnitsDemand

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


def billed(lane: Lane) -> dict[str, FloatArray]:
    """The lines of a lane that those who sell tokens bill."""
    return lane.bill.billed if isinstance(lane.bill, LaneBill) else {}


@dataclass(frozen=True, slots=True, eq=False)
class PartBill:
    """Section 9: an application's levers, calls and fees, without what all pay once.

    `sets` have none of the levers that are off for it. `demand` is what it asks of a pool, `usd`
    what it pays per month, the pool aside. Under a commitment `tokens_usd` is what of it would be
    paid to those who sell tokens without one; None where nothing is committed. `units` is what it
    asks of provisioned units that it shares, by section of the model, and `shared_usd` what it pays
    for what they serve, before a commitment.
    """

    key: str
    sets: LeverSets
    flow: Flow
    lanes: tuple[Lane, ...]
    demand: Demand | None
    usd: FloatArray
    tokens_usd: FloatArray | None = None
    units: Mapping[str, UnitsDemand] = field(default_factory=dict)
    shared_usd: Mapping[str, FloatArray] = field(default_factory=dict)

    def asks_units(self, section: str, column: int) -> bool:
        """Whether it uses a model whose units it shares, in a lever set."""
        return section in self.units and bool(self.units[section].is_on[column])

    @property
    def beside_usd(self) -> FloatArray:
        """What of `usd` a commitment does not count: fees on the way, answers made again."""
        usd = self.flow.usd
        for lane in self.lanes:
            counted = billed(lane)
            for name, line in lane.bill.lines.items():
                usd = usd if name in counted else usd + line
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
    spend on tokens; None where nothing is committed. `shared_units` are the provisioned units that
    several share, by section of the model.
    """

    sets: LeverSets
    parts: tuple[PartBill, ...]
    platforms: Mapping[str, FloatArray]
    lanes: tuple[Lane, ...]
    total: FloatArray
    unused_commitment: FloatArray | None = None
    shared_units: Mapping[str, FloatArray] = field(default_factory=dict)

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
        bills = [pool_bill(pooled([each], pool), pool).usd for each in demands]
        apart = summed(
            np.where(is_used, usd, 0.0) for is_used, usd in zip(using, bills, strict=True)
        )
        saved, counts = (apart - self.pool.usd).tolist(), using.sum(axis=0).tolist()
        return [usd if count > 1 else None for usd, count in zip(saved, counts, strict=True)]

    def without_deferral(self, pool: Pool | None) -> PoolBill | None:
        """The pool's bill if no call waited; None where none may."""
        demands = [each.demand for each in self.parts if each.demand is not None]
        if pool is None or not may_wait(pool, [each.workload for each in demands]):
            return None
        at_once = pool.model_copy(update={"deferral_hours": 0})
        return pool_bill(pooled(demands, at_once), at_once)

    def cache_ttl_seconds(self, column: int) -> dict[str, float]:
        """The lifetimes chosen in a lever set, by `simple` and `complex`, where two are sold."""
        return {
            lane.share(column): float(lane.bill.cache_ttl_seconds[column])
            for lane in self.lanes
            if isinstance(lane.bill, LaneBill) and lane.is_on[column]
            if lane.bill.cache_ttl_seconds is not None and lane.bill.cache_ttl_seconds[column]
        }

    def provisioned_units(self, column: int) -> dict[str, int]:
        """The units bought in a lever set, by `simple` and `complex`, where a model sells them.

        Those that several applications share by the model's section.
        """
        shared = {
            section: int(units[column])
            for section, units in self.shared_units.items()
            if any(part.asks_units(section, column) for part in self.parts)
        }
        return shared | {
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
