"""A strategy's monthly cost as a function of volume: a smooth part, and a pool's staircase.

Pure: NumPy only; no Django, no clock, no I/O.
"""

from dataclasses import dataclass, replace

import numpy as np

from costing.engine.api_lane import call_rates, renewals_per_call
from costing.engine.inputs import ModelPrices, Pool, Scenario, with_requests
from costing.engine.levers import PROMPT_CACHING, SELF_HOSTING
from costing.engine.pool import CEILING_TOLERANCE, load_per_call, staffing
from costing.engine.strategies import flow_of, lever_sets
from costing.engine.units import WEEKS_PER_MONTH, BoolArray, FloatArray
from costing.engine.week import Week, week_of

SATURATED = 45.0
"""Expected renewals above which 1 − exp(−x) is 1 in float64."""

STEEPEST = 2.0
"""x·(1 − exp(−x)) is steepest at x = 2."""

SEARCH_POINTS = 65
SEARCH_ROUNDS = 12


@dataclass(frozen=True, slots=True, eq=False)
class CachedLane:
    """The prefixes of an API lane whose hit ratio follows the arrivals, per request."""

    calls_per_request: float
    off_usd: float
    read_usd: float
    write_usd: float
    shares: FloatArray
    renewals_per_request: FloatArray

    def hits(self, volumes: FloatArray) -> FloatArray:
        """The hit ratio at these volumes."""
        if volumes.size == 0 or self.renewals_per_request.min() * volumes.min() > SATURATED:
            return np.full_like(volumes, self.shares.sum())
        renewals = volumes[:, None] * self.renewals_per_request
        found: FloatArray = -np.expm1(-renewals) @ self.shares
        return found

    def is_used(self, volumes: FloatArray) -> BoolArray:
        """Whether caching is cheaper than not caching at these volumes."""
        cached = self.write_usd - (self.write_usd - self.read_usd) * self.hits(volumes)
        used: BoolArray = cached < self.off_usd
        return used

    def usd(self, volumes: FloatArray) -> FloatArray:
        """Section 3: USD per month of the lane's prefixes, cached or not, whichever is cheaper."""
        cached = self.write_usd - (self.write_usd - self.read_usd) * self.hits(volumes)
        cost: FloatArray = volumes * self.calls_per_request * np.minimum(cached, self.off_usd)
        return cost

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of `usd` in each [low, high] without a kink inside."""
        least, most = self._hit_slopes(low, high)
        spread = self.write_usd - self.read_usd
        ends = np.sort([self.write_usd - spread * least, self.write_usd - spread * most], axis=0)
        used = self.is_used((low + high) / 2.0)
        bounds = np.where(used, ends, self.off_usd) * self.calls_per_request
        return bounds[0], bounds[1]

    def _hit_slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the slope of v·hits(v), which is Σ share·(1 − exp(−x)·(1 − x))."""
        if low.size == 0 or self.renewals_per_request.min() * low.min() > SATURATED:
            return np.full_like(low, self.shares.sum()), np.full_like(low, self.shares.sum())
        first = low[:, None] * self.renewals_per_request
        last = high[:, None] * self.renewals_per_request
        at_first, at_last = _slope_of_hits(first), _slope_of_hits(last)
        has_peak = (first < STEEPEST) & (last > STEEPEST)
        peak = float(_slope_of_hits(np.array(STEEPEST)))
        most = np.where(has_peak, peak, np.maximum(at_first, at_last))
        return np.minimum(at_first, at_last) @ self.shares, most @ self.shares

    def kinks(self) -> list[float]:
        """The volume at which caching starts (or stops) to be cheaper, where there is one."""
        spread = self.write_usd - self.read_usd
        wanted = (self.write_usd - self.off_usd) / spread if spread != 0.0 else -1.0
        if not 0.0 < wanted < float(self.shares.sum()):
            return []
        low = 1e-18 / float(self.renewals_per_request.max())
        high = 2.0 * SATURATED / float(self.renewals_per_request.min())
        for _ in range(SEARCH_ROUNDS):
            points = np.geomspace(low, high, SEARCH_POINTS)
            place = int(np.clip(np.searchsorted(self.hits(points), wanted), 1, len(points) - 1))
            low, high = float(points[place - 1]), float(points[place])
        return [high]

    def landmarks(self) -> list[float]:
        """Volumes that cut the curve into nearly straight pieces."""
        scales = (self.renewals_per_request.max(), self.renewals_per_request.min())
        factors = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
        return [float(factor / scale) for scale in scales for factor in factors]

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        spread = self.write_usd - self.read_usd
        slope = self.calls_per_request * min(self.read_usd, self.off_usd)
        # v·exp(−b·v) is at most 1/(e·b).
        reach = abs(spread) * self.calls_per_request
        reach *= float(np.sum(self.shares / self.renewals_per_request)) / np.e
        return slope, (0.0 if spread >= 0.0 else -reach), (reach if spread >= 0.0 else 0.0)


def _slope_of_hits(x: FloatArray) -> FloatArray:
    slope: FloatArray = 1.0 - np.exp(-x) * (1.0 - x)
    return slope


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """A pool's compute cost: USD per replica for each weight of the week, and the load per request.

    Any traffic has at least one replica: the rounding tolerance of section 4 is no free capacity.
    """

    loads: FloatArray
    usd_per_replica: FloatArray
    spare_replicas: int
    min_replicas: int

    def first_index(self, volume: float) -> FloatArray:
        """Replicas needed just above a volume, before spares, for each weight."""
        return np.maximum(np.floor(self.loads * volume - CEILING_TOLERANCE) + 1.0, 1.0)

    def last_index(self, volume: float) -> FloatArray:
        """The number of the last step at or below a volume, for each weight."""
        return np.floor(self.loads * volume - CEILING_TOLERANCE)

    def first_step(self, volume: float) -> FloatArray:
        """The number of the first step above a volume that adds a replica, for each weight."""
        return np.maximum(self.first_index(volume), self.min_replicas - self.spare_replicas)

    def usd(self, needed: FloatArray) -> float:
        """USD per month for so many needed replicas of each weight."""
        staffed = np.maximum(needed + self.spare_replicas, self.min_replicas)
        return float(staffed @ self.usd_per_replica)

    def usd_at(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these volumes."""
        needed = np.ceil(volumes[:, None] * self.loads - CEILING_TOLERANCE)
        with_spares = np.maximum(needed, 1.0) + self.spare_replicas
        usd: FloatArray = np.maximum(with_spares, self.min_replicas) @ self.usd_per_replica
        return usd

    def count(self, low: float, high: float) -> float:
        """How many steps lie in (low, high]."""
        counts = self.last_index(high) - self.first_step(low) + 1.0
        return float(np.maximum(counts, 0.0).sum())

    def steps(self, low: float, high: float) -> tuple[FloatArray, FloatArray]:
        """Every step in (low, high]: its volume, and the rise in USD per month just above it."""
        first, last = self.first_step(low), self.last_index(high)
        counts = np.maximum(last - first + 1.0, 0.0).astype(np.int64)
        owner = np.repeat(np.arange(len(counts)), counts)
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        numbers = first[owner] + offsets
        volumes = (numbers + CEILING_TOLERANCE) / self.loads[owner]
        before = np.maximum(numbers + self.spare_replicas, self.min_replicas)
        after = np.maximum(numbers + 1.0 + self.spare_replicas, self.min_replicas)
        return volumes, (after - before) * self.usd_per_replica[owner]

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far `usd` can lie below and above slope·volume."""
        per_replica = float(self.usd_per_replica.sum())
        slope = float(self.usd_per_replica @ self.loads)
        above = 1.0 + max(0, self.min_replicas - 1 - self.spare_replicas)
        low = per_replica * (self.spare_replicas - CEILING_TOLERANCE)
        return slope, low, per_replica * (self.spare_replicas + above)


@dataclass(frozen=True, slots=True, eq=False)
class CostCurve:
    """A strategy's cost in USD per month: fixed + per request + cached lanes + staircase."""

    fixed_usd: float
    usd_per_request: float
    lanes: tuple[CachedLane, ...]
    staircase: Staircase | None

    def smooth_usd(self, volumes: FloatArray) -> FloatArray:
        """Everything but the staircase, at these requests per month."""
        usd = self.fixed_usd + self.usd_per_request * volumes
        for lane in self.lanes:
            usd = usd + lane.usd(volumes)
        return usd

    def usd(self, volumes: FloatArray) -> FloatArray:
        """USD per month at these requests per month."""
        smooth = self.smooth_usd(volumes)
        return smooth if self.staircase is None else smooth + self.staircase.usd_at(volumes)

    def slopes(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest slope of the smooth part in each [low, high]."""
        least = most = np.full_like(low, self.usd_per_request)
        for lane in self.lanes:
            lane_least, lane_most = lane.slopes(low, high)
            least, most = least + lane_least, most + lane_most
        return least, most

    @property
    def asymptote(self) -> tuple[float, float, float]:
        """Slope in USD per request, and how far the cost can lie below and above slope·volume."""
        parts = [lane.asymptote for lane in self.lanes]
        if self.staircase is not None:
            parts.append(self.staircase.asymptote)
        slope = self.usd_per_request + sum(part[0] for part in parts)
        low = self.fixed_usd + sum(part[1] for part in parts)
        return slope, low, self.fixed_usd + sum(part[2] for part in parts)


def cost_curve(scenario: Scenario, levers: tuple[str, ...]) -> CostCurve:
    """Section 5: the cost of a lever set over requests_per_month, everything else fixed."""
    week = week_of(scenario.workload)
    sets = lever_sets((levers,))
    idle = flow_of(with_requests(scenario, 0.0), sets)
    one = flow_of(with_requests(_without_platforms(scenario), 1.0), sets)
    fixed = float(idle.semantic_usd[0] + idle.routing_usd[0])
    per_request = float(one.semantic_usd[0] + one.routing_usd[0])
    lanes: list[CachedLane] = []
    is_caching = PROMPT_CACHING in levers
    served = ((scenario.premium_model, one.complex_api), (scenario.small_model, one.simple_api))
    for model, calls in served:
        if model is not None and calls[0] > 0.0:
            usd, lane = _lane(scenario, model, float(calls[0]), is_caching, week)
            per_request += usd
            lanes += [] if lane is None else [lane]
    staircase = None
    if SELF_HOSTING in levers and scenario.pool is not None:
        idle_usd, staircase = _pool_curve(scenario, scenario.pool, float(one.pooled[0]), week)
        fixed += idle_usd
    return CostCurve(fixed, per_request, tuple(lanes), staircase)


def _without_platforms(scenario: Scenario) -> Scenario:
    """The scenario with no fixed fees on a call's way, so that one request shows its own."""
    cache, triage = scenario.semantic_cache, scenario.routing
    return replace(
        scenario,
        semantic_cache=None if cache is None else replace(cache, platform_usd_per_month=0.0),
        routing=None if triage is None else replace(triage, platform_usd_per_month=0.0),
    )


def _lane(
    scenario: Scenario, model: ModelPrices, calls: float, is_caching: bool, week: Week
) -> tuple[float, CachedLane | None]:
    """USD per request that does not depend on volume, and the part of the lane that does."""
    workload = scenario.workload
    rates = call_rates(model, workload)
    usd = calls * float(rates.rest_usd + rates.output_usd)
    renewals = calls * float(renewals_per_call(model, workload)) * week.weights
    off, read = float(rates.prefix_input_usd), float(rates.prefix_read_usd)
    write = float(rates.prefix_write_usd)
    if not (is_caching and rates.can_cache):
        return usd + calls * off, None
    measured = workload.prefix_hit_ratio
    is_active = renewals > 0.0
    if measured is not None or not is_active.any():
        hits = 0.0 if measured is None else measured
        return usd + calls * min(off, hits * read + (1.0 - hits) * write), None
    shares = (week.weights * week.hours)[is_active]
    return usd, CachedLane(calls, off, read, write, shares, renewals[is_active])


def _pool_curve(
    scenario: Scenario, pool: Pool, calls: float, week: Week
) -> tuple[float, Staircase | None]:
    """The pool's fixed USD per month, and its staircase; None where no load moves it."""
    fixed = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    fixed += pool.platform_usd_per_month
    plan = staffing(pool, week)
    loads = calls * float(load_per_call(pool, scenario.workload)) * plan.weights
    hours = plan.replica_hours * WEEKS_PER_MONTH * pool.instances_per_replica
    usd = hours * pool.compute_usd_per_instance_hour
    moves = (loads > 0.0) & (usd > 0.0)
    if pool.scaling != "scheduled" or calls > 0.0:
        fixed += float(usd[~moves].sum()) * pool.min_replicas
    if not moves.any():
        return fixed, None
    return fixed, Staircase(loads[moves], usd[moves], pool.spare_replicas, pool.min_replicas)
