"""A self-hosted pool: replicas hour by hour, instance-hours, the cost of capacity that idles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, any_of, summed
from costing.engine.deferral import (
    PARTS,
    by_urgency,
    hours_for,
    may_wait,
    open_hours,
    served,
    week_of_need,
)
from costing.engine.goodput import goodput
from costing.engine.inputs.latency import Latency
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.workload import Workload
from costing.engine.purchase import purchase_of
from costing.engine.rework import rework_usd
from costing.engine.tokens import call_tokens, served_lengths
from costing.engine.units import (
    HOURS_PER_MONTH,
    HOURS_PER_WEEK,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
    WEEKS_PER_MONTH,
    Figure,
)
from costing.engine.week import Hours, Week, each_hour, week_of_load

# A load that is whole but for rounding must not ask for one more replica.
CEILING_TOLERANCE = 1e-9


POOL_LINES = ("compute_busy", "compute_idle", "engineering", "platform", "extras", "rework")


@dataclass(frozen=True, eq=False)
class PoolBill:
    """What a pool takes per month: USD lines, instance-hours, peak of replicas, utilization."""

    compute_busy: FloatArray
    compute_idle: FloatArray
    engineering: FloatArray
    platform: FloatArray
    instance_hours: FloatArray
    peak_replicas: FloatArray
    utilization_ratio: FloatArray
    rework: FloatArray | None = None
    extras: FloatArray | None = None
    reserved_instances: FloatArray | None = None

    @cached_property
    def lines(self) -> dict[str, FloatArray]:
        """USD per month by line; together they are the pool's cost."""
        return {name: usd for name in POOL_LINES if (usd := getattr(self, name)) is not None}

    @cached_property
    def usd(self) -> FloatArray:
        """USD per month, the sum of the lines."""
        return summed(self.lines.values())


@dataclass(frozen=True, slots=True)
class Staffing:
    """The weights that decide replicas, and the replica-hours a week that each stands for."""

    weights: FloatArray
    replica_hours: FloatArray


def seconds_per_call(pool: Pool, workload: Workload, latency: Latency | None = None) -> Figure:
    """Section 4: seconds of one replica that a call takes; within the target, where measured."""
    tokens = call_tokens(workload, pool)
    if pool.points:
        carried = goodput(pool.points, latency, *served_lengths(pool, workload))
        return carried.seconds_per_call / pool.goodput_ratio
    prefill_rate: Figure = pool.prefill_tokens_per_second
    decode_rate: Figure = pool.decode_tokens_per_second
    before = tokens.prefix + tokens.history
    fresh = tokens.input + tokens.history - pool.prefix_hit_ratio * before
    return fresh / prefill_rate + tokens.output / decode_rate


def load_per_call(pool: Pool, workload: Workload, latency: Latency | None = None) -> Figure:
    """Section 4: replicas wanted per call of the month, divided by the hour's weight."""
    peak_seconds = workload.peak_to_average_ratio * seconds_per_call(pool, workload, latency)
    return peak_seconds / (WEEKS_PER_MONTH * SECONDS_PER_HOUR * pool.max_utilization_ratio)


def replicas(load: FloatArray, pool: Pool) -> FloatArray:
    """Section 4: whole replicas for a load measured in replicas; spares, then the minimum.

    The last axis of `load` is that of the week's weights.
    """
    spares, least = np.asarray(pool.spare_replicas), np.asarray(pool.min_replicas)
    staffed: FloatArray = np.subtract(load, CEILING_TOLERANCE)
    np.maximum(np.ceil(staffed, out=staffed), 0.0, out=staffed)
    if spares.any():
        staffed = np.where(staffed > 0.0, staffed + spares[..., None], 0.0)
    at_least: FloatArray = np.maximum(staffed, least[..., None])
    return at_least


def staffing(pool: Pool, week: Week) -> Staffing:
    """Section 4: replica-hours a week per replica of each weight, cold starts included.

    Always on and scheduled follow the heaviest hour; autoscaled follows every hour.
    """
    start_hours = pool.cold_start_minutes / MINUTES_PER_HOUR
    if pool.scaling == "autoscaled":
        return Staffing(week.weights, week.hours + week.rises * np.asarray(start_hours)[..., None])
    peak = np.asarray(week.peak_weight)[..., None]
    if pool.scaling == "scheduled":
        hours = week.active_hours + week.active_blocks * start_hours
    else:
        hours = np.asarray(float(HOURS_PER_WEEK))
    return Staffing(peak, np.asarray(hours)[..., None])


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What calls per month ask of a pool: replicas of one region, and seconds of a replica.

    `load` is over the weight of the hour.
    """

    calls: FloatArray
    load: FloatArray
    seconds: FloatArray
    week: Week
    workload: Workload

    def at(self, columns: IndexArray) -> "Demand":
        """That of some of the lever sets."""
        calls, load, seconds = (
            each[..., columns] for each in (self.calls, self.load, self.seconds)
        )
        return Demand(calls, load, seconds, self.week, self.workload)


def demand_of(
    calls: FloatArray,
    pool: Pool,
    workload: Workload,
    week: Week,
    latency: Latency | None = None,
) -> Demand:
    """Section 4: what calls per month, by lever set, ask of a pool."""
    seconds = calls * seconds_per_call(pool, workload, latency)
    load = calls / pool.regions * load_per_call(pool, workload, latency)
    return Demand(calls, load, seconds, week, workload)


def pooled(demands: Sequence[Demand], pool: Pool) -> Demand:
    """Section 9: what several ask of one pool, summed hour by hour of the week.

    So different peaks fill each other's valleys, and calls that may wait fill them further. The
    week is that of the load.
    """
    workloads, first = [each.workload for each in demands], demands[0]
    if len(demands) == 1 and not may_wait(pool, workloads):
        return first
    hours = hours_for(pool, workloads)
    weights = hourly_weights_in(pool, workloads, hours)
    if len(demands) == 1:  # the same week for all lever sets
        scale, week = week_in(pool, weights[0], hours)
        return replace(first, load=first.load * scale, week=week)
    pairs = zip(demands, weights, strict=True)
    load, week = week_in(pool, summed(each.load[..., None] * own for each, own in pairs), hours)
    calls, seconds = (
        summed(each.calls for each in demands),
        summed(each.seconds for each in demands),
    )
    return Demand(calls, load, seconds, week, first.workload)


def hourly_weights_in(
    pool: Pool, workloads: Sequence[Workload], hours: Hours
) -> Sequence[FloatArray]:
    """How a load of 1 of each workload lies in the hours; in parts where calls may wait."""
    if not may_wait(pool, workloads):
        return hours.weights
    pairs = zip(hours.weights, workloads, strict=True)
    return [by_urgency(weights, each, pool) for weights, each in pairs]


def week_in(pool: Pool, hourly: FloatArray, hours: Hours) -> tuple[FloatArray, Week]:
    """The load of a pool by `hourly_weights_in`, summed over the week, and the week that it has."""
    is_in_parts = hourly.shape[-1] > len(hours.counts)
    return week_of_need(hourly, hours, pool) if is_in_parts else week_of_load(hourly, hours)


def upkept_usd(calls: FloatArray, load: FloatArray, week: Week, pool: Pool) -> FloatArray:
    """Section 4: USD per month for capacity, people and platform, without answers made again."""
    plan = staffing(pool, week)
    _, compute, _ = _capacity(_staffed(calls, load, plan, pool), plan, pool)
    engineering = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    usd: FloatArray = compute + (
        engineering + pool.platform_usd_per_month + pool.extras_usd_per_month
    )
    return usd


def _staffed(calls: FloatArray, load: FloatArray, plan: Staffing, pool: Pool) -> FloatArray:
    staffed = replicas(load[..., None] * plan.weights, pool)
    if pool.scaling == "scheduled":
        staffed = np.where(calls[..., None] > 0.0, staffed, 0.0)
    return staffed


def pool_bill(demand: Demand, pool: Pool) -> PoolBill:
    """Section 4: the pool's month in USD, hours and replicas, by lever set."""
    calls, plan = demand.calls, staffing(pool, demand.week)
    staffed = _staffed(calls, demand.load, plan, pool)
    instance_hours, compute, reserved = _capacity(staffed, plan, pool)
    busy_hours = demand.seconds / SECONDS_PER_HOUR * pool.instances_per_replica
    is_staffed = instance_hours > 0.0
    ratio = np.minimum(busy_hours / np.where(is_staffed, instance_hours, 1.0), 1.0)
    utilization = np.where(is_staffed, ratio, 0.0)
    engineering = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
    ones, extras = np.ones_like(calls), pool.extras_usd_per_month
    return PoolBill(
        compute_busy=compute * utilization,
        compute_idle=compute * (1.0 - utilization),
        engineering=ones * engineering,
        platform=ones * pool.platform_usd_per_month,
        instance_hours=instance_hours,
        peak_replicas=np.max(staffed, axis=-1) * pool.regions,
        utilization_ratio=utilization,
        rework=rework_usd(calls, pool),
        extras=ones * extras if any_of(extras) else None,
        reserved_instances=reserved,
    )


@dataclass(frozen=True, slots=True, eq=False)
class PoolWeek:
    """Replicas of all regions by hour of the week, Monday 00:00 first: wanted, and paid for.

    `wanted` is by whose calls ask for them. Hours of starting are paid for beyond these. Where
    calls may wait, `waiting` says how, and `wanted` is without them, and on average.
    """

    wanted: Sequence[FloatArray]
    paid: FloatArray
    waiting: "WaitingWeek | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class WaitingWeek:
    """Replicas of all regions by hour for calls that may wait: as they come, and as served.

    `room` is what others need at their peaks within the hour beyond both.
    """

    come: FloatArray
    served: FloatArray
    room: FloatArray


def pool_week(demands: Sequence[Demand], pool: Pool, column: int) -> PoolWeek:
    """Section 9: what each asks of a pool in every hour, and what the pool has, in a lever set."""
    workloads = [each.workload for each in demands]
    hours = each_hour(workloads)
    pairs = zip(demands, hourly_weights_in(pool, workloads, hours), strict=True)
    wanted = [each.load[column] * weights for each, weights in pairs]
    load, week = week_in(pool, np.sum(wanted, axis=0), hours)
    waiting = None
    if may_wait(pool, workloads):
        waiting = _waiting_week(np.sum(wanted, axis=0), load, week, pool)
        wanted = [np.split(each, PARTS)[1] for each in wanted]
    plan = staffing(pool, week)
    staffed = replicas(load[..., None] * plan.weights, pool)
    reserved = _capacity(staffed, plan, pool)[2]
    if pool.scaling == "scheduled":
        staffed = np.where(week.weights > 0.0, staffed, 0.0)
    paid = np.broadcast_to(staffed * pool.regions, week.weights.shape)
    if reserved is not None:
        paid = np.maximum(paid, reserved / pool.instances_per_replica)
    return PoolWeek([each * pool.regions for each in wanted], paid, waiting)


def _waiting_week(hourly: FloatArray, load: FloatArray, week: Week, pool: Pool) -> WaitingWeek:
    peak, mean, come = np.split(hourly, PARTS)
    done = come
    if pool.scaling != "autoscaled":
        done = served(mean, come, open_hours(week, pool), load * np.asarray(week.peak_weight))
    room = peak - mean - done
    room = np.where(room > CEILING_TOLERANCE, room, 0.0)
    return WaitingWeek(come * pool.regions, done * pool.regions, room * pool.regions)


def _capacity(
    staffed: FloatArray, plan: Staffing, pool: Pool
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Section 13: instance-hours a month, what they cost in USD, and the instances reserved."""
    if not pool.is_reserved:
        replica_hours = np.einsum("...h,...h->...", staffed, plan.replica_hours)
        hours = replica_hours * WEEKS_PER_MONTH * pool.instances_per_replica * pool.regions
        return hours, hours * pool.compute_usd_per_instance_hour, None
    bought = purchase_of(pool, plan.weights, plan.replica_hours)
    instances = staffed * np.asarray(pool.instances_per_replica)[..., None]
    beyond, reserved = bought.beyond(instances), bought.reserved(instances)
    hours, usd = (np.einsum("...h,...h->...", beyond, each) for each in (bought.hours, bought.usd))
    hours, usd = hours + HOURS_PER_MONTH * bought.fixed, usd + bought.fixed_usd
    return hours * pool.regions, usd * pool.regions, reserved * pool.regions
