"""The week that traffic is spread over: its hourly weights, and what staffing them takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.inputs.workload import Workload
from costing.engine.units import HOURS_PER_DAY, HOURS_PER_WEEK, Figure

DAY_START_HOUR = 9
LONGEST_DAY_FROM_NINE = HOURS_PER_DAY - DAY_START_HOUR


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """Weights of the week's hours on the last axis; equal hours are folded into one where possible.

    `hours` counts how many hours a weight stands for; `rises` sums what `_rises` says of them.
    """

    weights: FloatArray
    hours: FloatArray
    rises: FloatArray
    peak_weight: Figure
    active_hours: Figure
    active_blocks: Figure


def week_of(workload: Workload) -> Week:
    """Section 1: the week's profile, as given or flat over the active hours and days."""
    if workload.hourly_profile is not None:
        return _folded(workload.hourly_profile)
    hours: Figure = workload.active_hours_per_day
    days: Figure = workload.active_days_per_week
    if isinstance(hours, float | int) and isinstance(days, float | int):
        return _flat(hours, days)
    return _spread(_hourly((hours, days)))


@lru_cache(maxsize=256)
def _folded(profile: tuple[float, ...]) -> Week:
    return _fold(_normalized(np.array(profile, dtype=np.float64)))


@lru_cache(maxsize=256)
def _flat(hours: float, days: float) -> Week:
    return _fold(_normalized(_flat_weights(hours, days)))


def _flat_weights(active_hours: Figure, active_days: Figure) -> FloatArray:
    """Weight 1 in every active hour, from 09:00 or, for days longer than 15 h, from midnight.

    A broken hour or day at the end weighs its fraction.
    """
    hour = np.arange(HOURS_PER_WEEK) % HOURS_PER_DAY
    day = np.arange(HOURS_PER_WEEK) // HOURS_PER_DAY
    hours, days = np.asarray(active_hours)[..., None], np.asarray(active_days)[..., None]
    start = np.where(hours > LONGEST_DAY_FROM_NINE, 0, DAY_START_HOUR)
    in_day = np.where(hour >= start, np.clip(hours - (hour - start), 0.0, 1.0), 0.0)
    weights: FloatArray = in_day * np.clip(days - day, 0.0, 1.0)
    return weights


def hours_with_traffic(workloads: Iterable[Workload]) -> tuple[bool, ...]:
    """Whether each hour of the week has traffic of any, Monday 00:00 first; no batch."""
    busy = np.any([hourly_weights(each) > 0.0 for each in workloads], axis=0)
    return tuple(busy.tolist())


def hourly_weights(workload: Workload) -> FloatArray:
    """The share of a week's calls in each of its hours, Monday 00:00 first."""
    hours, days = workload.active_hours_per_day, workload.active_days_per_week
    return _hourly(workload.hourly_profile or (hours, days))


def _hourly(profile: tuple[float, ...]) -> FloatArray:
    is_flat = len(profile) != HOURS_PER_WEEK
    return _normalized(_flat_weights(*profile) if is_flat else np.array(profile, dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """Section 9: hours of the week that are alike for several workloads, each kind once.

    `weights` are by workload, `counts` say how many hours a kind has, `before` and `after` which
    kinds follow one another.
    """

    weights: Sequence[FloatArray]
    counts: FloatArray
    before: IndexArray
    after: IndexArray


def hours_together(workloads: Sequence[Workload]) -> Hours:
    """Section 9: the hours of several workloads' weeks; folded, unless a week is a batch."""
    profiles = tuple(
        each.hourly_profile or (each.active_hours_per_day, each.active_days_per_week)
        for each in workloads
    )
    if all(isinstance(one, float | int) for profile in profiles for one in profile[:2]):
        return _hours_alike(profiles)
    return each_hour(workloads)


def each_hour(workloads: Sequence[Workload]) -> Hours:
    """Every hour of several workloads' weeks by itself, Monday 00:00 first."""
    order, weights = np.arange(HOURS_PER_WEEK), list(map(hourly_weights, workloads))
    return Hours(weights, np.ones(HOURS_PER_WEEK), order - 1, (order + 1) % HOURS_PER_WEEK)


@lru_cache(maxsize=256)
def _hours_alike(profiles: tuple[tuple[float, ...], ...]) -> Hours:
    """Hours are alike where they, and those before and after them, weigh the same for all."""
    whole = np.array([_hourly(profile) for profile in profiles])
    kinds = np.unique(whole, axis=1, return_inverse=True)[1].ravel()
    around = np.stack((np.roll(kinds, 1), kinds, np.roll(kinds, -1)))
    alike, first, counts = np.unique(around, axis=1, return_index=True, return_counts=True)
    place = {kind: number for number, kind in enumerate(alike[1].tolist())}
    before, after = (np.array([place[kind] for kind in alike[row].tolist()]) for row in (0, 2))
    return Hours(list(whole[:, first]), counts.astype(np.float64), before, after)


def week_of_load(hourly: FloatArray, hours: Hours) -> tuple[FloatArray, Week]:
    """Section 9: the sum of a load by hour of the week, and the week whose weights are shares."""
    load: FloatArray = hourly @ hours.counts
    weights = hourly / np.where(load > 0.0, load, 1.0)[..., None]
    before, active = weights[..., hours.before], weights > 0.0
    rises = (weights > before).astype(np.float64) - (weights[..., hours.after] > weights)
    return load, Week(
        weights=weights,
        hours=hours.counts,
        rises=rises * hours.counts,
        peak_weight=weights.max(axis=-1),
        active_hours=active @ hours.counts,
        active_blocks=(active & (before <= 0.0)) @ hours.counts,
    )


def _normalized(weights: FloatArray) -> FloatArray:
    # Dividing by the largest first keeps sums of extreme weights finite.
    scaled = weights / weights.max(axis=-1, keepdims=True)
    shares: FloatArray = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def _rises(weights: FloatArray) -> FloatArray:
    """How an hour's replicas count as starts: +1 after a lighter hour, −1 before a heavier one.

    Replicas never fall as traffic grows, so the starts of a week, Σ max(0, r_k − r_{k−1}), are
    Σ rises_k · r_k.
    """
    up = np.empty(weights.shape)
    up[..., 1:] = weights[..., 1:] > weights[..., :-1]
    up[..., 0] = weights[..., 0] > weights[..., -1]
    rises = up.copy()
    rises[..., :-1] -= up[..., 1:]
    rises[..., -1] -= up[..., 0]
    return rises


def _spread(weights: FloatArray) -> Week:
    active = weights > 0
    blocks = active[..., 1:] & ~active[..., :-1]
    starts = blocks.sum(axis=-1) + (active[..., 0] & ~active[..., -1])
    return Week(
        weights=weights,
        hours=np.ones_like(weights),
        rises=_rises(weights),
        peak_weight=weights.max(axis=-1),
        active_hours=active.sum(axis=-1).astype(np.float64),
        active_blocks=starts.astype(np.float64),
    )


def _fold(weights: FloatArray) -> Week:
    """The same week with equal hours folded into one: results are equal, and cheaper to compute."""
    whole = _spread(weights)
    folded, place = np.unique(weights, return_inverse=True)
    return Week(
        weights=folded,
        hours=np.bincount(place, minlength=len(folded)).astype(np.float64),
        rises=np.bincount(place, whole.rises, len(folded)).astype(np.float64),
        peak_weight=float(whole.peak_weight),
        active_hours=float(whole.active_hours),
        active_blocks=float(whole.active_blocks),
    )
