"""Provisioned units that several applications share (section 13): the bill of what they carry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from costing.engine.api_lane import LaneBill
from costing.engine.arrays import BoolArray, FloatArray, summed
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.workload import Workload
from costing.engine.provisioned import carried_together
from costing.engine.week import hours_together


@dataclass(frozen=True, slots=True, eq=False)
class UnitsDemand:
    """What an application asks of units that it shares, by lever set.

    `load` is in units, over the weight of the hour; `usd` is what its calls cost a month as you go.
    """

    load: FloatArray
    usd: FloatArray
    is_on: BoolArray
    workload: Workload


@dataclass(frozen=True, slots=True, eq=False)
class SharedUnits:
    """Units that are bought for several, and the bill of each one's lane."""

    units: FloatArray
    bills: Sequence[LaneBill]


def shared_units(lanes: Sequence[tuple[LaneBill, UnitsDemand]], terms: Provisioned) -> SharedUnits:
    """Section 13: units for several lanes to one model, in USD a month by lever set.

    In an hour beyond the units the same share of everybody's calls is paid as you go. The units'
    price is split by what each has of what they carry.
    """
    demands = [demand for _, demand in lanes]
    hours = hours_together([each.workload for each in demands])
    pairs = list(zip(demands, hours.weights, strict=True))
    loads = [each.load[..., None] * weights for each, weights in pairs]
    load = summed(loads)
    usd = summed(each.usd[..., None] * weights for each, weights in pairs)
    found = carried_together(load, usd, hours.counts, terms)
    using = np.array([each.is_on for each in demands])
    is_used = using.any(axis=0)
    carried = [((1.0 - found.spilled) * each * hours.counts).sum(axis=-1) for each in loads]
    whole, users = summed(carried), np.maximum(using.sum(axis=0), 1)
    fee = found.usd * is_used
    bills = []
    for (bill, demand), weights, own in zip(lanes, hours.weights, carried, strict=True):
        # Where nobody calls, those who would pay alike.
        part = np.where(whole > 0.0, own / np.where(whole > 0.0, whole, 1.0), demand.is_on / users)
        spilled = (found.spilled * weights * hours.counts).sum(axis=-1)
        bills.append(replace(bill, provisioned=fee * part, spillover=spilled * demand.usd))
    return SharedUnits(found.units * is_used, bills)
