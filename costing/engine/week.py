"""The week that traffic is spread over: its hourly weights, and what staffing them takes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from costing.engine.arrays import FloatArray
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
    return _spread(_normalized(_flat_weights(hours, days)))


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


def hours_with_traffic(workload: Workload) -> tuple[bool, ...]:
    """Whether each hour of the week has traffic, Monday 00:00 first; no batch."""
    hours, days = workload.active_hours_per_day, workload.active_days_per_week
    weights = workload.hourly_profile or _flat_weights(hours, days)
    return tuple(bool(weight > 0) for weight in weights)


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
    up = (weights > np.roll(weights, 1, axis=-1)).astype(np.float64)
    rises: FloatArray = up - np.roll(up, -1, axis=-1)
    return rises


def _spread(weights: FloatArray) -> Week:
    active = weights > 0
    blocks = active & ~np.roll(active, 1, axis=-1)
    return Week(
        weights=weights,
        hours=np.ones_like(weights),
        rises=_rises(weights),
        peak_weight=weights.max(axis=-1),
        active_hours=active.sum(axis=-1).astype(np.float64),
        active_blocks=blocks.sum(axis=-1).astype(np.float64),
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
