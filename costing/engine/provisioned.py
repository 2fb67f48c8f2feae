"""Provisioned throughput: units paid by the hour carry the load, the rest is paid as you go."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.models import ModelPrices
from costing.engine.inputs.workload import Workload
from costing.engine.tokens import call_tokens
from costing.engine.units import HOURS_PER_MONTH, WEEKS_PER_MONTH, Figure
from costing.engine.week import Week

MINUTES_PER_HOUR = 60.0
HEAVIEST = 2.0
"""No weight of an hour is as much: together they are 1."""
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
    """A week's hours, the heaviest first: one row, or one for each future of a batch.

    `loads` and `lengths` are the load and the hours of so many of the heaviest, from none on.
    """

    weights: FloatArray
    loads: FloatArray
    lengths: FloatArray

    @classmethod
    def of(cls, week: Week) -> "Heaviest":
        weights, hours = (
            each.reshape(-1, each.shape[-1])
            for each in np.broadcast_arrays(week.weights, week.hours)
        )
        order = np.argsort(-weights, axis=-1, kind="stable")
        weights, hours = (np.take_along_axis(each, order, -1) for each in (weights, hours))
        return cls(weights, _sums(weights * hours), _sums(hours))


@dataclass(frozen=True, slots=True)
class CarriedTogether:
    """Units that several share: what they cost a month, and what is beyond them.

    `spilled` is by hour of the week, the same share of everybody's calls; `spilled_usd` is paid of
    all as you go.
    """

    units: FloatArray
    usd: FloatArray
    spilled: FloatArray
    spilled_usd: FloatArray

    def where(self, chosen: BoolArray, other: "CarriedTogether") -> "CarriedTogether":
        """These units where chosen, and the others elsewhere."""
        return CarriedTogether(
            np.where(chosen, self.units, other.units),
            np.where(chosen, self.usd, other.usd),
            np.where(chosen[..., None], self.spilled, other.spilled),
            np.where(chosen, self.spilled_usd, other.spilled_usd),
        )


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
    choices = _sold_around(wanted, terms.min_units, terms.unit_step)
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


def _sold_around(
    wanted: FloatArray, least: Figure | FloatArray, step: Figure | FloatArray
) -> FloatArray:
    """The units that are sold next below and next above a broken number, from the least on."""
    beyond = np.maximum(wanted - least, 0.0) / step
    below, above = (
        least + step * whole(beyond) for whole in (lambda each: np.floor(each + WHOLE), _up)
    )
    return np.stack((np.where(wanted < least, 0.0, below), above))


def _up(steps: FloatArray) -> FloatArray:
    whole: FloatArray = np.ceil(steps - WHOLE)
    return whole


def _sums(rows: FloatArray) -> FloatArray:
    """What the first of each row come to together, from none to all."""
    found = np.zeros((len(rows), rows.shape[-1] + 1))
    np.cumsum(rows, axis=-1, out=found[:, 1:])
    return found


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
    is_near = capacity < HEAVIEST * calls  # else no hour spills, and few calls divide to infinity
    limit = np.where(is_near, capacity, HEAVIEST) / np.where(is_near, calls, 1.0)
    heavier = _places(-heaviest.weights, -limit, "left")
    load, length = _at(heaviest.loads, heavier), _at(heaviest.lengths, heavier)
    ratio: FloatArray = np.clip(load - limit * length, 0.0, 1.0)
    return np.where(calls > 0.0, ratio, 0.0)


def _best_broken(
    calls: FloatArray, usd: FloatArray, capacity: Figure, fee: FloatArray, heaviest: Heaviest
) -> FloatArray:
    """The units that would cost least if any part of one were sold.

    Another one pays while the hours that it would be full in cost more as you go than its month.
    """
    until = heaviest.lengths[..., 1:]
    saved = usd / np.where(calls > 0.0, calls, 1.0) * capacity
    least = fee / np.where(saved > 0.0, saved, 1.0)
    first = _places(until, least, "right")
    pays = (saved > 0.0) & (first < until.shape[-1])
    weight = _at(heaviest.weights, np.minimum(first, until.shape[-1] - 1))
    found: FloatArray = np.where(pays, calls * weight / capacity, 0.0)
    return found


def carried_together(
    load: FloatArray, usd: FloatArray, hours: FloatArray, terms: Provisioned
) -> CarriedTogether:
    """Section 13: what units take of the calls of several, hour by hour of the week.

    `load` is in units, `usd` what the calls of such an hour cost in a month as you go; the hours of
    the week are on the last axis, `hours` says how many are alike. With n units a month costs
    n·fee + Σ hours·usd·max(0, 1 − n/load): convex, with a kink at every hour's load.
    """
    load, usd = np.broadcast_arrays(load, usd)
    fee = HOURS_PER_MONTH * terms.usd_per_unit_hour * np.ones_like(load[..., 0])
    spent = usd * hours
    if terms.units is not None:
        return _with_units(terms.units * np.ones_like(fee), fee, load, spent)
    wanted = _best_broken_together(load, spent, fee)
    choices = _sold_around(wanted, terms.min_units, terms.unit_step)
    below, above = (_with_units(each, fee, load, spent) for each in choices)
    costs = [each.usd + each.spilled_usd for each in (below, above)]
    found = above.where(costs[1] < costs[0], below)
    is_none = np.minimum(*costs) >= spent.sum(axis=-1)
    if not is_none.any():
        return found
    return _with_units(np.zeros_like(fee), fee, load, spent).where(is_none, found)


@dataclass(frozen=True, slots=True, eq=False)
class UnitPrices:
    """Terms of several models side by side: a month's fee, what is sold, how many units if stated.

    `stated` is 0 where the number is not; `is_stated` says which.
    """

    fee: FloatArray
    least: FloatArray
    step: FloatArray
    stated: FloatArray
    is_stated: BoolArray

    @classmethod
    def of(cls, terms: Iterable[Provisioned]) -> "UnitPrices":
        models = list(terms)
        units = [each.units for each in models]
        return cls(
            np.array([HOURS_PER_MONTH * each.usd_per_unit_hour for each in models]),
            np.array([each.min_units for each in models], dtype=np.float64),
            np.array([each.unit_step for each in models], dtype=np.float64),
            np.array([each or 0.0 for each in units], dtype=np.float64),
            np.array([each is not None for each in units], dtype=np.bool_),
        )


def usd_together(
    load: FloatArray, usd: FloatArray, hours: FloatArray, prices: UnitPrices
) -> FloatArray:
    """What that comes to in USD a month, units and calls beyond them.

    Here arrays have an axis for the models of the prices before that of the hours.
    """
    spent = usd * hours
    wanted = _best_broken_together(load, spent, prices.fee)
    units = _sold_around(wanted, prices.least, prices.step)
    any_stated = prices.is_stated.any()
    if any_stated:
        units = np.where(prices.is_stated, prices.stated, units)
    spilled = _spilled(load, units)
    below, above = units * prices.fee + (spilled * spent).sum(axis=-1)
    least: FloatArray = np.minimum(np.minimum(spent.sum(axis=-1), below), above)
    return np.where(prices.is_stated, below, least) if any_stated else least


def _with_units(
    units: FloatArray, fee: FloatArray, load: FloatArray, usd: FloatArray
) -> CarriedTogether:
    spilled = _spilled(load, units)
    return CarriedTogether(units, units * fee, spilled, (spilled * usd).sum(axis=-1))


def _spilled(load: FloatArray, units: FloatArray) -> FloatArray:
    """The share of each hour's load that is beyond the units."""
    units = units[..., None]
    is_beyond = load > units
    share: FloatArray = np.where(is_beyond, 1.0 - units / np.where(is_beyond, load, 1.0), 0.0)
    return share


def saved_by_unit(load: FloatArray, usd: FloatArray) -> FloatArray:
    """What a unit that is full saves a month, by hour of the week."""
    is_some = load > 0.0
    saved: FloatArray = np.where(is_some, usd / np.where(is_some, load, 1.0), 0.0)
    return saved


def _best_broken_together(load: FloatArray, usd: FloatArray, fee: FloatArray) -> FloatArray:
    """The units that would cost least if any part of one were sold."""
    rows, count = load.shape[:-1], load.shape[-1]
    order = np.argsort(-load, axis=-1, kind="stable")
    # Places in the flat array: `np.take_along_axis` takes three times as long.
    starts = np.arange(0, load.size, count).reshape(rows)
    saved = np.cumsum(saved_by_unit(load, usd).ravel()[order + starts[..., None]], axis=-1)
    first = (saved <= fee[..., None]).sum(axis=-1)
    at = order.ravel()[starts + np.minimum(first, count - 1)]
    found: FloatArray = np.where(first < count, load.ravel()[starts + at], 0.0)
    return found
