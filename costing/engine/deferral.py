"""Calls of a pool that may wait: they are served when the others leave replicas free (section 17).

Calls sent as batch may be served in their own hour or in one of the next `deferral_hours`. A load
by hour of the week is then in three parts on one axis: of calls that may not wait at their peak
within the hour, the same on average, and of calls that may wait as they come.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray, any_of
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.workload import Workload
from costing.engine.units import HOURS_PER_WEEK, Figure
from costing.engine.week import Hours, Week, each_hour, hours_together, week_of_load

PARTS = 3
SAME = 1e-12
"""Replicas that differ by less of a week's load are as many."""


def may_wait(pool: Pool, workloads: Iterable[Workload]) -> bool:
    """Whether any call to the pool may be served in a later hour."""
    is_allowed = any_of(pool.deferral_hours > 0)
    return is_allowed and any(any_of(each.batch_ratio > 0) for each in workloads)


def hours_for(pool: Pool, workloads: list[Workload]) -> Hours:
    """The hours of several weeks; those that are alike are folded where none waits for another."""
    is_own = pool.scaling == "autoscaled" or not may_wait(pool, workloads)
    return hours_together(workloads) if is_own else each_hour(workloads)


def by_urgency(weights: FloatArray, workload: Workload, pool: Pool) -> FloatArray:
    """The three parts of a load of 1 over the hours of a workload's week.

    A load of 1 is that of all calls at their peak within the hour; what may wait has none.
    """
    waiting = np.where(np.greater(pool.deferral_hours, 0), workload.batch_ratio, 0.0)[..., None]
    urgent = weights * (1.0 - waiting)
    peak = np.asarray(workload.peak_to_average_ratio)[..., None]
    parts = np.broadcast_arrays(urgent, urgent / peak, weights * waiting / peak)
    whole: FloatArray = np.concatenate(parts, axis=-1)
    return whole


def week_of_need(hourly: FloatArray, hours: Hours, pool: Pool) -> tuple[FloatArray, Week]:
    """Section 17: a load, and the week of the replicas that it needs where calls wait.

    Within an hour those that wait fill what the peak of the others leaves free. Replicas that are
    the same in all hours are the fewest with which nothing waits too long.
    """
    peak, mean, waiting = np.split(hourly, PARTS, axis=-1)
    load, week = week_of_load(np.maximum(peak, mean + waiting), hours)
    if pool.scaling == "autoscaled":
        return load, week
    level = least_level(peak, mean, waiting, open_hours(week, pool), pool.deferral_hours)
    return load, replace(week, peak_weight=level / np.where(load > 0.0, load, 1.0))


def open_hours(week: Week, pool: Pool) -> FloatArray:
    """1 in every hour in which the pool runs, else 0."""
    if pool.scaling == "scheduled":
        return np.asarray(week.weights > 0.0, dtype=np.float64)
    return np.ones_like(week.weights)


def least_level(
    peak: FloatArray,
    mean: FloatArray,
    waiting: FloatArray,
    is_open: FloatArray,
    deferral_hours: Figure,
) -> FloatArray:
    """Section 17: the fewest replicas in every open hour with which no call waits too long.

    Every run of hours must have room for what comes and is due within it. So the level is the most
    that this takes per open hour, of any run of hours around the week, or the highest peak. From
    below it is raised to the run that lacks most until none does: runs are finitely many.
    """
    wait = np.asarray(np.minimum(deferral_hours, HOURS_PER_WEEK - 1), dtype=np.intp)[..., None]
    urgent, come, opened = (_cumulated(each) for each in (mean, waiting, is_open))
    whole = opened[..., HOURS_PER_WEEK]
    total = urgent[..., HOURS_PER_WEEK] + come[..., HOURS_PER_WEEK]
    level: FloatArray = np.maximum(peak.max(axis=-1), total / np.maximum(whole, 1.0))
    first = np.arange(come.shape[-1]) - wait
    due = urgent + _at(come, first)
    while True:
        until, since = due - level[..., None] * opened, urgent + come - level[..., None] * opened
        lacking = np.where(first >= 0, until - _at(np.minimum.accumulate(since, axis=-1), first), 0)
        end = lacking.argmax(axis=-1)[..., None]
        lacks = np.take_along_axis(lacking, end, -1)[..., 0] > SAME * total
        if not lacks.any():
            return level
        is_before = np.arange(come.shape[-1]) <= end - wait
        start = np.where(is_before, since, np.inf).argmin(axis=-1)[..., None]
        work = _one(due, end) - _one(urgent + come, start)
        room = _one(opened, end) - _one(opened, start)
        level = np.where(lacks, work / np.where(lacks, room, 1.0), level)


def served(
    mean: FloatArray, waiting: FloatArray, is_open: FloatArray, level: FloatArray
) -> FloatArray:
    """Of calls that may wait, what is served in each hour: as soon as the level has room."""
    come = _cumulated(mean + waiting - level[..., None] * is_open)
    backlog = come - np.minimum.accumulate(come, axis=-1)
    left = np.diff(backlog[..., HOURS_PER_WEEK:], axis=-1)
    done: FloatArray = waiting - left
    return done


def least_prices_in_parts(pool: Pool, usd: FloatArray, heaviest: FloatArray) -> FloatArray:
    """What a load in parts costs at least, where a replica of each hour costs so much.

    An hour has no less than its load at the peak, nor, together with all others, than what is
    served on average; which of both binds where most is asked is counted.
    """
    peak, mean, waiting = np.split(heaviest, PARTS)
    at_peak = np.zeros_like(usd)
    if pool.scaling == "autoscaled":
        at_peak = usd * (peak > mean + waiting)
    elif pool.scaling == "always_on" and peak.max() * HOURS_PER_WEEK > (mean + waiting).sum():
        at_peak[int(np.argmax(peak))] = usd.sum()
        return np.concatenate((at_peak, np.zeros(2 * len(usd))))
    on_average = np.where(at_peak > 0.0, 0.0, usd)
    return np.concatenate((at_peak, on_average, on_average))


def _cumulated(hourly: FloatArray) -> FloatArray:
    """The sum of the hours before each, over two weeks."""
    twice = np.concatenate((hourly, hourly), axis=-1)
    sums = np.zeros((*twice.shape[:-1], twice.shape[-1] + 1))
    np.cumsum(twice, axis=-1, out=sums[..., 1:])
    return sums


def _at(sums: FloatArray, places: IndexArray) -> FloatArray:
    """Sums at other places; those before the first count as the first."""
    wanted = np.maximum(places, 0)
    if wanted.ndim == 1:
        found: FloatArray = sums[..., wanted]
        return found
    shape = np.broadcast_shapes(sums.shape, wanted.shape)
    rows, wanted = np.broadcast_to(sums, shape), np.broadcast_to(wanted, shape)
    return np.take_along_axis(rows, wanted, axis=-1)


def _one(sums: FloatArray, place: IndexArray) -> FloatArray:
    """A row's sum at one place."""
    return _at(sums, place)[..., 0]
