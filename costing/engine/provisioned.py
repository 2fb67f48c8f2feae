"""Provisioned throughput: units paid by the hour carry the load, the rest is paid as you go."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.models import ModelPrices
from costing.engine.inputs.workload import Workload
from costing.engine.tokens import call_tokens
from costing.engine.units import HOURS_PER_MONTH, WEEKS_PER_MONTH, Figure
from costing.engine.week import Week

MINUTES_PER_HOUR = 60.0
WHOLE = 1e-9
"""Units that are whole but for rounding must not ask for another step."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Units bought, what they cost a month in USD, and the share of the calls beyond them."""

    units: FloatArray
    usd: FloatArray
    spilled_ratio: FloatArray


@dataclass(frozen=True, slots=True)
class Heaviest:
    """A week's hours, the heaviest first: one row, or one for each future of a batch."""

    weights: FloatArray
    hours: FloatArray

    @classmethod
    def of(cls, week: Week) -> "Heaviest":
        weights, hours = (
            each.reshape(-1, each.shape[-1])
            for each in np.broadcast_arrays(week.weights, week.hours)
        )
        order = np.argsort(-weights, axis=-1, kind="stable")
        return cls(*(np.take_along_axis(each, order, -1) for each in (weights, hours)))


def calls_of_unit(terms: Provisioned, model: ModelPrices, workload: Workload) -> Figure:
    """Calls of a month, times the hour's weight, that one unit carries in an hour."""
    tokens = call_tokens(workload, model)
    weighted = tokens.input + tokens.history + terms.output_token_weight * tokens.output
    minute = terms.tokens_per_minute_per_unit * MINUTES_PER_HOUR * WEEKS_PER_MONTH
    return minute / np.maximum(weighted, 1e-12)


def carried(
    calls: FloatArray, as_you_go_usd: FloatArray, capacity: Figure, terms: Provisioned, week: Week
) -> Carried:
    """Section 13: what provisioned units take of a lane that costs so much as you go.

    `capacity` is that of `calls_of_unit`. Without a number of units, the one that costs least: the
    cost is convex in the units, so it is one of the two that are sold next to the best broken one,
    or none.
    """
    fee = HOURS_PER_MONTH * terms.usd_per_unit_hour * np.ones_like(calls)
    heaviest = Heaviest.of(week)
    if terms.units is not None:
        units = terms.units * np.ones_like(calls)
        return Carried(units, units * fee, spilled(calls, units * capacity, heaviest))
    wanted = _best_broken(calls, as_you_go_usd, capacity, fee, heaviest)
    least, step = terms.min_units, terms.unit_step
    beyond = np.maximum(wanted - least, 0.0) / step
    below, above = (
        least + step * whole(beyond) for whole in (lambda each: np.floor(each + WHOLE), _up)
    )
    choices = np.stack((np.where(wanted < least, 0.0, below), above))
    ratios = np.stack([spilled(calls, each * capacity, heaviest) for each in choices])
    costs = choices * fee + ratios * as_you_go_usd
    is_above = costs[1] < costs[0]
    units, ratio, usd = (
        np.where(is_above, above, below)
        for below, above in (tuple(each) for each in (choices, ratios, costs))
    )
    is_none = (usd >= as_you_go_usd) | (calls <= 0.0)
    units = np.where(is_none, 0.0, units)
    return Carried(units, units * fee, np.where(is_none, np.sign(calls), ratio))


def _up(steps: FloatArray) -> FloatArray:
    whole: FloatArray = np.ceil(steps - WHOLE)
    return whole


def _places(
    ascending: FloatArray, wanted: FloatArray, side: Literal["left", "right"]
) -> IndexArray:
    """Where figures would stand in sorted rows; each row of figures in its own, or all in one."""
    if len(ascending) == 1:
        return np.searchsorted(ascending[0], wanted, side)
    # One search of all rows: each row is moved beyond the one before it.
    low, width = float(ascending.min()), float(np.ptp(ascending)) + 2.0
    rows = np.arange(len(ascending))[:, None]
    within = np.clip(wanted - low, -0.5, width - 1.5) + rows * width
    found = np.searchsorted((ascending - low + rows * width).ravel(), within, side)
    places: IndexArray = found - rows * ascending.shape[-1]
    return places


def _at(rows: FloatArray, places: IndexArray) -> FloatArray:
    """The figures at these places of sorted rows."""
    row: FloatArray = rows[0]
    found: FloatArray = row[places] if len(rows) == 1 else np.take_along_axis(rows, places, -1)
    return found


def spilled(calls: FloatArray, capacity: FloatArray, heaviest: Heaviest) -> FloatArray:
    """The share of the month's calls beyond so many, times the hour's weight, in each hour.

    Hours heavier than the capacity spill over; what they spill is a straight line between weights.
    """
    limit = capacity / np.where(calls > 0.0, calls, 1.0)
    heavier = _places(-heaviest.weights, -limit, "left")
    sums = (
        np.pad(np.cumsum(each, axis=-1), ((0, 0), (1, 0)))
        for each in (heaviest.weights * heaviest.hours, heaviest.hours)
    )
    load, length = (_at(each, heavier) for each in sums)
    ratio: FloatArray = np.clip(load - limit * length, 0.0, 1.0)
    return np.where(calls > 0.0, ratio, 0.0)


def _best_broken(
    calls: FloatArray, usd: FloatArray, capacity: Figure, fee: FloatArray, heaviest: Heaviest
) -> FloatArray:
    """The units that would cost least if any part of one were sold.

    Another one pays while the hours that it would be full in cost more as you go than its month.
    """
    until = np.cumsum(heaviest.hours, axis=-1)
    saved = usd / np.where(calls > 0.0, calls, 1.0) * capacity
    least = fee / np.where(saved > 0.0, saved, 1.0)
    first = _places(until, least, "right")
    pays = (saved > 0.0) & (first < until.shape[-1])
    weight = _at(heaviest.weights, np.minimum(first, until.shape[-1] - 1))
    found: FloatArray = np.where(pays, calls * weight / capacity, 0.0)
    return found
