"""Provisioned units that several applications share (section 13): the bill of what they carry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from costing.engine.api_lane import LaneBill
from costing.engine.arrays import BoolArray, FloatArray, IndexArray, spread, summed
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

    def at(self, columns: IndexArray) -> "UnitsDemand":
        """That of some of the lever sets."""
        load, usd = (each.take(columns, axis=-1) for each in (self.load, self.usd))
        return UnitsDemand(load, usd, self.is_on[columns], self.workload)


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
    using = np.array([demand.is_on for _, demand in lanes])
    columns = np.flatnonzero(using.any(axis=0))
    found = _units_of([demand.at(columns) for _, demand in lanes], terms)
    count = using.shape[-1]
    bills = [
        replace(
            bill,
            provisioned=spread(provisioned, columns, count),
            spillover=spread(spillover, columns, count),
        )
        for (bill, _), provisioned, spillover in zip(
            lanes, found.provisioned, found.spillover, strict=True
        )
    ]
    return SharedUnits(spread(found.units, columns, count), bills)


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    """Units of the lever sets that use a model, and what each lane pays for them and beyond."""

    units: FloatArray
    provisioned: Sequence[FloatArray]
    spillover: Sequence[FloatArray]


def _units_of(demands: Sequence[UnitsDemand], terms: Provisioned) -> _Split:
    """Units for the lever sets in which one of these has calls to the model: weeks are dear."""
    hours = hours_together([each.workload for each in demands])
    pairs = list(zip(demands, hours.weights, strict=True))
    loads = [each.load[..., None] * weights for each, weights in pairs]
    load = summed(loads)
    usd = summed(each.usd[..., None] * weights for each, weights in pairs)
    found = carried_together(load, usd, hours.counts, terms)
    kept = 1.0 - found.spilled
    carried = [(kept * each * hours.counts).sum(axis=-1) for each in loads]
    whole, users = summed(carried), sum(each.is_on.astype(np.intp) for each in demands)
    is_some = whole > 0.0
    known = np.where(is_some, whole, 1.0)
    provisioned, spillover = [], []
    for (demand, weights), own in zip(pairs, carried, strict=True):
        # Where nobody calls, those who would pay alike.
        part = np.where(is_some, own / known, demand.is_on / users)
        provisioned.append(found.usd * part)
        spillover.append((found.spilled * weights * hours.counts).sum(axis=-1) * demand.usd)
    return _Split(found.units, provisioned, spillover)
