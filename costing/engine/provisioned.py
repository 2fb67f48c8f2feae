"""Provisioned throughput: units paid by the hour carry the load, the rest is paid as you go."""

from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import FloatArray
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
    if terms.units is not None:
        units = terms.units * np.ones_like(calls)
        return Carried(units, units * fee, spilled(calls, units * capacity, week))
    wanted = _best_broken(calls, as_you_go_usd, capacity, fee, week)
    least, step = terms.min_units, terms.unit_step
    beyond = np.maximum(wanted - least, 0.0) / step
    below, above = (
        least + step * whole(beyond) for whole in (lambda each: np.floor(each + WHOLE), _up)
    )
    choices = np.stack((np.where(wanted < least, 0.0, below), above))
    ratios = spilled(calls, choices * capacity, week)
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


def spilled(calls: FloatArray, capacity: FloatArray, week: Week) -> FloatArray:
    """The share of the month's calls beyond so many, times the hour's weight, in each hour."""
    load = calls[..., None] * week.weights
    beyond = np.maximum(load - capacity[..., None], 0.0)
    month = np.einsum("...h,...h->...", beyond, np.broadcast_to(week.hours, beyond.shape))
    ratio: FloatArray = np.minimum(month / np.where(calls > 0.0, calls, 1.0), 1.0)
    return ratio


def _best_broken(
    calls: FloatArray, usd: FloatArray, capacity: Figure, fee: FloatArray, week: Week
) -> FloatArray:
    """The units that would cost least if any part of one were sold.

    Another one pays while the hours that it would be full in cost more as you go than its month.
    """
    weights, hours = np.broadcast_arrays(week.weights, week.hours)
    order = np.argsort(-weights, axis=-1, kind="stable")
    heaviest, until = (np.take_along_axis(each, order, -1) for each in (weights, hours))
    until = np.cumsum(until, axis=-1)
    saved = usd / np.where(calls > 0.0, calls, 1.0) * capacity
    pays = saved[..., None] * until > fee[..., None]
    first = np.argmax(pays, axis=-1)[..., None]
    weight = np.take_along_axis(np.broadcast_to(heaviest, pays.shape), first, -1)[..., 0]
    found: FloatArray = np.where(pays[..., -1], calls * weight / capacity, 0.0)
    return found
